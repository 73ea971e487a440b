"""The weights that tell the state of a tie, for `training.partnerships`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from training.partnerships_trees import rounded
from training.partnerships_words import bags

_C = 0.05
_LEAST = 0.015


def state_model(
    states: list[dict[str, float]], words: list[dict[str, float]], targets: list[str]
) -> dict[str, Any]:
    """One linear model over cues (`state`) and words (`state_words`); words of little weight are left out."""
    names = list(states[0])
    cues = np.array([[state[name] for name in names] for state in states])
    scaler = StandardScaler().fit(cues)
    bag, tokens = bags(words)
    rows = sparse.hstack([sparse.csr_matrix(scaler.transform(cues)), bag]).tocsr()
    rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
    model = LogisticRegression(C=_C, max_iter=500).fit(rows, targets)
    plain, beside = model.coef_[:, : len(names)], model.coef_[:, len(names) :]
    bias = model.intercept_ - (plain * scaler.mean_ / scaler.scale_).sum(1)
    return {
        "state": {
            "names": names,
            "classes": [str(name) for name in model.classes_],
            "weights": [rounded(row) for row in plain / scaler.scale_],
            "bias": rounded(bias),
        },
        "state_words": {
            token: [round(float(weight), 3) for weight in beside[:, column]]
            for column, token in enumerate(tokens)
            if np.abs(beside[:, column]).max() >= _LEAST
        },
    }
