"""The publication date: found by where and how an article stamps it, never by what it tells of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.components.dates.lexicon import Stamps

_HEAD, _FOOT = 700, 450


@dataclass(slots=True)
class Stamp:
    """A date that looks like the article's own: its place, value, and how much it looks so."""

    start: int
    end: int
    edtf: str
    score: float
    heads_text: bool


class StampFinder:
    """Scores absolute dates as stamps."""

    def __init__(self, stamps: Stamps) -> None:
        joints = "|".join(map(re.escape, sorted(stamps.joints, key=len, reverse=True)))
        tail = rf"\W{{0,6}}(?:(?:{joints})\W{{1,3}}){{0,2}}(?:\w{{2,10}}\.?,\s*)?(?:den\s*|dem\s*)?$"
        self._cue = re.compile(rf"(?:^|\W)(?:{_any(stamps.cues)}){tail}", re.IGNORECASE)
        self._session = re.compile(rf"(?:{_any(stamps.session)})(?![^.]*\.\s+[A-ZÄÖÜ])", re.IGNORECASE)
        self._against = re.compile(rf"(?:^|\W)(?:{_any(stamps.against)})(?:\W+\w+){{0,3}}\W*$", re.IGNORECASE)

    def score(self, text: str, start: int, end: int, value: str) -> Stamp | None:
        """The date as a stamp, or None where nothing speaks for it."""
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last
        left, right = text[max(first, start - 90) : start], text[end : min(last, end + 90)]
        length = len(text)
        head = start < min(_HEAD, max(250, length // 3))
        foot = end > length - min(_FOOT, max(200, length // 4))
        score = 0.0
        before = text[max(0, start - 90) : start]
        if self._cue.search(before if not left.strip() else left):
            score += 10
        elif self._session.search(left) and start - first < 90 and head:
            score += 9
        elif self._against.search(left):
            return None
        words = re.findall(r"[^\W\d_]{2,}", left + " " + right)
        short = len(left) + len(right) < 60 and not re.search(r"[.!?]\s+[A-ZÄÖÜ]", left)
        if re.fullmatch(r"\W*(?:(?:[A-ZÄÖÜ][\w.'’/-]*|a\.|am|im|an|der|d\.|\([^)\n]{1,30}\))[ /]*){1,5},\s*(?:(?:den|im|am)\s+|\w+,\s*(?:den\s+)?)?", left):
            score += 7 if head or foot else 2
        elif short and len(words) <= 6 and (head or foot):
            score += 6 - len(words) * 0.5
        elif re.search(r"[|·•–—›/-]\s*$", left) and (head or foot):
            score += 5
        elif re.match(r"\s*[|·•–—]", right) and (head or foot):
            score += 4
        elif re.search(r"\(\s*$", left) and re.match(r"\s*\)", right) and foot and not left.strip(" ("):
            score += 6
        if score <= 0:
            return None
        score += 1.0 if head else 0.0
        score += 1.5 if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else 0.0
        if re.match(r"\W{0,4}\d{1,2}[.:]\d\d(?!\d)", right):
            score += 2
        heads_text = len(left.strip()) < 60 and bool(text[last : last + 3].strip() or text[last + 1 : last + 200].strip())
        return Stamp(start, end, value, score, heads_text)


def best(stamps: list[Stamp]) -> Stamp | None:
    """The stamp that gives the article its date: the strongest, and of equals the first."""
    return max(stamps, key=lambda stamp: (stamp.score, -stamp.start), default=None)


def _any(words: list[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered)
