"""Adds the evidence up: is a candidate a place, and how sure is that?

A logistic model with named features. Its weights stand in `rules/places/weights.yaml`; `training/cities.py` learns
them, and anyone may read or change them. Log-odds above 0 mean a place; the logistic of them is its confidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from pipeline.components.cities.candidates import Candidate
from pipeline.knowledge.rules import StrictModel, load_rules

# Where a missed and an invented place cost the same, and several mentions each have their chance to err.
ACCEPT = 0.75
MENTION = -1.5


class WeightsFile(StrictModel):
    """The shape of `rules/places/weights.yaml`."""

    version: int
    weights: dict[str, float]


def load_weights(folder: Path) -> dict[str, float]:
    """The weights of a `places` folder. Raises RulesError."""
    return dict(load_rules("weights", WeightsFile, folder).weights)


def score(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The log-odds that a candidate with these features is a place; features without weight count nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def probability(logit: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


_BY = (
    ("country_right", "cities.origin"), ("country_left", "cities.origin"), ("designator", "cities.designator"),
    ("office", "cities.office"), ("place_preposition", "cities.preposition"),
)  # fmt: skip


def rule_of(candidate: Candidate) -> str:
    """The rule whose sign weighs most for the candidate."""
    if not candidate.places:
        return "cities.unlisted"
    return next((rule for feature, rule in _BY if candidate.features.get(feature)), "cities.gazetteer")
