"""The trained part: which candidate pairs are partners, in what state, since when.

Weights in weights.json.
Trained by `python -m training.partnerships`; at run time numpy alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.components.partnerships.dating import DATE_NAMES
from pipeline.components.partnerships.names import NAMES

WEIGHTS = Path(__file__).with_name("weights.json")
Floats = npt.NDArray[np.float64]


class Trees:
    """Gradient-boosted trees of one depth, evaluated level by level for all rows at once."""

    def __init__(self, data: dict[str, Any], names: Sequence[str]) -> None:
        self.names: list[str] = data["names"]
        self.columns = [names.index(name) for name in self.names]
        self.base: float = data["base"]
        self.depth: int = data["depth"]
        self.feature = np.array(data["feature"], dtype=np.int32)
        self.threshold = np.array(data["threshold"], dtype=np.float64)
        self.left = np.array(data["left"], dtype=np.int32)
        self.right = np.array(data["right"], dtype=np.int32)
        self.value = np.array(data["value"], dtype=np.float64)
        self.roots = np.array(data["roots"], dtype=np.int32)
        self.curve: tuple[list[float], list[float]] = (data["curve"][0], data["curve"][1])

    def probability(self, rows: Floats) -> Floats:
        """The calibrated probability of each row of all features, in the order of the names given at the start."""
        rows = rows[:, self.columns]
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots))).copy()
        numbers = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            feature = self.feature[at]
            goes_left = rows[numbers, np.maximum(feature, 0)] <= self.threshold[at]
            at = np.where(feature < 0, at, np.where(goes_left, self.left[at], self.right[at]))
        raw = self.base + self.value[at].sum(axis=1)
        plain = 1 / (1 + np.exp(-raw))
        sure: Floats = np.interp(plain, self.curve[0], self.curve[1])
        return sure


class Linear:
    """A linear model of one or several classes."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.names: list[str] = data["names"]
        self.classes: list[str] = data["classes"]
        self.weights = np.array(data["weights"], dtype=np.float64)
        self.bias = np.array(data["bias"], dtype=np.float64)

    def scores(self, rows: Floats) -> Floats:
        """One score per row and class."""
        scores: Floats = rows @ self.weights.T + self.bias
        return scores


class Model:
    """Everything that was learnt."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.pair = Trees(data["pair"], NAMES)
        self.words: dict[str, float] = data["words"]
        self.states = Linear(data["state"])
        self._state_rows = {word: row for row, word in enumerate(data["state_words"])}
        self._state_words = np.array(list(data["state_words"].values()), dtype=np.float64)
        self.since = Trees(data["since"], DATE_NAMES)
        self.signed = Trees(data["signed"], DATE_NAMES)
        self.threshold: float = data["threshold"]

    def state(self, cues: Mapping[str, float], words: Mapping[str, float]) -> str:
        """The state for which cues and words (with their share) speak most."""
        scores = self.states.scores(np.array([[cues[name] for name in self.states.names]]))[0]
        known = [
            (row, share) for word, share in words.items() if (row := self._state_rows.get(word)) is not None
        ]
        if known:
            rows, shares = zip(*known, strict=True)
            scores = scores + np.array(shares) @ self._state_words[list(rows)]
        return self.states.classes[int(scores.argmax())]


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped model."""
    return Model(json.loads(WEIGHTS.read_text("utf-8")))
