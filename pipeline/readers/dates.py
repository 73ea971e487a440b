"""Dates as metadata has them (feeds, mail, rows) → EDTF."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipeline.edtf import is_edtf

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}.*)?")
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:[ ,].*)?")
_EPOCH = re.compile(r"\d{9,10}")


def as_edtf(value: object) -> str | None:
    """`value` as an EDTF date, None where it is none.

    >>> as_edtf("Tue, 03 Dec 2019 09:00:00 +0100"), as_edtf("2019-12-03T09:00:00Z"), as_edtf("3.12.2019")
    ('2019-12-03', '2019-12-03', '2019-12-03')
    """
    text = str(value).strip() if value is not None else ""
    found: str | None = None
    if match := _ISO.fullmatch(text):
        found = match[1]
    elif match := _GERMAN.fullmatch(text):
        found = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    elif _EPOCH.fullmatch(text):
        found = datetime.fromtimestamp(int(text), UTC).date().isoformat()
    elif is_edtf(text):
        return text
    else:
        try:
            found = parsedate_to_datetime(text).date().isoformat()
        except (ValueError, TypeError, IndexError):
            return None
    return found if found and is_edtf(found) else None
