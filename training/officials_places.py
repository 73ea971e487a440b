"""Learns what speaks for a place as that of an office: weights of `rules/officials_places.yaml`.

    python -m training.officials_places GOLD_DIR [--out rules/officials_places.yaml] [--folds 5]

A conditional logit (McFadden 1974): each official of the gold whose city the annotation names is a choice among the
places of the article. Never run it on articles that are to stay unseen. Prints the accuracy under cross-validation by
article and that of the final weights on their own training data.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray

from pipeline.components.officials import Officials
from pipeline.components.officials.merge import Settler
from pipeline.components.officials.ranking import FEATURES, Asked, Ranking
from pipeline.findings import City, Findings, findings_of

Choice = tuple[str, NDArray[np.float64], int]
_RIDGE = 0.02


def choices(gold_dir: Path, docs: dict[str, Any]) -> list[Choice]:
    """(article, rows of features, index of the right place) for every official with a known place."""
    officials = Officials()
    made: list[Choice] = []
    asked_of: list[tuple[Ranking, Asked]] = []
    plain = Ranking.choose

    def spy(self: Ranking, asked: Asked) -> City | None:
        asked_of.append((self, asked))
        return plain(self, asked)

    Ranking.choose = spy  # type: ignore[method-assign]
    try:
        for stem, doc in docs.items():
            gold = json.loads((gold_dir / f"{stem}.json").read_text("utf-8"))
            asked_of.clear()
            officials(doc)
            for ranking, asked in asked_of:
                if ranking.places.told(asked.candidate) is not None:
                    continue
                want = _wanted(gold, asked)
                table = ranking.table(asked)
                index = next((i for i, (city, _) in enumerate(table) if _is(city, want)), None)
                if index is not None and len(table) > 1:
                    rows = [[row.get(name, 0.0) for name in FEATURES] for _, row in table]
                    made.append((stem, np.array(rows), index))
    finally:
        Ranking.choose = plain  # type: ignore[method-assign]
    return made


def _wanted(gold: dict[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """The gold cities of the gold official that was asked about."""
    words = set(asked.name.split())
    for official in gold["officials"]:
        name = set(official["name"].split())
        if words <= name or name <= words:
            cities = official.get("city")
            names = cities["any"] if isinstance(cities, dict) else [cities]
            return [city for city in gold["cities"] if city["name"] in names]
    return []


def _is(city: City, wanted: list[dict[str, Any]]) -> bool:
    forms = {city.name.lower(), (city.geonames_name or city.name).lower()}
    for gold in wanted:
        if forms & {name.lower() for name in (gold["name"], *gold.get("aliases", []))}:
            country = gold.get("country")
            countries = country["any"] if isinstance(country, dict) else [country]
            if None in countries or city.country is None or city.country in countries:
                return True
    return False


def fit(data: list[Choice], steps: int = 1500, rate: float = 0.05) -> NDArray[np.float64]:
    """Weights of the conditional logit, by Adam (Kingma & Ba 2015) with a ridge penalty."""
    weights = np.zeros(len(FEATURES))
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    sizes = [len(rows) for _, rows, _ in data]
    stacked = np.concatenate([rows for _, rows, _ in data])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = stacked[begins + np.array([index for _, _, index in data])].sum(axis=0)
    groups = np.repeat(np.arange(len(data)), sizes)
    for step in range(1, steps + 1):
        scores = stacked @ weights
        scores -= np.maximum.reduceat(scores, begins)[groups]
        chances = np.exp(scores)
        chances /= np.add.reduceat(chances, begins)[groups]
        gradient = (right - chances @ stacked) / len(data) - _RIDGE * weights / 10
        mean = 0.9 * mean + 0.1 * gradient
        spread = 0.999 * spread + 0.001 * gradient**2
        weights += rate * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return weights


def accuracy(weights: NDArray[np.float64], data: list[Choice]) -> float:
    """Share of right choices."""
    return sum(int(np.argmax(rows @ weights)) == index for _, rows, index in data) / max(1, len(data))


def documents(gold_dir: Path, model: str | None) -> dict[str, Any]:
    """Parsed articles with cities found; officials not yet."""
    import pipeline.components.name_vectors

    nlp = spacy.load(model or "models/de_jumelage_core")
    import pipeline.components.boilerplate
    import pipeline.components.cities
    import pipeline.components.sentences  # noqa: F401

    for name in ("sentences", "boilerplate", "cities"):
        nlp.add_pipe(f"jumelage_{name}")
    return {path.stem: nlp(path.read_text("utf-8")) for path in sorted(gold_dir.glob("*.txt"))}


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn rules/officials_places.yaml.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--out", type=Path, default=Path("rules/officials_places.yaml"))
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args()
    learn(choices(options.gold, documents(options.gold, options.model)), options.out, options.folds)


def learn(data: list[Choice], out: Path, folds: int) -> None:
    """Cross-validate, then fit on everything and write the weights."""
    stems = sorted({stem for stem, _, _ in data})
    random.Random(7).shuffle(stems)
    right = 0.0
    for fold in range(folds):
        held = set(stems[fold::folds])
        test = [choice for choice in data if choice[0] in held]
        right += accuracy(fit([choice for choice in data if choice[0] not in held]), test) * len(test)
    weights = fit(data)
    print(
        f"{len(data)} choices; cross-validated {right / len(data):.4f}; on training data {accuracy(weights, data):.4f}"
    )
    head = "# What speaks for a place as that of an office; learnt by training/officials_places.py, not by hand.\nversion: 1\nweights:\n"
    lines = [f"  {name}: {weight:.3f}" for name, weight in zip(FEATURES, weights, strict=True)]
    out.write_text(head + "\n".join(lines) + "\n", "utf-8")


_ = (Findings, Settler, findings_of)

if __name__ == "__main__":
    main()
