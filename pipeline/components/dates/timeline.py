"""The text's own time: what each expression without a year is to be read against.

Three clocks run in a text: the publication date, the year of the heading above (chronicles), and the day or year
that the story has reached. The tense of the clause says to which side of a clock an expression lies.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from pipeline import edtf
from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.lexicon import Tense
from pipeline.components.dates.resolve import Bounds, Context, Found

_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2})[.!?][\"'“”»«)\]]{0,2}\s|\n[ \t]*\n|(?<=\d{4})\.\s|[!?]\s")
_CLAUSE_END = re.compile(r"[,;:()–]")
_YEAR_LINE = re.compile(
    r"^[ \t]*(?:[•*·–-][ \t]*)?(?P<year>1\d{3}|20\d\d)(?P<range>[ \t]?[–/-][ \t]?(?:\d{4}|\d{2}))?(?!\d|[.,]\d)", re.MULTILINE
)
_MIN_HEADINGS = 3
_YEAR_SLOTS = ("year", "a_year", "b_year")
_POINTING = frozenset(["relative", "relative_word", "ago", "since", "anniversary", "deictic_ago", "part_unit"])


class Timeline:
    """Walks a text from its first date to its last and gives each the context that it is resolved in."""

    def __init__(
        self, text: str, parses: list[Parse], tense: TenseReader, anchor: Bounds | None, names: list[tuple[int, int]]
    ) -> None:
        self._text = text
        self._starts = [parse.start for parse in parses]
        self._parses = parses
        self._names = names
        self._name_starts = [start for start, _ in names]
        self._tense = tense
        self._anchor = anchor
        self._ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        self._sections, self._years = _chronicle(text)
        self._we = tense.first_person(text)
        self._focus: Bounds | None = None
        self._focus_at = -1
        self._plain_focus = self._last_was_focus = False
        self._day: Bounds | None = None
        self._story: Bounds | None = None
        self._story_at = -1
        named = {year for p in parses for slot in _YEAR_SLOTS if isinstance(year := p.slots.get(slot), int)}
        self._named_years = tuple(sorted(named, reverse=True))

    def context(self, parse: Parse) -> Context:
        """The context of an expression, in the order of the text."""
        start, end = self.sentence(parse.start)
        anchor = self.anchor_at(parse.start)
        tense = self._tense.of(self._text, start, end, parse)
        index = bisect_right(self._sections, parse.start) - 1
        section = self._years[index] if index >= 0 else None
        context = Context(anchor, self._focus, tense=tense, section=section, day=self._day)
        if self._story is not None and parse.start - self._story_at < 1500:
            context.story = self._story
            context.same_paragraph = "\n\n" not in self._text[self._story_at : parse.start]
        context.diary = self._we
        context.years = self._named_years
        context.yearly = self._tense.yearly(self._text[max(start, parse.start - 80) : min(end, parse.end + 80)])
        context.said_year = self._said_year(parse, start, end)
        if self._focus is not None and section is None and (anchor is None or self._focus[1].year < anchor[0].year):
            before = self._text[start : parse.start]
            same = self._focus_at >= start
            near = parse.start - self._focus_at < 300 and "\n\n" not in self._text[self._focus_at : parse.start]
            dated = (self._focus[1] - self._focus[0]).days < 100
            context.narrative = (self._tense.then(before) and near) or (
                self._plain_focus and tense < 0 and (same or (near and dated and self._last_was_focus))
            )
        return context

    def anchor_at(self, at: int) -> Bounds | None:
        """The publication date that holds at `at`: that of the article there, where the text has several."""
        return self._anchor

    def _said_year(self, parse: Parse, start: int, end: int) -> int | None:
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        for other in self._parses[first:last]:
            year = other.slots.get("year")
            if other is not parse and isinstance(year, int):
                return year
        return None

    def note(self, parse: Parse, found: Found) -> None:
        """Let the clocks follow an expression that was resolved."""
        self._last_was_focus = False
        bounds = edtf.bounds(found.edtf) if found.edtf and "~" not in found.edtf else None
        if bounds is None or "deictic" in parse.slots or parse.rule.as_ in _POINTING:
            return
        days = (bounds[1] - bounds[0]).days
        if found.firm or days < 32:
            self._focus, self._focus_at = bounds, parse.start
            self._plain_focus = found.firm and not re.search(r"seit|bis|lpar|ab|von", parse.before)
            self._last_was_focus = True
        if days == 0:
            self._day = bounds
        slots = parse.slots
        feast = "holiday" in slots and (self._anchor is None or abs((bounds[0] - self._anchor[0]).days) < 40)
        dated = "day" in slots or "date" in slots or "b_day" in slots or "b_date" in slots
        telling = days > 0 or "weekday" in slots or self._we
        if days <= 21 and ((dated and telling) or (feast and days < 4)):
            self._story, self._story_at = bounds, parse.start
        elif self._story is not None and "weekday" in slots and parse.start - self._story_at < 1500:
            inside = self._story[0] <= bounds[0] and bounds[1] <= self._story[1]
            if abs((bounds[0] - self._story[0]).days) < 8:
                if not inside and self._story[0] == self._story[1]:
                    self._story = bounds
                self._story_at = parse.start

    def tense(self, parse: Parse) -> int:
        """-1 past, 1 future, 0 unknown, for the clause of an expression."""
        start, end = self.sentence(parse.start)
        return self._tense.of(self._text, start, end, parse)

    def clause(self, parse: Parse) -> tuple[int, int]:
        """Start and end of the part of the sentence, between its marks, that holds an expression."""
        start, end = self.sentence(parse.start)
        start, end = max(start, parse.start - 200), min(end, parse.end + 200)
        for match in _CLAUSE_END.finditer(self._text, start, parse.start):
            start = match.end()
        after = _CLAUSE_END.search(self._text, parse.end, end)
        return start, after.start() if after else end

    def bare_seasons(self, parse: Parse) -> int:
        """How many different seasons without a year the sentence names."""
        start, end = self.sentence(parse.start)
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return len({p.slots["season"] for p in self._parses[first:last] if "season" in p.slots and "year" not in p.slots})

    def in_name(self, parse: Parse) -> bool:
        """Does the expression lie within the name of a person, a place or a body, as a part of it?"""
        index = bisect_right(self._name_starts, parse.start) - 1
        if index < 0:
            return False
        start, end = self._names[index]
        return parse.end <= end and end - start > parse.end - parse.start

    def has_focus(self) -> bool:
        """Has the text named a day or a month before?"""
        return self._focus is not None and (self._focus[1] - self._focus[0]).days < 32

    def is_date_behind(self, parse: Parse) -> bool:
        """Does another date follow right behind?"""
        index = bisect_right(self._starts, parse.start)
        return index < len(self._starts) and self._starts[index] - parse.end < 6

    def sentence(self, at: int) -> tuple[int, int]:
        """Where the sentence around `at` starts and ends."""
        index = bisect_right(self._ends, at)
        start = self._ends[index - 1] if index else 0
        end = self._ends[index] if index < len(self._ends) else len(self._text)
        return start, end


class TenseReader:
    """Reads the tense of a clause off its verbs."""

    def __init__(self, rules: Tense) -> None:
        participle, preterite = rules.participle, rules.preterite
        self._words: dict[str, str] = {}
        for kind, words in (("future", rules.future), ("past", rules.past), ("aux", rules.auxiliary)):
            self._words.update(dict.fromkeys(words, kind))
        self._words.update(dict.fromkeys(rules.not_preterite, ""))
        self._participle = re.compile(participle)
        self._preterite = re.compile(preterite)
        self._word = re.compile(r"\w+|[,;:()–]")
        self._past = frozenset(rules.prep_past)
        self._future = frozenset(rules.prep_future)
        self._we = re.compile(rf"\b(?:{'|'.join(rules.we)})\b", re.IGNORECASE)
        self._yearly = re.compile(rf"\b(?:{'|'.join(rules.yearly)})\b", re.IGNORECASE)
        self._then = re.compile(rf"\b(?:{'|'.join(rules.then)})\b", re.IGNORECASE)

    def first_person(self, text: str) -> bool:
        """Does the text tell what its writers did themselves?"""
        head = text[:8000]
        return len(self._we.findall(head)) * 60 > len(head) // 6

    def then(self, text: str) -> bool:
        """Does the text point back to the time it was telling of?"""
        return self._then.search(text) is not None

    def yearly(self, text: str) -> bool:
        """Does the text speak of what comes round every year?"""
        return self._yearly.search(text) is not None

    def of(self, text: str, start: int, end: int, parse: Parse) -> int:
        """-1 for past, 1 for future, 0 where the sentence does not say."""
        before = parse.before.split()
        if any(kind in self._past for kind in before[-2:]):
            return -1
        start, end = max(start, parse.start - 400), min(end, parse.end + 400)
        clause = 0
        here: int | None = None
        marks: list[tuple[int, int, int]] = []
        auxiliary: list[tuple[int, int]] = []
        participles: list[tuple[int, int]] = []
        for match in self._word.finditer(text, start, end):
            at, word = match.start(), match[0]
            if here is None and at >= parse.start:
                here = clause
            if parse.start <= at < parse.end:
                continue
            if not word[0].isalnum():
                clause += 1
                continue
            kind = self._words.get(word.lower() if at == start or word.islower() else word)
            if kind == "past":
                marks.append((clause, at, -1))
            elif kind == "future":
                marks.append((clause, at, 1))
            elif kind == "aux":
                auxiliary.append((clause, at))
            elif kind is None and word.islower():
                if self._participle.fullmatch(word):
                    participles.append((clause, at))
                elif self._preterite.fullmatch(word):
                    marks.append((clause, at, -1))
        for clause_no, at in auxiliary:
            if any(abs(c - clause_no) <= 2 for c, _ in participles):
                marks.append((clause_no, at, -1))
        if here is None:
            here = clause
        if not marks:
            return 1 if any(kind in self._future for kind in before[-2:]) else 0
        if not any(mark[0] == here for mark in marks) and any(kind in self._future for kind in before[-2:]):
            return 1
        marks.sort(key=lambda mark: (abs(mark[0] - here), abs(mark[1] - parse.start)))
        return marks[0][2]


def _chronicle(text: str) -> tuple[list[int], list[int]]:
    """Where the years of a chronicle head its entries; empty when the text is none."""
    starts: list[int] = []
    years: list[int] = []
    for match in _YEAR_LINE.finditer(text):
        starts.append(match.start())
        years.append(int(match["year"]))
    rising = sum(a <= b for a, b in zip(years, years[1:], strict=False))
    if len(years) < _MIN_HEADINGS or rising < 0.8 * (len(years) - 1):
        return [], []
    return starts, years


def with_anchor(context: Context, anchor: Bounds | None) -> Context:
    """The same context on another publication date."""
    return replace(context, anchor=anchor)
