"""Gives date expressions their value in EDTF, against the publication date and the text's own time."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.components.dates import composed, relative
from pipeline.components.dates.context import Context, Found
from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.points import SIDES, point


def resolve(parse: Parse, context: Context) -> list[tuple[int, int, Found]]:
    """The values of an expression: mostly one, two where a coordination names separate dates."""
    make = _MAKERS[parse.rule.as_]
    try:
        found = make(parse, context)
    except (OverflowError, ValueError):  # beyond the calendar: before the year 1, after 9999
        found = Found(None)
    return [(parse.start, parse.end, found)] if isinstance(found, Found) else found


def _point(parse: Parse, context: Context) -> Found:
    found = point(parse.slots, context)
    if found.modifier is None and parse.slots.keys() == {"year"}:
        found.modifier = SIDES.get(parse.before.rpartition(" ")[2])
    return found


_MAKERS: dict[str, Callable[[Parse, Context], Found | list[tuple[int, int, Found]]]] = {
    "point": _point,
    "year": _point,
    "range": composed.span,
    "list": composed.several,
    "list_apart": composed.apart,
    "day_only": relative.day_only,
    "month_after": relative.month_after,
    "month_week": composed.month_week,
    "nth_week": composed.nth_week,
    "nth_weekday": composed.nth_weekday,
    "holiday_ordinal": composed.holiday_ordinal,
    "era": composed.era,
    "year_old": composed.year_old,
    "deictic_ago": relative.deictic_ago,
    "part_unit": relative.part_unit,
    "follow": relative.follow,
    "weekday_after": relative.weekday_after,
    "relative": relative.unit,
    "relative_word": relative.word,
    "after": relative.after,
    "ago": relative.ago,
    "since": relative.since,
    "anniversary": relative.anniversary,
    "quarter": composed.quarter,
    "week": composed.week,
}

KINDS = frozenset(_MAKERS)
"""What `as` of a rule may name."""
