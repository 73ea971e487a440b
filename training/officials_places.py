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
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray

from pipeline.components.officials import Officials
from pipeline.components.officials.home import HOME_FEATURES
from pipeline.components.officials.layout import smooth
from pipeline.components.officials.place import Places
from pipeline.components.officials.ranking import FEATURES, Asked, Ranking
from pipeline.findings import City, findings_of

Choice = tuple[str, NDArray[np.float64], int]
_RIDGE, _HOME_RIDGE = 0.02, 0.1


def homes(gold_dir: Path, docs: dict[str, Any]) -> list[Choice]:
    """(article, rows of HOME_FEATURES, index of the place whose article it is), where the gold lets one tell.

    It is the party to most partnerships, or else the town of most officials, if there is but one such.
    """
    made: list[Choice] = []
    for stem, doc in docs.items():
        gold = json.loads((gold_dir / f"{stem}.json").read_text("utf-8"))
        parties = Counter(name for tie in gold["partnerships"] for name in tie["cities"])
        served = Counter(o["city"] for o in gold["officials"] if isinstance(o.get("city"), str))
        home = next((name for counts in (parties, served) if (name := _only_top(counts))), None)
        if home is None:
            continue
        places = Places(doc.text, findings_of(doc), smooth(doc.text), {})
        wanted = [city for city in gold["cities"] if city["name"] == home]
        index = next((i for i, city in enumerate(places.cities) if _is(city, wanted)), None)
        if index is not None and len(places.cities) > 1:
            rows = [[places.rows[city.id][name] for name in HOME_FEATURES] for city in places.cities]
            made.append((stem, np.array(rows), index))
    return made


def _only_top(counts: Counter[str]) -> str | None:
    """What was counted most often, unless two were."""
    top = counts.most_common(2)
    return top[0][0] if top and (len(top) == 1 or top[0][1] > top[1][1]) else None


def choices(gold_dir: Path, docs: dict[str, Any], home: dict[str, float]) -> list[Choice]:
    """(article, rows of FEATURES, index of the right place) for every official with a known place.

    `home`: the weights by which the article's own town is told.
    """
    officials = Officials()
    officials.weights = officials.weights.model_copy(update={"home": home})
    made: list[Choice] = []
    asked_of: list[tuple[Ranking, Asked]] = []
    plain = Ranking.scores

    def spy(self: Ranking, asked: Asked) -> list[tuple[City, float]]:
        asked_of.append((self, asked))
        return plain(self, asked)

    Ranking.scores = spy  # type: ignore[method-assign]
    try:
        for stem, doc in docs.items():
            gold = json.loads((gold_dir / f"{stem}.json").read_text("utf-8"))
            asked_of.clear()
            officials(doc)
            for ranking, asked in asked_of:
                want = _wanted(gold, asked)
                table = ranking.table(asked)
                index = next((i for i, (city, _) in enumerate(table) if _is(city, want)), None)
                if index is not None and len(table) > 1:
                    rows = [[row.get(name, 0.0) for name in FEATURES] for _, row in table]
                    made.append((stem, np.array(rows), index))
    finally:
        Ranking.scores = plain  # type: ignore[method-assign]
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


def fit(
    data: list[Choice], steps: int = 1500, rate: float = 0.05, ridge: float = _RIDGE
) -> NDArray[np.float64]:
    """Weights of the conditional logit, by Adam (Kingma & Ba 2015) with a ridge penalty."""
    weights = np.zeros(data[0][1].shape[1])
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
        gradient = (right - chances @ stacked) / len(data) - ridge * weights / 10
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
    learn(options.gold, documents(options.gold, options.model), options.out, options.folds)


def learned(data: list[Choice], names: tuple[str, ...], ridge: float) -> dict[str, float]:
    """The weights that fit the choices, by name."""
    return dict(zip(names, fit(data, ridge=ridge).tolist(), strict=True))


def learn(gold: Path, docs: dict[str, Any], out: Path, folds: int) -> None:
    """Cross-validate, then fit on everything and write the weights."""
    own = homes(gold, docs)
    stems = sorted(docs)
    random.Random(7).shuffle(stems)
    right = total = own_right = 0.0
    for fold in range(folds):
        held = set(stems[fold::folds])
        home = fit([choice for choice in own if choice[0] not in held], ridge=_HOME_RIDGE)
        own_test = [choice for choice in own if choice[0] in held]
        own_right += accuracy(home, own_test) * len(own_test)
        data = choices(gold, docs, dict(zip(HOME_FEATURES, home.tolist(), strict=True)))
        test = [choice for choice in data if choice[0] in held]
        total += len(test)
        right += accuracy(fit([choice for choice in data if choice[0] not in held]), test) * len(test)
    home_weights = learned(own, HOME_FEATURES, _HOME_RIDGE)
    data = choices(gold, docs, home_weights)
    weights = learned(data, FEATURES, _RIDGE)
    print(f"{len(own)} own towns, cross-validated {own_right / len(own):.4f}")
    print(f"{len(data)} offices, cross-validated {right / total:.4f}")
    lines = ["# What speaks for a place as the article's own, and as that of an office;"]
    lines += ["# learnt by training/officials_places.py, not by hand.", "version: 1"]
    for head, table in (("home", home_weights), ("weights", weights)):
        lines += [f"{head}:", *(f"  {name}: {weight:.3f}" for name, weight in table.items())]
    out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
