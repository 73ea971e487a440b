"""`jumelage evaluate`: how good records are, and what a change gained and lost."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.evaluate.scoring import ArticleScore, Error
    from pipeline.evaluate.statistics import Difference, Row


def evaluate(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="RECORDS GOLD", help="With --compare: OLD NEW GOLD.", show_default=False),
    ],
    compare: Annotated[bool, typer.Option("--compare", help="What NEW gained and lost against OLD.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the error browser.")
    ] = None,
    names: Annotated[
        Path | None, typer.Option("--names", metavar="FILE", help="Only these articles, a stem a line.")
    ] = None,
    genres: Annotated[bool, typer.Option("--genres", help="A table per genre.")] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibration", help="How far confidence can be trusted.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as JSON.")] = False,
    resamples: Annotated[int, typer.Option("--resamples", min=100, help="Bootstrap resamples.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="Of the resamples.")] = 1,
) -> None:
    """Precision, recall and F1 per field, with 95 % bootstrap intervals over articles.

    GOLD is a folder of annotated articles, or a folder of records with accepted reviews.
    """
    from pipeline.errors import JumelageError
    from pipeline.evaluate.gold import load_gold, load_records
    from pipeline.evaluate.scoring import FIELDS, HEADLINE, score_article
    from pipeline.evaluate.statistics import calibration, headline, summarise
    from pipeline.evaluate.statistics import compare as compare_runs

    if len(paths) != (3 if compare else 2):
        raise JumelageError("expected: evaluate RECORDS GOLD, or: evaluate --compare OLD NEW GOLD")
    try:
        wanted = frozenset(names.read_text("utf-8").split()) if names else None
    except OSError as error:
        raise JumelageError(f"{names}: {error.strerror}") from None
    gold = load_gold(paths[-1], wanted)
    runs = [load_records(path) for path in paths[:-1]]
    scored = [[score_article(article, run.get(article.name)) for article in gold] for run in runs]
    scores = scored[-1]
    rows = [summarise(scores, field, resamples, seed) for field in FIELDS]
    top = headline(scores, HEADLINE, resamples, seed)
    by_genre = {genre: [s for s in scores if s.genre == genre] for genre in sorted({s.genre for s in scores})}
    judged = {
        kind: [j for s in scores for j in s.judged if j.kind == kind]
        for kind in ("partnerships", "cities", "officials", "dates")
    }
    differences = compare_runs(scored[0], scores, FIELDS, max(resamples, 2000), seed) if compare else []
    changes = {s.name: _moved(o, s) for o, s in zip(scored[0], scores, strict=True)} if compare else None
    if html:
        from pipeline.evaluate.browser import error_page

        html.write_text(error_page(scores, rows, changes, differences), "utf-8")
    if as_json:
        print(json.dumps({
            "articles": len(scores), "missing_records": [s.name for s in scores if s.missing],
            "fields": {row.field: asdict(row) for row in rows}, "headline": dict(zip(("f1", "low", "high"), top, strict=True)),
            "genres": {g: {f: asdict(summarise(ss, f, resamples, seed)) for f in FIELDS} for g, ss in by_genre.items()},
            "calibration": {k: {"bins": [asdict(b) for b in calibration(js)[0]], "error": calibration(js)[1]} for k, js in judged.items() if js},
            "differences": [asdict(d) for d in differences],
        }, ensure_ascii=False, indent=1))  # fmt: skip
        return
    from rich.console import Console

    console = Console()
    missing = sum(s.missing for s in scores)
    console.print(f"{len(scores)} articles" + (f", [red]{missing} without a record[/red]" if missing else ""))
    _print_rows(console, rows, HEADLINE)
    console.print(f"headline (mean F1 of *) [bold]{top[0]:.4f}[/bold]  95 % {top[1]:.4f} – {top[2]:.4f}")
    if genres:
        _print_genres(console, by_genre, HEADLINE)
    if calibrate:
        for kind, entries in judged.items():
            _print_calibration(console, kind, *calibration(entries))
    if compare and changes is not None:
        _print_comparison(console, differences, changes)
    if html:
        console.print(f"errors in their text: {html}")


def _moved(old: ArticleScore, new: ArticleScore) -> tuple[list[Error], list[Error]]:
    """Errors that are gone, and errors that are new."""
    before, after = (
        {(e.field, e.kind, e.what) for e in old.errors},
        {(e.field, e.kind, e.what) for e in new.errors},
    )
    gained = [e for e in old.errors if (e.field, e.kind, e.what) not in after]
    return gained, [e for e in new.errors if (e.field, e.kind, e.what) not in before]


def _table(*columns: str) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _print_rows(console: Console, rows: list[Row], top: tuple[str, ...]) -> None:
    table = _table("field", "P", "R", "F1", "95 %", "tp", "records", "gold")
    for row in rows:
        table.add_row(
            row.field + (" *" if row.field in top else ""), f"{row.precision:.3f}", f"{row.recall:.3f}",
            f"[bold]{row.f1:.3f}[/bold]", f"{row.low:.3f} – {row.high:.3f}", str(row.tp), str(row.system), str(row.gold),
        )  # fmt: skip
    console.print(table)


def _print_genres(console: Console, genres: dict[str, list[ArticleScore]], fields: tuple[str, ...]) -> None:
    from pipeline.evaluate.statistics import counts_of, f1_of

    short = {
        "city_links": "links",
        "official_roles": "roles",
        "date_values": "dates",
        "agreement_types": "types",
        "partnership_full": "pairs",
    }
    table = _table("genre", "n", *(short.get(field, field) for field in fields), "mean")
    for genre, scores in genres.items():
        values = [float(f1_of(counts_of(scores, field).sum(axis=0))) for field in fields]
        table.add_row(
            genre,
            str(len(scores)),
            *(f"{v:.3f}" for v in values),
            f"[bold]{sum(values) / len(values):.3f}[/bold]",
        )
    console.print()
    console.print(table)


def _print_calibration(console: Console, kind: str, bins: list[Any], error: float) -> None:
    table = _table(kind, "entries", "says", "is right")
    for found in bins:
        table.add_row(
            f"{found.low:.2f} – {found.high:.2f}",
            str(found.count),
            f"{found.confidence:.3f}",
            f"{found.precision:.3f}",
        )
    console.print()
    console.print(table)
    console.print(f"expected calibration error {error:.3f}")


def _print_comparison(
    console: Console, differences: list[Difference], changes: dict[str, tuple[list[Error], list[Error]]]
) -> None:
    table = _table("field", "old", "new", "difference", "95 %", "p", "p (Holm)")
    for d in differences:
        table.add_row(
            d.field, f"{d.old:.3f}", f"{d.new:.3f}", f"{d.new - d.old:+.3f}", f"{d.low:+.3f} – {d.high:+.3f}", f"{d.p:.4f}",
            f"[bold]{d.adjusted:.4f}[/bold]" if d.adjusted < 0.05 else f"{d.adjusted:.4f}",
        )  # fmt: skip
    console.print()
    console.print(table)
    console.print("\n+ an error that is gone, − one that is new")
    for name, (gained, lost) in changes.items():
        if gained or lost:
            console.print(f"\n[bold]{name}[/bold]  {len(gained)} gained, {len(lost)} lost")
        for sign, style, errors in (("+", "green", gained), ("−", "red", lost)):
            for error in errors:
                console.print(
                    f"  {sign} {error.field} {error.kind}: {error.what}",
                    style=style,
                    markup=False,
                    highlight=False,
                )
