"""Chooses among the places of one name: country signs, the other places of the text, population, distance.

Names are linked one sense per text: all mentions of a name without a sign of their own share one place, chosen by
the evidence around all of them. A mention with a country or region beside it ('Rust (Burgenland)') is judged for
itself, and lends its sign to the bare ones when it is the only sign.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pipeline.components.cities.candidates import Candidate
from pipeline.components.cities.context import CountryWord, kind_allowed
from pipeline.components.cities.lexicon import AFFINITY
from pipeline.knowledge.gazetteer import (
    ALTERNATE,
    CITY,
    COUNTY,
    DISTRICT,
    EXONYM,
    MAIN,
    REGION,
    SEAT,
    SHORT,
    Place,
)

# Weights of the evidence, in log-odds against the rivals of one name: a conditional logit over the 1,696 ambiguous
# names of our articles, held near what was set by hand before (`python -m training.city_links`); five folds 0.963 right, by
# hand 0.961.
_RANK = {MAIN: 1.3, EXONYM: -0.1, SHORT: 0.55, ALTERNATE: -1.25, SEAT: -5.9}
_KIND = {CITY: 1.25, DISTRICT: -0.45, COUNTY: -2.4, REGION: -1.1}
# Countries so large that a state or province reaches hundreds of kilometres.
_LARGE = frozenset({"US", "CA", "RU", "CN", "BR", "AU", "IN", "KZ", "ZA", "MX", "AR", "TR", "UA"})
HOME = frozenset({"DE", "AT", "CH", "LI", "LU"})
LINKED_ABOVE = -3.5  # candidates less likely than this (log-odds) are not worth linking
# Weights, in log-odds: ten times the inhabitants; a country that the text names; the text's own country; a country
# that all is about around the name; one sure place next door.
_PEOPLE, _NAMED, _HOME, _SPOKEN_OF, _COMPANY = 1.7, 0.8, 0.5, 1.5, 1.9
_AFFINITY = 1.5
_KM = 111.2
_Anchor = tuple[str, Place, int]


def distance(a: Place, b: Place) -> float:
    """Kilometres between two places, on a plane that is good enough for neighbours."""
    north = (a.lat - b.lat) * _KM
    east = (a.lon - b.lon) * _KM * math.cos(math.radians((a.lat + b.lat) / 2))
    return math.hypot(north, east)


def _within(place: Place, region: Place) -> bool:
    """Does a place lie so near a region's middle that it may belong to it?"""
    return distance(region, place) < (600 if region.country in _LARGE else 160)


def _fits(place: Place, region: Place) -> bool:
    """In the same country, or next door: Flanders and Tyrol reach over borders."""
    return place.country == region.country or _within(place, region)


class Linker:
    """Links the candidates of one text by the countries it names and the places it surely means.

    `cues` counts the words that show where the text was written.
    """

    def __init__(self, countries: Sequence[CountryWord], cues: Mapping[str, int] | None = None) -> None:
        self.countries = countries
        self.named = {c.country for c in countries}
        counts = Counter({c.country for c in countries if c.country in HOME})
        counts.update(cues or {})
        likely = counts.most_common(1)
        self.home = likely[0][0] if likely and likely[0][1] > 1 else "DE"
        self.anchors: list[_Anchor] = []
        self.regions: dict[str, list[Place]] = {}

    def value(self, c: Candidate, place: Place, sign: str | None, near: dict[str, float]) -> float:
        """How well a place fits a candidate, in log-odds against its rivals.

        `sign` is a country beside another mention of the name; `near` says how much each country is spoken of
        around the mentions of the name, from 0 to 1.
        """
        people = place.population or (300_000 if place.kind == REGION else 0)
        v = _RANK[place.rank] + _KIND[place.kind] + _PEOPLE * math.log10(people + 50)
        v += _AFFINITY * AFFINITY.get(place.country, -0.6)
        if c.kinds is not None:
            if kind_allowed(c.kinds, place.kind):
                v += 2.5 if place.kind != CITY else 1.0
                if place.rank == SEAT and place.kind != CITY:
                    v += 6.0
            elif not (place.kind == DISTRICT and "city" in c.kinds):
                v -= 5.0
        if c.country is not None:
            v += 4.0 if place.country == c.country else -4.0
        elif sign is not None and not c.regions:
            v += 2.5 if place.country == sign else -2.0
        if place.country in self.named:
            v += _NAMED
        if place.country == self.home:
            v += _HOME
        for region in c.regions:
            if region.country == place.country:
                v += 4.0 if _within(place, region) else 1.5
                break
        for region in self.regions.get(c.key, ()):
            if not c.regions and region.country == place.country and _within(place, region):
                v += 2.0
                break
        return (
            v + _SPOKEN_OF * near.get(place.country, 0.0) + _COMPANY * math.log1p(self.company(c.key, place))
        )

    def company(self, key: str, place: Place) -> float:
        """How many sure places of the text lie around a place: each counts 1 at no distance, 1/e at 30 km."""
        near = 0.0
        lat, lon = place.lat, place.lon
        for other_key, other, _ in self.anchors:
            if (
                abs(other.lat - lat) < 1.5
                and abs(other.lon - lon) < 2.5
                and other_key != key
                and other.row != place.row
            ):
                near += math.exp(-distance(place, other) / 30)
        return near

    def around(self, group: Sequence[Candidate]) -> dict[str, float]:
        """How much each country is spoken of around the mentions of a name; the shares add up to 1 at most.

        A country's word and a sure place count by their distance in the text, in steps of a few sentences.
        """
        weights: dict[str, float] = defaultdict(float)
        key = group[0].key
        for c in group[:6]:
            for word in self.countries:
                gap = abs(word.start - c.start)
                if gap < 1500:
                    weights[word.country] += (0.5 if word.country == self.home else 1.0) * math.exp(
                        -gap / 150
                    )
            for other_key, other, start in self.anchors:
                gap = abs(start - c.start)
                if gap < 1500 and other_key != key:
                    weights[other.country] += (1.0 if other.country in HOME else 0.4) * math.exp(-gap / 250)
        total = sum(weights.values()) + 0.3
        return {country: weight / total for country, weight in weights.items()}

    def choose(self, group: Sequence[Candidate], sign: str | None = None) -> None:
        """Set `place` and `link` (the softmax share of the best place) of mentions that mean one place.

        Where a country stands beside the name and no place of the name lies there, there is no link: better
        none than a wild one.
        """
        c = group[0]
        if (
            not c.places
            or (c.country is not None and all(p.country != c.country for p in c.places))
            or (c.regions and not any(_fits(p, r) for p in c.places for r in c.regions))
        ):
            for other in group:
                other.place, other.link = None, 0.0
            return
        if len(c.places) == 1:
            place, link = c.places[0], 1.0
        else:
            near = self.around(group)
            values = [(self.value(c, place, sign, near), -place.row, place) for place in c.places]
            best = max(values)
            place = best[2]
            link = 1 / sum(math.exp(max(-50.0, v - best[0])) for v, _, _ in values)
        for other in group:
            other.place, other.link = place, link

    def run(self, candidates: Sequence[Candidate]) -> None:
        """Two rounds: the sure ones first, which then draw the others near."""
        groups: dict[tuple[object, ...], list[Candidate]] = {}
        signs: dict[str, set[str]] = defaultdict(set)
        for c in candidates:
            if c.score < LINKED_ABOVE and c.part is None:
                c.place = max(c.places, key=lambda p: (p.rank <= SHORT, p.population), default=None)
                continue
            if c.country is not None or c.listed is not None:
                signs[c.key].add(c.country or c.listed or "")
            if c.regions:
                self.regions.setdefault(c.key, c.regions)
            rows = tuple(p.row for p in c.places)
            meaning = (c.key, rows, c.kinds, c.country, c.listed, tuple(r.row for r in c.regions))
            groups.setdefault(meaning, []).append(c)
        single = {key: next(iter(found)) for key, found in signs.items() if len(found) == 1}
        for group in groups.values():
            self.choose(group, group[0].listed or single.get(group[0].key))
        sure: dict[int, _Anchor] = {}
        for c in sorted(candidates, key=lambda c: c.start):
            if (
                c.place is not None
                and c.score > 0
                and c.link > 0.8
                and c.place.kind in (CITY, DISTRICT)
                and c.part is None
            ):
                sure.setdefault(c.place.row, (c.key, c.place, c.start))
        self.anchors = list(sure.values())[:60]
        for group in groups.values():
            self.choose(group, group[0].listed or single.get(group[0].key))

    def guess(self, kept: Sequence[Candidate]) -> str | None:
        """The country of a place that no source knows: that of the sign beside it."""
        signs = (c.country or c.listed or next((r.country for r in c.regions), None) for c in kept)
        return next((country for country in signs if country is not None), None)
