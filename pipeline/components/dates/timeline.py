"""The text's own time: what each expression without a year is to be read against.

Three clocks run in a text: the publication date, the year of the heading above (chronicles), and the day or year
that the story has reached. The tense of the clause says to which side of a clock an expression lies.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise

from pipeline import edtf
from pipeline.components.dates.context import Bounds, Context, Found
from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.page import Page
from pipeline.components.dates.resolve import resolve
from pipeline.components.dates.tense import TenseReader

_YEAR_LINE = re.compile(
    r"^[ \t]*(?:[•*·–-][ \t]*)?(?P<year>1\d{3}|20\d\d)(?P<range>[ \t]?[–/-][ \t]?(?:\d{4}|\d{2}))?(?!\d|[.,]\d)",
    re.MULTILINE,
)
_MIN_HEADINGS = 3
_NEIGHBOURS = 8
_STORY = 1500
"""Characters: so far on a text may go on from a day that it told of."""
_YEARS_SAID = frozenset(["year", "a_year", "b_year", "decade", "century"])
_FULL = frozenset(["dmy", "iso", "my"])
_YEAR_SLOTS = ("year", "a_year", "b_year")
_POINTING = frozenset(
    ["relative", "relative_word", "ago", "since", "anniversary", "deictic_ago", "part_unit"]
)


class Timeline:
    """Walks a text from its first date to its last and gives each the context that it is resolved in."""

    def __init__(
        self,
        page: Page,
        parses: list[Parse],
        tense: TenseReader,
        anchor: Bounds | None,
        articles: list[tuple[int, Bounds]],
    ) -> None:
        self._page = page
        self._text = text = page.text
        self._starts = [parse.start for parse in parses]
        self._parses = parses
        self._tense = tense
        self._articles = sorted(articles)
        self._article_starts = [start for start, _ in self._articles]
        self._loose = anchor is None
        named = {year for p in parses for slot in _YEAR_SLOTS if isinstance(year := p.slots.get(slot), int)}
        self._named_years = tuple(sorted(named, reverse=True))
        self._anchor = anchor or current(parses, self._named_years)
        self._sections, self._years = _chronicle(text)
        self._we = tense.first_person(text)
        self._focus: Bounds | None = None
        self._focus_at = self._focus_end = -1
        self._going_on = False
        self._plain_focus = self._last_was_focus = False
        self._day: Bounds | None = None
        self._story: Bounds | None = None
        self._story_at = -1

    def context(self, parse: Parse) -> Context:
        """The context of an expression, in the order of the text."""
        start, end = self._page.sentence(parse.start)
        anchor = self.anchor_at(parse.start)
        tense = 0.0
        if not _says_all(parse):
            # "vom 3. Mai" looks back, "vom 3. bis 5. Mai" need not
            before = parse.before.replace("from", "") if parse.rule.as_ == "range" else parse.before
            tense = self._page.tense(parse.start, parse.end, before)
        index = bisect_right(self._sections, parse.start) - 1
        section = self._years[index] if index >= 0 else None
        context = Context(anchor, self._focus, tense=tense, section=section, day=self._day)
        if self._story is not None and parse.start - self._story_at < _STORY:
            context.story = self._story
            context.same_paragraph = "\n\n" not in self._text[self._story_at : parse.start]
        context.diary = self._we
        context.loose = self._loose
        context.years = self._named_years
        context.yearly = self._tense.yearly(
            self._text[max(start, parse.start - 80) : parse.start],
            self._text[parse.end : min(end, parse.end + 80)],
        )
        context.since = "since" in parse.before.split()[-2:]
        context.said_year = self._said_year(parse, start, end)
        self._going_on = False
        if self._focus is None or section is not None:
            return context
        if anchor is not None and self._focus[0].year > anchor[0].year:
            context.narrative = self._plain_focus and self._focus_at >= start and tense >= 0
        elif anchor is None or self._focus[1].year < anchor[0].year:
            before = self._text[max(start, parse.start - 400) : parse.start]
            same = self._focus_at >= start
            passage = self._text[max(self._focus_at, parse.start - _STORY) : parse.start]
            unbroken = len(passage) < _STORY and "\n\n" not in passage
            near = unbroken and self._focus_at >= self._page.sentence(max(0, start - 2))[0]
            told = unbroken and len(passage) < 400
            dated = (self._focus[1] - self._focus[0]).days < 100
            label = same and self._text[self._focus_end : self._focus_end + 1] == ":"
            context.narrative = (self._tense.then(before) and told) or (
                self._plain_focus
                and (label or (tense < 0 and (same or (near and dated and self._last_was_focus))))
            )
        self._going_on = context.narrative
        return context

    def anchor_at(self, at: int) -> Bounds | None:
        """The publication date that holds at `at`: that of the article there, where the text has several."""
        index = bisect_right(self._article_starts, at) - 1
        return self._articles[index][1] if index >= 0 else self._anchor

    def _said_year(self, parse: Parse, start: int, end: int) -> int | None:
        own = bisect_left(self._starts, parse.start)
        first = max(bisect_left(self._starts, start), own - _NEIGHBOURS)
        for other in self._parses[first : min(bisect_left(self._starts, end), own + _NEIGHBOURS)]:
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
            self._focus, self._focus_at, self._focus_end = bounds, parse.start, parse.end
            apart = re.search(r"since|until|open|as_of|from", parse.before)
            self._plain_focus = self._going_on or (found.firm and not apart)
            self._last_was_focus = True
        if days == 0:
            self._day = bounds
        slots = parse.slots
        feast = "holiday" in slots and (self._anchor is None or 0 <= (self._anchor[0] - bounds[0]).days < 40)
        dated = "day" in slots or "date" in slots or "b_day" in slots or "b_date" in slots
        telling = days > 0 or "weekday" in slots or self._we
        if days <= 21 and ((dated and telling) or (feast and days < 4)):
            self._story, self._story_at = bounds, parse.start
        elif self._story is not None and "weekday" in slots and parse.start - self._story_at < _STORY:
            inside = self._story[0] <= bounds[0] and bounds[1] <= self._story[1]
            if abs((bounds[0] - self._story[0]).days) < 8:
                if not inside and self._story[0] == self._story[1]:
                    self._story = bounds
                self._story_at = parse.start


def _says_all(parse: Parse) -> bool:
    """Does the expression say its year, so that no clock is needed?"""
    return bool(parse.slots.keys() & _YEARS_SAID) or bool(_FULL & set(parse.kinds.values()))


def current(parses: list[Parse], named_years: tuple[int, ...]) -> Bounds | None:
    """The date that a text without publication date makes current: the latest day that it names in full.

    In full also by its weekday, where that falls on it in one of `named_years`. None where there is no such day, or
    where the text speaks of much later years too.
    """
    days: list[Bounds] = []
    years: list[int] = []
    context = Context(years=named_years)
    for parse in parses:
        if parse.rule.as_ not in ("point", "range", "list"):
            continue
        for _, _, found in resolve(parse, context):
            bounds = edtf.bounds(found.edtf) if found.edtf else None
            if bounds is None:
                continue
            years.append(bounds[0].year)
            if (bounds[1] - bounds[0]).days < (200 if parse.rule.as_ == "range" else 15):
                days.append(bounds)
    latest = max(days, default=None)
    return latest if latest is not None and max(years) <= latest[0].year + 2 else None


def _chronicle(text: str) -> tuple[list[int], list[int]]:
    """Where the years of a chronicle head its entries; empty when the text is none."""
    starts: list[int] = []
    years: list[int] = []
    for match in _YEAR_LINE.finditer(text):
        starts.append(match.start())
        years.append(int(match["year"]))
    rising = sum(a <= b for a, b in pairwise(years))
    if len(years) < _MIN_HEADINGS or rising < 0.8 * (len(years) - 1):
        return [], []
    return starts, years
