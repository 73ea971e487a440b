"""Whose article it is: how probable it is of each place that the text speaks for it.

One decision for all that ask: the officials (whose mayor?) and the relation (whose partner town?). Each place is
described by where, how and beside what it is named; a conditional logit (McFadden 1974) over the places of the article,
learnt by `training/own_town.py`, weighs that. The weights stand in `rules/own_town.yaml`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pipeline.findings import City, Findings
from pipeline.knowledge.rules import StrictModel, load_rules

_GERMAN = frozenset({"DE", "AT", "CH", "LI", "LU"})
_HALF_GERMAN = frozenset({"IT", "BE", None})
_HEAD, _OPENING, _REACH, _MOST_IN_SENTENCE = 160, 400, 48, 30
_TOWN_WORD = r"(?:(?:der|dem|den|die|des)[ \u00a0\n]+)?(?:\w{0,20}(?:[Ss]tadt|[Gg]emeinde|[Kk]reis\w{0,3}|[Kk]ommune|[Oo]rt)[ \u00a0\n]+)?"

# What stands before a name.
_LEFT = {
    "mit": re.compile(rf"(?<!\w)mit[ \u00a0\n]+{_TOWN_WORD}$"),
    "nach": re.compile(r"(?<!\w)(?:nach|gen)[ \u00a0\n]+$"),
    "aus": re.compile(rf"(?<!\w)aus[ \u00a0\n]+(?:der[ \u00a0\n]+)?(?:[\w-]+(?:en|er)[ \u00a0\n]+)?{_TOWN_WORD}$"),
    "between": re.compile(rf"(?<!\w)[Zz]wischen[ \u00a0\n]+{_TOWN_WORD}$"),
    "here": re.compile(
        r"(?i)(?<!\w)(?:stadt|(?:stadt|markt)?gemeinde|(?:land)?kreis|magistrat|rathaus|bezirk(?:samt)?|hansestadt|stadtrat"
        r"|gemeinderat|(?:stadt|gemeinde)verwaltung|gemeindeamt|stadtamt|landratsamt|stadthalle|markt)[ \u00a0]+$"
    ),
    "partner": re.compile(r"(?:[Pp]artner|[Ss]chwester|[Ff]reundschafts|[Pp]aten)[\w-]*[ \u00a0\n]+(?:in[ \u00a0\n]+)?$"),
    "foreign": re.compile(r"(?<!\w)[a-zäöüß-]+ische[nrsm]?[ \u00a0\n]+(?:[\w-]+[ \u00a0\n]+)?$"),
}  # fmt: skip
# What stands behind it.
_RIGHT = {
    "does": re.compile(
        r" (?:hat|ist|pflegt|feiert|unterhält|will|bekommt|sucht|trauert|begrüßt|begrüsst|empfängt|plant|war|lädt|besitzt|verbindet)\b"
    ),
    "and": re.compile(r"(?:,| und| sowie|/| –| -)[ \u00a0\n]"),
    "colon": re.compile(r"(?:\.|:|,)? ?[–-]? "),
}
# What stands behind its adjective: "der Bochumer Rat", "die Bochumer Bürgermeisterin", "die Bochumer Gäste".
_OF_ADJECTIVE = {
    "hall": re.compile(
        r" (?:Stadtrat|Stadträt|Gemeinderat|Gemeinderät|Kreistag|Rathaus|Rat\b|Magistrat|Stadtverwaltung|Gemeindeverwaltung"
        r"|Stadtverordnete|Stadtparlament|Verwaltung|Ratsherr|Marktplatz|Stadthalle)"
    ),
    "mayor": re.compile(
        r" (?:Ober|Alt|Vize)?-?(?:[Bb]ürgermeister|OB\b|Stadtpräsident|Gemeindepräsident|Landrat|Landrät|Stadtoberhaupt|Stadtchef)"
    ),
    "guests": re.compile(r" (?:Gäste|Freunde|Besuch|Partner\b|Nachbar|Kollege|Amtskolleg)"),
}
# Words of a text that speaks for a county, a region, a town, a part of one.
_OF_KIND = {
    "county": re.compile(
        r"Landr[aä]t|Kreistag|Kreishaus|[Kk]reispartner|Kreisverwaltung|(?:unser|[Dd]er|[Dd]em|[Dd]es|beide) (?:Land)?[Kk]reis"
        r"|Bezirkshauptmann|Oberkreisdirektor"
    ),
    "region": re.compile(
        r"Ministerpräsident|Landesregierung|Landtag|Staatskanzlei|Landeshaupt(?:mann|frau)|Bezirkstag|Regionspartner|Landesr[aä]t"
        r"|Staatssekretär|Partnerregion|Regierungsrat"
    ),
    "city": re.compile(
        r"B(?:ü|ue)rgermeister|Stadtr[aä]t|Gemeinder[aä]t|Rathaus|[Uu]nsere[rn]? (?:Stadt|Gemeinde)|Stadtpräsident|Gemeindepräsident"
        r"|Stadtverordnete"
    ),
    "district": re.compile(
        r"Bezirksamt|Bezirksverordnete|Bezirksbürgermeister|Bezirksvorsteh|Ortsvorsteher|Ortschaftsrat|Ortsbeirat"
    ),
}
_DEAR = re.compile(r"(?i)(?<!\w)(?:liebe[rn]?|wir|uns|alle[n]?)[ \u00a0\n]+(?:[a-zäöüß]+[ \u00a0\n]+)?$")
_TIE = re.compile(
    r"[Pp]artner(?:st|gem|sch|kom|kre)|[Vv]erschwister|[Jj]umelage|[Ff]reundschaft|[Bb]efreundet|[Pp]atenschaft"
)
_SENTENCE_END = re.compile(r"[.!?:;][“\"»]?[ \n]|\n")
_KIND_WORD = re.compile(r"^(?:Landkreis|Kreis|Bezirk|Kanton|Rhein-|Stadt) ?|-?[Kk]reis$")


class OwnTownWeights(StrictModel):
    """`rules/own_town.yaml`: how much each sign says."""

    version: Literal[1]
    weights: dict[str, float]


def load(directory: str | None = None) -> Mapping[str, float]:
    """The weights of a rules folder; those shipped where it has none of its own. Raises RulesError."""
    if directory is None or not (Path(directory) / "own_town.yaml").exists():
        return _shipped()
    return load_rules("own_town", OwnTownWeights, directory).weights


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, float]:
    return load_rules("own_town", OwnTownWeights).weights


@dataclass(slots=True)
class _Spot:
    """A word that names a place (`kind` "name") or points to one (that of a clue); `city` numbers the places."""

    start: int
    end: int
    city: int
    kind: str


def own_chances(
    text: str, findings: Findings, weights: Mapping[str, float] | None = None
) -> dict[str, float]:
    """How probable each place is as the one whose article this is, by `City.id`; the sum is 1.

    Reckoned once, with the shipped weights unless others are given, and kept in `findings.own`. None stands out in a round-up of many towns: then all are small.
    """
    if not findings.own:
        cities, rows = features(text, findings)
        used = load() if weights is None else weights
        shares = softmax([sum(weight * row[name] for name, weight in used.items()) for row in rows])
        findings.own = dict(zip((city.id for city in cities), shares, strict=True))
    return findings.own


def softmax(scores: Sequence[float]) -> list[float]:
    """Shares that add up to one, in proportion to the exponentials."""
    most = max(scores, default=0.0)
    raised = [math.exp(score - most) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


def candidates(findings: Findings) -> list[City]:
    """The places that an article may be of: those named, and those that adjectives, names and mastheads point to."""
    known = {city.id: city for city in findings.cities}
    for clue in (*findings.clues, *findings.home):
        if clue.city is not None:
            known.setdefault(clue.city.id, clue.city)
    return list(known.values())


def features(text: str, findings: Findings) -> tuple[list[City], list[dict[str, float]]]:
    """The places that an article may be of, with what speaks for and against each."""
    cities = candidates(findings)
    number = {city.id: n for n, city in enumerate(cities)}
    spots = _spots(findings, number)
    counts: list[Counter[str]] = [Counter() for _ in cities]
    first = [len(text)] * len(cities)
    title, lead = _opening(text)
    for index, spot in enumerate(spots):
        first[spot.city] = min(first[spot.city], spot.start)
        count = counts[spot.city]
        count["all"] += 1
        count[spot.kind] += 1
        count["lead"] += title <= spot.start < lead
        left, right = text[max(0, spot.start - _REACH) : spot.start], text[spot.end : spot.end + _REACH]
        if spot.kind == "adjective":
            for name, pattern in _OF_ADJECTIVE.items():
                count[f"adj_{name}"] += pattern.match(right) is not None
            count["dear"] += _DEAR.search(left) is not None
        if spot.kind != "name":
            continue
        for name, pattern in _LEFT.items():
            count[name] += pattern.search(left) is not None
        for name, pattern in _RIGHT.items():
            count[name] += pattern.match(right) is not None
        count["genitive"] += text[spot.end - 1] == "s" and cities[spot.city].name[-1:] != "s"
        before, after = _beside(spots, index, -1), _beside(spots, index, 1)
        count["listed"] += before or after
        count["pair_first"] += after and not before
        count["capitals"] += spot.end - spot.start > 3 and text[spot.start : spot.end].isupper()
    signs = {(clue.kind, number[clue.city.id]) for clue in findings.home if clue.city is not None}
    rows = [_row(city, counts[n], first[n]) for n, city in enumerate(cities)]
    for n, row in enumerate(rows):
        for kind in ("address", "domain", "dateline"):
            row[f"sign_{kind}"] = float((kind, n) in signs)
    _compare(cities, rows, counts, first, _ties(text, spots, len(cities)), text)
    return cities, rows


def _spots(findings: Findings, number: Mapping[str, int]) -> list[_Spot]:
    """All words that name a place or point to one, in order."""
    spots = [
        _Spot(m.start, m.end, number[city.id], "name") for city in findings.cities for m in city.mentions
    ]
    taken = {spot.start for spot in spots}
    spots += [
        _Spot(clue.start, clue.end, number[clue.city.id], clue.kind)
        for clue in findings.clues
        if clue.city is not None and clue.start not in taken
    ]
    return sorted(spots, key=lambda spot: (spot.start, spot.end))


def _beside(spots: Sequence[_Spot], index: int, step: int) -> bool:
    """Is another place named right before (-1) or behind (1), as in a list?"""
    if not 0 <= index + step < len(spots):
        return False
    one, other = sorted((index, index + step))
    gap = spots[other].start - spots[one].end
    return 0 <= gap < 7 and spots[one].city != spots[other].city


def _opening(text: str) -> tuple[int, int]:
    """Where the first paragraph begins and ends: behind a first line that is short enough to be a title."""
    start = len(text) - len(text.lstrip())
    title = text.find("\n", start, start + 200)
    begin = start if title < 0 else title + 1
    end = text.find("\n", begin + 80, begin + 1500)
    return (start if title < 0 else title), (end if end > 0 else begin + 600)


def _ties(text: str, spots: Sequence[_Spot], size: int) -> list[set[int]]:
    """For each place the others that sentences about a tie name beside it."""
    found: list[set[int]] = [set() for _ in range(size)]
    ends = [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]
    named: dict[int, set[int]] = defaultdict(set)
    for spot in spots:
        named[bisect_left(ends, spot.start + 1)].add(spot.city)
    for sentence, cities in named.items():
        start = ends[sentence - 1] if sentence else 0
        if 1 < len(cities) <= _MOST_IN_SENTENCE and _TIE.search(text, start, ends[sentence]):
            for city in cities:
                found[city] |= cities - {city}
    return found


def _row(city: City, count: Counter[str], first: int) -> dict[str, float]:
    """What can be said of a place without looking at the others; `first`: where it is first named or pointed to."""
    named = max(1, count["name"])
    row = {
        "german": float(city.country in _GERMAN),
        "half_german": float(city.country in _HALF_GERMAN),
        "germany": float(city.country == "DE"),
        "unnamed": float(not count["name"]),
        "unlinked": float(city.geonames_id is None),
        "large": math.log10(max(city.population or 0, 300)),
        "early": max(0.0, 1 - first / _OPENING),
        "first": math.log10(first + 10),
    }
    for name in ("name", "lead", "mit", "nach", "aus", "between", "here", "partner", "does", "and", "colon", "listed", "pair_first",
                 "capitals", "dear", "adj_hall", "adj_mayor", "adj_guests"):  # fmt: skip
        row[f"n_{name}"] = math.log1p(count[name])
    for name in ("nach", "aus", "foreign", "listed", "genitive"):
        row[f"s_{name}"] = count[name] / named
    return row


def _compare(
    cities: Sequence[City],
    rows: Sequence[dict[str, float]],
    counts: Sequence[Counter[str]],
    first: Sequence[int],
    ties: Sequence[set[int]],
    text: str,
) -> None:
    """Add what shows only beside the other places: shares, ranks, the country and the surroundings."""
    total = max(1, sum(count["all"] for count in counts))
    most = max((count["all"] for count in counts), default=1)
    most_name = max((count["name"] for count in counts), default=1)
    countries = Counter(city.country for city in cities)
    admins = Counter((city.country, city.admin) for city in cities)
    names = [_KIND_WORD.sub("", city.name) for city in cities]
    bearers = Counter(names)
    spoken: Counter[str | None] = Counter()
    for city, count in zip(cities, counts, strict=True):
        spoken[city.country] += count["all"]
    widest = max((len(tie) for tie in ties), default=0)
    home = max((c for c in spoken if c in _GERMAN), key=lambda c: (spoken[c], c or ""), default=None)
    german = [n for n, city in enumerate(cities) if city.country in _GERMAN and city.kind != "region"]
    said = {kind: math.log1p(len(pattern.findall(text))) for kind, pattern in _OF_KIND.items()}
    head = text[:_HEAD].lower()
    for n, (city, row, count) in enumerate(zip(cities, rows, counts, strict=True)):
        at_home = city.country == home
        for kind, value in said.items():
            row[f"said_{kind}"] = value * (city.kind == kind)
            row[f"home_said_{kind}"] = value * (city.kind == kind and at_home)
        row["namesake"] = float(bearers[names[n]] > 1)
        row["namesake_county"] = row["namesake"] * (city.kind == "county")
        row["most"] = float(count["all"] == most)
        row["most_name"] = float(count["name"] == most_name)
        row["of_most"] = count["all"] / max(1, most)
        row["most_ties"] = float(0 < len(ties[n]) == widest)
        row["abroad_ties"] = math.log1p(sum(cities[other].country != city.country for other in ties[n]))
        row["same_country"] = math.log1p(countries[city.country] - 1)
        row["same_admin"] = math.log1p(admins[city.country, city.admin] - 1) if city.admin else 0.0
        row["country_share"] = spoken[city.country] / total
        row["home_country"] = float(at_home)
        row["only_german"] = float(german == [n])
        row["head"] = _stands_in(city.name.lower(), head)
        row["first_of_all"] = float(first[n] == min(first))


def _stands_in(name: str, part: str) -> float:
    """1 for the name as adjective ("Sterzinger Gemeindeblatt") in `part`, 0.5 for the name; both lower case."""
    stem = name.removesuffix("en").removesuffix("e")
    for adjective in (f"{name}er ", f"{stem}er ", f"{stem}ner "):
        at = part.find(adjective)
        if at >= 0 and not part[at - 1 : at].isalpha():
            return 1.0
    at = part.find(name)
    return 0.5 * (at >= 0 and not part[max(0, at - 1) : at].isalpha())
