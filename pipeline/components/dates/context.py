"""The clocks that an expression is read against, and the choice of the year that it leaves unsaid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.components.dates.lexicon import Value

Slots = dict[str, Value]
Bounds = tuple[date, date]


@dataclass(slots=True)
class Found:
    """A value in EDTF with its modifier; `firm` when the expression said its year itself.

    `mismatch`: the weekday that the day really is, where the text names another.
    """

    edtf: str | None
    modifier: str | None = None
    firm: bool = False
    mismatch: str | None = None


@dataclass(slots=True)
class Context:
    """What an expression without a year is resolved against.

    `anchor`: first and last day of the publication date, or of the date that the text makes current. `focus`: the days
    the text spoke of last, `day` where it was one day, `story` those of which it goes on telling, weekday by weekday
    (`same_paragraph`: in this paragraph). `diary`: the writers tell what they did. `section`: year of the chronicle's
    heading above. `narrative`: the clause goes on from the focus. `tense`: from -1 past to 1 future. `yearly`: the
    clause means every year. `since`: the expression begins something that lasts. `said_year`: the year in the same sentence. `years`: those that the text names.
    """

    anchor: Bounds | None = None
    focus: Bounds | None = None
    story: Bounds | None = None
    diary: bool = False
    section: int | None = None
    narrative: bool = False
    tense: float = 0
    said_year: int | None = None
    yearly: bool = False
    since: bool = False
    day: Bounds | None = None
    years: tuple[int, ...] = ()
    same_paragraph: bool = True
    loose: bool = False


_AGAINST_TENSE = 260
"""Days: so much nearer must an occurrence be that lies on the side that the clause's tense speaks against."""
_OTHER_YEAR = 60
_PAST_WITHOUT_TENSE = 1.2
"""Dates without a verb are rather announcements."""


def choose(context: Context, span: Callable[[int], Bounds | None]) -> int | None:
    """The year of an expression without one.

    In a chronicle it is that of the heading, in a story the first occurrence since what was told last; else that of
    the occurrence nearest to the anchor, where the tense of the clause weighs in.
    """
    if context.yearly:
        return None
    if context.section is not None:
        return context.section
    if context.narrative and context.focus is not None:
        start = context.focus[0]
        years = [
            (_way(bounds, start, context.since), year)
            for year in range(start.year - context.since, start.year + 2)
            if (bounds := span(year))
        ]
        return min(years)[1] if years else start.year
    if context.anchor is None:
        return None
    first, last = context.anchor
    best: tuple[float, int] | None = None
    for year in range(max(first.year - 1, 1), min(last.year + 1, 9998) + 1):
        bounds = span(year)
        if bounds is None:
            continue
        start, end = bounds
        ahead, back = (start - last).days, (first - end).days
        cost = float(max(ahead, back * (1 if context.tense else _PAST_WITHOUT_TENSE), 0))
        if (context.tense < 0 and start > last) or (context.tense > 0 and end < first):
            cost += _AGAINST_TENSE * abs(context.tense)
        if not first.year <= year <= last.year:
            cost += _OTHER_YEAR * (1 - abs(context.tense))
        if best is None or cost < best[0]:
            best = cost, year
    return best[1] if best else None


def _way(bounds: Bounds, day: date, since: bool) -> float:
    """How far a story goes from `day` to `bounds`, in days; stories rather go on than back, "since" goes back."""
    ahead, back = (bounds[0] - day).days, max((day - bounds[1]).days, 0)
    if since:
        return back if ahead <= 0 else 1000 + ahead
    return ahead if bounds[1] >= day else 1.5 * back
