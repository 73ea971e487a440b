"""Chooses among the places of one name: country signs, the other places of the text, population, distance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from pipeline.components.cities.candidates import Candidate
from pipeline.components.cities.context import kind_allowed
from pipeline.knowledge.gazetteer import ALTERNATE, CITY, COUNTY, DISTRICT, EXONYM, MAIN, REGION, SEAT, SHORT, Place

_RANK = {MAIN: 1.0, EXONYM: 0.0, SHORT: 0.6, ALTERNATE: -1.2, SEAT: -6.0}
_KIND = {CITY: 0.5, DISTRICT: -0.6, COUNTY: -2.0, REGION: -0.5}
HOME = frozenset({"DE", "AT", "CH", "LI", "LU"})


def distance(a: Place, b: Place) -> float:
    """Kilometres between two places, on a sphere."""
    la, lb = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


class Linker:
    """Links the candidates of one text; `countries` counts the country signs of the whole text."""

    def __init__(self, countries: Counter[str], home: str | None) -> None:
        self.countries, self.home = countries, home
        self.anchors: list[Place] = []

    def value(self, c: Candidate, place: Place) -> float:
        """How well a place fits a candidate, in log-odds against its rivals."""
        v = _RANK[place.rank] + _KIND[place.kind] + 0.9 * math.log10(place.population + 50)
        if c.kinds is not None:
            if place.kind == SEAT:
                return v
            if kind_allowed(c.kinds, place.kind):
                v += 2.5 if place.kind != CITY else 1.0
                if place.rank == SEAT and place.kind != CITY:
                    v += 6.0
            elif not (place.kind == DISTRICT and "city" in c.kinds):
                v -= 5.0
        if c.country is not None:
            v += 4.0 if place.country == c.country else -4.0
        elif place.country in self.countries:
            v += 1.0
        elif place.country not in HOME:
            v -= 0.5
        if place.country == self.home:
            v += 0.8
        elif place.country in HOME:
            v += 0.4
        if self.anchors:
            away = min(distance(place, other) for other in self.anchors if other.row != place.row) if any(
                other.row != place.row for other in self.anchors) else 1e4
            v += 1.6 if away < 25 else 0.9 if away < 60 else 0.4 if away < 120 else 0.0
        return v

    def choose(self, c: Candidate) -> None:
        """Set `c.place` and `c.link`, the softmax share of the best place."""
        if not c.places:
            return
        values = [(self.value(c, place), -place.row, place) for place in c.places]
        best = max(values)
        total = sum(math.exp(max(-50.0, v - best[0])) for v, _, _ in values)
        c.place, c.link = best[2], 1 / total

    def guess(self, kept: Sequence[Candidate]) -> str | None:
        """The country of a place that no source knows: the sign beside it, or the one the text speaks of most."""
        beside = [c.country for c in kept if c.country is not None]
        return beside[0] if beside else None

    def run(self, candidates: Sequence[Candidate]) -> None:
        """Two rounds: the sure ones first, which then draw the others near."""
        for c in candidates:
            self.choose(c)
        sure = {c.place.row: c.place for c in candidates if c.place is not None and c.link > 0.85 and c.score > 0}
        self.anchors = list(sure.values())[:60]
        for c in candidates:
            self.choose(c)
