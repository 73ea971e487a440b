"""Whose article is it: the town, county or region that a text speaks for."""

from __future__ import annotations

import re

from pipeline.findings import City, Findings

GERMAN = frozenset({"DE", "AT", "CH", "LI", "LU"})
_HALF_GERMAN = frozenset({"IT", "BE"})
_AWAY = re.compile(
    r"(?<!\w)(?:mit|nach|aus|zwischen|Partnerstadt|Partnergemeinde|Partnerstädte|Schwesterstadt)[ \u00a0\n]"
    r"(?:(?:der|dem|den)[ \u00a0\n])?(?:[\w-]+(?:en|er)[ \u00a0\n])?$"
)
_HERE = re.compile(
    r"(?<!\w)(?:Stadt|Gemeinde|Marktgemeinde|Stadtgemeinde|Landkreis|Kreis|Magistrat|Rathaus|Bezirksamt|Hansestadt|Stadtrat"
    r"|Gemeinderat|STADT|GEMEINDE|MARKTGEMEINDE|STADTGEMEINDE|LANDKREIS|KREIS|MAGISTRAT|RATHAUS|Stadtverwaltung"
    r"|Gemeindeverwaltung|Gemeindeamt|Stadtamt|Landratsamt|Stadthalle|Bezirk|BEZIRK|MARKT)[ \u00a0]+$"
)
_BESIDE = re.compile(
    r"(?<!\w)(?:bei|nahe|unweit|bis|über|via|hinter|(?:nörd|süd|öst|west)lich[ ]von|(?:nord|süd)(?:öst|west)lich[ ]von)"
    r"[ \u00a0\n]$"
)
_DATELINE = re.compile(
    r"(?:[ /A-ZÄÖÜ]*)(?:[ ]?\([^)\n]{1,20}\))?[ ]?(?:\.[ ]|:|[–-][ ]|,[ ](?:den[ ])?\d|\n)"
)
_REACH = 40
_SIGNS = ("masthead", "address", "body")
"""Kinds of `Findings.home`."""
_HEAD = 160

HOME_FEATURES = (
    "share", "adjectives", "clue", "german", "half_german", "region", "county", "district", "away", "here", "dateline",
    "capitals", "early", "most", "masthead", "beside", "genitive", "first_german", "in_it", "title", "only_adjective",
    "sign_masthead", "sign_address", "sign_body",
)  # fmt: skip


def home_features(text: str, findings: Findings, cities: list[City]) -> dict[str, dict[str, float]]:
    """HOME_FEATURES of each of `cities`, by its id. `text` is the original text."""
    adjectives: dict[str, int] = {}
    clues: dict[str, int] = {}
    for clue in findings.clues:
        if clue.city is not None:
            kind = clues if clue.kind in ("own_town", "dateline") else adjectives
            kind[clue.city.id] = kind.get(clue.city.id, 0) + 1
    signs = {(clue.kind, clue.city.id) for clue in findings.home if clue.city is not None}
    total = max(1, sum(len(city.mentions) for city in findings.cities) + sum(adjectives.values()))
    most = max((len(city.mentions) for city in findings.cities), default=0)
    head = text[:_HEAD].lower()
    rows = {}
    for city in cities:
        named = adjectives.get(city.id, 0)
        row = dict.fromkeys(HOME_FEATURES, 0.0)
        row["share"] = (len(city.mentions) + named) / total
        row["most"] = float(len(city.mentions) == most)
        for sign in _SIGNS:
            row[f"sign_{sign}"] = float((sign, city.id) in signs)
        row["only_adjective"] = float(not city.mentions)
        row["adjectives"] = float(min(named, 4))
        row["clue"] = float(city.id in clues)
        row["german"] = float(city.country in GERMAN)
        row["half_german"] = float(city.country in _HALF_GERMAN or city.country is None)
        if city.kind in row:
            row[city.kind] = 1.0
        _by_mentions(text, city, row)
        row["masthead"] = _stands_in(city.name.lower(), head)
        rows[city.id] = row
    first = min(
        (city for city in cities if city.mentions and city.country in GERMAN and city.kind != "region"),
        key=lambda city: city.mentions[0].start,
        default=None,
    )
    if first is not None:
        rows[first.id]["first_german"] = 1.0
    return rows


def _stands_in(name: str, part: str) -> float:
    """1 for the name as adjective ("Sterzinger Gemeindeblatt") in `part`, 0.5 for the name; both lower case."""
    stem = name.removesuffix("en").removesuffix("e")
    for adjective in {f"{name}er ", f"{stem}er ", f"{stem}ner "}:
        at = part.find(adjective)
        if at >= 0 and not part[at - 1 : at].isalpha():
            return 1.0
    at = part.find(name)
    return 0.5 * (at >= 0 and not part[max(0, at - 1) : at].isalpha())


def _by_mentions(text: str, city: City, row: dict[str, float]) -> None:
    title = text.find("\n", 5)
    for spot in city.mentions:
        left = text[max(0, spot.start - _REACH) : spot.start]
        right = text[spot.end : spot.end + _REACH]
        if _AWAY.search(left):
            row["away"] += 1 / len(city.mentions)
        if _BESIDE.search(left):
            row["beside"] += 1 / len(city.mentions)
        if spot.start < title:
            row["title"] = 1.0
        if left.endswith((" in ", " im ")):
            row["in_it"] = min(1.0, row["in_it"] + 0.34)
        if text[spot.end - 1] == "s" and city.name[-1:] != "s":
            row["genitive"] = min(1.0, row["genitive"] + 0.5)
        if _HERE.search(left):
            row["here"] = min(2.0, row["here"] + (1.0 if spot.start < 300 else 0.4))
        line = text.rfind("\n", 0, spot.start) + 1
        if spot.start - line <= 2 and spot.start < 600 and _DATELINE.match(right):
            row["dateline"] = 1.0
            row["capitals"] = max(row["capitals"], float(text[spot.start : spot.end].isupper()))
    if city.mentions:
        row["early"] = max(0.0, 1 - city.mentions[0].start / 400)


def home_score(row: dict[str, float], weights: dict[str, float]) -> float:
    """How much speaks for a place as the home of the article."""
    return sum(weight * row[name] for name, weight in weights.items())
