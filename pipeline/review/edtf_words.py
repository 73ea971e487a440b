"""Dates of the record in words, and words of the analyst as dates of the record."""

from __future__ import annotations

import re
from typing import Literal

from pipeline.edtf import is_edtf

Lang = Literal["de", "en"]
MONTHS: dict[str, list[str]] = {
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"],
}  # fmt: skip
_SEASONS = {"de": ["Frühjahr", "Sommer", "Herbst", "Winter"], "en": ["spring", "summer", "autumn", "winter"]}
_MODIFIERS = {
    "de": {"early": "Anfang", "mid": "Mitte", "late": "Ende", "before": "vor", "after": "nach"},
    "en": {"early": "early", "mid": "mid", "late": "late", "before": "before", "after": "after"},
}
_MARKS = {
    "de": {"~": "etwa {}", "?": "{} (unsicher)", "%": "etwa {} (unsicher)"},
    "en": {"~": "about {}", "?": "{} (uncertain)", "%": "about {} (uncertain)"},
}
_NUMERIC = re.compile(r"(?:(?:(\d{1,2})\.\s*)?(\d{1,2})\.\s*)?(\d{4})")
_NAMED = re.compile(r"(?:(\d{1,2})\.\s*)?([^\W\d_]{3,})\.?\s+(\d{4})")


def in_words(value: str | None, lang: Lang = "de", modifier: str | None = None) -> str:
    """An EDTF date as people say it: `2018-21` "Frühjahr 2018", `198X` "1980er Jahre", `1990~` "etwa 1990".

    None (the text's date cannot be resolved) is "unbestimmt". Raises ValueError for what is no EDTF.
    """
    if value is None:
        words = "unbestimmt" if lang == "de" else "unknown"
    elif not is_edtf(value):
        raise ValueError(f"{value!r} is no EDTF date")
    elif "/" in value:
        words = _interval(value, lang)
    else:
        words = _point(value, lang)
    return f"{_MODIFIERS[lang][modifier]} {words}" if modifier else words


def _interval(value: str, lang: Lang) -> str:
    first, _, last = value.partition("/")
    german = lang == "de"
    if first in ("", ".."):
        return ("bis " if german else "until ") + _point(last, lang)
    if last == "..":
        return ("seit " if german else "since ") + _point(first, lang)
    if last == "":
        return (
            ("ab " if german else "from ")
            + _point(first, lang)
            + (", Ende unbekannt" if german else ", end unknown")
        )
    to = "bis" if german else "to"
    if len(first) == len(last) == 10 and first[:7] == last[:7]:
        day = f"{int(first[8:])}." if german else str(int(first[8:]))
        return f"{day} {to} {_point(last, lang)}"
    return f"{_point(first, lang)} {to} {_point(last, lang)}"


def _point(value: str, lang: Lang) -> str:
    mark = value[-1] if value[-1] in "~?%" else ""
    parts = value.removesuffix(mark).split("-")
    words = _year(parts[0], lang)
    german = lang == "de"
    if len(parts) > 1:
        month = int(parts[1])
        name = MONTHS[lang][month - 1] if month <= 12 else _SEASONS[lang][month - 21]
        if month == 24 and parts[0].isdigit():
            words = f"{parts[0]}/{(int(parts[0]) + 1) % 100:02d}"
        words = f"{name} {words}" if parts[0] != "XXXX" else name
        if len(parts) > 2:
            words = f"{int(parts[2])}. {words}" if german else f"{int(parts[2])} {words}"
        if parts[0] == "XXXX":
            words += ", Jahr unbekannt" if german else ", year unknown"
    return _MARKS[lang][mark].format(words) if mark else words


def _year(year: str, lang: Lang) -> str:
    if year.endswith("XX") and year != "XXXX":
        century = int(year[:2]) + 1
        return f"{century}. Jahrhundert" if lang == "de" else f"{year[:2]}00s"
    if year.endswith("X") and year != "XXXX":
        return f"{year[:3]}0er Jahre" if lang == "de" else f"{year[:3]}0s"
    return year


def read_date(text: str) -> str | None:
    """What an analyst typed as EDTF: EDTF itself, "25.11.2019", "11.2019", "25. November 2019", "Herbst 2018".

    Empty is None. Raises ValueError for what is no date.
    """
    text = text.strip()
    if not text:
        return None
    if is_edtf(text):
        return text
    if match := _NUMERIC.fullmatch(text):
        day, month, year = match.groups()
        value = year + (f"-{int(month):02d}" if month else "") + (f"-{int(day):02d}" if day else "")
        if is_edtf(value):
            return value
    if match := _NAMED.fullmatch(text):
        day, name, year = match.groups()
        for names in (*MONTHS.values(), *_SEASONS.values()):
            for number, full in enumerate(names, 1):
                if full.casefold().startswith(name.casefold()) or (
                    name.casefold() == "frühling" and full == "Frühjahr"
                ):
                    number += 20 if len(names) == 4 else 0
                    value = f"{year}-{number:02d}" + (f"-{int(day):02d}" if day else "")
                    if is_edtf(value):
                        return value
    raise ValueError(f"{text!r} is no date")
