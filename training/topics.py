"""Trains the topic model: python -m training.topics --gold FOLDER.


A logistic regression over the features of `pipeline.components.topics.scan.describe`, one row for each article
and topic that has a word in it, with a bias for each topic (shrunk like any weight). Optional topics of the gold
annotation are left out. The threshold is the one with the best F under cross-validation by article, on texts
from whose topic words a fifth has been taken away: our lists were made with these articles at hand, and other
towns' articles use words that they lack. Needs scikit-learn; the pipeline itself needs numpy alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from pipeline.components.topics import Topics, context_of
from pipeline.components.topics.scan import FEATURES, Hit, describe
from pipeline.components.topics.scorer import WEIGHTS
from pipeline.findings import findings_of
from pipeline.language import build_language
from training.sources import gold_names

C = 1.0
TOPIC_SCALE = 2.0
FOLDS = 10
THINNED = 0.2
THINNINGS = 5
STEM = 7
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


@dataclass(slots=True)
class Read:
    """What the pipeline saw in an article, and what the annotation says of it."""

    text: str
    hits: list[Hit]
    count: int
    must: set[str]
    may: set[str]


def read(articles: Iterable[tuple[Doc, dict[str, Any]]], component: Topics) -> list[Read]:
    """Scan the articles once. Those without partnerships have no topic words."""
    seen = []
    for doc, record in articles:
        listed: list[str] = record["topics"]
        must = {topic for topic in listed if not topic.endswith("?")}
        may = {topic.rstrip("?") for topic in listed} - must
        hits: list[Hit] = []
        count = 0
        if findings_of(doc).agreements:
            hits, count = component.scanner.scan(doc.text, context_of(doc, findings_of(doc)))
        seen.append(Read(doc.text, hits, count, must, may))
    return seen


def thinned(hits: list[Hit], share: float, seed: int) -> list[Hit]:
    """`hits` without a share of the words, told by their first letters, the same for every article."""
    return [hit for hit in hits if crc32(f"{seed}{hit.word[:STEM]}".encode()) % 1000 >= 1000 * share]


def rows(articles: list[Read], ids: list[str], share: float = 0.0, seed: int = 0) -> Rows:
    """The rows of articles, from whose topic words `share` is taken away."""
    features: list[list[float]] = []
    labels: list[int] = []
    owners: list[int] = []
    topics: list[int] = []
    for number, article in enumerate(articles):
        left = thinned(article.hits, share, seed) if share else article.hits
        for topic, row in describe(left, article.text, article.count).items():
            if ids[topic] not in article.may:
                features.append(row)
                labels.append(int(ids[topic] in article.must))
                owners.append(number)
                topics.append(topic)
    wanted = sum(len(article.must) for article in articles)
    return Rows(
        np.array(features), np.array(labels), np.array(owners), np.array(topics), wanted, len(articles)
    )


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


def cross_validated(data: Rows, test: Rows, classes: int) -> NDArray[np.float64]:
    """The probability of every row of `test` under a model that has not seen its article.

    Both are of the same articles; `test` may be thinned.
    """
    order = np.random.default_rng(SEED).permutation(data.count)
    fold = np.empty(data.count, int)
    fold[order] = np.arange(data.count) % FOLDS
    probabilities = np.zeros(len(test.labels))
    for number in range(FOLDS):
        known = fold[data.articles] != number
        held = fold[test.articles] == number
        model = fit(data.features[known], data.topics[known], data.labels[known], classes)
        probabilities[held] = predict(model, test.features[held], test.topics[held])
    return probabilities


def f_score(data: Rows, probabilities: NDArray[np.float64], threshold: float) -> float:
    """F of the topics found at `threshold`, those without a word in the text counted as missed."""
    found = probabilities >= threshold
    return float(2 * data.labels[found].sum() / (found.sum() + data.wanted))


def best_threshold(trials: Sequence[tuple[Rows, NDArray[np.float64]]]) -> float:
    """The middle of the thresholds that are within half a point of the best mean F."""
    grid = np.arange(0.2, 0.65, 0.01)
    scores = np.array([np.mean([f_score(*trial, threshold) for trial in trials]) for threshold in grid])
    good = grid[scores >= scores.max() - 0.005]
    return round(float(np.median(good)), 2)


def train(articles: list[Read], component: Topics, *, write: bool) -> None:
    """Cross-validate, report, fit on everything and write the weights."""
    ids = [rule.topic for rule in component.rules]
    data = rows(articles, ids)
    print(
        f"{len(data.labels)} rows of {data.count} articles, {data.labels.sum()} of {data.wanted} topics have words"
    )
    trials = []
    for seed in range(THINNINGS):
        test = rows(articles, ids, THINNED, seed)
        trials.append((test, cross_validated(data, test, len(ids))))
    threshold = best_threshold(trials)
    thin = np.mean([f_score(*trial, threshold) for trial in trials])
    print(
        f"cross-validated F {f_score(data, cross_validated(data, data, len(ids)), threshold):.3f} at {threshold}"
    )
    print(f"the same with a fifth of the words unknown {thin:.3f}")
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
    train(read(processed(args.gold), component), component, write=not args.dry_run)


if __name__ == "__main__":
    main()
