"""Whose article is it: the town, county or region that a text speaks for."""

from __future__ import annotations

import re

from pipeline.findings import City, Findings

_GERMAN = frozenset({"DE", "AT", "CH", "LI", "LU"})
_HALF_GERMAN = frozenset({"IT", "BE"})
_AWAY = re.compile(r"(?<!\w)(?:mit|nach|aus|zwischen|Partnerstadt|Partnergemeinde|Partnerstädte|Schwesterstadt)[ \u00a0\n](?:(?:der|dem|den)[ \u00a0\n])?(?:[\w-]+(?:en|er)[ \u00a0\n])?$")
_HERE = re.compile(r"(?<!\w)(?:Stadt|Gemeinde|Marktgemeinde|Stadtgemeinde|Landkreis|Kreis|Magistrat|Rathaus|Bezirksamt|Hansestadt|Stadtrat|Gemeinderat)[ \u00a0]+$")
_DATELINE = re.compile(r"(?:[ /A-ZÄÖÜ]*)(?:[ ]?\([^)\n]{1,20}\))?[ ]?(?:\.[ ]|:|[–-][ ]|,[ ](?:den[ ])?\d|\n)")
_SIGNED = re.compile(r",[ ](?:den|im|am|\d)")
_OUR = re.compile(r"(?<!\w)(?:unsere[rnm]?|hiesigen?)[ ](?:Stadt|Gemeinde|Kreis|Landkreis|Ort|Bezirk)(?!\w)")
_REACH = 40


def home_of(text: str, findings: Findings, kinds: tuple[str, ...] = (), country: str | None = None) -> City | None:
    """The place the article is written from, by position, prepositions, datelines and number of mentions.

    `text` is the original text. `kinds`, `country`: only such places count. None when there is none.
    """
    for clue in findings.clues:
        if clue.kind in ("own_town", "dateline") and clue.city is not None and not kinds:
            return clue.city
    adjectives: dict[str, int] = {}
    known: dict[str, City] = {city.id: city for city in findings.cities}
    for clue in findings.clues:
        if clue.city is not None and clue.kind in ("adjective", "name_part"):
            adjectives[clue.city.id] = adjectives.get(clue.city.id, 0) + 1
            known.setdefault(clue.city.id, clue.city)
    total = max(1, sum(len(city.mentions) for city in findings.cities) + sum(adjectives.values()))
    best: City | None = None
    most = float("-inf")
    for city in known.values():
        if (kinds and city.kind not in kinds) or (country and city.country != country):
            continue
        score = _score(text, city, adjectives.get(city.id, 0), total)
        if score > most:
            best, most = city, score
    return best


def _score(text: str, city: City, adjectives: int, total: int) -> float:
    count = len(city.mentions)
    score = 3.0 * (count + adjectives) / total + 0.25 * min(adjectives, 4)
    if city.country in _GERMAN:
        score += 1.0
    elif city.country in _HALF_GERMAN or city.country is None:
        score += 0.3
    score -= 1.5 * (city.kind == "region") + 0.2 * (city.kind == "district")
    away = 0
    for spot in city.mentions:
        left = text[max(0, spot.start - _REACH) : spot.start]
        right = text[spot.end : spot.end + _REACH]
        if _AWAY.search(left):
            away += 1
        elif _HERE.search(left):
            score += 0.5 if spot.start < 300 else 0.2
        line = text.rfind("\n", 0, spot.start) + 1
        if spot.start - line <= 2 and spot.start < 600 and _DATELINE.match(right):
            score += 1.0 if not text[spot.start : spot.end].isupper() else 1.5
        if spot.end > len(text) - 300 and _SIGNED.match(right):
            score += 1.5
        if _OUR.search(text, max(0, spot.start - 100), spot.end + 100):
            score += 0.3
    if count:
        score -= 1.5 * away / count
        score += 0.6 * max(0.0, 1 - city.mentions[0].start / 400)
    return score
