"""`jumelage dates`: the date expressions of a text and what each of them means."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.errors import JumelageError


class DatesError(JumelageError):
    """A publication date that cannot be read; the message is one line."""


def dates(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text itself; `-`: stdin.")],
    published: Annotated[
        str | None,
        typer.Option("--published", metavar="DATE", help="When it appeared: EDTF, or as people write it."),
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="Folder with dates.yaml.")] = None,
) -> None:
    """Show the date expressions of a text, their values in EDTF and the rules that found them."""
    import spacy  # only who uses it pays for it

    from pipeline.components.dates import Dates, parse_published
    from pipeline.findings import findings_of

    if text == "-":
        text = sys.stdin.read()
    value = parse_published(published) if published else None
    if published and value is None:
        raise DatesError(f"--published {published!r} is no date; try 2022-06-24")
    doc = spacy.blank("de").make_doc(text)
    findings = findings_of(doc)
    findings.published = value
    Dates(rules)(doc)
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("from", "to", "expression", "EDTF", "modifier", "role", "rule"):
        table.add_column(name, overflow="fold")
    for found in findings.dates:
        quote = " ".join(text[found.start : found.end].split())
        row = (
            found.start,
            found.end,
            quote,
            found.edtf or "–",
            found.modifier or "",
            found.role or "",
            found.by,
        )
        table.add_row(*map(str, row))
    console.print(table)
    console.print(f"published: {findings.published or '–'}")
    for notice in findings.warnings:
        console.print(f"{notice.code}: {notice.message}", style="yellow")
