"""Towns that are surnames: where "Horst Wittenberg" is mayor, Wittenberg is no town of the text, unless it says so.

The cities are found before the persons and know only what the model took for one. A given name and a title in front
are surer, so what they make a surname is taken from the cities again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.findings import City, Findings, Mention

_AT = re.compile(
    r"(?:\b(?:in|nach|aus|bei|zwischen|um|über|von|der|das|Stadt|Gemeinde|Markt|Kreis|Landkreis|Partnerstadt"
    r"|Partnergemeinde|Städtepartnerschaft|Partnerschaft|Freundschaft|Vertrag|Abkommen)(?: mit)?|[-–/])\s*$"
)
"""What stands before a town, not before a person: "nach Wittenberg", "ihren Vertrag mit Wittenberg"."""

_BEHIND = re.compile(r"\s?(?:\(|[-–/]\w)")
_GENITIVE = re.compile(r"(?:s|['’])$")


def without_surnames(findings: Findings, text: str, names: Iterable[tuple[int, int]]) -> bool:
    """Take out of `findings.cities` what is the surname of a person; True where something was.

    `names`: spans in `text` of persons' names, given name and surname. A mention within one goes; all others of that
    name go with it, unless one of them is said to be a place. An adjective's or a dateline's town is no mention and stays.
    """
    surnames = [
        (end - len(parts[1]), end, parts[1])
        for start, end in names
        if len(parts := text[start:end].split()) == 2
    ]
    changed = False
    for city in list(findings.cities):
        borne = {
            name for low, high, name in surnames if any(_within(spot, low, high) for spot in city.mentions)
        }
        if not borne:
            continue
        rest = [
            spot for spot in city.mentions if not any(_within(spot, low, high) for low, high, _ in surnames)
        ]
        if all(_is_surname(text, spot, borne) for spot in rest):
            rest = []
        changed = True
        if rest:
            city.mentions = rest
        else:
            _forget(findings, city)
    return changed


def _within(spot: Mention, low: int, high: int) -> bool:
    return low <= spot.start < high


def _is_surname(text: str, spot: Mention, borne: set[str]) -> bool:
    word = text[spot.start : spot.end]
    return (
        (word in borne or _GENITIVE.sub("", word) in borne)
        and _AT.search(text, max(0, spot.start - 40), spot.start) is None
        and _BEHIND.match(text, spot.end) is None
    )


def _forget(findings: Findings, city: City) -> None:
    findings.cities.remove(city)
    share = findings.own.pop(city.id, 0.0)
    if 0.0 < share < 1.0:
        findings.own = {key: value / (1.0 - share) for key, value in findings.own.items()}
