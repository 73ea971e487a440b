"""Values of composed expressions: ranges, lists, the nth weekday of a month, quarters, numbered weeks, feasts."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline import edtf
from pipeline.components.dates.context import Bounds, Context, Found, Slots, choose
from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.lexicon import Value
from pipeline.components.dates.points import (
    SIDES,
    as_span,
    figures,
    holiday,
    one_day,
    point,
    says_year,
    year_said,
)
from pipeline.knowledge import calendar


def sub(parse: Parse, prefix: str) -> Slots:
    return {slot[2:]: value for slot, value in parse.slots.items() if slot.startswith(prefix)}


def span(parse: Parse, context: Context) -> Found:
    left, right = sub(parse, "a_"), sub(parse, "b_")
    last = point(right, context)
    first = point(_inherit(left, right, last), context)
    if first.edtf is None or last.edtf is None:
        return Found(None, firm=last.firm)
    start, end = edtf.bounds(first.edtf), edtf.bounds(last.edtf)
    if start and end and start[0] > end[1]:
        if "weekday" in left and "month" not in left:
            end_day = end[1]
            while end_day < start[0]:
                end_day += timedelta(7)
            return Found(f"{first.edtf}/{end_day.isoformat()}")
        if "month" in left and "year" not in left:
            moved = f"{int(first.edtf[:4]) - 1:04}{first.edtf[4:]}"
            if edtf.is_edtf(moved):
                return Found(f"{moved}/{last.edtf}", firm=last.firm)
        return Found(None)
    if first.edtf == last.edtf:
        return last
    value = f"{first.edtf}/{last.edtf}"
    return Found(value if edtf.is_edtf(value) else None, firm=last.firm)


def _inherit(left: Slots, right: Slots, last: Found) -> Slots:
    """The left part of a range, filled up with what is said only once, on the right."""
    if "date" in left:
        left = {**figures(str(left["date"])), **{k: v for k, v in left.items() if k != "date"}}
    if "date" in right:
        right = {**figures(str(right["date"])), **right}
    filled = dict(left)
    if "day" in left and "month" not in left and "month" in right:
        filled["month"] = right["month"]
    known = last.edtf is not None and last.edtf[:4].isdigit()
    if known and "year" not in filled and filled.keys() & {"day", "month", "season"}:
        filled["year"] = int(str(last.edtf)[:4])
    return filled


def several(parse: Parse, context: Context) -> list[tuple[int, int, Found]]:
    """Days one after the other: neighbours are one span, others each by itself."""
    spans: list[tuple[int, int, Found]] = []
    ends: date | None = None
    for start, end, found in apart(parse, context):
        bounds = edtf.bounds(found.edtf.replace("XXXX", "2000")) if found.edtf else None
        if spans and bounds and found.edtf and ends is not None and ends + timedelta(1) == bounds[0]:
            first, _, before = spans[-1]
            since = (before.edtf or "").partition("/")[0]
            spans[-1] = first, end, Found(f"{since}/{found.edtf.rpartition('/')[2]}", firm=found.firm)
        else:
            spans.append((start, end, found))
        ends = bounds[1] if bounds else None
    if len(spans) == 1:
        spans = [(parse.start, parse.end, spans[0][2])]
    return spans


def apart(parse: Parse, context: Context) -> list[tuple[int, int, Found]]:
    right = sub(parse, "b_")
    last = point(right, context)
    parts: list[tuple[int, int, Found]] = []
    for prefix in ("a_", "m_"):
        left = sub(parse, prefix)
        if left:
            spans = [span for slot, span in parse.spans.items() if slot.startswith(prefix)]
            found = point(_inherit(left, right, last), context)
            parts.append((min(s for s, _ in spans), max(e for _, e in spans), found))
    spans = [span for slot, span in parse.spans.items() if slot.startswith("b_")]
    parts.append((min(s for s, _ in spans), parse.end, last))
    return parts


def _nth(value: Value) -> int | None:
    return value if isinstance(value, int) else -1 if value == "last" else None


def nth_weekday(parse: Parse, context: Context) -> Found:
    slots = parse.slots
    nth, weekday, month = _nth(slots["n"]), int(slots["weekday"]), int(slots["month"])
    if nth is None or nth > 5:
        return Found(None)

    def day_in(year: int) -> Bounds | None:
        return one_day(calendar.weekday_in_month(year, month, weekday, nth))

    year = year_said(slots, context) or (None if says_year(slots) else choose(context, day_in))
    bounds = day_in(year) if year else None
    return Found(bounds[0].isoformat() if bounds else f"XXXX-{month:02}", firm="year" in slots)


def nth_week(parse: Parse, context: Context) -> Found:
    """The nth week, the first being that of the day that the text named last."""
    count = int(parse.slots["n"])
    if context.day is None or not 1 <= count <= 52:
        return Found(None)
    monday = calendar.week_of(context.day[0])[0] + timedelta(7 * (count - 1))
    return Found(as_span((monday, monday + timedelta(6))))


def month_week(parse: Parse, context: Context) -> Found:
    nth, month = _nth(parse.slots["n"]), int(parse.slots["month"])
    if nth is None or nth > 5:
        return Found(None)

    def week_in(year: int) -> Bounds | None:
        if parse.kinds["month"] == "month_weekend":
            saturday = calendar.weekday_in_month(year, month, 5, nth)
            return (saturday, saturday + timedelta(1)) if saturday else None
        thursday = calendar.weekday_in_month(year, month, 3, nth)
        return calendar.week_of(thursday) if thursday else None

    year = year_said(parse.slots, context) or (None if says_year(parse.slots) else choose(context, week_in))
    bounds = week_in(year) if year else None
    return Found(as_span(bounds) if bounds else None, firm="year" in parse.slots)


_ORDINAL_FEASTS = {
    "advent": {1: "advent_1", 2: "advent_2", 3: "advent_3", 4: "advent_4"},
    "christmas": {1: "christmas", 2: "christmas_second"},
    "easter": {1: "easter", 2: "easter_monday"},
    "pentecost": {1: "pentecost", 2: "pentecost_monday"},
}


def holiday_ordinal(parse: Parse, context: Context) -> Found:
    feasts = _ORDINAL_FEASTS.get(str(parse.slots["holiday"]), {})
    name = feasts.get(int(parse.slots["n"]))
    return holiday({**parse.slots, "holiday": name}, context) if name else Found(None)


def era(parse: Parse, context: Context) -> Found:
    side = SIDES.get(parse.before.removesuffix(" article").rpartition(" ")[2])
    return Found(str(parse.slots["era"]), side, firm=True)


def year_old(parse: Parse, context: Context) -> Found:
    number = int(parse.slots["n"])
    return Found(f"{number:04}" if number > 99 or "common_era" in parse.kinds.values() else None, firm=True)


def quarter(parse: Parse, context: Context) -> Found:
    number = int(parse.slots["n"])
    size = 12 // int(parse.slots["unit"])
    if "year" in parse.slots and not isinstance(parse.slots["year"], int):
        return Found(None)
    if not 1 <= number <= 12 // size:
        return Found(None)
    year = year_said(parse.slots, context)
    start = (number - 1) * size + 1
    if year is None:
        year = choose(context, lambda y: (date(y, start, 1), date(y, start + size - 1, 28)))
    if year is None:
        return Found(None)
    return Found(f"{year:04}-{start:02}/{year:04}-{start + size - 1:02}", firm="year" in parse.slots)


def week(parse: Parse, context: Context) -> Found:
    number = int(parse.slots["n"])
    year = year_said(parse.slots, context) or choose(context, lambda y: calendar.iso_week(y, number))
    bounds = calendar.iso_week(year, number) if year else None
    return Found(
        as_span(bounds) if bounds else None, str(parse.slots["part"]) if "part" in parse.slots else None
    )
