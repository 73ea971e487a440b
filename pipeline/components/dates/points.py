"""Values of single expressions: a day, a month, a season, a feast, a weekday, a decade, a year."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from pipeline import edtf
from pipeline.components.dates.context import Bounds, Context, Found, Slots, choose
from pipeline.knowledge import calendar

SIDES = {"before": "before", "after": "after"}
REL_YEARS = {"last": -1, "next": 1, "this": 0, "before_last": -2, "after_next": 2}


def point(slots: Slots, context: Context) -> Found:
    """The value of a single expression, by the slots that it fills."""
    modifier = slots.get("part")
    mod = str(modifier) if isinstance(modifier, str) else None
    if "date" in slots:
        slots = {**figures(str(slots["date"])), **{k: v for k, v in slots.items() if k != "date"}}
    if "day" in slots and "mrel" in slots:
        return _day_of_month(slots, context)
    if "day" in slots and "month" in slots:
        return _day(slots, context)
    if "month" in slots:
        return _month(slots, context, mod)
    if "holiday" in slots:
        return holiday(slots, context)
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
    if "year" in slots or "shortyear" in slots or "yrel" in slots or "yword" in slots or mod:
        said = year_said(slots, context)
        if isinstance(slots.get("year"), str):
            first = int(str(slots["year"])[:4])
            last = first + (int(str(slots["year"])[-2:]) - first) % 100
            return Found(f"{first:04}/{last:04}", mod, firm=True)
        if said is None and mod and "yrel" not in slots:
            said = choose(context, lambda y: (date(y, 1, 1), date(y, 12, 31)))
        return Found(f"{said:04}" if said else None, mod, firm="year" in slots)
    return Found(None, mod)


def figures(text: str) -> Slots:
    """Day, month and year of a date in figures (25.11.2019, 2019-11-25, 11/2019, 3.5.)."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) == 3 and len(numbers[0]) == 4:
        return {"year": int(numbers[0]), "month": int(numbers[1]), "day": int(numbers[2])}
    if len(numbers) == 3:
        year = int(numbers[2])
        year = year if len(numbers[2]) > 2 else short_year(year)
        return {"day": int(numbers[0]), "month": int(numbers[1]), "year": year}
    if len(numbers[0]) == 4:
        return {"month": int(numbers[1]), "year": int(numbers[0])}
    if len(numbers[1]) == 4:
        return {"month": int(numbers[0]), "year": int(numbers[1])}
    return {"day": int(numbers[0]), "month": int(numbers[1])}


def short_year(number: int) -> int:
    """The year meant by its last two figures, of the hundred years up to 2045."""
    return 2000 + number if number <= 45 else 1900 + number


def year_said(slots: Slots, context: Context) -> int | None:
    """The year that an expression says itself, in figures or against today or the story; None where it says none."""
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
        return context.anchor[0].year + REL_YEARS[str(rel)] if context.anchor else None
    return None


def says_year(slots: Slots) -> bool:
    return any(slot in slots for slot in ("year", "shortyear", "yrel", "yword", "yfollow"))


def _day(slots: Slots, context: Context) -> Found:
    day, month = int(slots["day"]), int(slots["month"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return Found(None)
    weekday = int(slots["weekday"]) if "weekday" in slots else None
    year = year_said(slots, context)
    firm = "year" in slots or "shortyear" in slots
    if year is None and not says_year(slots):
        if weekday is not None and not context.yearly:
            year = _year_of_weekday(month, day, weekday, context)
        year = year or choose(context, lambda y: one_day(calendar.safe_date(y, month, day)))
    if year is None:
        value = f"XXXX-{month:02}-{day:02}"
        return Found(value if edtf.is_edtf(value) else None)
    found = calendar.safe_date(year, month, day)
    if found is None:
        return Found(None, firm=firm)
    return Found(found.isoformat(), firm=firm, mismatch=_mismatch(found, slots))


def _mismatch(day: date, slots: Slots) -> str | None:
    """The day's real weekday, where the text names another."""
    said = int(slots["weekday"]) if "weekday" in slots else None
    return None if said in (None, day.weekday()) else calendar.WEEKDAYS[day.weekday()]


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


def one_day(day: date | None) -> Bounds | None:
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
    year = year_said(slots, context)
    if year is None and not says_year(slots):
        rel = str(slots.get("rel", ""))
        context = _with_tense(context, rel)
        year = choose(
            context, lambda y: (date(y, month, 1), calendar.add_months(date(y, month, 1), 1) - timedelta(1))
        )
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
    year = year_said(slots, context)
    if year is None and not says_year(slots):
        context = _with_tense(context, str(slots.get("rel", "")))
        year = choose(context, lambda y: edtf.bounds(f"{y:04}-{season}"))
    return Found(f"{year:04}-{season}" if year else None, modifier, firm="year" in slots)


def holiday(slots: Slots, context: Context) -> Found:
    name = str(slots["holiday"])
    name = {"national_day": "austria_day", "christmas_days": "christmas"}.get(name, name)
    year = year_said(slots, context)
    if year is None and not says_year(slots):
        context = _with_tense(context, str(slots.get("rel", "")))
        year = choose(context, lambda y: calendar.feast(name, y))
    bounds = calendar.feast(name, year) if year else None
    if bounds is None:
        return Found(None)
    return Found(as_span(bounds), firm="year" in slots)


def as_span(bounds: Bounds) -> str:
    first, last = bounds
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def _deictic(slots: Slots, context: Context) -> Found:
    if context.anchor is None or context.loose or context.anchor[0] != context.anchor[1]:
        return Found(None)
    day = context.anchor[0] + timedelta(int(slots["deictic"]))
    return Found(day.isoformat(), mismatch=_mismatch(day, slots))


def _weekday(slots: Slots, context: Context) -> Found:
    weekday = int(slots["weekday"])
    rel = str(slots.get("rel", ""))
    if "rel2" in slots and context.anchor:
        monday = calendar.week_of(context.anchor[0])[0] + timedelta(7 * REL_YEARS.get(str(slots["rel2"]), 0))
        return Found((monday + timedelta(weekday)).isoformat())
    told = None if rel else in_story(weekday, context)
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


def in_story(weekday: int, context: Context) -> date | None:
    """The weekday of the days that the text is telling of, where it is those that it speaks of."""
    base = context.story
    if (
        base is None
        and context.loose
        and context.anchor
        and 0 < (context.anchor[1] - context.anchor[0]).days < 14
    ):
        base = context.anchor
    if base is None and context.loose and context.focus and (context.focus[1] - context.focus[0]).days < 14:
        base = context.focus
    if base is None:
        return None
    first, last = base
    day = first + timedelta((weekday - first.weekday()) % 7)
    inside = first < last and day <= last
    if first < last and not inside and context.tense < 0:
        day = first - timedelta((first.weekday() - weekday) % 7)
    if (
        context.anchor is None
        or context.loose
        or (context.anchor[1] - context.anchor[0]).days > 6
        or context.diary
    ):
        return day
    if (context.anchor[0] - last).days > 6:
        return day
    ahead = first > context.anchor[1]
    return day if context.same_paragraph and (inside or ahead) else None
