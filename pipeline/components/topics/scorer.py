"""The model that weighs a topic's features: a logistic regression over all topics, numpy only.

Its weights are made by `python -m training.topics` from the annotated articles and lie beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.components.topics.scan import FEATURES

WEIGHTS = Path(__file__).with_name("weights.json")


class TopicScorer:
    """Calibrated probability that a topic is one in which the partners work together."""

    def __init__(self, topics: Sequence[str], path: Path = WEIGHTS) -> None:
        stored = json.loads(path.read_text("utf-8"))
        if stored["features"] != list(FEATURES):
            raise ValueError(f"{path}: made for other features; run python -m training.topics")
        self.threshold: float = stored["threshold"]
        self._mean = np.array(stored["mean"])
        self._scale = np.array(stored["scale"])
        self._weights = np.array(stored["weights"])
        self._bias = np.array([stored["bias"].get(topic, stored["default_bias"]) for topic in topics])

    def probabilities(
        self, topics: Sequence[int], features: Sequence[Sequence[float]]
    ) -> NDArray[np.float64]:
        """One probability for each row of `features`, described by `scan.describe`."""
        if not topics:
            return np.zeros(0)
        rows = (np.array(features) - self._mean) / self._scale
        log_odds = rows @ self._weights + self._bias[list(topics)]
        probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
        return probabilities
