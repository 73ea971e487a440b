"""The error browser: one HTML page that shows every miss, invention and wrong value in its article."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evaluate.scoring import ArticleScore, Error
from pipeline.evaluate.statistics import Difference, Row
from pipeline.report.page import build_page


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the article, whether an error stands there, and the numbers of the errors that begin there."""

    text: str
    marked: bool
    numbers: tuple[int, ...]
    kind: str


def error_page(
    scores: Sequence[ArticleScore],
    rows: Sequence[Row],
    changes: dict[str, tuple[list[Error], list[Error]]] | None = None,
    differences: Sequence[Difference] = (),
) -> str:
    """The page. `changes`: per article what a new run gained and lost, for a comparison."""  # fmt: skip
    wrong = [score for score in scores if score.errors]
    articles = [
        {"name": s.name, "genre": s.genre, "missing": s.missing, "errors": s.errors, "pieces": _pieces(s),
         "gained": changes[s.name][0] if changes else [], "lost": changes[s.name][1] if changes else []}
        for s in sorted(wrong, key=lambda s: -len(s.errors))
    ]  # fmt: skip
    context: dict[str, Any] = {
        "articles": articles, "rows": rows, "differences": differences, "total": len(scores),
        "fields": Counter(error.field for s in scores for error in s.errors).most_common(),
        "kinds": Counter(error.kind for s in scores for error in s.errors).most_common(),
    }  # fmt: skip
    return build_page("pipeline.evaluate", "errors.html", "errors.js", "errors.css", **context)


def _pieces(score: ArticleScore) -> list[Piece]:
    edges = {0, len(score.text)}
    for error in score.errors:
        if error.span:
            edges.update(error.span)
    cuts = sorted(edges)
    pieces = []
    for start, end in itertools.pairwise(cuts):
        here = [
            (n, e)
            for n, e in enumerate(score.errors, 1)
            if e.span and e.span[0] <= start and end <= e.span[1]
        ]
        kind = min(here, key=lambda item: _length(item[1]))[1].kind if here else ""
        begin = tuple(n for n, e in here if e.span and e.span[0] == start)
        pieces.append(Piece(score.text[start:end], bool(here), begin, kind))
    return pieces


def _length(error: Error) -> int:
    return error.span[1] - error.span[0] if error.span else 0
