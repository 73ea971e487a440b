"""Whose article it is, for the relation: the decision of `pipeline/components/own_town.py`, by the number of the place."""

from __future__ import annotations

from pipeline.components.own_town import own_chances
from pipeline.components.partnerships.places import Places
from pipeline.findings import Findings


def anchors(text: str, findings: Findings, places: Places) -> list[float]:
    """How probable it is of each place that the article is its own."""
    chances = own_chances(text, findings)
    return [chances.get(city.id, 0.0) for city in places.cities]
