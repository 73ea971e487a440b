"""Trains the topic model: python -m training.topics --gold FOLDER.


A logistic regression over the features of `pipeline.components.topics.scan.describe`, one row for each article
and topic that has a word in it, with a bias for each topic (shrunk like any weight). Optional topics of the gold
annotation are left out. The threshold is the one with the best F under cross-validation by article. Needs
scikit-learn; the pipeline itself needs numpy alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from pipeline.components.topics import Topics
from pipeline.components.topics.scan import FEATURES
from pipeline.components.topics.scorer import WEIGHTS
from pipeline.findings import findings_of
from pipeline.language import build_language
from training.sources import gold_names

C = 1.0
TOPIC_SCALE = 2.0
FOLDS = 10
SEED = 20


@dataclass(slots=True)
class Rows:
    """Features, labels, article numbers and topic numbers, one row each; `wanted` counts the gold topics."""

    features: NDArray[np.float64]
    labels: NDArray[np.int64]
    articles: NDArray[np.int64]
    topics: NDArray[np.int64]
    wanted: int
    count: int


def processed(gold: Path) -> Iterator[tuple[Doc, dict[str, Any]]]:
    """The articles of `gold` that may be trained on, as the pipeline reads them, with their annotation."""
    nlp = build_language()
    for late in ("jumelage_topics", "jumelage_partnerships"):
        if nlp.has_pipe(late):
            nlp.remove_pipe(late)
    for name in gold_names(gold):
        record = json.loads((gold / f"{name}.json").read_text("utf-8"))
        beside = gold / f"{name}.txt"
        text = beside if beside.exists() else gold.parent / "raw" / f"{name}.txt"
        yield nlp(text.read_text("utf-8")), record


def rows(articles: Iterable[tuple[Doc, dict[str, Any]]], component: Topics) -> Rows:
    """The training rows of annotated articles. Those without partnerships give none."""
    ids = [rule.topic for rule in component.rules]
    features: list[list[float]] = []
    labels: list[int] = []
    owners: list[int] = []
    topics: list[int] = []
    wanted = 0
    number = -1
    for number, (doc, record) in enumerate(articles):
        listed: list[str] = record["topics"]
        must = {topic for topic in listed if not topic.endswith("?")}
        may = {topic.rstrip("?") for topic in listed} - must
        wanted += len(must)
        if not findings_of(doc).agreements:
            continue
        for topic, row in component.features(doc)[1].items():
            if ids[topic] not in may:
                features.append(row)
                labels.append(int(ids[topic] in must))
                owners.append(number)
                topics.append(topic)
    return Rows(np.array(features), np.array(labels), np.array(owners), np.array(topics), wanted, number + 1)


def fit(
    features: NDArray[np.float64], topics: NDArray[np.int64], labels: NDArray[np.int64], classes: int
) -> dict[str, Any]:
    """Mean, scale, weights and biases of a model."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    mean, scale = features.mean(0), features.std(0) + 1e-9
    design = np.hstack([(features - mean) / scale, TOPIC_SCALE * np.eye(classes)[topics]])
    model = LogisticRegression(C=C, max_iter=5000).fit(design, labels)
    weights = model.coef_[0]
    intercept = float(model.intercept_[0])
    return {
        "mean": mean,
        "scale": scale,
        "weights": weights[: features.shape[1]],
        "bias": intercept + TOPIC_SCALE * weights[features.shape[1] :],
        "default": intercept,
    }


def predict(
    model: dict[str, Any], features: NDArray[np.float64], topics: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Probabilities of rows under `model`."""
    log_odds = ((features - model["mean"]) / model["scale"]) @ model["weights"] + model["bias"][topics]
    result: NDArray[np.float64] = 1 / (1 + np.exp(-log_odds))
    return result


def cross_validated(data: Rows, classes: int) -> NDArray[np.float64]:
    """The probability of every row under a model that has not seen its article."""
    order = np.random.default_rng(SEED).permutation(data.count)
    fold = np.empty(data.count, int)
    fold[order] = np.arange(data.count) % FOLDS
    probabilities = np.zeros(len(data.labels))
    for number in range(FOLDS):
        held = fold[data.articles] == number
        model = fit(data.features[~held], data.topics[~held], data.labels[~held], classes)
        probabilities[held] = predict(model, data.features[held], data.topics[held])
    return probabilities


def f_score(data: Rows, probabilities: NDArray[np.float64], threshold: float) -> float:
    """F of the topics found at `threshold`, those without a word in the text counted as missed."""
    found = probabilities >= threshold
    return float(2 * data.labels[found].sum() / (found.sum() + data.wanted))


def best_threshold(data: Rows, probabilities: NDArray[np.float64]) -> float:
    """The middle of the thresholds that are within half a point of the best F."""
    grid = np.arange(0.2, 0.65, 0.01)
    scores = np.array([f_score(data, probabilities, threshold) for threshold in grid])
    good = grid[scores >= scores.max() - 0.005]
    return round(float(np.median(good)), 2)


def train(data: Rows, component: Topics, *, write: bool) -> None:
    """Cross-validate, report, fit on everything and write the weights."""
    ids = [rule.topic for rule in component.rules]
    probabilities = cross_validated(data, len(ids))
    threshold = best_threshold(data, probabilities)
    print(
        f"{len(data.labels)} rows of {data.count} articles, {data.labels.sum()} of {data.wanted} topics have words"
    )
    print(f"cross-validated F {f_score(data, probabilities, threshold):.3f} at {threshold}")
    model = fit(data.features, data.topics, data.labels, len(ids))
    print(
        f"F on the training articles {f_score(data, predict(model, data.features, data.topics), threshold):.3f}"
    )
    for name, weight in zip(FEATURES, model["weights"], strict=True):
        print(f"  {name:20} {weight:+.2f}")
    if write:
        stored = {
            "features": list(FEATURES),
            "threshold": threshold,
            "mean": [round(float(value), 5) for value in model["mean"]],
            "scale": [round(float(value), 5) for value in model["scale"]],
            "weights": [round(float(value), 5) for value in model["weights"]],
            "bias": {topic: round(float(model["bias"][number]), 5) for number, topic in enumerate(ids)},
            "default_bias": round(model["default"], 5),
        }
        WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def main() -> None:
    """Train, report and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gold", type=Path, default=Path("corpus/gold"))
    parser.add_argument("--dry-run", action="store_true", help="report only")
    args = parser.parse_args()
    component = Topics()
    train(rows(processed(args.gold), component), component, write=not args.dry_run)


if __name__ == "__main__":
    main()
