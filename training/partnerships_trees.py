"""Boosted trees for `training.partnerships`: fitting, calibration, and the form in which they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression

MODELS = 3
"""Boosted models that differ in their random choices; their mean errs less than each."""
Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Curve = tuple[list[float], list[float]]


def boosted(seed: int = 0) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=200,
        max_depth=4,
        learning_rate=0.06,
        subsample=0.7,
        max_features=0.3,
        min_samples_leaf=8,
        random_state=seed,
    )


def mean_of(models: list[GradientBoostingClassifier], rows: Floats) -> Floats:
    odds: Floats = np.mean([model.decision_function(rows) for model in models], axis=0)
    return np.asarray(1 / (1 + np.exp(-odds)))


def calibrated(held: Floats, y: Labels) -> Curve:
    model = IsotonicRegression(out_of_bounds="clip", y_min=0.01, y_max=0.99).fit(held, y)
    grid = np.linspace(0, 1, 41)
    smooth = np.convolve(np.pad(model.predict(grid), 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return rounded(grid), rounded(np.maximum.accumulate(smooth))


def trees_of(models: list[GradientBoostingClassifier], names: list[str], curve: Curve) -> dict[str, Any]:
    """The trees of all models as flat lists, their log-odds averaged: feature (-1 for a leaf), threshold, children, value."""
    data: dict[str, list[Any]] = {
        key: [] for key in ("feature", "threshold", "left", "right", "value", "roots")
    }
    model = models[0]
    estimators = [estimator for each in models for estimator in each.estimators_[:, 0]]
    for estimator in estimators:
        tree = estimator.tree_
        base = len(data["feature"])
        data["roots"].append(base)
        for node in range(tree.node_count):
            leaf = tree.children_left[node] < 0
            data["feature"].append(-1 if leaf else int(tree.feature[node]))
            data["threshold"].append(0.0 if leaf else round(float(tree.threshold[node]), 6))
            data["left"].append(0 if leaf else base + int(tree.children_left[node]))
            data["right"].append(0 if leaf else base + int(tree.children_right[node]))
            data["value"].append(
                round(float(tree.value[node][0][0]) * model.learning_rate / len(models), 5) if leaf else 0.0
            )
    share = model.init_.class_prior_[1]
    depth = max(estimator.tree_.max_depth for estimator in estimators)
    return {
        "names": names,
        "base": float(np.log(share / (1 - share))),
        "depth": int(depth),
        **data,
        "curve": list(curve),
    }


def held_out(rows: Floats, labels: Labels, folds: Labels, models: int = MODELS) -> Floats:
    """The probability of each row by trees that have not seen its fold."""
    held = np.zeros(len(labels))
    for fold in np.unique(folds):
        test = folds == fold
        fitted = [boosted(seed).fit(rows[~test], labels[~test]) for seed in range(models)]
        held[test] = mean_of(fitted, rows[test])
    return held


def fitted_trees(
    rows: Floats, labels: Labels, names: Sequence[str], curve: Curve, models: int = MODELS
) -> dict[str, Any]:
    """The trees fitted on all rows, with the curve that calibrates them."""
    return trees_of([boosted(seed).fit(rows, labels) for seed in range(models)], list(names), curve)


def rounded(values: Floats) -> list[float]:
    """For JSON: five digits behind the point are enough."""
    return [round(float(value), 5) for value in values]
