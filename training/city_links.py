"""Learns the weights by which the linker chooses among places of one name (`pipeline/components/cities/link.py`).

    python -m training.city_links [--gold DIR] [--skip FILE]

Every ambiguous name of an article whose annotation says where the place lies is a case: a conditional logit (McFadden
1974) over the places of that name, with a ridge that holds the weights near those set by hand, which few articles would
unlearn. Prints weights to be written into `link.py` by hand, and how many names of held-out articles they link right.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

import pipeline
import pipeline.components.cities as component
from pipeline.article import Article
from pipeline.components.cities.candidates import Candidate
from pipeline.components.cities.lexicon import AFFINITY
from pipeline.components.cities.link import Linker
from pipeline.knowledge.gazetteer import COUNTY, REGION, Place, fold
from training.corpus import text_of
from training.partnerships_gold import options

Floats = npt.NDArray[np.float64]
HAND = {
    "rank main": 1.0, "rank exonym": 0.2, "rank short": 0.6, "rank alternate": -1.2, "rank seat": -6.0,
    "kind city": 0.5, "kind district": -0.6, "kind county": -2.0, "kind region": -0.6,
    "people": 0.9, "affinity": 1.0, "named": 0.7, "home": 0.5, "spoken of": 1.5, "company": 1.6,
}  # fmt: skip
"""The weights as they were before anything was learnt."""
RIDGE = 30.0
FOLDS = 5
_NEAR_KM = 30.0


@dataclass
class Case:
    """One name of one article: its places' features, what else speaks for each, and which are right."""

    stem: str
    key: str
    places: Sequence[Place]
    features: Floats
    rest: Floats
    right: npt.NDArray[np.bool_]


class Recorder(Linker):
    """A linker that keeps, of each choice it makes, what it saw."""

    seen: dict[Any, tuple[Candidate, Floats, Floats]] = {}  # noqa: RUF012 - one collector for all linkers

    def choose(self, group: Sequence[Candidate], sign: str | None = None) -> None:
        """As the linker does; the last round of a text is kept."""
        super().choose(group, sign)
        c = group[0]
        if len(c.places) < 2 or c.place is None or c.part is not None or max(o.score for o in group) < 0:
            return
        near = self.around(group)
        features = np.array([self.features(c, place, near) for place in c.places])
        values = np.array([self.value(c, place, sign, near) for place in c.places])
        rows = tuple(place.row for place in c.places)
        self.seen[c.key, rows, c.kinds, c.country, c.listed] = c, features, values

    def features(self, c: Candidate, place: Place, near: dict[str, float]) -> Floats:
        """What the weights of HAND are multiplied with, in their order."""
        row = np.zeros(len(HAND))
        row[place.rank] = row[5 + place.kind] = 1.0
        people = place.population or (300_000 if place.kind == REGION else 0)
        row[9:] = [
            math.log10(people + 50),
            AFFINITY.get(place.country, -0.6),
            place.country in self.named,
            place.country == self.home,
            near.get(place.country, 0.0),
            math.log1p(self.company(c.key, place)),
        ]
        return row


def cases(paths: Sequence[Path], now: Floats) -> list[Case]:
    """The cases of all articles; `now` are the weights in force, whose share is taken out of the linker's values."""
    extractor = pipeline.load()
    found = []
    for path in paths:
        gold = json.loads(path.read_text("utf-8"))
        named: dict[str, list[dict[str, Any]]] = {}
        for city in gold["cities"]:
            for name in {
                fold(name) for name in (city["name"], city["name"].split(" (")[0], *city.get("aliases", []))
            }:
                named.setdefault(name, []).append(city)
        Recorder.seen.clear()
        with patch.object(component, "Linker", Recorder):
            extractor.extract(Article(text=text_of(path).read_text("utf-8"), uri=path.name))
        for c, features, values in Recorder.seen.values():
            meant = named.get(c.key) or named.get(fold(c.name)) or []
            if len(meant) == 1:
                right = np.array([_right(place, meant[0]) for place in c.places])
                if right.any() and not right.all():
                    found.append(Case(path.stem, c.key, c.places, features, values - features @ now, right))
    return found


def _right(place: Place, city: dict[str, Any]) -> bool:
    if (city.get("kind") in ("county", "region")) != (place.kind in (COUNTY, REGION)):
        return False
    if city.get("lat") is None:
        return place.country in options(city.get("country"))
    east = (place.lon - city["lon"]) * math.cos(math.radians(city["lat"]))
    return bool(111.2 * math.hypot(place.lat - city["lat"], east) <= _NEAR_KM)


def fit(found: Sequence[Case], prior: Floats) -> Floats:
    """The weights that make the right places likeliest, held near `prior`."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        slope = RIDGE * (weights - prior)
        total = float(slope @ (weights - prior)) / 2
        for case in found:
            values = case.features @ weights + case.rest
            odds = np.exp(values - values.max())
            odds /= odds.sum()
            right = odds * case.right
            total -= math.log(max(float(right.sum()), 1e-12))
            slope = slope + case.features.T @ (odds - right / max(float(right.sum()), 1e-12))
        return total, slope

    weights: Floats = minimize(loss, prior, jac=True, method="L-BFGS-B").x
    return weights


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=Path("corpus/gold"))
    parser.add_argument("--skip", type=Path, default=Path("corpus/gold/unseen.list"))
    arguments = parser.parse_args()
    skip = set(arguments.skip.read_text("utf-8").split())
    paths = [path for path in sorted(arguments.gold.glob("*.json")) if path.stem not in skip]
    found = cases(paths, in_force())
    hand = np.array(list(HAND.values()))
    stems = sorted({case.stem for case in found})
    fold_of = {stem: number % FOLDS for number, stem in enumerate(stems)}
    right = {"by hand": 0, "learnt, held out": 0}
    for number in range(FOLDS):
        weights = fit([case for case in found if fold_of[case.stem] != number], hand)
        for case in found:
            if fold_of[case.stem] == number:
                right["by hand"] += bool(case.right[np.argmax(case.features @ hand + case.rest)])
                right["learnt, held out"] += bool(case.right[np.argmax(case.features @ weights + case.rest)])
    for name, count in right.items():
        print(f"{name}: {count} of {len(found)} names right")
    for name, weight in zip(HAND, fit(found, hand), strict=True):
        print(f"{name}: {weight:.2f}")


def in_force() -> Floats:
    """The weights that `link.py` has now, in the order of HAND."""
    from pipeline.components.cities import link

    single = (link._PEOPLE, link._AFFINITY, link._NAMED, link._HOME, link._SPOKEN_OF, link._COMPANY)
    ranks = [link._RANK[rank] for rank in range(5)]
    kinds = [link._KIND[kind] for kind in range(4)]
    return np.array([*ranks, *kinds, *single])


if __name__ == "__main__":
    main()
