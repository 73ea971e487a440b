"""Extended Date/Time Format (ISO 8601-2, levels 0-1, plus an unspecified year): the dates of the record.

Source: Library of Congress, EDTF specification, 2019. Only the forms that the record contract lists are
accepted: `2019-11-25`, `2019-11`, `2019`, `198X`, `19XX`, seasons `2018-21`…`2018-24`, `XXXX-12-03`, each with
an optional `~ ? %`, and intervals of them with `/`, open (`..`) or unknown (empty) at one end.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

_POINT = re.compile(
    r"(?P<year>\d{4}|XXXX|\d{3}X|\d{2}XX)"
    r"(?:-(?P<month>0[1-9]|1[0-2]|2[1-4])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?)?(?P<mark>[~?%]?)"
)
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}


def is_edtf(value: str) -> bool:
    """Is `value` a date, or an interval of two dates, in the forms of the contract?"""
    first, slash, last = value.partition("/")
    if not slash:
        return _is_point(first)
    ends = [end for end in (first, last) if end not in ("", "..")]
    return bool(ends) and all(map(_is_point, ends))


def _is_point(value: str) -> bool:
    match = _POINT.fullmatch(value)
    if match is None:
        return False
    year, month, day = match["year"], match["month"], match["day"]
    if month is None:
        return year != "XXXX"
    if not year.isdigit() and year != "XXXX":
        return False
    if day is None:
        return True
    if int(month) > 12:
        return False
    leap = 2000 if year == "XXXX" else int(year)
    return int(day) <= calendar.monthrange(leap or 2000, int(month))[1]


def bounds(value: str) -> tuple[date, date] | None:
    """First and last day that `value` covers; None where the year is unknown or an end is open."""
    first, slash, last = value.partition("/")
    start = _point_bounds(first)
    end = _point_bounds(last) if slash else start
    return (start[0], end[1]) if start and end else None


def _point_bounds(value: str) -> tuple[date, date] | None:
    match = _POINT.fullmatch(value)
    if match is None or match["year"] in ("XXXX", "0000"):
        return None
    year, month, day = match["year"], match["month"], match["day"]
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if low == 0:
        return None
    if month is None:
        return date(low, 1, 1), date(high, 12, 31)
    number = int(month)
    if day is not None:
        exact = date(low, number, int(day))
        return exact, exact
    if number <= 12:
        return date(low, number, 1), date(high, number, calendar.monthrange(high, number)[1])
    first, final = _SEASON_MONTHS[number]
    final_year = low + (final < first)
    if final_year > 9999:
        return None
    return date(low, first, 1), date(final_year, final, calendar.monthrange(final_year, final)[1])


def year_of(value: str) -> int | None:
    """The year in which `value` starts, or None where it is not a definite one."""
    return int(value[:4]) if value[:4].isdigit() else None
