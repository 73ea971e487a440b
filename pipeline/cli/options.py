"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Model = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME|DIR", help="A spaCy German pipeline; default: the shipped one."),
]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", metavar="DIR", help="A folder of rules files; default: the shipped ones."),
]
Published = Annotated[
    str | None,
    typer.Option("--published", metavar="DATE", help="The articles' own date (2019-11-25, 2019-11, 2019)."),
]


MinConfidence = Annotated[
    float | None,
    typer.Option(
        "--min-confidence", min=0, max=1, metavar="0…1", help="Leave out partnerships less sure than this."
    ),
]


def load_extractor(model: str | None, rules: Path | None, min_confidence: float | None = None) -> Any:
    """The Extractor, imported only by who extracts: spaCy takes a while."""
    from pipeline.extractor import load

    return load(model, rules, min_confidence)
