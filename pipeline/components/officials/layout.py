"""Reads text as a person would: wrapped lines joined, syllable hyphens and soft hyphens gone.

"Altbür-\\ngermeister Josef\\nGamper" becomes "Altbürgermeister Josef Gamper"; line breaks that mean something (a
signature, a list) stay. Offsets of the smoothed text lead back to the original ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

_SOFT_HYPHEN = "\u00ad"
_HYPHENS = "-\u00ad"
_ITEM = re.compile(r"[-–•*►›(]|\d+[.)]|[\w./ ]{2,25}:(?:[ \n]|$)")
_COLUMN_GAP = "   "
_MIN_WIDTH = 28
_SURE_WIDTH = 45
_MAX_WIDTH = 130


@dataclass(slots=True)
class Layout:
    """The smoothed text, and where its parts come from: from `starts[i]` on, original = smooth + `shifts[i]`."""

    text: str
    starts: list[int]
    shifts: list[int]

    def original(self, offset: int) -> int:
        """Original offset of the character at `offset`."""
        if len(self.starts) == 1:
            return offset
        return offset + self.shifts[bisect_right(self.starts, offset) - 1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original span of the smoothed one; `end` is exclusive."""
        if len(self.starts) == 1:
            return start, end
        return self.original(start), self.original(end - 1) + 1 if end > start else self.original(start)


def smooth(text: str) -> Layout:
    """`text` with its wrapped lines joined.

    >>> smooth("Alt\\u00adbürgermeister").text
    'Altbürgermeister'
    """
    cuts = _cuts(text) if "\n" in text else []
    at = text.find(_SOFT_HYPHEN)
    while at >= 0:
        cuts.append((at, at + 1, ""))
        at = text.find(_SOFT_HYPHEN, at + 1)
    if not cuts:
        return Layout(text, [0], [0])
    cuts.sort()
    parts: list[str] = []
    starts, shifts = [0], [0]
    length = done = 0
    for start, end, filler in cuts:
        if start < done:
            continue
        parts.append(text[done:start])
        parts.append(filler)
        length += start - done + len(filler)
        done = end
        if end - start != len(filler):
            starts.append(length)
            shifts.append(end - length)
    parts.append(text[done:])
    return Layout("".join(parts), starts, shifts)


def _cuts(text: str) -> list[tuple[int, int, str]]:
    """What to take out at line ends, as (start, end, replacement)."""
    cuts: list[tuple[int, int, str]] = []
    block: list[tuple[int, str]] = []
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            block.append((offset, line))
        else:
            _cut_block(block, cuts)
            block = []
        offset += len(line) + 1
    _cut_block(block, cuts)
    return cuts


def _cut_block(block: list[tuple[int, str]], cuts: list[tuple[int, int, str]]) -> None:
    if len(block) < 2:
        return
    lines = [line.rstrip() for _, line in block]
    width = max(map(len, lines))
    hyphens = sum(1 for line in lines[:-1] if line[-1] in _HYPHENS and len(line) > 1 and line[-2].isalpha())
    prose = _MIN_WIDTH <= width <= _MAX_WIDTH and (
        hyphens > 0 or (width >= _SURE_WIDTH and (len(lines) == 2 or _full(lines, width)))
    )
    for (offset, line), (_, following) in pairwise(block):
        body, nxt = line.rstrip(), following.lstrip()
        at = offset + len(body)
        indent = offset + len(line) + 1 + len(following) - len(nxt)
        if body[-1] in _HYPHENS and len(body) > 1 and body[-2].isalpha() and width <= _MAX_WIDTH:
            if nxt[0].islower() and not nxt.startswith(("und ", "oder ", "bzw", "sowie ")):
                cuts.append((at - 1, indent, ""))
            elif nxt[0].isupper() and prose:
                cuts.append((at, indent, ""))
        elif prose and _COLUMN_GAP not in body.strip() and _COLUMN_GAP not in nxt and not _ITEM.match(nxt):
            word = nxt.split(None, 1)[0]
            if len(body) + 1 + len(word) > width or len(body) > (0.6 if hyphens else 0.75) * width:
                cuts.append((at, indent, " "))


def _full(lines: list[str], width: int) -> bool:
    """Are most lines but the last about as long as the longest, as in wrapped prose?"""
    return sum(1 for line in lines[:-1] if len(line) > 0.75 * width) * 2 >= len(lines) - 1
