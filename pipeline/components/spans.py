"""Writes findings as spaCy span groups, so that displaCy and any spaCy tool can read them."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc, SpanGroup

from pipeline.findings import Findings


def write_spans(doc: Doc, name: str, label: str, spans: Iterable[tuple[int, int, str]]) -> None:
    """Fill `doc.spans[name]` with spans of `label`, one for each (start, end, kb_id) in characters.

    Spans may overlap. They are widened to whole tokens; the exact offsets stay in the findings.
    """
    made = []
    for start, end, kb_id in spans:
        span = doc.char_span(start, end, label=label, kb_id=kb_id, alignment_mode="expand")
        if span is not None:
            made.append(span)
    doc.spans[name] = SpanGroup(doc, name=name, spans=made)


def write_city_spans(doc: Doc, findings: Findings) -> None:
    """Fill `doc.spans["jumelage_cities"]` with the mentions of `findings.cities`, by the city's id."""
    mentions = [(spot.start, spot.end, city.id) for city in findings.cities for spot in city.mentions]
    write_spans(doc, "jumelage_cities", "CITY", mentions)
