"""`jumelage status`: what has been done in an output, what failed and why, what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


def status(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="An output folder, or a file of --jsonl.")],
    everything: Annotated[
        bool, typer.Option("--all", help="All failures and files, not the first ten.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what is done, failed (with reasons) and to do in an output."""
    from pipeline.run.status import status as look

    found = look(output)
    if as_json:
        import sys
        from dataclasses import asdict

        import orjson

        sys.stdout.buffer.write(orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2) + b"\n")
        return
    console = Console(highlight=False)
    todo = found.todo or []
    table = Table("done", "duplicates among them", "failed", "not German", "to do")
    counts = found.counts
    table.add_row(
        *(f"{counts.get(name, 0):,}" for name in ("done", "duplicates", "failed", "skipped")),
        f"{len(todo):,}",
    )
    console.print(table)
    state = (
        "is at work or was cut off"
        if found.finished is None
        else "was stopped"
        if found.interrupted
        else "ended"
    )
    console.print(
        f"The last run began {found.started} and {state}{' ' + found.finished if found.finished else ''}.",
        soft_wrap=True,
    )
    most = None if everything else 10
    for title, lines in (
        ("Failed:", [f"{uri}: {reason}" for uri, reason, _ in found.failed]),
        ("To do:", todo),
    ):
        if lines:
            console.print(f"\n{title}")
            for line in lines[:most]:
                console.print(f"  {line}", markup=False, soft_wrap=True)
            if most is not None and len(lines) > most:
                console.print(f"  … and {len(lines) - most:,} more (--all)")
