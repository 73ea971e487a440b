"""Trains the partnerships component: which pairs are partners, in what state, since when.

    python -m training.own_town, then
    python -m training.partnerships [--gold DIR] [--without unseen.list] [--out pipeline/components/partnerships/weights.json]

Needs scikit-learn and scipy, which the pipeline itself does not. Each gold article is seen twice: with the places that
our own components find in it (what the model meets in use), and with those of the annotation, matched by name
(what it would meet if they erred less). Folds are by article, so that no article judges itself; the probabilities are
calibrated on the held-out ones (isotonic regression, Zadrozny and Elkan 2002). The printed figures are held-out too.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.components.own_town import features, softmax
from pipeline.components.partnerships.analysis import analyse
from pipeline.components.partnerships.attributes import state_features
from pipeline.components.partnerships.candidates import Candidate, candidates_of
from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.lexicon import cue_lexicon
from pipeline.components.partnerships.names import NAMES
from pipeline.components.partnerships.scorer import WEIGHTS
from pipeline.components.partnerships.words import state_words
from pipeline.findings import Findings
from training.choice import Choice, fit
from training.own_town import DECAY, matrix, own_town
from training.partnerships_dates import date_models
from training.partnerships_gold import first, from_components, from_gold, matching
from training.partnerships_states import state_model
from training.partnerships_trees import boosted, calibrated, fitted_trees, held_out
from training.partnerships_words import SUMS, fit_words, words_of

FOLDS = 8
KEPT = 60
SEED = 1
Floats = npt.NDArray[np.float64]


@dataclass
class Seen:
    """One view of an article: its analysis, and which of its cities and pairs the annotation knows.

    `towns`: what speaks for each place as the article's own, `own` the right one, both over all places that it might be;
    `rows` says which of them each city of the analysis is. `ours`: with the places of our components.
    """

    stem: str
    gold: dict[str, Any]
    context: Context
    towns: Floats
    own: int | None
    rows: list[int]
    ours: bool
    fold: int = 0
    pairs: dict[frozenset[int], list[dict[str, Any]]] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)

    def anchor(self, weights: Floats) -> None:
        chances = softmax((self.towns @ weights).tolist())
        self.context.anchors = [chances[row] for row in self.rows]

    def choice(self) -> Choice | None:
        """The choice of the article's own town, as `training.own_town` learns it: from what our components find."""
        return Choice(self.stem, self.towns, self.own) if self.ours and self.own is not None else None

    def label(self, candidate: Candidate) -> int:
        """1 a partnership, 0 none, -1 one that the annotation leaves open."""
        known = self.pairs.get(frozenset((candidate.first, candidate.second)))
        if not known:
            return 0
        return -1 if all(pair.get("optional") for pair in known) else 1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Train the partnerships component.")
    parser.add_argument("--gold", type=Path, default=Path("corpus/gold"))
    parser.add_argument(
        "--without",
        type=Path,
        default=Path("corpus/gold/unseen.list"),
        help="file with stems that are left out",
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--threshold", type=float, default=0.5)
    options = parser.parse_args(arguments)
    without = set(options.without.read_text("utf-8").split()) if options.without else set()
    paths = [path for path in sorted(options.gold.glob("*.json")) if path.stem not in without]
    seen = _views(paths)
    data = train(seen, options.threshold)
    data["provenance"] = f"{len(paths)} gold articles, {len(seen)} views; python -m training.partnerships"
    options.out.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")
    return 0


def _views(paths: list[Path]) -> list[Seen]:
    rng = np.random.RandomState(SEED)
    folds = rng.randint(0, FOLDS, len(paths))
    seen = []
    for source in (from_components, from_gold):
        for path, fold, (text, findings) in zip(paths, folds, source(paths), strict=True):
            gold = json.loads(path.read_text("utf-8"))
            view = _view(path.stem, gold, text, findings, source is from_components)
            if view is not None:
                view.fold = int(fold)
                seen.append(view)
    return seen


def _view(stem: str, gold: dict[str, Any], text: str, findings: Findings, ours: bool) -> Seen | None:
    context = analyse(text, findings, cue_lexicon())
    if context is None:
        return None
    named = matching(gold["cities"], context.places.cities, text)
    towns, rows = features(text, findings)
    number = {town.id: n for n, town in enumerate(towns)}
    own = matching(gold["cities"], towns, text).get(own_town(stem, gold))
    at = [number[city.id] for city in context.places.cities]
    view = Seen(stem, gold, context, matrix(rows), own, at, ours)
    for pair in gold["partnerships"]:
        cities = [named.get(name) for name in pair["cities"]]
        if None not in cities:
            view.pairs.setdefault(frozenset(city for city in cities if city is not None), []).append(pair)
    return view


def train(seen: list[Seen], threshold: float) -> dict[str, Any]:
    """All weights; prints held-out figures on the way."""
    for fold in range(FOLDS):
        made = [choice for view in seen if view.fold != fold and (choice := view.choice()) is not None]
        weights = fit(made, DECAY)
        for view in seen:
            if view.fold == fold:
                view.anchor(weights)
    right = [
        view.rows.index(view.own) == int(np.argmax(view.context.anchors))
        for view in seen
        if view.own in view.rows
    ]
    print(f"own town right in {sum(right)} of {len(right)} views (held out)")
    rows, labels, folds, words = [], [], [], []
    states, state_bags, targets = [], [], []
    for view in seen:
        view.candidates = candidates_of(view.context)
        for candidate in view.candidates:
            label = view.label(candidate)
            if label < 0:
                continue
            rows.append(candidate.features)
            labels.append(label)
            folds.append(view.fold)
            words.append(words_of(view.context, candidate))
            if label:
                pair = next(
                    p
                    for p in view.pairs[frozenset((candidate.first, candidate.second))]
                    if not p.get("optional")
                )
                states.append(state_features(view.context, candidate.first, candidate.second))
                state_bags.append(state_words(view.context, candidate))
                targets.append(first(pair["status"]))
    x, y, f = np.array(rows), np.array(labels), np.array(folds)
    x[:, [NAMES.index(name) for name in SUMS]], weights_of_words = fit_words(words, y, f)
    kept = np.sort(np.argsort(-boosted().fit(x, y).feature_importances_)[:KEPT])
    x = x[:, kept]
    held = held_out(x, y, f)
    curve = calibrated(held, y)
    _report(np.interp(held, *curve), y)
    return {
        "provenance": "",
        "threshold": threshold,
        "words": weights_of_words,
        "pair": fitted_trees(x, y, [NAMES[k] for k in kept], curve),
        **state_model(states, state_bags, targets),
        **date_models(seen),
    }


def _report(sure: Floats, y: npt.NDArray[np.int64]) -> None:
    print("confidence   pairs   right")
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (sure >= low) & (sure < low + 0.1)
        if inside.any():
            print(f"{low:.1f} to {low + 0.1:.1f}   {inside.sum():6}   {y[inside].mean():.2f}")


if __name__ == "__main__":
    sys.exit(main())
