"""Conditional logit (McFadden 1974): what speaks for one of several, learnt from choices that were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: the article it stands in, a row of features for each possibility, and the number of the right one."""

    stem: str
    rows: Floats
    right: int


def fit(choices: Sequence[Choice], decay: float) -> Floats:
    """The weights of the features; `decay` is the ridge penalty on features of unit spread."""
    used = [choice for choice in choices if len(choice.rows) > 1]
    sizes = [len(choice.rows) for choice in used]
    rows = np.vstack([choice.rows for choice in used])
    scale = rows.std(0) + 1e-6
    rows = rows / scale
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = begins + np.array([choice.right for choice in used])
    groups = np.repeat(np.arange(len(used)), sizes)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = rows @ weights
        scores = scores - np.maximum.reduceat(scores, begins)[groups]
        odds = np.exp(scores)
        totals = np.add.reduceat(odds, begins)
        value = np.log(totals).mean() - scores[right].mean() + decay * float(weights @ weights) / 2
        slope = ((odds / totals[groups]) @ rows - rows[right].sum(0)) / len(used) + decay * weights
        return float(value), slope

    found: Floats = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x / scale
    return found


def accuracy(weights: Floats, choices: Sequence[Choice]) -> float:
    """Share of right choices."""
    right = sum(int(np.argmax(choice.rows @ weights)) == choice.right for choice in choices)
    return right / max(1, len(choices))
