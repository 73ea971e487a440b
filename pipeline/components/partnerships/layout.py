"""The shape of an article: blocks (headings, paragraphs, list items, table rows), sentences, clauses."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_LINE = re.compile(r"[^\n]*\n?")
_BULLET = re.compile(r"[ \t]*(?:[-–—•*·►▪o→>]|\(?\d{1,3}[.)]|[a-z]\)|\{\{)[ \t]")
_ENDED = re.compile(r"[.!?:;…][\"“”»«’)\]]*\s*$")
_SENTENCE = re.compile(r"[.!?…]+[\"“”»«’)\]]*\s+(?=[\"„“»«(\[]*[A-ZÄÖÜ0-9ČŠŽŁŚÁÉ])")
_NO_END = re.compile(
    r"(?:\b(?:\d{1,2}|[A-ZÄÖÜ]|Dr|Prof|St|Nr|Abs|Az|bzw|ca|rd|vgl|gez|Mag|Ing|Dipl|Hl|hl|Frl|Hr|Fr|Str|Tel|geb|Art|Ziff|Pkt|Bez"
    r"|Jan|Feb|Apr|Aug|Sept|Okt|Nov|Dez|Mo|Di|Mi|Do|Sa|So|Chr|Jh|d|v|z|u|i|a|o|e|J|M|B|R|Stv|Schriftf|Vors|StR|Anm|sog|inkl|usw)\.)$"
)
_GLUED = re.compile(
    r"[a-zäöüßà-ž]{3}\d|^\d{1,2}[A-ZÄÖÜ][a-zäöüß]|\d{4}[A-ZÄÖÜ][a-zäöüß]|[a-zäöüß]{3}[A-ZÄÖÜ][a-zäöüß]{3}|\)[A-Za-zäöü]{3}"
)
_ROW = re.compile(r"\t|\s\|\s|\|| {3,}\S|\.{4,}")


@dataclass(slots=True)
class Block:
    """A stretch of lines that belong together. `kind`: heading, text, item or row."""

    start: int
    end: int
    kind: str
    heading: int = -1
    gap: bool = False


@dataclass(slots=True)
class Layout:
    """Blocks, sentences and clauses of a text, each list in order and without gaps inside its parent."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    sentences: list[tuple[int, int, int]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    clauses: list[tuple[int, int, int]] = field(default_factory=list)
    clause_starts: list[int] = field(default_factory=list)

    def sentence(self, offset: int) -> int:
        """The index of the sentence that holds `offset`."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def clause(self, offset: int) -> int:
        """The index of the clause that holds `offset`."""
        return max(0, bisect_right(self.clause_starts, offset) - 1)


def blocks_of(text: str) -> list[Block]:
    """Split into blocks at blank lines, list marks, headings and lines that are complete.

    A line goes on in the next one where it is full: where the first word of the next would not have fitted into
    the widest line of the text. Texts with very long lines are not wrapped at all.
    """
    found: list[Block] = []
    lines = [(match.start(), match.group()) for match in _LINE.finditer(text) if match.group()]
    widths = sorted(len(line.strip()) for _, line in lines if line.strip())
    width = widths[int(len(widths) * 0.97)] if widths else 0
    wrapped = 30 <= width <= 110 and widths[-1] <= 140
    open_start, last_end, previous = -1, 0, ""
    gap, gaps = True, set()
    for offset, line in lines:
        bare = line.strip()
        if not bare:
            if open_start >= 0:
                found.append(Block(open_start, last_end, "text"))
            open_start, previous, gap = -1, "", True
            continue
        start = offset + len(line) - len(line.lstrip())
        first = len(bare.split(maxsplit=1)[0])
        hyphen = previous.endswith(("-", "\u00ad")) and bare[0].islower()
        full = (
            wrapped
            and len(previous) + 1 + first > width - 6
            and not _BULLET.match(line)
            and "|" not in previous
        )
        if open_start >= 0 and not (hyphen or full):
            found.append(Block(open_start, last_end, "text"))
            open_start = -1
        if open_start < 0:
            open_start = start
            if gap:
                gaps.add(start)
            gap = False
        last_end = offset + len(line.rstrip())
        previous = line.rstrip() if wrapped else bare
    if open_start >= 0:
        found.append(Block(open_start, last_end, "text"))
    for block in found:
        block.kind = _kind(text[block.start : block.end])
        block.gap = block.start in gaps
    _lists(found)
    return found


def _lists(blocks: list[Block]) -> None:
    """Short lines in a run, without blank lines between them, are a list and no headings."""
    start = 0
    for number in range(1, len(blocks) + 1):
        if (
            number < len(blocks)
            and not blocks[number].gap
            and blocks[number].kind in ("heading", "row", "item")
        ):
            continue
        if number - start >= 3:
            for block in blocks[start + 1 : number]:
                if block.kind == "heading":
                    block.kind = "item"
        start = number


def _kind(bare: str) -> str:
    if len(bare) < 300 and (_ROW.search(bare) or _GLUED.search(bare)):
        return "row"
    if _BULLET.match(bare):
        return "item"
    if len(bare) <= 90 and not re.search(r"[.!;,]$", bare):
        return "heading"
    if len(bare) <= 40:
        return "heading"
    return "text"


def layout_of(text: str, sentences: list[tuple[int, int]] | None = None) -> Layout:
    """Lay out `text`; `sentences` (start, end) are used where given, else split here."""
    layout = Layout(text, blocks_of(text))
    heading = -1
    for index, block in enumerate(layout.blocks):
        block.heading = heading
        if block.kind == "heading":
            heading = index
        for start, end in _sentences(text, block.start, block.end):
            layout.sentences.append((start, end, index))
    layout.starts = [start for start, _, _ in layout.sentences]
    return layout


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    at = start
    for match in _SENTENCE.finditer(text, start, end):
        head = text[max(at, match.start() - 12) : match.start() + 1]
        if _NO_END.search(head):
            continue
        found.append((at, match.end()))
        at = match.end()
    if at < end:
        found.append((at, end))
    return found


_NOUN_PHRASE = re.compile(
    r"\s*(?:(?:und|sowie|mit|dem|der|den|das|die|aus|in|nach|zu|dann|dazu|auch|seit \d{4})\s+)*(?:[\w-]+\s+){0,2}"
)
RELATIVE_WITH = re.compile(r"\s*(?:das|die|der|welche[rs]?)\s(?:[a-zäöüß]+\s){0,3}?mit\s")
""" "Zamość, das seinerseits mit Schowkwa verbunden ist": no list goes on like that."""
_VERB = re.compile(r"\s[a-zäöüß]+$")
"""What ends a subordinate clause; a list inside it ends with names."""
_BREAK = re.compile(r"[;:]|\s[–—-]\s|,|\s(?:und|aber|doch|sondern)\s|[()]|[„“”»«]")


def split_clauses(layout: Layout, places: list[tuple[int, int]]) -> None:
    """Split sentences at punctuation that separates clauses, not at the commas of a list of places."""
    text = layout.text
    starts = [start for start, _ in places]
    for number, (start, end, _) in enumerate(layout.sentences):
        at, relative = start, False
        for match in _BREAK.finditer(text, start, end):
            mark = match.group()
            if mark in "()„“”»«":
                continue
            if mark == "," or len(mark) > 2:
                index = bisect_right(starts, match.start()) - 1
                before = index >= 0 and match.start() - places[index][1] < 45 and places[index][1] > at
                after = index + 1 < len(places) and bool(
                    _NOUN_PHRASE.fullmatch(text, match.end(), places[index + 1][0])
                )
                opens = bool(RELATIVE_WITH.match(text, match.end(), end))
                closes = (
                    relative
                    and mark == ","
                    and bool(_VERB.search(text, max(at, match.start() - 40), match.start()))
                )
                relative = opens or (relative and not closes)
                after = after and not opens and not closes
                if before and after and places[index + 1][0] < end:
                    continue
                if len(mark) > 2 and mark.strip() == "und":
                    continue
            if match.start() - at < 3:
                continue
            layout.clauses.append((at, match.end(), number))
            at = match.end()
        if at < end:
            layout.clauses.append((at, end, number))
    layout.clause_starts = [start for start, _, _ in layout.clauses]
