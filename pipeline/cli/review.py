"""`jumelage review`: the analyst's desk in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer


def review(
    records: Annotated[Path, typer.Argument(metavar="OUT", help="A folder of records, or one .jsonl file.")],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: a free one.")] = 0,
    user: Annotated[str, typer.Option("--user", help="Your name in the log of decisions.")] = "",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it at once.")] = False,
) -> None:
    """Check and correct records in a local web page; decisions go to OUT/reviews.sqlite, records stay as they are."""
    from pipeline.review.serve import serve

    def say(line: str) -> None:
        print(line, flush=True)
        if browser and line.startswith("http"):
            webbrowser.open(line)

    serve(records, port, user, say)
