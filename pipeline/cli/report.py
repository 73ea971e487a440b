"""`jumelage report`: one self-contained page about a set of records."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The language of the page."""

    de = "de"
    en = "en"


def report(
    records: Annotated[Path, typer.Argument(metavar="OUT", help="A folder of records, or one .jsonl file.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE")] = Path("report.html"),
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="With the analysts' corrections applied.")
    ] = False,
    title: Annotated[str, typer.Option("--title", help="The page's heading.")] = "",
    lang: Annotated[Language, typer.Option("--lang", help="Language of the page.")] = Language.de,
) -> None:
    """Map, network, timeline, topics and table of all partnerships, each figure with its evidence; no network needed."""
    from pipeline.errors import JumelageError
    from pipeline.report.build import build_report
    from pipeline.review import corpus
    from pipeline.review.export import reviewed_records

    found = reviewed_records(records) if reviewed else corpus.records(records)
    page = build_report(found, lang.value, title)
    try:
        output.write_text(page, "utf-8")
    except OSError as error:
        raise JumelageError(f"{output}: {error.strerror}") from None
    print(f"{output}  {len(page) / 1000:,.0f} kB")
