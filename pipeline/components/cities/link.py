"""Chooses among the places of one name: country signs, the other places of the text, population, distance."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from pipeline.components.cities.candidates import Candidate
from pipeline.components.cities.context import kind_allowed
from pipeline.components.cities.lexicon import AFFINITY
from pipeline.knowledge.gazetteer import ALTERNATE, CITY, COUNTY, DISTRICT, EXONYM, MAIN, REGION, SEAT, SHORT, Place

_RANK = {MAIN: 1.0, EXONYM: 0.0, SHORT: 0.6, ALTERNATE: -1.2, SEAT: -6.0}
_KIND = {CITY: 0.5, DISTRICT: -0.6, COUNTY: -2.0, REGION: -0.5}
_LARGE = frozenset({"US", "CA", "RU", "CN", "BR", "AU", "IN", "KZ", "ZA", "MX", "AR", "TR", "UA"})
HOME = frozenset({"DE", "AT", "CH", "LI", "LU"})


_KM = 111.2


def distance(a: Place, b: Place) -> float:
    """Kilometres between two places, on a plane that is good enough for neighbours."""
    north = (a.lat - b.lat) * _KM
    east = (a.lon - b.lon) * _KM * math.cos(math.radians((a.lat + b.lat) / 2))
    return math.hypot(north, east)


class Linker:
    """Links the candidates of one text; `countries` counts the country signs of the whole text."""

    def __init__(self, countries: Counter[str], home: str | None) -> None:
        self.countries, self.home = countries, home
        self.anchors: list[tuple[str, Place]] = []
        self._share: dict[str, float] = defaultdict(float)

    def value(self, c: Candidate, place: Place, country: str | None = None) -> float:
        """How well a place fits a candidate, in log-odds against its rivals.

        `country` is a sign that stands beside another mention of the same name.
        """
        v = _RANK[place.rank] + _KIND[place.kind] + 0.9 * math.log10(place.population + 50)
        v += AFFINITY.get(place.country, -0.6)
        if c.kinds is not None:
            if kind_allowed(c.kinds, place.kind):
                v += 2.5 if place.kind != CITY else 1.0
                if place.rank == SEAT and place.kind != CITY:
                    v += 6.0
            elif not (place.kind == DISTRICT and "city" in c.kinds):
                v -= 5.0
        if c.country is not None:
            v += 4.0 if place.country == c.country else -4.0
        elif country is not None:
            v += 2.5 if place.country == country else -2.0
        elif place.country in self.countries:
            v += 1.0
        if place.country == self.home:
            v += 0.8
        for region in c.regions:
            if region.country == place.country and distance(region, place) < (600 if region.country in _LARGE else 160):
                v += 4.0
                break
        return v + 1.5 * self._share[place.country] + 1.1 * math.log1p(self.company(c.key, place))

    def company(self, key: str, place: Place) -> float:
        """How many sure places of the text lie around a place: each counts 1 at no distance, 1/e at 40 km."""
        near = 0.0
        for other_key, other in self.anchors:
            if other_key != key and other.row != place.row and abs(other.lat - place.lat) < 2 and abs(other.lon - place.lon) < 3:
                near += math.exp(-distance(place, other) / 40)
        return near

    def choose(self, c: Candidate, country: str | None = None) -> None:
        """Set `c.place` and `c.link`, the softmax share of the best place.

        Where a country stands beside the name and no place of the name lies there, there is no link: better
        none than a wild one.
        """
        if not c.places or c.country is not None and all(p.country != c.country for p in c.places):
            c.place, c.link = None, 0.0
            return
        values = [(self.value(c, place, country), -place.row, place) for place in c.places]
        best = max(values)
        total = sum(math.exp(max(-50.0, v - best[0])) for v, _, _ in values)
        c.place, c.link = best[2], 1 / total

    def guess(self, kept: Sequence[Candidate]) -> str | None:
        """The country of a place that no source knows: the sign beside it, or the one the text speaks of most."""
        beside = [c.country for c in kept if c.country is not None]
        return beside[0] if beside else None

    def run(self, candidates: Sequence[Candidate]) -> None:
        """Two rounds: the sure ones first, which then draw the others near. One name has one country sign."""
        signs: dict[str, set[str]] = {}
        for c in candidates:
            if c.country is not None:
                signs.setdefault(c.key, set()).add(c.country)
        single = {key: next(iter(found)) for key, found in signs.items() if len(found) == 1}
        for c in candidates:
            self.choose(c, single.get(c.key))
        sure = {c.place.row: (c.key, c.place) for c in candidates
                if c.place is not None and c.link > 0.8 and c.score > 0 and c.place.kind in (CITY, DISTRICT)}  # fmt: skip
        self.anchors = list(sure.values())[:60]
        for _, place in self.anchors:
            self._share[place.country] += 1 / len(self.anchors)
        for c in candidates:
            self.choose(c, single.get(c.key))
