"""Adds the evidence up: is a candidate a place, and how sure is that? A logistic model with named weights."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipeline.components.cities.candidates import Candidate

WEIGHTS: dict[str, float] = {
    "bias": 0.3, "ner_loc": 2.5, "ner_loc_wide": 0.5, "ner_per": -2.5, "ner_per_wide": -4.0, "ner_org": -0.5, "ner_org_wide": -3.0,
    "ner_misc": -1.0, "ner_misc_wide": -3.0, "ner_none": -1.5, "rank_main": 0.5, "rank_other": 0.2, "rank_alternate": -1.5,
    "population": 2.0, "several_words": 1.5, "prior": 1.0, "prior_unknown": -1.0, "forename": -0.5, "surname": -0.5, "short_name": -1.0, "genitive": -0.3, "sentence_start": -0.3, "only_unit": -0.3,
    "hyphen_left": -4.0, "hyphen_right": -4.0, "shape": 0.4, "capitals": 0.0, "whole_line": 0.0, "handle": -5.0, "name_tail": -4.0, "name_head": -5.0, "designator": 3.0,
    "country_left": 2.5, "country_right": 3.5, "place_preposition": 2.0, "preposition": 0.7, "office": 2.0, "determiner": -2.5,
    "person_title": -4.0, "cut_name": -4.0, "neighbour": 1.5, "repeated": 1.0, "unlisted": 0.0, "double": 0.0,
}  # fmt: skip


def score(features: Mapping[str, float]) -> float:
    """The log-odds that a candidate with these features is a place."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())


def probability(logit: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


_BY = (
    ("country_right", "cities.origin"), ("country_left", "cities.origin"), ("designator", "cities.designator"),
    ("office", "cities.office"), ("place_preposition", "cities.preposition"),
)  # fmt: skip


def rule_of(candidate: Candidate) -> str:
    """The rule whose sign weighs most for the candidate."""
    return next((rule for feature, rule in _BY if candidate.features.get(feature)),
                "cities.gazetteer" if candidate.places else "cities.model")  # fmt: skip
