"""The publication date: found by where and how an article stamps it, never by what it tells of."""

from __future__ import annotations

import re
from dataclasses import dataclass

import dateparser

from pipeline import edtf
from pipeline.components.dates.context import Bounds, Context
from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.lexicon import Stamps, any_of
from pipeline.components.dates.resolve import resolve

_HEAD, _FOOT = 250, 450
_WEAK = 1.5
_CUE_REACH = 110
"""Characters before a date in which a cue and what may stand between the two have room."""
_ENTRY = re.compile(r"[ \t]*[:–-]?[ \t]+[^\W\d_](?:[^\n]{80}|[^\n]{3,80}\n[^\n]{80})")
_DIARY = re.compile(r"[ \t]*[:.]?\n[^\n]{60}")
_QUOTE = re.compile(r"[“”\"«»]")
_BORN = re.compile(r"[*†✝⚰][ \u00a0]?$")
_ROW_BEHIND = re.compile(r"[ \t]*:[ \t]+\S[^\n]{20}")
_ENDS_TEXT = re.compile(r"[.!?][“\"»)]?[ \n]$")
_CELL = re.compile(r"\t|[ \u00a0]{3,}|[|•·]")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3})[.!?][\"“«]?\s+[A-ZÄÖÜ„»]")
_FOOTNOTE = re.compile(r"^\s*(?:\[?\d{1,3}[\].]?\s*)?↑|^\s*\[\d{1,3}\]")
_NUMBERED = re.compile(r"\s*\d{1,3}\.\s")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]*)*")


@dataclass(slots=True)
class Stamp:
    """A date that looks like the article's own: its place, value, and how much it looks so.

    `heads_text`: in a short line of its own; `cell`: in one of a table.
    """

    start: int
    end: int
    edtf: str
    score: float
    heads_text: bool
    cell: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a date stands: in the article's head or foot, in a line of cells, in its first line, at its very end."""

    head: bool
    foot: bool
    cells: bool
    first: bool
    last: bool


class StampFinder:
    """Scores absolute dates as stamps."""

    def __init__(self, stamps: Stamps) -> None:
        self._text, self._body_at, self._ends_at = "", 0, 0
        joints = "|".join(map(re.escape, sorted(stamps.joints, key=len, reverse=True)))
        tail = rf"\W{{0,8}}(?:(?:{joints})\W{{1,3}}){{0,2}}(?:[^\W\d_]{{2,10}}\.?,?\s*)?(?:(?:{joints})\s+)?$"
        lead = r"(?:^\W*(?:[^\W\d_]{2,20}\W{1,3}){0,2}|[,;:()|·–—-]\s*|[.!?]\s+)"
        self._joint = re.compile(rf"\W*(?:(?:{joints})\s+)+", re.IGNORECASE)
        self._label = re.compile(rf"{lead}(?:{any_of(stamps.labels)}){tail}", re.IGNORECASE)
        small = "|".join(map(re.escape, stamps.place_words))
        name = r"[A-ZÄÖÜ][\w’'./-]*|\([^)\n]{1,30}\)"
        # "Bad Homburg v. d. Höhe, ", "Halle (Saale), den "
        self._place = re.compile(
            rf"\W{{0,3}}(?:(?:{name}|{small})[ /]{{1,2}}){{0,5}}(?:{name}),?\s+"
            rf"(?:(?:{any_of(stamps.place_joints)})\s+|[A-Z]\w+,\s*(?:{joints})?\s*)?"
        )
        self._closed = re.compile(
            rf"\s*(?:$|[.:–—()|•·-]|,?\s*\d{{1,2}}[.:]\d\d|,?\s*(?:{any_of(stamps.page_words)}))",
            re.IGNORECASE,
        )
        self._issue = re.compile(rf"(?:{any_of(stamps.issue)})\.?:?\s*$", re.IGNORECASE)
        self._cue = re.compile(rf"(?:^|\W)(?:{any_of(stamps.cues)}){tail}", re.IGNORECASE)
        self._sign = re.compile(
            rf"(?:^|\W)(?:{any_of([*stamps.cues, *stamps.changes])}){tail}", re.IGNORECASE
        )
        self._change = re.compile(rf"(?:^|\W)(?:{any_of(stamps.changes)}){tail}", re.IGNORECASE)
        self._version = re.compile(rf"(?:{any_of(stamps.versions)})(?:\W+\w+){{0,2}}{tail}", re.IGNORECASE)
        self._by = re.compile(rf"(?:^|\W)(?:{any_of(stamps.by)})(?:\W+\w+){{1,8}}?{tail}", re.IGNORECASE)
        against = rf"(?!\w{{0,20}}(?:{any_of(stamps.against)})\b)"
        self._source = re.compile(
            rf"\W*(?:{against}\w+\W+){{0,3}}?[\w-]*(?:{any_of(stamps.sources)})(?:\W+{against}\w+){{0,7}}?\W+"
            rf"(?:{any_of(stamps.source_joints)})\s+(?:[^\W\d_]{{2,10}}\.?,?\s*)?(?:den\s+|dem\s+)?$",
            re.IGNORECASE,
        )
        self._paper = re.compile(rf"(?:{any_of(stamps.sources)})\b", re.IGNORECASE)
        self._issue_named = re.compile(rf"(?:{any_of(stamps.issue)})\b", re.IGNORECASE)
        self._hours = re.compile(
            rf"\W{{0,4}}(?:{any_of(stamps.event_hours)})\s+\d|\W{{0,3}}\n\s*\d{{1,2}}(?:[.:]\d\d)?\s?(?:{any_of(stamps.clock)})\b",
            re.IGNORECASE,
        )
        self._author = re.compile(rf"\s+(?:{any_of(stamps.authors)})\s+[A-ZÄÖÜ]")
        self._session = re.compile(rf"(?:{any_of(stamps.session)})", re.IGNORECASE)
        self._after = re.compile(rf"^[^.!?\n,]{{0,25}}\b(?:{any_of(stamps.after)})\b", re.IGNORECASE)
        ending = rf"(?:\s+(?:{any_of(stamps.event_prep)})\s+|:\s*)(?:[^\W\d_]+,?\s+)?$"
        self._against_end = re.compile(ending, re.IGNORECASE)
        self._against = re.compile(
            rf"\b\w{{0,20}}(?:{any_of(stamps.against)})\b(?:[\W\d]+\w+){{0,3}}?(?:\s+(?:{any_of(stamps.event_prep)})\s+|:\s*)(?:[^\W\d_]+,?\s+)?$",
            re.IGNORECASE,
        )
        self._weak = re.compile(rf"(?:{any_of(stamps.weak)})\b[^.!?\n]{{0,20}}$", re.IGNORECASE)
        self._event = re.compile(
            rf"(?:^|\s)(?:{any_of(stamps.event_prep)})\s+(?:[^\W\d_]{{2,10}},?\s+(?:den\s+|dem\s+)?)?$",
            re.IGNORECASE,
        )

    def score(self, text: str, start: int, end: int, value: str, issue: bool = False) -> Stamp | None:
        """The date as a stamp, or None where nothing speaks for it. `issue`: the year of an issue (Heft 2/1997)."""
        first = text.rfind("\n", max(0, start - 400), start) + 1 or max(0, start - 400)
        last = text.find("\n", end, end + 400)
        last = min(len(text), end + 400) if last < 0 else last
        line = text[max(first, start - 160) : start]
        if _BORN.search(line) or self._hours.match(text, end):
            return None
        if _FOOTNOTE.match(line) or (_NUMBERED.match(line) and end > len(text) - 2 * _FOOT):
            return None
        cells = list(_CELL.finditer(line))
        left = line[cells[-1].end() :] if cells else line
        right = text[end : min(last, end + 120)]
        cut = _CELL.search(right)
        cell_right = right[: cut.start()] if cut else right
        length = len(text)
        body = self._body(text)
        head = start < max(_HEAD, body + 120)
        foot = end > length - min(_FOOT, max(200, length // 4))
        paragraph = text[max(text.rfind("\n\n", max(0, start - 200), start), start - 200, 0) : start]
        before = left if left.strip() else paragraph.rstrip().rpartition("\n")[2][-90:]
        words = self._words(before, right, paragraph, head or foot, head, value)
        place = _Place(head, foot, bool(cells), first == 0, end >= self._ends_at)
        score = words + self._shape(left, cell_right, place) if words != _WEAK else words
        if score > 0 and words == 0 and (self._speaks_against(before) or _in_table(text, first, last)):
            return None
        if score <= 0 or (value.isdigit() and words <= 0 and not (issue and head)):
            return None
        score += 1.0 if head else 0.0
        score += 1.5 if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else 0.5 if "-" in value else 0.0
        if re.match(r"\W{0,5}\d{1,2}[.:]\d\d(?!\d)", right):
            score += 2
        heads_text = len(line.strip()) < 60 and len(right.strip()) < 60
        cell = bool(cells) and cells[-1][0].isspace() and not left.strip()
        return Stamp(start, end, value, score, heads_text, cell)

    def names_paper(self, text: str, start: int) -> bool:
        """Does the line before `start` name a paper or the like (Elmer Anzeiger, 5./6. November 1988)?"""
        line = text[text.rfind("\n", max(0, start - 120), start) + 1 : start]
        return self._paper.search(line) is not None

    def names_issue(self, text: str, start: int) -> bool:
        """Does the line before `start` name a thing that comes in issues (Rundbrief, Ostern 2018)?"""
        line = text[text.rfind("\n", max(0, start - 120), start) + 1 : start]
        return self._issue_named.search(line) is not None

    def is_issue(self, text: str, start: int) -> bool:
        """Do the words before `start` announce the number of an issue (Heft 2/1997)?"""
        return self._issue.search(text, max(0, start - 30), start) is not None

    def _body(self, text: str) -> int:
        """Where the first paragraph of prose begins: what stands above is the article's head."""
        if text is not self._text:
            self._text = text
            self._body_at, self._ends_at = 0, len(text.rstrip())
            for paragraph in _PARAGRAPH.finditer(text[:6000]):
                if len(paragraph[0]) > 160 and len(_SENTENCE.findall(paragraph[0])) > 1:
                    self._body_at = paragraph.start()
                    break
        return self._body_at

    def _words(self, left: str, right: str, paragraph: str, margin: bool, head: bool, value: str) -> float:
        """What the words around a date say for or against it; minus 20 rules it out."""
        signed = self._sign.search(left, max(0, len(left) - _CUE_REACH)) is not None
        change = self._change.search(left) if signed else None
        cue = (self._cue.search(left) or change) if signed else None
        if cue is not None:
            lead = left[: cue.start()].rstrip()
            full = 9.5 if change else 10
            return full if len(lead) < 40 or lead[-1:] in ".!?|·•–—()>" else 4 if margin else 2
        if self._after.match(right) and margin:
            return 9
        label = self._label.search(left)
        if label is not None:
            return -20 if _QUOTE.search(left, 0, label.start()) else 11
        if margin and (self._version.search(left) or self._by.search(left)):
            return 9
        if margin and self._source.match(left) and self._closed.match(right):
            return 8
        sits = (
            margin
            and not value.isdigit()
            and self._session.search(paragraph)
            and not _SENTENCE.search(paragraph)
        )
        if sits and (self._event.search(left or paragraph) or re.search(r":\s*$", left)):
            return 12 if head else 6
        if self._weak.search(left):
            return _WEAK
        return 0

    def _speaks_against(self, left: str) -> bool:
        """Do the words before a date make it that of a contract, a fest, a letter that is answered?"""
        return self._against_end.search(left) is not None and self._against.search(left) is not None

    def _shape(self, left: str, right: str, place: _Place) -> float:
        """What the shape of its line says for a date."""
        head, foot, cells = place.head, place.foot, place.cells
        margin = head or foot
        closed = self._closed.match(right) is not None
        if closed and self._place.fullmatch(left):
            return 7 if margin else 3
        if not left.strip(" \t(–-[>»#") and closed:
            if not place.first and _ROW_BEHIND.match(right):
                return 0  # an entry of a chronicle
            return (7 if margin else 3) + (1 if cells else 0)
        if margin and (closed or self._author.match(right)) and self._joint.fullmatch(left):
            return 5
        if place.last and _ENDS_TEXT.search(left):
            return 5
        if self._event.search(left) or not margin:
            return 0
        words = len(re.findall(r"[^\W\d_]{2,}", left + " " + right))
        sentence = (right.startswith(".") and words > 1) or _SENTENCE.search(left) is not None
        if not sentence and len(left) + len(right) < 70 and words <= 7:
            return 6 - words * 0.4
        if (
            closed
            and re.search(r"[,–—(|•·-]\s*(?:[^\W\d_]+,\s*)?$", left)
            and (head or not right.strip(" .)") or right[:1] in ".,)")
        ):
            return 5
        return 0


def _in_table(text: str, first: int, last: int) -> bool:
    """Does the line from `first` to `last` have as many cells, set off by bars, as one beside it?"""
    bars = text.count("|", first, last)
    if bars < 2:
        return False
    above = text.rfind("\n", max(0, first - 400), max(0, first - 1)) + 1
    below = text.find("\n", last + 1, last + 400)
    return bars in (text.count("|", above, first), text.count("|", last, below if below >= 0 else last + 400))


def parse_published(value: str) -> str | None:
    """A publication date as metadata or people write it, in EDTF; None where it is none.

    EDTF is taken as it is; anything else is read by dateparser, day before month.
    """
    value = value.strip()
    if edtf.is_edtf(value):
        return value
    settings = {
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    found = dateparser.parse(value, languages=["de", "en", "fr"], settings=settings)
    return found.date().isoformat() if found is not None else None


_SAME_HEAD = 120
"""Characters between two dates of one head."""


def best(stamps: list[Stamp]) -> Stamp | None:
    """The stamp that gives the article its date: the strongest, and of equals the first.

    Dates below one another in the cells of a table are its contents, no stamps. Beside the mere year of an issue
    a month or day of that year says more: 'Rundbrief 4/2019, im Dezember 2019'.
    """

    def weight(stamp: Stamp) -> tuple[float, int]:
        row = stamp.cell and any(
            other.cell and other is not stamp and abs(other.start - stamp.start) < 300 for other in stamps
        )
        return stamp.score - (8 if row else 0), -stamp.start

    strongest = max(stamps, key=weight, default=None)
    if strongest is None or len(strongest.edtf) > 4:
        return strongest
    finer = [
        stamp
        for stamp in stamps
        if stamp.edtf.startswith(f"{strongest.edtf}-") and abs(stamp.start - strongest.start) < _SAME_HEAD
    ]
    return max(finer, key=weight, default=strongest)


_POST = 6
"""From this score on a stamp above a text of its own starts another article."""


def articles(stamps: list[Stamp]) -> list[tuple[int, Bounds]]:
    """Where the articles of a file with several begin, each with its own date; empty for one with one."""
    posts = [s for s in stamps if s.score >= _POST and s.heads_text and not s.cell and s.edtf.count("-") == 2]
    days = {post.edtf for post in posts}
    found = [(post.start, bounds) for post in posts if (bounds := edtf.bounds(post.edtf)) is not None]
    return [(0, found[0][1]), *found] if len(days) > 1 else []


def diary(text: str, parses: list[Parse]) -> set[int]:
    """Where the headings of a diary's days begin: weekdays on lines of their own above prose, at least two of them."""
    found = {
        parse.start
        for parse in parses
        if "weekday" in parse.slots
        and text[max(0, parse.start - 1) : parse.start] in ("", "\n")
        and _DIARY.match(text, parse.end)
    }
    return found if len(found) > 1 else set()


def entries(text: str, parses: list[Parse]) -> list[tuple[int, Bounds]]:
    """Dated entries, each of which begins its line with its date and tells its news in the same line."""
    found: list[tuple[int, Bounds]] = []
    for parse in parses:
        if parse.rule.as_ != "point" or text[max(0, parse.start - 1) : parse.start] not in ("", "\n"):
            continue
        if _ENTRY.match(text, parse.end) is None:
            continue
        for _, _, value in resolve(parse, Context()):
            bounds = edtf.bounds(value.edtf) if value.edtf and value.firm else None
            if bounds is not None and bounds[0] == bounds[1]:
                found.append((parse.start, bounds))
    return found if len(found) > 1 else []
