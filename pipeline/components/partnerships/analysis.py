"""From findings to candidates: lays out the text, finds cues, places, lists and frames."""

from __future__ import annotations

from pipeline.components.partnerships.context import Context, context_of
from pipeline.components.partnerships.layout import layout_of, split_clauses
from pipeline.components.partnerships.lexicon import Lexicon
from pipeline.components.partnerships.places import link, places_of
from pipeline.components.partnerships.roles import ANY_TIE, BIT
from pipeline.components.partnerships.town import anchors
from pipeline.findings import Findings

_SPEAKS = frozenset({"tie", "tie_bare", "tied", "partner"})


def analyse(text: str, findings: Findings, lexicon: Lexicon) -> Context | None:
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
    context = context_of(layout, places, findings, hits, lexicon.frames)
    if not _speaks(context):
        return None
    context.anchors = anchors(text, findings, places)
    return context


def _speaks(context: Context) -> bool:
    """Does any sentence speak of a tie of towns without denying it (or deciding against it)?"""
    tie = ANY_TIE & ~(BIT["bond"] | BIT["tied_bare"])
    return any(
        mask & tie and (not mask & BIT["denied"] or mask & (BIT["reject"] | BIT["decide"]))
        for mask in context.sentence_mask
    )
