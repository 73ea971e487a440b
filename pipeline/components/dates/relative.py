"""Values of expressions that count from another date: before, after, since, so and so long ago, anniversaries."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.components.dates.context import Bounds, Context, Found
from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.points import REL_YEARS, as_span
from pipeline.knowledge import calendar

YEARS = {"year_span": 1, "decade_span": 10, "century_span": 100, "quarter_century": 25, "half_century": 50}


def moved(base: Bounds, unit: str, count: float) -> str | None:
    first = base[0]
    try:
        if unit in YEARS:
            year = first.year + round(count * YEARS[unit])
            return f"{year:04}" if 0 < year < 10000 else None
        if unit == "month_span":
            moved = calendar.add_months(first.replace(day=1), round(count))
            return f"{moved.year:04}-{moved.month:02}"
        if (base[1] - base[0]).days > 31:
            return None
        if unit == "weekend":
            saturday = calendar.week_of(first)[0] + timedelta(
                5 + 7 * (round(count) if first.weekday() > 4 else 0)
            )
            return as_span((saturday, saturday + timedelta(1)))
        days = round(count * (7 if unit == "week_span" else 1))
        return (first + timedelta(days)).isoformat()
    except (ValueError, OverflowError):
        return None


def unit(parse: Parse, context: Context) -> Found:
    slots = parse.slots
    unit = parse.kinds["unit"]
    mod = str(slots["part"]) if "part" in slots else None
    rel = str(slots.get("rel", ""))
    base = context.focus if rel in ("same", "that", "following", "preceding") else context.anchor
    if rel in ("same", "that", "following", "preceding") and context.section and unit == "year_span":
        base = date(context.section, 1, 1), date(context.section, 12, 31)
    if base is None:
        return Found(None, mod)
    step = {"same": 0, "that": 0, "following": 1, "preceding": -1, **REL_YEARS}.get(rel, 0)
    first = base[0]
    if unit == "year_span":
        return Found(_digits(first.year + step, 4), mod)
    if unit == "decade_span":
        return Found(_digits(first.year // 10 + step, 3, "X"), mod)
    if unit == "century_span":
        return Found(_digits(first.year // 100 + step, 2, "XX"), mod)
    if unit == "schoolyear":
        if slots["unit"]:
            # in September the next season is the one about to begin
            start = first.year if first.month >= (10 if rel == "next" else 8) else first.year - 1
            return Found(f"{start + step:04}/{start + step + 1:04}", mod)
        return Found(f"{first.year + step:04}", mod)
    if unit == "month_span":
        moved = calendar.add_months(first.replace(day=1), step)
        return Found(f"{moved.year:04}-{moved.month:02}", mod)
    if (base[1] - base[0]).days > 31:
        return Found(None, mod)
    if unit == "week_span":
        monday = calendar.week_of(first)[0] + timedelta(7 * step)
        return Found(as_span((monday, monday + timedelta(6))), mod)
    if unit == "day_span":
        return Found((base[1] + timedelta(step)).isoformat(), mod)
    if unit == "weekend":
        saturday = calendar.week_of(first)[0] + timedelta(5)
        if rel == "last" or (not rel and context.tense < 0 and saturday > first):
            saturday -= timedelta(7)
        return Found(as_span((saturday, saturday + timedelta(1))), mod)
    return Found(None, mod)


def word(parse: Parse, context: Context) -> Found:
    slots = parse.slots
    if context.anchor is None:
        return Found(None, str(slots["part"]) if "part" in slots else None)
    first = context.anchor[0]
    if "year" in slots:
        return Found(f"{first.year + int(slots['year']):04}")
    if "week" in slots:
        monday = calendar.week_of(first)[0] + timedelta(7 * int(slots["week"]))
        return Found(as_span((monday, monday + timedelta(6))))
    if "month" in slots:
        moved = calendar.add_months(first.replace(day=1), int(slots["month"]))
        return Found(f"{moved.year:04}-{moved.month:02}")
    return Found(f"{first.year:04}-{first.month:02}", str(slots["part"]))


def part_unit(parse: Parse, context: Context) -> Found:
    mod = str(parse.slots["part"])
    if context.anchor is None or (context.anchor[1] - context.anchor[0]).days > 31:
        return Found(None, mod)
    first = context.anchor[0]
    if parse.kinds.get("unit") == "week_span" or parse.kinds["part"] == "week_part":
        return Found(as_span(calendar.week_of(first)), mod)
    return Found(f"{first.year:04}-{first.month:02}", mod)


def after(parse: Parse, context: Context) -> Found:
    slots, unit = parse.slots, parse.kinds["unit"]
    base = context.focus
    if context.section and unit in YEARS:
        base = date(context.section, 1, 1), date(context.section, 12, 31)
    if base is None:
        return Found(None)
    sign = int(slots["dir"])
    if unit == "week_span" and "n" not in slots and (base[1] - base[0]).days < 32:
        monday = calendar.week_of(base[0])[0] + timedelta(7 * sign)
        return Found(as_span((monday, monday + timedelta(6))))
    return Found(
        moved(
            base if sign < 0 else (base[1], base[1]) if unit == "day_span" else base,
            unit,
            float(slots.get("n", 1)) * sign,
        )
    )


def follow(parse: Parse, context: Context) -> Found:
    slot = next(iter(parse.slots))
    unit = {"year": "year_span", "month": "month_span", "week": "week_span", "day": "day_span"}[slot]
    base = context.focus
    if context.section and unit == "year_span":
        base = date(context.section, 1, 1), date(context.section, 12, 31)
    if base is None:
        return Found(None)
    if unit == "week_span":
        monday = calendar.week_of(base[0])[0] + timedelta(7)
        return Found(as_span((monday, monday + timedelta(6))) if (base[1] - base[0]).days < 32 else None)
    return Found(moved(base, unit, float(parse.slots[slot])))


def month_after(parse: Parse, context: Context) -> Found:
    if context.focus is None:
        return Found(None)
    month = int(parse.slots["month"])
    last = context.focus[1] if (context.focus[1] - context.focus[0]).days < 32 else context.focus[0]
    spread = (context.focus[1] - context.focus[0]).days > 31
    year = last.year + (1 if spread or month <= last.month else 0)
    return Found(f"{year:04}-{month:02}")


def weekday_after(parse: Parse, context: Context) -> Found:
    if context.focus is None:
        return Found(None)
    last = context.focus[1]
    return Found((last + timedelta((int(parse.slots["weekday"]) - last.weekday()) % 7 or 7)).isoformat())


def day_only(parse: Parse, context: Context) -> Found:
    base = context.day or context.focus
    if base is None or (base[1] - base[0]).days > 31:
        return Found(None)
    first = base[0]
    number = int(parse.slots["day"])
    day = calendar.safe_date(first.year, first.month, number)
    if context.day and number < first.day:
        after = calendar.add_months(first.replace(day=1), 1)
        day = calendar.safe_date(after.year, after.month, number)
    if day is None:
        return Found(None)
    if "b_day" in parse.slots:
        other = calendar.safe_date(day.year, day.month, int(parse.slots["b_day"]))
        return Found(as_span((day, other))) if other is not None and other > day else Found(None)
    return Found(day.isoformat())


def deictic_ago(parse: Parse, context: Context) -> Found:
    if context.anchor is None or context.anchor[0] != context.anchor[1]:
        return Found(None)
    day = context.anchor[0] + timedelta(int(parse.slots["deictic"]))
    sign = -1 if parse.kinds["dir"] == "before" else 1
    count, unit = sign * int(parse.slots["n"]), parse.kinds["unit"]
    try:
        if unit == "week_span":
            return Found((day + timedelta(7 * count)).isoformat())
        return Found(calendar.add_months(day, count * (12 if unit == "year_span" else 1)).isoformat())
    except (ValueError, OverflowError):
        return Found(None)


def ago(parse: Parse, context: Context) -> Found:
    if context.anchor is None:
        return Found(None)
    sign = 1 if parse.kinds["dir"] == "in" else -1
    return _about(context.anchor, parse, sign)


def since(parse: Parse, context: Context) -> Found:
    if context.anchor is None:
        return Found(None)
    return _about(context.anchor, parse, -1)


def _about(anchor: Bounds, parse: Parse, sign: int) -> Found:
    value = moved(anchor, parse.kinds["unit"], sign * float(parse.slots["n"]))
    return Found(value + "~" if value else None)


def anniversary(parse: Parse, context: Context) -> Found:
    year = context.section or context.said_year or (context.anchor[0].year if context.anchor else None)
    count = int(parse.slots.get("n", parse.slots.get("short", 0)))
    if year is None or year <= count:
        return Found(None)
    return Found(f"{year - count:04}~")


def _digits(number: int, count: int, rest: str = "") -> str | None:
    """`number` in `count` digits with the unknown ones behind it; None outside the years 0 to 9999."""
    return f"{number:0{count}}{rest}" if 0 <= number < 10**count else None
