"""The candidates of one name with their shares, for `jumelage places` and for whoever wonders about a link."""

from __future__ import annotations

import math
from pathlib import Path

from pipeline.components.cities.candidates import Candidate
from pipeline.components.cities.link import Linker
from pipeline.knowledge.gazetteer import KINDS, Place, fold, gazetteer


def ranked(
    name: str, country: str | None = None, near: str | None = None, rules: Path | str | None = None
) -> list[tuple[float, Place, str]]:
    """(share, place, kind) of every place that bears `name`, the likeliest first.

    `country` counts as a sign beside the name, `near` (another place's name) as a sure place of the same text.
    """
    index = gazetteer(Path(rules) / "places" if rules else None)
    places = index.find(name)
    if not places and name[-1:] in "sS":
        places = index.find(name[:-1])
    linker = Linker([])
    if near is not None and (others := index.find(near)):
        beside = max(others, key=lambda p: linker.value(_candidate(near, [p], None), p, None, {}))
        linker.anchors = [(fold(near), beside, 0)]
    candidate = _candidate(name, places, country)
    around = {linker.anchors[0][1].country: 0.7} if linker.anchors else {}
    values = [(linker.value(candidate, place, None, around), place) for place in places]
    top = max((value for value, _ in values), default=0.0)
    total = sum(math.exp(value - top) for value, _ in values)
    shares = [(math.exp(value - top) / total, place, KINDS[place.kind]) for value, place in values]
    return sorted(shares, key=lambda found: (-found[0], found[1].row))


def _candidate(name: str, places: list[Place], country: str | None) -> Candidate:
    made = Candidate(0, len(name), 0, 0, name, fold(name), places)
    made.country = country
    return made
