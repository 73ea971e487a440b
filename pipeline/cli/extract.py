"""`jumelage extract`: articles in, records out."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from pipeline.article import Article
from pipeline.cli.options import Model, Published, Rules, load_extractor
from pipeline.errors import JumelageError
from pipeline.readers import READERS, ReadError, Source, read_path, read_source


def extract(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files and folders; `-`: standard input.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where records go.")] = Path(
        "outputs"
    ),
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", metavar="FILE", help="One file, a record a line.")
    ] = None,
    model: Model = None,
    rules: Rules = None,
    published: Published = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that work at it.")] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but complaints.")] = False,
) -> None:
    """Extract one record from each article."""
    if paths == ["-"]:
        _standard_input(model, rules, published)
        return
    console = Console(stderr=True, quiet=quiet)
    failures: list[tuple[str, str]] = []

    def complain(name: str, reason: object) -> None:
        failures.append((name, str(reason)))
        print(f"{name}: {reason}", file=sys.stderr)

    files = list(_files(paths, complain))
    if not files:
        raise JumelageError(f"no articles in {' '.join(paths)}")
    extractor = load_extractor(model, rules)
    writer = _writer(output, jsonl)
    start = time.perf_counter()
    words = partnerships = done = 0
    with Progress(console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("Articles", total=len(files))

        def articles() -> Iterator[Article]:
            for path in files:
                try:
                    yield from read_path(path)
                except ReadError as error:
                    complain(str(path), error)
                progress.advance(task)

        on_error = lambda article, error: complain(article.uri, error)  # noqa: E731
        for record in extractor.extract_all(articles(), jobs=jobs, on_error=on_error):
            writer(record)
            done += 1
            words += record.text.count(" ") + 1
            partnerships += len(record.partnerships)
    seconds = time.perf_counter() - start
    table = Table("articles", "partnerships", "failed", "words/s", title=None)
    table.add_row(str(done), str(partnerships), str(len(failures)), f"{words / seconds:,.0f}")
    console.print(table)
    if failures:
        raise typer.Exit(1)


def _standard_input(model: str | None, rules: Path | None, published: str | None) -> None:
    source = Source(uri="stdin:", data=sys.stdin.buffer.read())
    try:
        article = next(read_source(source, ".txt"))
    except ReadError as error:
        raise JumelageError(f"standard input: {error}") from None
    record = load_extractor(model, rules).extract(article, published=published)
    print(record.to_json())


def _files(paths: list[str], complain: object) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in READERS)
        elif path.exists():
            yield path
        else:
            complain(name, "there is no such file")  # type: ignore[operator]


def _writer(output: Path, jsonl: Path | None) -> object:
    output.mkdir(parents=True, exist_ok=True)

    def write(record: object) -> None:
        stem = Path(record.source.uri).stem  # type: ignore[attr-defined]
        (output / f"{stem}.json").write_text(record.to_json() + "\n", "utf-8")  # type: ignore[attr-defined]

    return write
