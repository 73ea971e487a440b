"""The calendar: feasts, weekdays and spans of time, without a word of any language.

Dates are of the Gregorian calendar, before 1582 proleptic. Feasts are named by stable English ids
(`FEASTS`), which the rules map to the words of a language. Easter is dateutil's (Western computus); the movable
feasts are counted from it, those of Advent back from Christmas.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Days after Easter Sunday: first and last day of the feast.
_MOVABLE = {
    "fat_thursday": (-52, -52),
    "carnival_sunday": (-49, -49),
    "carnival_monday": (-48, -48),
    "shrove_tuesday": (-47, -47),
    "ash_wednesday": (-46, -46),
    "palm_sunday": (-7, -7),
    "holy_week": (-7, -1),
    "maundy_thursday": (-3, -3),
    "good_friday": (-2, -2),
    "holy_saturday": (-1, -1),
    "easter": (0, 0),
    "easter_monday": (1, 1),
    "easter_weekend": (-2, 1),
    "low_sunday": (7, 7),
    "ascension": (39, 39),
    "pentecost": (49, 49),
    "pentecost_saturday": (48, 48),
    "pentecost_monday": (50, 50),
    "pentecost_weekend": (48, 50),
    "trinity": (56, 56),
    "corpus_christi": (60, 60),
    "sacred_heart": (68, 68),
    "sacred_heart_sunday": (70, 70),
    "carnival": (-52, -47),
}
_FIXED = {
    "new_year": (1, 1),
    "epiphany": (1, 6),
    "holocaust_day": (1, 27),
    "candlemas": (2, 2),
    "valentine": (2, 14),
    "womens_day": (3, 8),
    "st_joseph": (3, 19),
    "annunciation": (3, 25),
    "labour_day": (5, 1),
    "europe_day": (5, 9),
    "st_john": (6, 24),
    "peter_paul": (6, 29),
    "swiss_day": (8, 1),
    "assumption": (8, 15),
    "nativity_of_mary": (9, 8),
    "michaelmas": (9, 29),
    "unity_day": (10, 3),
    "austria_day": (10, 26),
    "reformation": (10, 31),
    "halloween": (10, 31),
    "all_saints": (11, 1),
    "all_souls": (11, 2),
    "st_martin": (11, 11),
    "st_barbara": (12, 4),
    "st_nicholas": (12, 6),
    "st_nicholas_eve": (12, 5),
    "st_george": (4, 23),
    "st_james": (7, 25),
    "st_lawrence": (8, 10),
    "immaculate": (12, 8),
    "christmas_eve": (12, 24),
    "christmas": (12, 25),
    "christmas_second": (12, 26),
    "st_stephen": (12, 26),
    "sylvester": (12, 31),
    "luxembourg_day": (6, 23),
    "belgium_day": (7, 21),
    "german_community_day": (11, 15),
    "liechtenstein_day": (8, 15),
    "france_day": (7, 14),
    "un_day": (10, 24),
    "human_rights_day": (12, 10),
    "elysee_day": (1, 22),
}
# Feasts counted back from the first Sunday of Advent, in days.
_ADVENT = {
    "advent_1": 0,
    "advent_2": 7,
    "advent_3": 14,
    "advent_4": 21,
    "eternity_sunday": -7,
    "repentance_day": -11,
    "remembrance_sunday": -14,
}
_OTHER = ("mothers_day", "thanksgiving", "fathers_day", "buss_swiss", "advent", "christmas_days")
FEASTS = frozenset([*_MOVABLE, *_FIXED, *_ADVENT, *_OTHER])


def weekday_in_month(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The nth (1 to 5, or -1 for the last) `weekday` (0 Monday) of a month; None where there is no such day."""
    days = calendar.monthrange(year, month)[1]
    if nth == -1:
        last = date(year, month, days)
        return last - timedelta((last.weekday() - weekday) % 7)
    day = 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (nth - 1)
    return date(year, month, day) if day <= days else None


@lru_cache(maxsize=4096)
def feast(name: str, year: int) -> tuple[date, date] | None:
    """First and last day of a feast in `year` (1583 to 4098), or None where the computation does not reach.

    Raises KeyError for a name that is not in `FEASTS`.
    """
    if name not in FEASTS:
        raise KeyError(name)
    if not 1583 <= year <= 4098:
        return None
    if name in _FIXED:
        day = date(year, *_FIXED[name])
        return day, day
    if name in _MOVABLE:
        start, end = _MOVABLE[name]
        sunday = easter(year)
        return sunday + timedelta(start), sunday + timedelta(end)
    if name == "fathers_day":
        return feast("ascension", year)
    if name == "christmas_days":
        return date(year, 12, 25), date(year, 12, 26)
    if name == "mothers_day":
        second = weekday_in_month(year, 5, 6, 2)
        assert second is not None
        return second, second
    if name == "thanksgiving":
        first = weekday_in_month(year, 10, 6, 1)
        assert first is not None
        return first, first
    if name == "buss_swiss":
        third = weekday_in_month(year, 9, 6, 3)
        assert third is not None
        return third, third
    eve = date(year, 12, 24)
    fourth = eve - timedelta((eve.weekday() + 1) % 7)
    first_advent = fourth - timedelta(21)
    if name == "advent":
        return first_advent, eve
    day = first_advent + timedelta(_ADVENT[name])
    return day, day


def add_months(day: date, months: int) -> date:
    """`day` moved by whole months, held within the month's length. Raises ValueError beyond the years 1 to 9999."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the day's week."""
    monday = day - timedelta(day.weekday())
    return monday, monday + timedelta(6)


def iso_week(year: int, week: int) -> tuple[date, date] | None:
    """Monday and Sunday of an ISO calendar week; None where the year has no such week."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return monday, monday + timedelta(6)


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
