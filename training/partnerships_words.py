"""The weights of the words beside and between places, for `training.partnerships`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.components.partnerships.candidates import Candidate
from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.words import beside, between

SUMS = ("w.beside", "w.between")
"""The two features that the words add up to: for the place alone, and for the pair."""
_C = 0.05
_LEAST = 0.01
"""Weights below this are left out of the file."""
Floats = npt.NDArray[np.float64]
Words = tuple[list[str], list[str]]


def words_of(context: Context, candidate: Candidate) -> Words:
    """The words of a candidate pair: beside the place, and between the two."""
    spot = candidate.other, candidate.mention
    return list(beside(context, candidate.mention)), list(between(context, spot, candidate.second))


def fit_words(
    words: list[Words], labels: npt.NDArray[np.int64], folds: npt.NDArray[np.int64]
) -> tuple[Floats, dict[str, float]]:
    """The two sums of each candidate, judged by weights that have not seen its article; and the weights of all."""
    rows, names = bags([dict.fromkeys(one + other, 1.0) for one, other in words])
    pair = np.array([name[0] == "m" for name in names])
    sums = np.zeros((len(words), 2))
    for fold in np.unique(folds):
        test = folds == fold
        weights = _fit(rows[~test], labels[~test])
        sums[test, 0] = rows[test] @ np.where(pair, 0.0, weights)
        sums[test, 1] = rows[test] @ np.where(pair, weights, 0.0)
    weights = _fit(rows, labels)
    kept = {
        name: round(float(weight), 3)
        for name, weight in zip(names, weights, strict=True)
        if abs(weight) >= _LEAST
    }
    return sums, kept


def bags(words: list[dict[str, float]]) -> tuple[Any, list[str]]:
    """A sparse matrix of words, and the word of each column."""
    vectorizer = DictVectorizer(sort=True)
    rows = vectorizer.fit_transform(words)
    rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
    return rows, [str(name) for name in vectorizer.get_feature_names_out()]


def _fit(rows: Any, labels: npt.NDArray[np.int64]) -> Floats:
    model = LogisticRegression(C=_C, max_iter=300, solver="liblinear").fit(rows, labels)
    weights: Floats = model.coef_[0]
    return weights
