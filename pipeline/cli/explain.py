"""`jumelage explain`: which rule or model gave each span and relation."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.options import Model, Published, Rules
from pipeline.cli.reading import record_of


def explain(
    name: Annotated[
        str, typer.Argument(metavar="ARTICLE|RECORD", help="An article or a record; `-`: stdin.")
    ],
    model: Model = None,
    rules: Rules = None,
    published: Published = None,
) -> None:
    """Say for every span and relation which rule or model gave it, and how sure that one is."""
    record = record_of(name, model, rules, published)
    rows: list[tuple[int, int, str, str, str, float]] = []
    rows += [(m.start, m.end, "boilerplate", "", m.by, m.confidence) for m in record.boilerplate]
    for date in record.dates:
        value = " ".join(filter(None, (date.edtf or "?", date.modifier, date.role and f"({date.role})")))
        rows.append((date.start, date.end, "date", value, date.by, date.confidence))
    for city in record.cities:
        value = f"{city.id} {city.geonames_name or city.name} {city.country or '?'} {city.kind}"
        rows += [(m.start, m.end, "city", value, m.by, m.confidence) for m in city.mentions]
    for official in record.officials:
        value = f"{official.name}, {official.role}, {official.city or '–'}"
        rows += [(m.start, m.end, "official", value, m.by, m.confidence) for m in official.mentions]
    for body in record.organisations:
        rows += [(m.start, m.end, "organisation", body.kind, m.by, m.confidence) for m in body.mentions]
    for agreement in record.agreements:
        value = agreement.type or agreement.instrument or ""
        rows += [(m.start, m.end, "agreement", value, m.by, m.confidence) for m in agreement.mentions]
    for topic in record.topics:
        rows += [(m.start, m.end, "topic", topic.id, m.by, m.confidence) for m in topic.mentions]
    table = Table("at", "text", "what", "value", "by", "sure", box=None, header_style="bold")
    for start, end, what, value, by, confidence in sorted(rows):
        quote = " ".join(record.text[start:end].split())
        table.add_row(f"{start}–{end}", quote[:60], what, value, by, f"{confidence:.2f}")
    console = Console(highlight=False)
    console.print(table)
    for partnership in record.partnerships:
        console.print(
            f"\n[bold]{partnership.id}[/bold] {partnership.status}, signed {partnership.signed or '–'}, since "
            f"{partnership.since or '–'}: by {partnership.by}, {partnership.confidence:.2f} sure"
        )
        for span in partnership.evidence:
            console.print(f"  {span.start}–{span.end}: {' '.join(span.text.split())}", markup=False)
    for warning in record.warnings:
        console.print(f"warning {warning.code}: {warning.message}", markup=False)
    provenance = record.provenance
    console.print(
        f"\npipeline {provenance.pipeline}, model {provenance.model}, rules {provenance.rules}, "
        f"gazetteer {provenance.gazetteer}",
        style="dim",
    )
