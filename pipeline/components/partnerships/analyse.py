"""From findings to candidates: lays out the text, finds cues, places, lists and frames."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.components.partnerships.features import Context, context_of
from pipeline.components.partnerships.layout import layout_of, split_clauses
from pipeline.components.partnerships.lexicon import Hit, Lexicon
from pipeline.components.partnerships.places import Places, link, places_of, town_features
from pipeline.findings import Findings

_SPEAKS = frozenset({"tie", "tie_bare", "tied", "partner"})
Anchors = Callable[[list[list[float]]], list[float]]


def analyse(text: str, findings: Findings, lexicon: Lexicon, anchors: Anchors) -> Context | None:
    """All that the decision needs, or None where no word speaks of a tie or fewer than two places are named."""
    hits = lexicon.find(text)
    if not any(hit.rule.role in _SPEAKS or hit.rule.role == "partner_bare" for hit in hits):
        return None
    layout = layout_of(text)
    places = places_of(findings)
    if len(places.cities) < 2:
        return None
    split_clauses(layout, [(place.start, place.end) for place in places.mentions])
    link(places, layout)
    ties = {layout.sentence(hit.start) for hit in hits if hit.rule.role in _SPEAKS}
    rows = town_features(places, layout, findings, partner_heads(places, hits, text), ties)
    return context_of(layout, places, findings, hits, anchors(rows))


def partner_heads(places: Places, hits: list[Hit], text: str) -> set[int]:
    """The mentions that stand right after a word for partner town, alone or in a list."""
    found = set()
    ends = [(hit.end, hit) for hit in hits if hit.rule.role == "partner"]
    position = 0
    heads: set[int] = set()
    for number, place in enumerate(places.mentions):
        while position < len(ends) and ends[position][0] <= place.start:
            position += 1
        if position and place.kind == "name" and place.start - ends[position - 1][0] <= 30:
            between = text[ends[position - 1][0] : place.start]
            previous = places.mentions[number - 1] if number else None
            free = previous is None or previous.start < ends[position - 1][0]
            if free and not set(between) & set(".;:!?\n"):
                heads.add(number)
    for number, place in enumerate(places.mentions):
        first = places.groups[place.group][0] if place.group >= 0 else number
        if place.kind == "name" and first in heads:
            found.add(number)
    return found
