"""Gives date expressions their value in EDTF, against the publication date and the text's own time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline import edtf
from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.lexicon import Value
from pipeline.knowledge import calendar

Slots = dict[str, Value]
Bounds = tuple[date, date]


@dataclass(slots=True)
class Found:
    """A value in EDTF with its modifier; `firm` when the expression said its year itself."""

    edtf: str | None
    modifier: str | None = None
    firm: bool = False


@dataclass(slots=True)
class Context:
    """What an expression without a year is resolved against.

    `anchor`: first and last day of the publication date, or of the date that the text makes current. `focus`: the days
    the text spoke of last, `day` where it was one day, `story` those of which it goes on telling, weekday by weekday
    (`same_paragraph`: in this paragraph). `diary`: the writers tell what they did. `section`: year of the chronicle's
    heading above. `narrative`: the clause goes on from the focus. `tense`: -1 past, 1 future, 0 unknown. `yearly`: the
    clause means every year. `said_year`: the year in the same sentence. `years`: those that the text names.
    """

    anchor: Bounds | None = None
    focus: Bounds | None = None
    story: Bounds | None = None
    diary: bool = False
    section: int | None = None
    narrative: bool = False
    tense: int = 0
    said_year: int | None = None
    yearly: bool = False
    day: Bounds | None = None
    years: tuple[int, ...] = ()
    same_paragraph: bool = True
    loose: bool = False


_REL_YEARS = {"last": -1, "next": 1, "this": 0, "before_last": -2, "after_next": 2}


def resolve(parse: Parse, context: Context) -> list[tuple[int, int, Found]]:
    """The values of an expression: mostly one, two where a coordination names separate dates."""
    make = _MAKERS.get(parse.rule.as_, _point)
    found = make(parse, context)
    return [(parse.start, parse.end, found)] if isinstance(found, Found) else found


def _sub(parse: Parse, prefix: str) -> Slots:
    return {slot[2:]: value for slot, value in parse.slots.items() if slot.startswith(prefix)}


def _point(parse: Parse, context: Context) -> Found:
    found = point(parse.slots, context)
    if found.modifier is None and parse.slots.keys() == {"year"}:
        found.modifier = _SIDES.get(parse.before.rpartition(" ")[2])
    return found


_SIDES = {"vor": "before", "nach": "after"}


def point(slots: Slots, context: Context) -> Found:
    """The value of a single expression, by the slots that it fills."""
    modifier = slots.get("part")
    mod = str(modifier) if isinstance(modifier, str) else None
    if "date" in slots:
        slots = {**_figures(str(slots["date"])), **{k: v for k, v in slots.items() if k != "date"}}
    if "day" in slots and "mrel" in slots:
        return _day_of_month(slots, context)
    if "day" in slots and "month" in slots:
        return _day(slots, context)
    if "month" in slots:
        return _month(slots, context, mod)
    if "holiday" in slots:
        return _holiday(slots, context)
    if "season" in slots:
        return _season(slots, context, mod)
    if "deictic" in slots:
        return _deictic(slots, context)
    if "weekday" in slots:
        return _weekday(slots, context)
    if "decade" in slots:
        decade = int(slots["decade"])
        year = decade if decade > 100 else (2000 if decade < 20 else 1900) + decade
        return Found(f"{year // 10}X", mod, firm=True)
    if "century" in slots:
        return Found(f"{int(slots['century']) - 1:02}XX", mod, firm=True)
    if "year" in slots or "yrel" in slots or "yword" in slots or mod:
        year = _year(slots, context)
        if isinstance(slots.get("year"), str):
            first = int(str(slots["year"])[:4])
            return Found(f"{first:04}/{first + 1:04}", mod, firm=True)
        if year is None and mod and "yrel" not in slots:
            year = _choose(context, lambda y: (date(y, 1, 1), date(y, 12, 31)))
        return Found(f"{year:04}" if year else None, mod, firm="year" in slots)
    return Found(None, mod)


def _figures(text: str) -> Slots:
    numbers = re.findall(r"\d+", text)
    if re.match(r"\d{4}-", text):
        return {"year": int(numbers[0]), "month": int(numbers[1]), "day": int(numbers[2])}
    if len(numbers) == 3:
        year = int(numbers[2])
        year = year if len(numbers[2]) > 2 else short_year(year)
        return {"day": int(numbers[0]), "month": int(numbers[1]), "year": year}
    if len(numbers[1]) == 4:
        return {"month": int(numbers[0]), "year": int(numbers[1])}
    return {"day": int(numbers[0]), "month": int(numbers[1])}


def short_year(number: int) -> int:
    """The year meant by its last two figures, of the hundred years up to 2045."""
    return 2000 + number if number <= 45 else 1900 + number


def _year(slots: Slots, context: Context) -> int | None:
    if "year" in slots:
        return int(slots["year"]) if not isinstance(slots["year"], str) else int(str(slots["year"])[:4])
    if "shortyear" in slots:
        return short_year(int(slots["shortyear"]))
    rel = slots.get("yrel")
    if "yword" in slots:
        return context.anchor[0].year + int(slots["yword"]) if context.anchor else None
    if "yfollow" in slots:
        return context.focus[0].year + 1 if context.focus else None
    if rel in ("same", "that", "following", "preceding"):
        base = context.section or (context.focus[0].year if context.focus else None)
        if base is None:
            return None
        return base + {"following": 1, "preceding": -1}.get(str(rel), 0)
    if rel is not None:
        return context.anchor[0].year + _REL_YEARS[str(rel)] if context.anchor else None
    return None


def _says_year(slots: Slots) -> bool:
    return any(slot in slots for slot in ("year", "shortyear", "yrel", "yword", "yfollow"))


_AGAINST_TENSE = 200
"""Days: so much nearer must an occurrence be that lies on the side that the clause's tense speaks against."""
_OTHER_YEAR = 40


def _choose(context: Context, span: Callable[[int], Bounds | None]) -> int | None:
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
        ahead = [year for year in (start.year, start.year + 1) if _ends_after(span(year), start)]
        return ahead[0] if ahead else start.year
    if context.anchor is None:
        return None
    first, last = context.anchor
    best: tuple[float, int] | None = None
    for year in range(max(first.year - 1, 1), min(last.year + 1, 9998) + 1):
        bounds = span(year)
        if bounds is None:
            continue
        start, end = bounds
        cost = float(max((start - last).days, (first - end).days, 0))
        if (context.tense < 0 and start > last) or (context.tense > 0 and end < first):
            cost += _AGAINST_TENSE
        if not context.tense and not first.year <= year <= last.year:
            cost += _OTHER_YEAR
        if best is None or cost < best[0]:
            best = cost, year
    return best[1] if best else None


def _ends_after(bounds: Bounds | None, day: date) -> bool:
    return bounds is not None and bounds[1] >= day


def _day(slots: Slots, context: Context) -> Found:
    day, month = int(slots["day"]), int(slots["month"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return Found(None)
    year = _year(slots, context)
    if year is None and not _says_year(slots):
        weekday = int(slots["weekday"]) if "weekday" in slots else None
        year = _year_of_weekday(month, day, weekday, context) if weekday is not None else None
        year = year or _choose(context, lambda y: _one(calendar.safe_date(y, month, day)))
    if year is None:
        value = f"XXXX-{month:02}-{day:02}"
        return Found(value if edtf.is_edtf(value) else None)
    value = f"{year:04}-{month:02}-{day:02}"
    return Found(value if edtf.is_edtf(value) else None, firm="year" in slots or "shortyear" in slots)


def _year_of_weekday(month: int, day: int, weekday: int, context: Context) -> int | None:
    """The year near the anchor, or near one that the text names, in which the day falls on its weekday."""
    anchor = context.anchor[0] if context.anchor else None
    near = [anchor.year + step for step in (0, 1, -1)] if anchor else []
    for year in [*near, *context.years]:
        found = calendar.safe_date(year, month, day)
        if found is not None and found.weekday() == weekday:
            if anchor and year in near and abs((found - anchor).days) > 300:
                continue
            return year
    return None


def _one(day: date | None) -> Bounds | None:
    return (day, day) if day else None


def _day_of_month(slots: Slots, context: Context) -> Found:
    rel = str(slots["mrel"])
    base = context.focus if rel in ("same", "that") else context.anchor
    if base is None:
        return Found(None)
    month = calendar.add_months(base[0].replace(day=1), {"last": -1, "next": 1}.get(rel, 0))
    day = calendar.safe_date(month.year, month.month, int(slots["day"]))
    return Found(day.isoformat() if day else None)


def _month(slots: Slots, context: Context, modifier: str | None) -> Found:
    month = int(slots["month"])
    if not 1 <= month <= 12:
        return Found(None)
    year = _year(slots, context)
    if year is None and not _says_year(slots):
        rel = str(slots.get("rel", ""))
        context = _with_tense(context, rel)
        year = _choose(context, lambda y: (date(y, month, 1), calendar.add_months(date(y, month, 1), 1) - timedelta(1)))
    return Found(f"{year:04}-{month:02}" if year else None, modifier, firm="year" in slots)


def _with_tense(context: Context, rel: str) -> Context:
    if not rel:
        return context
    tense = {"last": -1, "before_last": -1, "next": 1}.get(rel, context.tense)
    context = replace(context, section=None, narrative=False, tense=tense)
    if rel in ("last", "before_last", "next") and context.anchor:
        first, last = context.anchor
        shift = timedelta(25) if rel == "next" else timedelta(-25)
        context.anchor = first + shift, last + shift
    return context


def _season(slots: Slots, context: Context, modifier: str | None) -> Found:
    season = int(slots["season"])
    year = _year(slots, context)
    if year is None and not _says_year(slots):
        context = _with_tense(context, str(slots.get("rel", "")))
        year = _choose(context, lambda y: edtf.bounds(f"{y:04}-{season}"))
    return Found(f"{year:04}-{season}" if year else None, modifier, firm="year" in slots)


def _holiday(slots: Slots, context: Context) -> Found:
    name = str(slots["holiday"])
    name = {"national_day": "austria_day", "christmas_days": "christmas"}.get(name, name)
    year = _year(slots, context)
    if year is None and not _says_year(slots):
        context = _with_tense(context, str(slots.get("rel", "")))
        year = _choose(context, lambda y: calendar.feast(name, y))
    bounds = calendar.feast(name, year) if year else None
    if bounds is None:
        return Found(None)
    return Found(_span(bounds), firm="year" in slots)


def _span(bounds: Bounds) -> str:
    first, last = bounds
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def _deictic(slots: Slots, context: Context) -> Found:
    if context.anchor is None or context.loose or context.anchor[0] != context.anchor[1]:
        return Found(None)
    return Found((context.anchor[0] + timedelta(int(slots["deictic"]))).isoformat())


def _weekday(slots: Slots, context: Context) -> Found:
    weekday = int(slots["weekday"])
    rel = str(slots.get("rel", ""))
    if "rel2" in slots and context.anchor:
        monday = calendar.week_of(context.anchor[0])[0] + timedelta(7 * _REL_YEARS.get(str(slots["rel2"]), 0))
        return Found((monday + timedelta(weekday)).isoformat())
    told = None if rel else _in_story(weekday, context)
    if told is not None:
        return Found(told.isoformat())
    if context.anchor is None or context.loose or (context.anchor[1] - context.anchor[0]).days > 6:
        return Found(None)
    first = context.anchor[0]
    back = (first.weekday() - weekday) % 7
    ahead = (weekday - first.weekday()) % 7
    if rel == "last":
        return Found((first - timedelta(back or 7)).isoformat())
    if rel == "next":
        return Found((first + timedelta(ahead or 7)).isoformat())
    if rel == "before_last":
        return Found((first - timedelta((back or 7) + 7)).isoformat())
    if rel == "after_next":
        return Found((first + timedelta((ahead or 7) + 7)).isoformat())
    if context.tense < 0:
        return Found((first - timedelta(back)).isoformat())
    if context.tense > 0:
        return Found((first + timedelta(ahead)).isoformat())
    return Found((first - timedelta(back) if back <= ahead else first + timedelta(ahead)).isoformat())


def _in_story(weekday: int, context: Context) -> date | None:
    """The weekday of the days that the text is telling of, where it is those that it speaks of."""
    base = context.story
    if base is None and context.loose and context.focus and (context.focus[1] - context.focus[0]).days < 14:
        base = context.focus
    if base is None:
        return None
    first, last = base
    day = first + timedelta((weekday - first.weekday()) % 7)
    inside = first < last and day <= last
    if first < last and not inside and context.tense < 0:
        day = first - timedelta((first.weekday() - weekday) % 7)
    if context.anchor is None or context.loose or (context.anchor[1] - context.anchor[0]).days > 6 or context.diary:
        return day
    if (context.anchor[0] - last).days > 6:
        return day
    ahead = first > context.anchor[1]
    return day if context.same_paragraph and (inside or ahead) else None


def _weekday_after(parse: Parse, context: Context) -> Found:
    if context.focus is None:
        return Found(None)
    last = context.focus[1]
    return Found((last + timedelta((int(parse.slots["weekday"]) - last.weekday()) % 7 or 7)).isoformat())


def _relative(parse: Parse, context: Context) -> Found:
    slots = parse.slots
    unit = parse.kinds["unit"]
    mod = str(slots["part"]) if "part" in slots else None
    rel = str(slots.get("rel", ""))
    base = context.focus if rel in ("same", "that", "following", "preceding") else context.anchor
    if rel in ("same", "that", "following", "preceding") and context.section and unit == "jahr":
        base = date(context.section, 1, 1), date(context.section, 12, 31)
    if base is None:
        return Found(None, mod)
    step = {"same": 0, "that": 0, "following": 1, "preceding": -1, **_REL_YEARS}.get(rel, 0)
    first = base[0]
    if unit == "jahr":
        return Found(f"{first.year + step:04}", mod)
    if unit == "jahrzehnt":
        return Found(f"{first.year // 10 + step}X", mod)
    if unit == "jahrhundert":
        return Found(f"{first.year // 100 + step}XX", mod)
    if unit == "schoolyear":
        if slots["unit"]:
            start = first.year if first.month >= 7 else first.year - 1
            return Found(f"{start + step:04}/{start + step + 1:04}", mod)
        return Found(f"{first.year + step:04}", mod)
    if unit == "monat":
        moved = calendar.add_months(first.replace(day=1), step)
        return Found(f"{moved.year:04}-{moved.month:02}", mod)
    if (base[1] - base[0]).days > 31:
        return Found(None, mod)
    if unit == "woche":
        monday = calendar.week_of(first)[0] + timedelta(7 * step)
        return Found(_span((monday, monday + timedelta(6))), mod)
    if unit == "tag":
        return Found((base[1] + timedelta(step)).isoformat(), mod)
    if unit == "wochenende":
        saturday = calendar.week_of(first)[0] + timedelta(5)
        if rel == "last":
            saturday -= timedelta(7)
        elif not rel and context.tense < 0 and saturday > first:
            saturday -= timedelta(7)
        return Found(_span((saturday, saturday + timedelta(1))), mod)
    return Found(None, mod)


def _relative_word(parse: Parse, context: Context) -> Found:
    slots = parse.slots
    if context.anchor is None:
        return Found(None, str(slots["part"]) if "part" in slots else None)
    first = context.anchor[0]
    if "year" in slots:
        return Found(f"{first.year + int(slots['year']):04}")
    if "week" in slots:
        monday = calendar.week_of(first)[0] + timedelta(7 * int(slots["week"]))
        return Found(_span((monday, monday + timedelta(6))))
    if "month" in slots:
        moved = calendar.add_months(first.replace(day=1), int(slots["month"]))
        return Found(f"{moved.year:04}-{moved.month:02}")
    return Found(f"{first.year:04}-{first.month:02}", str(slots["part"]))


_YEARS = {"jahr": 1, "jahrzehnt": 10, "jahrhundert": 100, "quarter_century": 25, "half_century": 50}


def _moved(base: Bounds, unit: str, count: float) -> str | None:
    first = base[0]
    try:
        if unit in _YEARS:
            year = first.year + round(count * _YEARS[unit])
            return f"{year:04}" if 0 < year < 10000 else None
        if unit == "monat":
            moved = calendar.add_months(first.replace(day=1), round(count))
            return f"{moved.year:04}-{moved.month:02}"
        if (base[1] - base[0]).days > 31:
            return None
        if unit == "wochenende":
            saturday = calendar.week_of(first)[0] + timedelta(5 + 7 * (round(count) if first.weekday() > 4 else 0))
            return _span((saturday, saturday + timedelta(1)))
        days = round(count * (7 if unit == "woche" else 1))
        return (first + timedelta(days)).isoformat()
    except (ValueError, OverflowError):
        return None


def _after(parse: Parse, context: Context) -> Found:
    slots, unit = parse.slots, parse.kinds["unit"]
    base = context.focus
    if context.section and unit in _YEARS:
        base = date(context.section, 1, 1), date(context.section, 12, 31)
    if base is None:
        return Found(None)
    sign = int(slots["dir"])
    if unit == "woche" and "n" not in slots and (base[1] - base[0]).days < 32:
        monday = calendar.week_of(base[0])[0] + timedelta(7 * sign)
        return Found(_span((monday, monday + timedelta(6))))
    return Found(_moved(base if sign < 0 else (base[1], base[1]) if unit == "tag" else base, unit, float(slots.get("n", 1)) * sign))


def _follow(parse: Parse, context: Context) -> Found:
    slot = next(iter(parse.slots))
    unit = {"year": "jahr", "month": "monat", "week": "woche", "day": "tag"}[slot]
    base = context.focus
    if context.section and unit == "jahr":
        base = date(context.section, 1, 1), date(context.section, 12, 31)
    if base is None:
        return Found(None)
    if unit == "woche":
        monday = calendar.week_of(base[0])[0] + timedelta(7)
        return Found(_span((monday, monday + timedelta(6))) if (base[1] - base[0]).days < 32 else None)
    return Found(_moved(base, unit, float(parse.slots[slot])))


def _month_after(parse: Parse, context: Context) -> Found:
    if context.focus is None:
        return Found(None)
    month = int(parse.slots["month"])
    last = context.focus[1] if (context.focus[1] - context.focus[0]).days < 32 else context.focus[0]
    spread = (context.focus[1] - context.focus[0]).days > 31
    year = last.year + (1 if spread or month <= last.month else 0)
    return Found(f"{year:04}-{month:02}")


def _day_only(parse: Parse, context: Context) -> Found:
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
        return Found(_span((day, other))) if other is not None and other > day else Found(None)
    return Found(day.isoformat())


def _nth(value: Value) -> int | None:
    return value if isinstance(value, int) else -1 if value == "last" else None


def _nth_weekday(parse: Parse, context: Context) -> Found:
    slots = parse.slots
    nth, weekday, month = _nth(slots["n"]), int(slots["weekday"]), int(slots["month"])
    if nth is None or nth > 5:
        return Found(None)

    def day_in(year: int) -> Bounds | None:
        return _one(calendar.weekday_in_month(year, month, weekday, nth))

    year = _year(slots, context) or (None if _says_year(slots) else _choose(context, day_in))
    bounds = day_in(year) if year else None
    return Found(bounds[0].isoformat() if bounds else f"XXXX-{month:02}", firm="year" in slots)


def _month_week(parse: Parse, context: Context) -> Found:
    nth, month = _nth(parse.slots["n"]), int(parse.slots["month"])
    if nth is None or nth > 5:
        return Found(None)

    def week_in(year: int) -> Bounds | None:
        thursday = calendar.weekday_in_month(year, month, 3, nth)
        return calendar.week_of(thursday) if thursday else None

    year = _year(parse.slots, context) or (None if _says_year(parse.slots) else _choose(context, week_in))
    bounds = week_in(year) if year else None
    return Found(_span(bounds) if bounds else None, firm="year" in parse.slots)


_ORDINAL_FEASTS = {
    "advent": {1: "advent_1", 2: "advent_2", 3: "advent_3", 4: "advent_4"},
    "christmas": {1: "christmas", 2: "christmas_second"},
    "easter": {1: "easter", 2: "easter_monday"},
    "pentecost": {1: "pentecost", 2: "pentecost_monday"},
}


def _holiday_ordinal(parse: Parse, context: Context) -> Found:
    feasts = _ORDINAL_FEASTS.get(str(parse.slots["holiday"]), {})
    name = feasts.get(int(parse.slots["n"]))
    return _holiday({**parse.slots, "holiday": name}, context) if name else Found(None)


def _era(parse: Parse, context: Context) -> Found:
    side = _SIDES.get(parse.before.removesuffix(" det").rpartition(" ")[2])
    return Found(str(parse.slots["era"]), side, firm=True)


def _year_old(parse: Parse, context: Context) -> Found:
    number = int(parse.slots["n"])
    return Found(f"{number:04}" if number > 99 or "nchr" in parse.kinds.values() else None, firm=True)


def _deictic_ago(parse: Parse, context: Context) -> Found:
    if context.anchor is None or context.anchor[0] != context.anchor[1]:
        return Found(None)
    day = context.anchor[0] + timedelta(int(parse.slots["deictic"]))
    sign = -1 if parse.kinds["dir"] == "vor" else 1
    count, unit = sign * int(parse.slots["n"]), parse.kinds["unit"]
    try:
        if unit == "woche":
            return Found((day + timedelta(7 * count)).isoformat())
        return Found(calendar.add_months(day, count * (12 if unit == "jahr" else 1)).isoformat())
    except (ValueError, OverflowError):
        return Found(None)


def _part_unit(parse: Parse, context: Context) -> Found:
    mod = str(parse.slots["part"])
    if context.anchor is None or (context.anchor[1] - context.anchor[0]).days > 31:
        return Found(None, mod)
    first = context.anchor[0]
    if parse.kinds.get("unit") == "woche" or parse.kinds["part"] == "week_part":
        return Found(_span(calendar.week_of(first)), mod)
    return Found(f"{first.year:04}-{first.month:02}", mod)


def _ago(parse: Parse, context: Context) -> Found:
    if context.anchor is None:
        return Found(None)
    sign = 1 if parse.kinds["dir"] == "in" else -1
    return _about(context.anchor, parse, sign)


def _since(parse: Parse, context: Context) -> Found:
    if context.anchor is None:
        return Found(None)
    return _about(context.anchor, parse, -1)


def _about(anchor: Bounds, parse: Parse, sign: int) -> Found:
    value = _moved(anchor, parse.kinds["unit"], sign * float(parse.slots["n"]))
    return Found(value + "~" if value else None)


def _anniversary(parse: Parse, context: Context) -> Found:
    year = context.section or context.said_year or (context.anchor[0].year if context.anchor else None)
    count = int(parse.slots.get("n", parse.slots.get("short", 0)))
    if year is None or year <= count:
        return Found(None)
    return Found(f"{year - count:04}~")


def _quarter(parse: Parse, context: Context) -> Found:
    number = int(parse.slots["n"])
    size = 12 // int(parse.slots["unit"])
    if "year" in parse.slots and not isinstance(parse.slots["year"], int):
        return Found(None)
    if not 1 <= number <= 12 // size:
        return Found(None)
    year = _year(parse.slots, context)
    start = (number - 1) * size + 1
    if year is None:
        year = _choose(context, lambda y: (date(y, start, 1), date(y, start + size - 1, 28)))
    if year is None:
        return Found(None)
    return Found(f"{year:04}-{start:02}/{year:04}-{start + size - 1:02}", firm="year" in parse.slots)


def _week(parse: Parse, context: Context) -> Found:
    number = int(parse.slots["n"])
    year = _year(parse.slots, context) or _choose(context, lambda y: calendar.iso_week(y, number))
    bounds = calendar.iso_week(year, number) if year else None
    return Found(_span(bounds) if bounds else None)


def _range(parse: Parse, context: Context) -> Found:
    left, right = _sub(parse, "a_"), _sub(parse, "b_")
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
        left = {**_figures(str(left["date"])), **{k: v for k, v in left.items() if k != "date"}}
    if "date" in right:
        right = {**_figures(str(right["date"])), **right}
    filled = dict(left)
    if "day" in left and "month" not in left and "month" in right:
        filled["month"] = right["month"]
    if "year" not in filled and last.edtf and last.edtf[:4].isdigit() and "weekday_only" not in left:
        if "day" in left or "month" in left or "season" in left:
            filled["year"] = int(last.edtf[:4])
    return filled


def _list(parse: Parse, context: Context) -> Found | list[tuple[int, int, Found]]:
    """Days one after the other: one span when they are neighbours, else each by itself."""
    parts = _parts(parse, context)
    bounds = [edtf.bounds(found.edtf.replace("XXXX", "2000")) if found.edtf else None for _, _, found in parts]
    joined = all(
        a is not None and b is not None and a[1] + timedelta(1) == b[0] for a, b in zip(bounds, bounds[1:], strict=False)
    )
    first, last = parts[0][2], parts[-1][2]
    if joined and first.edtf and last.edtf and "/" not in first.edtf + last.edtf:
        return Found(f"{first.edtf}/{last.edtf}", firm=last.firm)
    return parts


def _parts(parse: Parse, context: Context) -> list[tuple[int, int, Found]]:
    right = _sub(parse, "b_")
    last = point(right, context)
    parts: list[tuple[int, int, Found]] = []
    for prefix in ("a_", "m_"):
        left = _sub(parse, prefix)
        if left:
            spans = [span for slot, span in parse.spans.items() if slot.startswith(prefix)]
            found = point(_inherit(left, right, last), context)
            parts.append((min(s for s, _ in spans), max(e for _, e in spans), found))
    spans = [span for slot, span in parse.spans.items() if slot.startswith("b_")]
    parts.append((min(s for s, _ in spans), parse.end, last))
    return parts


_MAKERS: dict[str, Callable[[Parse, Context], Found | list[tuple[int, int, Found]]]] = {
    "range": _range,
    "list": _list,
    "list_apart": _parts,
    "day_only": _day_only,
    "month_after": _month_after,
    "month_week": _month_week,
    "nth_weekday": _nth_weekday,
    "holiday_ordinal": _holiday_ordinal,
    "era": _era,
    "year_old": _year_old,
    "deictic_ago": _deictic_ago,
    "part_unit": _part_unit,
    "follow": _follow,
    "weekday_after": _weekday_after,
    "relative": _relative,
    "relative_word": _relative_word,
    "after": _after,
    "ago": _ago,
    "since": _since,
    "anniversary": _anniversary,
    "quarter": _quarter,
    "week": _week,
}
