"""`jumelage show`: a record as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import Model, Published, Rules
from pipeline.cli.reading import record_of
from pipeline.record import City, Partnership, Record

STYLES = {
    "boilerplate": "dim",
    "topic": "italic cyan",
    "agreement": "bold magenta",
    "organisation": "underline yellow",
    "official": "bold yellow",
    "date": "bold green",
    "city": "bold white on blue",
}
"""Style of each kind of span, the later ones painted over the earlier."""

TYPES = {
    "twinning": "Städtepartnerschaft",
    "friendship": "Städtefreundschaft",
    "project_partnership": "Projektpartnerschaft",
    "climate_partnership": "Klimapartnerschaft",
    "solidarity_partnership": "Solidaritätspartnerschaft",
    "sponsorship": "Patenschaft",
    "strategic_partnership": "strategische Partnerschaft",
    "cooperation": "Kooperation",
    "contact": "Kontakt",
}
STATUS = {
    "planned": "geplant",
    "agreed": "vereinbart",
    "active": "aktiv",
    "dormant": "ruhend",
    "suspended": "ausgesetzt",
    "ended": "beendet",
    "rejected": "abgelehnt",
}


def show(
    name: Annotated[
        str, typer.Argument(metavar="RECORD|ARTICLE", help="A record (.json) or an article; `-`: stdin.")
    ],
    model: Model = None,
    rules: Rules = None,
    published: Published = None,
) -> None:
    """Show the text with its marked spans, then the partnerships with their evidence."""
    record = record_of(name, model, rules, published)
    console = Console(highlight=False)
    console.print(marked(record))
    console.print(_legend())
    console.print(_facts(record))
    for partnership in record.partnerships:
        console.print(_card(record, partnership))
    if not record.partnerships:
        console.print("Keine Partnerschaft.", style="dim")
    for warning in record.warnings:
        console.print(f"! {warning.code}: {warning.message}", style="red")


def spans_by_kind(record: Record) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of every span, in the order of STYLES."""
    yield from (("boilerplate", span.start, span.end) for span in record.boilerplate)
    for kind, entries in (
        ("topic", record.topics),
        ("agreement", record.agreements),
        ("organisation", record.organisations),
        ("official", record.officials),
    ):
        for entry in entries:
            yield from ((kind, span.start, span.end) for span in entry.mentions)
    yield from (("date", span.start, span.end) for span in record.dates)
    for city in record.cities:
        yield from (("city", span.start, span.end) for span in city.mentions)


def marked(record: Record) -> Text:
    """The record's text, each span in the style of its kind."""
    text = Text(record.text)
    for kind, start, end in spans_by_kind(record):
        text.stylize(STYLES[kind], start, end)
    return text


def _legend() -> Text:
    legend = Text("\n")
    for kind, style in STYLES.items():
        legend.append(f" {kind} ", style)
        legend.append("  ")
    return legend


def _facts(record: Record) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("Titel", record.title or "–")
    table.add_row("Datum", record.published or "–")
    table.add_row("Orte", ", ".join(_place(city) for city in record.cities) or "–")
    people = (f"{official.name} ({official.title or official.role})" for official in record.officials)
    table.add_row("Personen", ", ".join(people) or "–")
    dates = dict.fromkeys(f"{date.text} = {date.edtf or '?'}" for date in record.dates)
    table.add_row("Daten", ", ".join(dates) or "–")
    table.add_row("Themen", ", ".join(topic.label for topic in record.topics) or "–")
    return table


def _place(city: City) -> str:
    return f"{city.name} ({city.country})" if city.country else city.name


def _card(record: Record, partnership: Partnership) -> Text:
    names = {city.id: city.name for city in record.cities}
    first, second = (names[city] for city in partnership.cities)
    card = Text(f"\n{first} ⟷ {second}", "bold")
    parts = [TYPES[partnership.type], STATUS[partnership.status]]
    if partnership.signed:
        parts.append(f"unterzeichnet {partnership.signed}")
    if partnership.since:
        parts.append(f"seit {partnership.since}")
    if partnership.until:
        parts.append(f"bis {partnership.until}")
    card.append(f", {', '.join(parts)}", "not bold")
    card.append(f"  [{partnership.confidence:.2f} {partnership.by}]", "dim")
    for span in partnership.evidence:
        card.append(f"\n  „{' '.join(span.text.split())}“", "dim italic")
    return card
