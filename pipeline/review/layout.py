"""Cuts the article at the edges of its spans, so that overlapping spans can be coloured: what the template prints."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from pipeline.record import Record, Span
from pipeline.review import entries
from pipeline.review.entries import Kind

MENTIONED: tuple[Kind, ...] = ("city", "official", "organisation", "agreement", "topic")
_LONGEST_TITLE = 160  # characters
_COLUMN = re.compile(r"\S(?: {3,}|\t+| \| )(?=\S)")
_LONGEST_ROW = 140  # characters
_FEWEST_GAPS = 2  # between the columns of a row
_ORDER: dict[str, int] = {"city": 0, "official": 1, "date": 2, "agreement": 3, "topic": 4, "organisation": 5}


@dataclass(slots=True)
class Piece:
    """A stretch without an edge inside; `start` counts code points. `kinds`: shortest span first."""

    start: int
    text: str
    kinds: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    boilerplate: bool = False


@dataclass(slots=True)
class Line:
    """A line of the article; `gap` where a blank line stands before it, `title` for a first line that looks like one.

    `columns` for a row of a table that is set with spaces, tabs or bars.
    """

    pieces: list[Piece] = field(default_factory=list)
    gap: bool = False
    title: bool = False
    columns: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A span with the entry it belongs to."""

    start: int
    end: int
    kind: str
    key: str


def placed_spans(record: Record) -> Iterator[Placed]:
    """Every mention of every entry."""
    for kind in MENTIONED:
        for entry in getattr(record, entries.LISTS[kind]):
            key = entries.key_of(kind, vars(entry))
            for mention in entry.mentions:
                yield Placed(mention.start, mention.end, kind, f"{kind}|{key}")
    for date in record.dates:
        yield Placed(date.start, date.end, "date", f"date|{date.start}-{date.end}")


def lines(record: Record) -> list[Line]:
    """The article line by line, each line in pieces."""
    text = record.text
    spans = sorted(placed_spans(record), key=lambda s: (s.start, s.end))
    dim = sorted((span.start, span.end) for span in record.boilerplate)
    edges = {0, len(text)}
    edges.update(edge for span in spans for edge in (span.start, span.end))
    edges.update(
        edge for span in (*record.boilerplate, *_evidence(record)) for edge in (span.start, span.end)
    )
    at = -1
    while (at := text.find("\n", at + 1)) >= 0:
        edges.update((at, at + 1))
    cuts = sorted(edges)
    found = [Line()]
    waiting, open_spans, next_dim = 0, list[Placed](), 0
    for start, end in itertools.pairwise(cuts):
        if text[start:end] == "\n":
            if found[-1].pieces:
                found.append(Line())
            else:
                found[-1].gap = len(found) > 1
            continue
        open_spans = [span for span in open_spans if span.end > start]
        while waiting < len(spans) and spans[waiting].start <= start:
            if spans[waiting].end > start:
                open_spans.append(spans[waiting])
            waiting += 1
        while next_dim < len(dim) and dim[next_dim][1] <= start:
            next_dim += 1
        piece = Piece(start, text[start:end], boilerplate=next_dim < len(dim) and dim[next_dim][0] <= start)
        if open_spans:
            here = sorted(open_spans, key=lambda s: (s.end - s.start, _ORDER[s.kind]))
            piece.kinds = tuple(dict.fromkeys(s.kind for s in here))
            piece.keys = tuple(s.key for s in here)
        found[-1].pieces.append(piece)
    shown = [line for line in found if line.pieces]
    if shown:
        shown[0].title = sum(len(piece.text) for piece in shown[0].pieces) <= _LONGEST_TITLE
    _find_tables(shown)
    return shown


def _find_tables(shown: list[Line]) -> None:
    """Mark the rows of tables; a row with two filled cells counts beside one with more."""
    wholes = ["".join(piece.text for piece in line.pieces) for line in shown]
    gaps = [len(_COLUMN.findall(whole)) if len(whole) <= _LONGEST_ROW else 0 for whole in wholes]
    full = [count >= _FEWEST_GAPS for count in gaps]
    for at, line in enumerate(shown):
        beside = any(full[max(0, at - 1) : at + 2])
        line.columns = full[at] or (gaps[at] > 0 and not line.gap and beside)


def markup(shown: list[Line]) -> Markup:
    """The lines as HTML, everything escaped: a loop of its own because a template takes three times as long."""
    parts: list[str] = []
    for line in shown:
        classes = [name for name in ("gap", "title", "columns") if getattr(line, name)]
        parts.append(f'<p dir="auto" class="{" ".join(classes)}">' if classes else '<p dir="auto">')
        for piece in line.pieces:
            marks = f'<span data-o="{piece.start}"'
            if piece.kinds:
                more = "".join(f" u-{kind}" for kind in piece.kinds[1:])
                marks += f' class="m k-{piece.kinds[0]}{more}{" dim" if piece.boilerplate else ""}"'
                marks += f' data-k="{escape(chr(10).join(piece.keys))}"'
            elif piece.boilerplate:
                marks += ' class="dim"'
            parts.append(f"{marks}>{escape(piece.text)}</span>")
        parts.append("</p>\n")
    return Markup("".join(parts))


def _evidence(record: Record) -> Iterator[Span]:
    for partnership in record.partnerships:
        yield from partnership.evidence
