"""Builds the report: one HTML page about a set of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from pipeline.record import AgreementType, Instrument, Record, Status, TopicId
from pipeline.report.aggregate import aggregate
from pipeline.report.page import build_page
from pipeline.report.world import outline
from pipeline.review.edtf_words import Lang, in_words
from pipeline.review.texts import label

STATUSES: tuple[str, ...] = get_args(Status)
_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Partnerschaften", "Partnerships"), "articles": ("Artikel", "articles"),
    "with_partnership": ("davon mit Partnerschaft", "of them with a partnership"),
    "partnerships": ("Partnerschaften", "partnerships"), "places": ("Orte", "places"), "countries": ("Länder", "countries"),
    "officials": ("Amtspersonen", "officials"), "map": ("Karte", "Map"), "network": ("Netz der Orte", "Network of places"),
    "timeline": ("Beginn nach Jahren", "Beginnings by year"), "topics": ("Themen nach Ländern", "Topics by country"),
    "table": ("Alle Partnerschaften", "All partnerships"), "search": ("Suche", "Search"), "first": ("Ort", "Place"),
    "second": ("Partner", "Partner"), "type": ("Art", "Type"), "status": ("Status", "Status"), "since": ("seit", "since"),
    "signed": ("unterzeichnet", "signed"), "until": ("bis", "until"), "evidence": ("Belege", "Evidence"),
    "confidence": ("Sicherheit", "Certainty"), "all": ("alle zeigen", "show all"), "close": ("Schließen", "Close"),
    "more": ("weitere zeigen", "show more"), "undated": ("ohne Jahr", "undated"), "zoom_in": ("näher", "zoom in"),
    "zoom_out": ("weiter", "zoom out"), "whole": ("ganze Karte", "whole map"), "of": ("von", "of"),
    "left_out": ("Orte mit den meisten Partnern; nicht gezeichnet:", "places with most partners; not drawn:"),
    "unplaced": ("ohne Koordinaten, nicht auf der Karte:", "without coordinates, not on the map:"),
    "nothing": ("In diesen Artikeln wurde keine Partnerschaft gefunden.", "No partnership was found in these articles."),
    "source": ("Umrisse: Natural Earth (gemeinfrei)", "Outlines: Natural Earth (public domain)"),
    "hint": ("Jede Zahl, jeder Bogen und jeder Balken führt zu den Partnerschaften dahinter und ihren Belegen.",
             "Every figure, arc and bar leads to the partnerships behind it and their evidence."),
}  # fmt: skip


def build_report(records: Iterable[Record], lang: Lang = "de", heading: str = "") -> str:
    """The report as HTML text."""
    data = aggregate(records)
    texts = {key: pair[lang == "en"] for key, pair in _TEXTS.items()}
    for relation in data["relations"]:
        for name in ("since", "signed", "until"):
            relation[f"{name}_words"] = in_words(relation[name], lang) if relation[name] else ""
        for quote in relation["evidence"]:
            quote["published_words"] = in_words(quote["published"], lang) if quote["published"] else ""
    values = (*get_args(AgreementType), *get_args(Instrument), *STATUSES, *get_args(TopicId))
    page_data: dict[str, Any] = {
        **data, "texts": texts, "labels": {value: label(value, lang) for value in values}, "statuses": STATUSES, "lang": lang,
    }  # fmt: skip
    return build_page(
        "pipeline.report", "report.html", "report.js", "report.css", page_data, t=texts, lang=lang, totals=data["totals"],
        heading=heading or texts["title"], land=outline()["land"], borders=outline()["borders"],
        empty=not data["relations"], left_out=data["network"]["left_out"],
        unplaced=sum(1 for place in data["places"] if place["lat"] is None),
    )  # fmt: skip
