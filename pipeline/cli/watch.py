"""`jumelage watch`: records of new articles as they arrive in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.cli.extract import OUTPUT, progress
from pipeline.cli.options import MinConfidence, Model, Published, Rules


def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where articles arrive.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where records go.")] = OUTPUT,
    model: Model = None,
    rules: Rules = None,
    published: Published = None,
    min_confidence: MinConfidence = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that work at it.")] = 1,
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Time one article may take, twice.")
    ] = 120.0,
    log_json: Annotated[bool, typer.Option("--log-json", help="Progress as JSON lines on stderr.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but complaints.")] = False,
) -> None:
    """Extract what lies in a folder, then whatever arrives or changes there, until Ctrl-C."""
    from pipeline.run.engine import Options, Run
    from pipeline.run.report import write_report
    from pipeline.run.watch import watch as arrivals

    options = Options(
        inputs=(str(folder),), output=output, model=model, rules=rules, published=published, jobs=jobs,
        time_limit=time_limit, min_confidence=min_confidence,
    )  # fmt: skip
    console = Console(stderr=True, quiet=quiet)
    with Run(options, progress(console, quiet, log_json)) as run:
        for summary in arrivals(run, folder):
            write_report(options.home)
            if not log_json and summary.done + summary.failed:
                console.print(
                    f"{summary.done:,} articles, {summary.failed:,} failed; waiting for more", highlight=False
                )
