"""`jumelage extract`: articles in, records out."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipeline.cli.options import MinConfidence, Model, Published, Rules, load_extractor
from pipeline.edtf import is_edtf
from pipeline.errors import JumelageError
from pipeline.readers import ReadError, Source, read_source

if TYPE_CHECKING:
    from pipeline.run.engine import Options, Summary
    from pipeline.run.progress import Progress

OUTPUT = Path("outputs")


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def extract(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH…", help="Files, folders, globs; `-`: one article on standard input."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="A JSON file per article here; default: outputs."),
    ] = None,
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", metavar="FILE", help="All records in one file, one a line.")
    ] = None,
    shards: Annotated[
        Path | None, typer.Option("--shards", metavar="DIR", help="Records as part-*.jsonl.zst.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="DIR", help="Records as part-*.parquet.")
    ] = None,
    shard_size: Annotated[int, typer.Option(min=1, metavar="N", help="Records in a shard.")] = 10_000,
    files_from: Annotated[
        str | None,
        typer.Option("--files-from", metavar="LIST", help="A file with paths, one a line; `-`: stdin."),
    ] = None,
    model: Model = None,
    rules: Rules = None,
    published: Published = None,
    min_confidence: MinConfidence = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Processes that work at it; default: all cores.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Time one article may take, twice.")
    ] = 120.0,
    force: Annotated[bool, typer.Option("--force", help="Extract anew what is done already.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, do nothing.")] = False,
    engine: Annotated[str, typer.Option(metavar="local|ray", help="Here, or on a Ray cluster.")] = "local",
    form: Annotated[
        str, typer.Option("--format", metavar="parquet|jsonl", help="What --engine ray writes.")
    ] = "parquet",
    address: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The Ray cluster (auto, ray://host:10001).")
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="Progress as JSON lines on stderr.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but complaints.")] = False,
) -> None:
    """Extract one record from each article; run again, it goes on where it was stopped."""
    if published is not None and not is_edtf(published):
        raise JumelageError(f"--published: {published!r} is no date like 2019-11-25, 2019-11 or 2019")
    if paths == ["-"] and files_from is None:
        _standard_input(model, rules, published, min_confidence)
        return
    if engine == "ray":
        _on_cluster(
            paths or [], output, quiet, address=address, model=model, rules=rules, published=published, jobs=jobs,
            shard_size=shard_size, form=form, time_limit=time_limit, min_confidence=min_confidence, force=force,
        )  # fmt: skip
        return
    if engine != "local":
        raise JumelageError(f"--engine: {engine!r} is neither 'local' nor 'ray'")
    from pipeline.run.engine import Options, Run
    from pipeline.run.exports import Exports
    from pipeline.run.inputs import listed
    from pipeline.run.report import write_report

    inputs = [*(paths or ()), *(listed(files_from) if files_from is not None else ())]
    if not inputs:
        raise JumelageError("no articles: name files or folders, or a list of them with --files-from")
    exports = Exports(jsonl, shards, parquet, shard_size)
    folder = output if output is not None or exports.targets else OUTPUT
    options = Options(
        tuple(inputs), folder, exports, model, rules, published, jobs or cores(), time_limit, force,
        min_confidence,
    )  # fmt: skip
    if dry_run:
        _dry_run(options)
        return
    console = Console(stderr=True, quiet=quiet)
    with Run(options, progress(console, quiet, log_json)) as run:
        summary = run.execute()
    report = write_report(options.home)
    if log_json:
        import orjson

        print(orjson.dumps({"event": "end", **summary.as_dict()}).decode(), file=sys.stderr)
    elif not quiet:
        console.print(summary_table(summary))
        console.print(f"Report: {report}", highlight=False, soft_wrap=True)
    if summary.interrupted:
        print("jumelage: stopped; the same command goes on from here", file=sys.stderr)
        raise typer.Exit(130)
    if summary.failed:
        raise typer.Exit(1)


def progress(console: Console, quiet: bool, log_json: bool) -> Progress:
    """How to show progress: JSON lines, a bar on a terminal, else a line now and then."""
    from pipeline.run import progress as shown

    if log_json:
        return shown.JsonLines()
    if quiet:
        return shown.Progress()
    return shown.Bar(console) if console.is_terminal else shown.Lines()


def summary_table(summary: Summary) -> Table:
    """The run in one row."""
    table = Table("articles", "unchanged", "partnerships", "duplicates", "failed", "words/s", padding=0)
    if summary.skipped:
        table.add_column("not German")
    speed = summary.words / summary.elapsed if summary.elapsed else 0.0
    cells = [
        f"{summary.done:,}",
        f"{summary.unchanged:,}",
        f"{summary.partnerships:,}",
        f"{summary.duplicates:,}",
        f"{summary.failed:,}",
        f"{speed:,.0f}",
    ]
    table.add_row(*cells, *([f"{summary.skipped:,}"] if summary.skipped else []))
    return table


def _standard_input(
    model: str | None, rules: Path | None, published: str | None, min_confidence: float | None
) -> None:
    source = Source(uri="stdin:", data=sys.stdin.buffer.read())
    try:
        article = next(read_source(source, ".txt"))
    except ReadError as error:
        raise JumelageError(f"standard input: {error}") from None
    record = load_extractor(model, rules, min_confidence).extract(article, published=published)
    sys.stdout.buffer.write(record.to_json().encode() + b"\n")


def _dry_run(options: Options) -> None:
    from pipeline.run.status import dry_run

    counts: dict[str, int] = {}
    for what, uri in dry_run(options):
        kind = what.partition(":")[0]
        counts[kind] = counts.get(kind, 0) + 1
        if kind != "unchanged":
            print(f"{what}  {uri}")
    print(", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())) or "nothing to do")


def _on_cluster(paths: list[str], output: Path | None, quiet: bool, **options: Any) -> None:
    from pipeline.run.cluster import ClusterOptions, extract_on_cluster

    if len(paths) != 2 or output is not None:
        raise JumelageError(
            "--engine ray takes INPUT and OUTPUT: jumelage extract --engine ray s3://in/ s3://out/"
        )
    summary = extract_on_cluster(ClusterOptions(paths[0], paths[1], **options))
    if not quiet:
        Console(stderr=True).print(summary_table(summary))
    if summary.failed:
        raise typer.Exit(1)
