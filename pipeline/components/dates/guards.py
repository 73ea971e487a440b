"""What looks like a date and is none: the checks that rules name in `checks`, and those that hold for all.

Each check reads the text around an expression; the words that it knows are those of `guards` in
`rules/dates.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.lexicon import DatesRules, Guards, any_of
from pipeline.components.dates.page import Page
from pipeline.knowledge.rules import RulesError

_PREPOSITIONS = frozenset(
    [
        "in",
        "upon",
        "since",
        "until",
        "from",
        "as_of",
        "before",
        "after",
        "at",
        "about",
        "for",
        "onto",
        "out_of",
        "between",
        "other_preposition",
    ]
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:[.’'][^\W\d_]+)*\.?)[\s(„“\"»›:–-]*$")
_UNIT_BEHIND = re.compile(r"[ \u00a0]{0,2}([^\W\d_]+)")
_SPAN_WORDS = 40
_OPENING = re.compile(r":\s{0,3}\d{1,2}(?:[.:]\d\d)?\s{0,2}[-–]")
_DAYS = range(1, 32)
_COMPOUND = re.compile(r"-[^\W\d_]")
_NAMED = frozenset(["month", "weekday", "holiday", "season", "b_month"])
_QUOTES = frozenset("\"„“”»«‚‘’'")


class GuardBook:
    """The checks, with the words of one rules file."""

    def __init__(self, words: Guards) -> None:
        self._reference = re.compile(
            rf"(?:^|[^\w])(?:{any_of(words.reference)})\.?\W{{0,3}}(?:[\d/.\-]{{1,12}}[ \u00a0/-]?)?\Z", re.I
        )
        self._no_issue = re.compile(rf"\w{{0,20}}(?:{any_of(words.no_issue)})\.?:?\s*(?:nr\.?\s*)?$", re.I)
        self._issue_number = re.compile(rf"(?:^|\W)(?:{any_of(words.issue_number)})\.?\s*$", re.I)
        self._counts = frozenset(words.counts)
        self._count_adverb = re.compile(rf"(?:^|\W)(?:{any_of(words.count_adverbs)})\s*$", re.I)
        self._street = re.compile(rf"(?:{any_of(words.street)})\.?\s+$", re.I)
        self._club = re.compile(
            rf"(?:^|\W)(?i:{any_of(words.clubs)})\.?(?:[\s-]+[A-ZÄÖÜ][\w.-]+){{0,3}}\s+(?:von\s+)?$"
        )
        self._year_before = re.compile(rf"(?:^|\W)(?:{any_of(words.year_before)})\s+$", re.I)
        names = any_of([word.capitalize() for word in words.names])
        self._names = re.compile(rf"(?:^|\W)(?:{names})\.?\s+(?:[A-ZÄÖÜ][\w-]+\s+){{0,2}}$")
        self._each = re.compile(rf"(?:^|\W)(?:{any_of(words.each)})\s+(?:(?:\w+|\d{{1,2}}\.)\s+)?$", re.I)
        self._each_year = re.compile(rf"(?:^|\W)(?:{any_of(words.each_year)})\s+(?:(?:\w+\s+){{0,2}})$", re.I)
        self._hours = re.compile(rf"(?:^|\W)(?:{any_of(words.hours)})\b", re.I)
        self._memorial = re.compile(rf"(?:{any_of(words.memorial)})\s+$", re.I)
        self._greeting = re.compile(rf"(?:^|\W)(?:{any_of(words.greeting)})\s+$", re.I)
        self._now_before = re.compile(rf"(?:^|\W)(?:{any_of(words.now_before)})\s+$", re.I)
        self._now_after = re.compile(rf"\s+(?:{any_of(words.now_after)})\b", re.I)
        self._now_here = re.compile(rf"\s+(?:{any_of(words.now_here)})\b|\s*\(|,\s+(?:am|den)\b", re.I)
        self._today = re.compile(rf"(?:^|\W)(?:{any_of(words.today_events)})(?!\w)", re.I)
        self._and = words.conjunction
        self._part_before = re.compile(rf"(?:^|\W)(?:{any_of(words.part_of_day_before)})\s+$", re.I)
        self._apposed = re.compile(rf"\s+(?:{any_of(words.apposition)})\s+\d", re.I)
        self._articles = frozenset(words.plural_articles)
        self._plural = words.plural_ending
        self._jubilee_endings = frozenset(words.jubilee_endings)
        self._count_after = re.compile(rf"\s+(?:{any_of(words.count_after)})\b", re.I)
        self._count_before = re.compile(rf"(?:^|\W)(?:{any_of(words.count_before)})\s+$", re.I)
        self._ab = frozenset(["as_of", "onto", "for"])
        self._checks: dict[str, Callable[[str, Parse, Page], bool]] = {
            "year": self._year,
            "month": self._month,
            "season": self._season,
            "name": self._name,
            "each": self._no_each,
            "beside": self._beside,
            "today": self._is_today,
            "tomorrow": self._tomorrow,
            "back": self._back,
            "span": self._span,
            "anniversary": self._anniversary,
            "relative": self._relative,
            "loose": self._loose,
            "day_only": self._day_only,
            "decade": self._decade,
            "old": self._old,
            "next": self._next,
            "single": self._single,
            "counted": self._counted,
            "hours": self._no_hours,
            "entry": self._entry,
        }

    def require(self, rules: DatesRules) -> None:
        """Raise RulesError for a rule that names a check that there is not."""
        for rule in rules.rules:
            unknown = [name for name in rule.checks if name not in self._checks]
            if unknown:
                known = ", ".join(sorted(self._checks))
                raise RulesError(
                    f"dates.yaml: {rule.id}: there is no check {unknown[0]!r}; there are {known}"
                )

    def allows(self, text: str, parse: Parse, page: Page) -> bool:
        """Do all checks of the expression's rule, and those for every rule, let it pass?"""
        before = text[max(0, parse.start - _SPAN_WORDS) : parse.start]
        if (before[-1:].isspace() and self._memorial.search(before)) or (
            parse.slots.get("a_day", 1) if parse.kinds.get("a_day") == "int" else 1
        ) not in _DAYS:
            return False
        if _COMPOUND.match(text, parse.end) and text[parse.end - 1].isalpha() and parse.slots.keys() & _NAMED:
            return False
        kind = parse.kinds.get("date")
        issue = kind == "my" and self._issue_number.search(before) is not None
        if (
            kind in ("dm", "my", "dmy")
            and not issue
            and (self._reference.search(before) or re.search(r"[\d/][/.-]$", before))
        ):
            return False
        if kind == "my" and (
            self._no_issue.search(before) or re.match(r"[-/]\d", text[parse.end : parse.end + 2])
        ):
            return False
        return all(self._checks[name](text, parse, page) for name in parse.rule.checks)

    def _year(self, text: str, parse: Parse, page: Page) -> bool:
        start, end = parse.start, parse.end
        before, behind = text[max(0, start - _SPAN_WORDS) : start], text[end : end + 40]
        if not text[start].isdigit():
            return True
        if re.search(r"\d$|[\d\W][/+-]$|[A-ZÄÖÜ]$", before):
            return False
        if re.match(r"[-/]\d|[.,:]\d", behind) or re.search(
            r"\d{2}[ \u00a0]{1,2}$|\d[ \u00a0]?/[ \u00a0]?$", before
        ):
            return False
        line = before.rpartition("\n")[2]
        if self._reference.search(line) or self._street.search(line) or self._club.search(line):
            return False
        if re.search(r"\d\s?[a-z]?,\s*$|\b(?:A|CH|L|B|D|FL|I)-$", before) and re.match(
            r"\s+[A-ZÄÖÜ]", behind
        ):
            return False
        if self._count_before.search(line) or self._count_after.match(behind):
            return False
        unit = _UNIT_BEHIND.match(behind)
        if unit is None:
            return True
        word = unit[1]
        if word.lower() in self._counts:
            return self._year_before.search(before) is not None
        year = parse.slots.get("year", 1)
        noun = word[0].isupper() and len(word) > 2
        plural = noun and re.search(r"(?:e|en|er|ern|n|s)$", word) is not None
        if plural and self._count_adverb.search(before):
            return False
        return not (
            plural
            and isinstance(year, int)
            and year % 100 == 0
            and not re.search(r"\b(?:19|20)00$", str(year))
        )

    def _licensed(self, parse: Parse) -> bool:
        kinds = parse.before.split()
        for kind in reversed(kinds):
            if kind in _PREPOSITIONS:
                return True
            if kind not in (
                "article",
                "approx",
                "one",
                "part_adj",
                "month",
                "and",
                "comma",
                "year_span",
                "month_span",
            ):
                return False
        return "month_span" in kinds[-1:]

    def _said(self, parse: Parse) -> bool:
        slots = {slot.removeprefix("a_").removeprefix("b_").removeprefix("m_") for slot in parse.slots}
        return bool(slots & {"year", "shortyear", "yrel", "yword", "yfollow", "rel", "part", "date"})

    def _month(self, text: str, parse: Parse, page: Page) -> bool:
        before = text[max(0, parse.start - _SPAN_WORDS) : parse.start]
        if self._each_year.search(before):
            return False
        if self._said(parse) or self._licensed(parse):
            return True
        return _alone(text, parse.start, parse.end)

    def _season(self, text: str, parse: Parse, page: Page) -> bool:
        if self._said(parse):
            return True
        before = text[max(0, parse.start - _SPAN_WORDS) : parse.start]
        if self._each_year.search(before) or self._each.search(before) or self._names.search(before):
            return False
        if not self._licensed(parse):
            return _alone(text, parse.start, parse.end)
        return page.bare_seasons(parse.start) < 2 or page.tense(parse.start, parse.end, parse.before) < 0

    def _name(self, text: str, parse: Parse, page: Page) -> bool:
        before = text[max(0, parse.start - _SPAN_WORDS) : parse.start]
        if text[parse.end : parse.end + 1] == "-" and text[parse.end + 1 : parse.end + 2].isalpha():
            return False
        return not self._names.search(before) and not page.in_name(parse.start, parse.end)

    def _no_each(self, text: str, parse: Parse, page: Page) -> bool:
        before = text[max(0, parse.start - _SPAN_WORDS) : parse.start]
        return not (self._each.search(before) or self._each_year.search(before))

    def _beside(self, text: str, parse: Parse, page: Page) -> bool:
        if self._said(parse):
            return True
        if text[parse.start - 1 : parse.start] in _QUOTES and text[parse.end : parse.end + 1] in _QUOTES:
            return False
        return not re.search(
            r"\d\.\s{0,3}$", text[max(0, parse.start - 6) : parse.start]
        ) and not self._apposed.match(text, parse.end)

    def _is_today(self, text: str, parse: Parse, page: Page) -> bool:
        if parse.slots.get("deictic") != 0 or "daypart" in parse.kinds:
            return True
        start, end = parse.start, parse.end
        if end - start > 6 or self._now_here.match(text, end) or re.match(r"\s+\d", text[end : end + 3]):
            return True
        if any(kind in self._ab for kind in parse.before.split()[-1:]):
            return True
        before = text[max(0, start - _SPAN_WORDS) : start]
        if self._now_before.search(before) or self._now_after.match(text, end):
            return False
        first, last = page.clause(parse.start, parse.end)
        first = max(first, text.rfind(self._and, first, start))
        return self._today.search(
            text[first:start] + " " + text[end:last]
        ) is not None or page.is_date_behind(parse.end)

    def _tomorrow(self, text: str, parse: Parse, page: Page) -> bool:
        before = text[max(0, parse.start - _SPAN_WORDS) : parse.start]
        if self._greeting.search(before) or self._part_before.search(before):
            return False
        if text[parse.start].islower():
            return True
        return re.search(r"(?:^|[.!?:]\s*[\"“„»]?|\n)\s*$", before) is not None

    def _back(self, text: str, parse: Parse, page: Page) -> bool:
        return parse.kinds.get("n") != "one"

    def _span(self, text: str, parse: Parse, page: Page) -> bool:
        if parse.kinds["dir"] == "before":
            return True
        if parse.kinds.get("n") == "one":
            return page.tense(parse.start, parse.end, parse.before) > 0
        return (
            page.tense(parse.start, parse.end, parse.before) >= 0 and parse.kinds.get("unit") != "day_span"
        ) or page.tense(parse.start, parse.end, parse.before) > 0

    def _anniversary(self, text: str, parse: Parse, page: Page) -> bool:
        slots = parse.slots
        if "what" in slots:
            return int(slots["n"]) >= 2
        behind = text[parse.end : parse.end + 3]
        if "short" in slots:  # das 50-Jährige, no 50-Jähriger
            word = text[parse.start : parse.end].rpartition("-")[2]
            return (
                word[0].isupper()
                and word[-1] in self._jubilee_endings
                and re.match(r"\s+[A-ZÄÖÜ]", behind) is None
            )
        opened = (
            re.search(r"(?:^|\n|[„“\"»«+\t]\s*)$", text[max(0, parse.start - 6) : parse.start]) is not None
        )
        heads = re.match(r"\s+[A-ZÄÖÜ„]|\s*$|[“”\"«»,]", behind) is not None
        return int(slots["n"]) >= 5 and opened and heads

    def _relative(self, text: str, parse: Parse, page: Page) -> bool:
        if parse.slots.get("unit") == 2 and parse.kinds.get("unit") != "half_year":
            return False
        unit, rel = parse.kinds.get("unit"), parse.slots.get("rel")
        if unit == "day_span" and rel == "last":
            return False
        before = text[max(0, parse.start - _SPAN_WORDS) : parse.start]
        return not self._each_year.search(before)

    def _loose(self, text: str, parse: Parse, page: Page) -> bool:
        if "year" in parse.slots:
            return True
        day = text[parse.spans["day"][0] : parse.spans["day"][1]]
        if parse.kinds["month"] == "mabbr":
            return text[parse.end - 1] != "." or len(day) == 2
        return len(day) == 2 and _alone(text, parse.start, parse.end)

    def _day_only(self, text: str, parse: Parse, page: Page) -> bool:
        return (
            re.match(r"\s+[a-zäöü]|\s*[,;)\n]|\s*$", text[parse.end : parse.end + 3]) is not None
            and page.has_focus
        )

    def _decade(self, text: str, parse: Parse, page: Page) -> bool:
        if text[parse.end : parse.end + 1] in ("-", "–"):
            return False
        surface = text[parse.start : parse.end]
        word = text[max(0, parse.start - 5) : parse.start].split()[-1:]
        plural = surface.endswith(self._plural) or [part.lower() in self._articles for part in word] == [True]
        return plural and not re.match(r"\s+[A-ZÄÖÜ]", text[parse.end : parse.end + 3])

    def _single(self, text: str, parse: Parse, page: Page) -> bool:
        unit = parse.slots.get("unit")
        return unit == 1 or (unit == 3 and self._licensed(parse))

    def _counted(self, text: str, parse: Parse, page: Page) -> bool:
        return page.has_focus

    def _next(self, text: str, parse: Parse, page: Page) -> bool:
        return int(parse.slots["b_year"]) == int(parse.slots["a_year"]) + 1

    def _entry(self, text: str, parse: Parse, page: Page) -> bool:
        """Is it first in its line or sentence, and has the part behind the year none of its own?"""
        first = re.search(r"(?:^|\n|[.!?][\"“]?\s)[ \t•·–-]*$", text[max(0, parse.start - 8) : parse.start])
        return first is not None and re.match(r"\s*'?\d\d", text[parse.end : parse.end + 4]) is None

    def _old(self, text: str, parse: Parse, page: Page) -> bool:
        return (
            "common_era" in parse.kinds.values() or parse.end - parse.start == 3 or text[parse.end - 1] == "."
        )

    def _no_hours(self, text: str, parse: Parse, page: Page) -> bool:
        start = max(text.rfind("\n\n", max(0, parse.start - 200), parse.start), parse.start - 200, 0)
        if _OPENING.match(text, parse.end):
            return False
        return self._hours.search(text, start, parse.start) is None


def _alone(text: str, start: int, end: int) -> bool:
    """Does an expression stand by itself in its line, as a heading or a cell does?"""
    line = text.rfind("\n", max(0, start - 80), start) + 1
    left = re.split(r"\t|\s{3,}|[|•·]", text[max(line, start - 80) : start])[-1]
    return (
        not left.strip(" (–-")
        and re.match(r"[ \t]*(?:$|[\n:|)–-]|\s{3,}|\t)", text[end : end + 4]) is not None
    )
