"""Text on a page → prose: columns in reading order, lines joined, hyphenation undone.

Columns are found where a vertical strip of the page stays (nearly) empty between two blocks of long lines; lines
that cross the strip (headlines, lead) cut the page into bands, and each band is read column by column. This is
Breuel's whitespace analysis (2002) reduced to what newspapers and press releases need.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

GUTTER = 0.7
"""Least width of the strip between two columns, in line heights."""

_COLUMN_LINES = 4
_COLUMN_CHARS = 14
_CROSSING = 0.25
_GAP = 1.45
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\u2011\u0002\ufffe]$")
_SOFT = re.compile(r"[\u00ad\u0002\ufffe]$")
_SUSPENDED = re.compile(r"(?:und|oder|sowie|bzw\.?|bis|beziehungsweise|noch|wie)\b")
_PAGE_NUMBER = re.compile(r"[-–— ]*(?:Seite |S\. )?\d{1,4}(?: ?(?:/|von) ?\d{1,4})?[-–— ]*")
_TERMINAL = re.compile(r"[.!?:;…][\"'“”’«»)\]]*$")
_BULLET = re.compile(r"[-–•*▪·]\s")
_NUMBERED = re.compile(r"(?:\d{1,2}[.)]|[a-z]\))\s")


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text on one baseline; coordinates in points, y upwards."""

    x0: float
    y0: float
    x1: float
    y1: float
    text: str

    @property
    def height(self) -> float:
        """Height of the line's box."""
        return self.y1 - self.y0


def prose(pages: Sequence[Sequence[Line]]) -> str:
    """The text of `pages` as paragraphs with a blank line between; page numbers and running heads left out."""
    running = _running_heads(pages)
    paragraphs: list[str] = []
    for page in pages:
        lines = [line for line in page if line.text.strip() and not _is_running(line, page, running)]
        for column in columns(lines):
            for paragraph in _paragraphs(_rows(column)):
                if paragraphs and _goes_on(paragraphs[-1], paragraph):
                    paragraphs[-1] = _join(paragraphs[-1], paragraph)
                else:
                    paragraphs.append(paragraph)
    return "\n\n".join(_SOFT.sub("-", paragraph) for paragraph in paragraphs)


def columns(lines: Sequence[Line]) -> list[list[Line]]:
    """`lines` as blocks in reading order."""
    if len(lines) < 2 * _COLUMN_LINES:
        return [list(lines)] if lines else []
    gutter = _gutter(lines)
    if gutter is None:
        return [list(lines)]
    blocks: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []

    def flush() -> None:
        for side in (left, right):
            if side:
                blocks.extend(columns(side))
                side.clear()

    crossing: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.y1):
        if line.x1 <= gutter + 1:
            side = left
        elif line.x0 >= gutter - 1:
            side = right
        else:
            flush()
            crossing.append(line)
            continue
        if crossing:
            blocks.append(list(crossing))
            crossing.clear()
        side.append(line)
    flush()
    if crossing:
        blocks.append(crossing)
    return blocks


def _gutter(lines: Sequence[Line]) -> float | None:
    """The x at which a strip between two columns lies; None where there are none."""
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    width = int(x1 - x0) + 1
    if width < 100 or width > 20_000:
        return None
    change = [0] * (width + 2)
    for line in lines:
        change[max(0, int(line.x0 - x0))] += 1
        change[min(width, int(line.x1 - x0) + 1)] -= 1
    covered: list[int] = []
    count = 0
    for step in change[:width]:
        count += step
        covered.append(count)
    height = median(line.height for line in lines)
    lowest = min(covered[width // 8 : width - width // 8])
    if lowest > _CROSSING * len(lines):
        return None
    best: tuple[int, float] | None = None
    start = None
    for x in range(width // 8, width - width // 8 + 1):
        empty = x < width - width // 8 and covered[x] <= lowest
        if empty and start is None:
            start = x
        elif not empty and start is not None:
            if x - start >= GUTTER * height and (best is None or x - start > best[0]):
                best = (x - start, x0 + (start + x) / 2)
            start = None
    if best is None:
        return None
    middle = best[1]
    sides = ([line for line in lines if line.x1 <= middle], [line for line in lines if line.x0 >= middle])
    if any(len(side) < _COLUMN_LINES for side in sides):
        return None
    if any(median(len(line.text) for line in side) < _COLUMN_CHARS for side in sides):
        return None  # short cells side by side are a table, which reads row by row
    (low, high), (other_low, other_high) = (
        (min(line.y0 for line in side), max(line.y1 for line in side)) for side in sides
    )
    return middle if min(high, other_high) - max(low, other_low) > 2 * height else None


def _rows(lines: Sequence[Line]) -> list[Line]:
    """Pieces on one baseline joined, top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-(line.y0 + line.y1) / 2, line.x0)):
        row = rows[-1] if rows else None
        if row is not None and abs((row[0].y0 + row[0].y1) - (line.y0 + line.y1)) / 2 < 0.5 * min(
            row[0].height, line.height
        ):
            row.append(line)
        else:
            rows.append([line])
    joined = []
    for row in rows:
        row.sort(key=lambda line: line.x0)
        joined.append(
            Line(
                row[0].x0,
                min(line.y0 for line in row),
                max(line.x1 for line in row),
                max(line.y1 for line in row),
                " ".join(" ".join(line.text.split()) for line in row),
            )
        )
    return joined


def _paragraphs(rows: Sequence[Line]) -> list[str]:
    """Rows joined to paragraphs: a new one after a wider gap, a change of size, an indent, or a short last line."""
    if not rows:
        return []
    pitches = sorted(
        above.y0 - below.y0
        for above, below in itertools.pairwise(rows)
        if above.y0 - below.y0 > 0.5 * below.height
    )
    pitch = pitches[len(pitches) // 4] if pitches else 0.0  # the gaps between paragraphs are the larger ones
    left = min(row.x0 for row in rows)
    right = max(row.x1 for row in rows)
    paragraphs = [rows[0].text]
    for above, row in itertools.pairwise(rows):
        broken = _HYPHEN.search(above.text) is not None
        new = (
            above.y0 - row.y0 > _GAP * pitch
            or abs(above.height - row.height) > 0.2 * max(above.height, row.height)
            or _BULLET.match(row.text) is not None
            or (
                _NUMBERED.match(row.text) is not None and _TERMINAL.search(above.text) is not None
            )  # "am / 3. Mai"
            or (not broken and row.x0 > left + 0.8 * row.height and above.x0 < left + 0.3 * row.height)
            or (not broken and above.x1 < left + 0.7 * (right - left) and row.text[:1].isupper())
        )
        if new and not (broken and row.text[:1].islower()):
            paragraphs.append(row.text)
        else:
            paragraphs[-1] = _join(paragraphs[-1], row.text)
    return paragraphs


def _join(before: str, after: str) -> str:
    """Two lines of one paragraph: "Städte-" + "partner" is one word, "Haupt-" + "und" is two.

    >>> _join("die Städte-", "partnerschaft"), _join("Nordrhein-", "Westfalen"), _join("Haupt-", "und Nebensache")
    ('die Städtepartnerschaft', 'Nordrhein-Westfalen', 'Haupt- und Nebensache')
    """
    if _HYPHEN.search(before):
        if after[:1].islower():
            return f"{_SOFT.sub('-', before)} {after}" if _SUSPENDED.match(after) else before[:-1] + after
        if after[:1].isalnum():
            return _SOFT.sub("-", before) + after
    return f"{before} {after}"


def _goes_on(before: str, after: str) -> bool:
    """Does `after`, at the top of a column or page, go on with the sentence of `before`?"""
    if not after[:1].islower() or _BULLET.match(after) or _NUMBERED.match(after):
        return False
    return not _TERMINAL.search(before)


def _running_heads(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Texts that stand on the edge of most pages, figures aside."""
    if len(pages) < 3:
        return frozenset()
    counts: dict[str, int] = {}
    for page in pages:
        for text in {_without_figures(line.text) for line in _edges(page)}:
            counts[text] = counts.get(text, 0) + 1
    return frozenset(text for text, count in counts.items() if count >= 3 and count >= 0.5 * len(pages))


def _edges(page: Sequence[Line]) -> list[Line]:
    """Lines in the uppermost and lowest twelfth of what is printed."""
    if not page:
        return []
    low, high = min(line.y0 for line in page), max(line.y1 for line in page)
    margin = (high - low) / 12
    return [line for line in page if line.y0 <= low + margin or line.y1 >= high - margin]


def _is_running(line: Line, page: Sequence[Line], running: frozenset[str]) -> bool:
    if _without_figures(line.text) in running:
        return line in _edges(page)
    if _PAGE_NUMBER.fullmatch(line.text.strip()):
        return line.y0 == min(other.y0 for other in page) or line.y1 == max(other.y1 for other in page)
    return False


def _without_figures(text: str) -> str:
    return re.sub(r"\d+", "0", text.strip())
