"""Learns what speaks for a place as that of an office: weights of `rules/officials_places.yaml`.

    python -m training.officials_places [--gold corpus/gold] [--without corpus/gold/unseen.list]
        [--out rules/officials_places.yaml] [--folds 8]

A conditional logit: each official of the gold whose city the annotation names is a choice among the places of the
article. Whose article it is, is told by weights that have not seen the article (`training/own_town.py`). Never run it on
articles that are to stay unseen. Prints the accuracy under cross-validation by article.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from pipeline.components.officials import Officials
from pipeline.components.officials.ranking import FEATURES, Asked, Ranking
from pipeline.components.own_town import features, softmax
from pipeline.extractor import load
from pipeline.findings import City, findings_of
from pipeline.readers import read_path
from training import own_town
from training.choice import Choice, accuracy, fit
from training.corpus import text_of

_DECAY = 0.02

Article = tuple[str, dict[str, Any], Doc]


def articles(paths: list[Path]) -> Iterator[Article]:
    """Name, annotation and document of each, with all that is found before the officials."""
    extractor = load()
    for path in paths:
        article = next(iter(read_path(text_of(path))))
        doc = extractor.nlp.make_doc(article.text)
        for name, component in extractor.nlp.pipeline:
            if name == "jumelage_officials":
                break
            doc = component(doc)
        yield path.stem, json.loads(path.read_text("utf-8")), doc


def judge_unseen(found: list[Article], folds: int) -> None:
    """Set `findings.own` of each article by weights that were learnt on the others."""
    choices = {}
    for stem, gold, doc in found:
        made = own_town.choice(stem, gold, doc.text, findings_of(doc))
        if made is not None:
            choices[stem] = made[0]
    for fold in range(folds):
        held = {stem for stem, _, _ in found[fold::folds]}
        weights = fit([choice for stem, choice in choices.items() if stem not in held], own_town.DECAY)
        for _, _, doc in found[fold::folds]:
            cities, rows = features(doc.text, findings_of(doc))
            shares = softmax((own_town.matrix(rows) @ weights).tolist()) if rows else []
            findings_of(doc).own = dict(zip((city.id for city in cities), shares, strict=True))


def choices_of(found: list[Article]) -> list[Choice]:
    """The choice of the right place, by FEATURES, for every official with a known one."""
    officials = Officials()
    made: list[Choice] = []
    asked_of: list[tuple[Ranking, Asked]] = []
    plain = Ranking.scores

    def spy(self: Ranking, asked: Asked) -> list[tuple[City, float]]:
        asked_of.append((self, asked))
        return plain(self, asked)

    Ranking.scores = spy  # type: ignore[method-assign]
    try:
        for stem, gold, doc in found:
            asked_of.clear()
            officials(doc)
            for ranking, asked in asked_of:
                want = _wanted(gold, asked)
                table = ranking.table(asked)
                index = next((i for i, (city, _) in enumerate(table) if _is(city, want)), None)
                if index is not None and len(table) > 1:
                    rows = [[row.get(name, 0.0) for name in FEATURES] for _, row in table]
                    made.append(Choice(stem, np.array(rows), index))
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


def cross_validated(data: list[Choice], folds: int, decay: float = _DECAY) -> float:
    """Share of right choices, each by weights learnt on other articles."""
    stems = sorted({choice.stem for choice in data})
    random.Random(7).shuffle(stems)
    right = 0.0
    for fold in range(folds):
        held = set(stems[fold::folds])
        test = [choice for choice in data if choice.stem in held]
        weights = fit([choice for choice in data if choice.stem not in held], decay)
        right += accuracy(weights, test) * len(test)
    return right / max(1, len(data))


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn rules/officials_places.yaml.")
    parser.add_argument("--gold", type=Path, default=Path("corpus/gold"))
    parser.add_argument("--without", type=Path, default=Path("corpus/gold/unseen.list"))
    parser.add_argument("--out", type=Path, default=Path("rules/officials_places.yaml"))
    parser.add_argument("--folds", type=int, default=8)
    options = parser.parse_args()
    without = set(options.without.read_text("utf-8").split())
    paths = [path for path in sorted(options.gold.glob("*.json")) if path.stem not in without]
    found = list(articles(paths))
    judge_unseen(found, options.folds)
    data = choices_of(found)
    print(f"{len(data)} offices, cross-validated {cross_validated(data, options.folds):.4f}")
    lines = [
        "# What speaks for a place as that of an office; learnt by training/officials_places.py, not by hand."
    ]
    lines += ["version: 1", "weights:"]
    lines += [f"  {name}: {weight:.3f}" for name, weight in zip(FEATURES, fit(data, _DECAY), strict=True)]
    options.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
