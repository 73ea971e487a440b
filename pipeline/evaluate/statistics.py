"""Precision, recall and F1 over articles, how sure they are, and whether two runs differ.

Intervals: percentile bootstrap over articles (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13).
Difference of two runs on the same articles: paired bootstrap interval, and approximate randomisation for the p-value
(Noreen, Computer-Intensive Methods for Testing Hypotheses, 1989; Yeh, More accurate tests for the statistical
significance of result differences, COLING 2000); over several fields adjusted by Holm (1979).
Calibration: expected calibration error (Guo et al., On Calibration of Modern Neural Networks, ICML 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluate.scoring import ArticleScore, Judged

Counts = NDArray[np.int64]  # articles x (true positives, record's entries, gold's entries)
Floats = NDArray[np.float64]
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One field's figures; `low` and `high` bound F1 with 95 % confidence."""

    field: str
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    tp: int
    system: int
    gold: int


@dataclass(frozen=True, slots=True)
class Difference:
    """New minus old F1 of a field; `p` by approximate randomisation, `adjusted` by Holm over all fields."""

    field: str
    old: float
    new: float
    low: float
    high: float
    p: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Entries whose confidence lies in (low, high]: how many, how sure on average, how many of them right."""

    low: float
    high: float
    count: int
    confidence: float
    precision: float


def counts_of(scores: Sequence[ArticleScore], field: str) -> Counts:
    """The counts of a field, an article a row."""
    return np.array([score.counts[field] for score in scores], dtype=np.int64).reshape(-1, 3)


def f1_of(sums: NDArray[np.generic]) -> Floats:
    """F1 of sums of counts along the last axis; 1 where there was nothing to find and nothing was found."""
    tp, size = sums[..., 0].astype(float), (sums[..., 1] + sums[..., 2]).astype(float)  # type: ignore[operator]
    return np.where(size > 0, 2 * tp / np.where(size > 0, size, 1), 1.0)


def _draws(articles: int, resamples: int, seed: int) -> NDArray[np.int64]:
    """How often each article is drawn in each resample."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(articles, np.full(articles, 1 / articles), size=resamples)


def summarise(scores: Sequence[ArticleScore], field: str, resamples: int = 2000, seed: int = 1) -> Row:
    """Precision, recall and F1 of a field over all articles, with its interval."""
    counts = counts_of(scores, field)
    tp, system, gold = (int(value) for value in counts.sum(axis=0))
    f1 = 2 * tp / (system + gold) if system + gold else 1.0
    spread = f1_of(_draws(len(counts), resamples, seed) @ counts)
    low, high = np.percentile(spread, (2.5, 97.5))
    return Row(
        field,
        tp / system if system else 1.0,
        tp / gold if gold else 1.0,
        f1,
        float(low),
        float(high),
        tp,
        system,
        gold,
    )


def headline(
    scores: Sequence[ArticleScore], fields: Sequence[str], resamples: int = 2000, seed: int = 1
) -> tuple[float, float, float]:
    """The mean F1 of `fields` with its interval; all fields are resampled together."""
    draws = _draws(len(scores), resamples, seed)
    parts = [counts_of(scores, field) for field in fields]
    mean = float(np.mean([f1_of(part.sum(axis=0)) for part in parts]))
    spread = np.mean([f1_of(draws @ part) for part in parts], axis=0)
    low, high = np.percentile(spread, (2.5, 97.5))
    return mean, float(low), float(high)


def compare(
    old: Sequence[ArticleScore],
    new: Sequence[ArticleScore],
    fields: Sequence[str],
    resamples: int = 10_000,
    seed: int = 1,
) -> list[Difference]:
    """Differences in F1 of two runs over the same articles in the same order."""
    if [score.name for score in old] != [score.name for score in new]:
        raise ValueError("the two runs must be scored on the same articles")
    swaps = np.random.default_rng(seed).random((resamples, len(old))) < 0.5
    draws = _draws(len(old), resamples, seed)
    found = []
    for field in fields:
        a, b = counts_of(old, field), counts_of(new, field)
        observed = float(f1_of(b.sum(axis=0)) - f1_of(a.sum(axis=0)))
        moved = swaps.astype(np.int64) @ (b - a)
        shuffled = f1_of(b.sum(axis=0) - moved) - f1_of(a.sum(axis=0) + moved)
        extreme = int(np.sum(np.abs(shuffled) >= abs(observed) - 1e-12))
        low, high = np.percentile(f1_of(draws @ b) - f1_of(draws @ a), (2.5, 97.5))
        p = (extreme + 1) / (resamples + 1)
        found.append(
            (field, float(f1_of(a.sum(axis=0))), float(f1_of(b.sum(axis=0))), float(low), float(high), p)
        )
    adjusted = holm([row[5] for row in found])
    return [Difference(*row, value) for row, value in zip(found, adjusted, strict=True)]


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, running = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        running = max(running, min(1.0, p_values[i] * (len(p_values) - rank)))
        adjusted[i] = running
    return adjusted


def calibration(judged: Sequence[Judged]) -> tuple[list[Bin], float]:
    """Entries by confidence, and the expected calibration error; an error of 0.1 means: off by 10 points on average."""
    bins, error = [], 0.0
    for low, high in zip((-1.0, *BINS[1:-1]), BINS[1:], strict=True):
        inside = [entry for entry in judged if low < entry.confidence <= high]
        if not inside:
            continue
        confidence = sum(entry.confidence for entry in inside) / len(inside)
        precision = sum(entry.right for entry in inside) / len(inside)
        bins.append(Bin(max(low, 0.0), high, len(inside), confidence, precision))
        error += abs(confidence - precision) * len(inside) / len(judged)
    return bins, error
