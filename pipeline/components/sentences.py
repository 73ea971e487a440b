"""Finds where sentences begin in raw web text, by rules over its characters.

Line breaks are boundaries unless a wrapped line goes on in the next; a full stop is one unless it belongs to
an abbreviation, an ordinal number or an initial. A model's own sentence recogniser, where there is one, has a
say on full stops alone. Lists and test cases: `rules/sentences.yaml`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.findings import text_of
from pipeline.knowledge.rules import Rule, StrictModel, load_rules

NAME = "jumelage_sentences"

Integers = npt.NDArray[np.int64]

_END = re.compile(r"""([.!?…]+)["“”»«’'‘)\]]*[^\S\n]+(?=["„“»«‚‘'`(\[–—-]{0,3}[^\S\n]?[A-ZÄÖÜÀ-Þ0-9])""")
"""The end of a sentence, maybe: closing marks, a gap, and something that may begin one."""

_COLON = re.compile(r"[:;][^\S\n]+(?=(\w+))")
_BREAK = re.compile(r"[^\S\n]*\n\s*")
_BULLET = re.compile(r"(?:[-–—•*▪·●○■►▸>✓✔+]|[o§](?=\s{2})|\d{1,3}[.)]|[a-z]\))\s+\S")
_LAST_WORD = re.compile(r"[^\s(\[„“»«\"'‚]*$")
_ORDINAL = re.compile(r"(?:\d{1,2}\.?[-–/])?\d{1,3}|\d{1,2}\.\d{1,2}|[IVXL]+")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LIST_NUMBER = re.compile(r"(?:^|\n)[^\S\n]*(?:\d{1,3}|[A-Za-z]|[IVX]+)$")
_CLOSED = re.compile(r"""[.!?…:;]["“”»«’'‘)\]]*$""")
_GOES_ON = re.compile(r"""["„“»«‚‘'(\[–—-]*[a-zäöüß]""")
_NARROWEST, _WIDEST = 40, 120
"""Characters in the longest line of a paragraph that counts as wrapped."""
_WIDE_ENOUGH = 60
"""The same, for a paragraph of two lines, which may as well be a heading and its text."""
_WINDOW = 40


class SentenceCase(StrictModel):
    """Texts with a bar at every boundary; the test suite runs them."""

    about: str
    texts: list[str]


class SentenceRules(StrictModel):
    """The whole of `rules/sentences.yaml`."""

    version: Literal[1]
    abbreviations: frozenset[str]
    at_the_end: frozenset[str]
    first_words: frozenset[str]
    agencies: frozenset[str]
    cases: list[SentenceCase]
    rules: list[Rule] = Field(default_factory=list)


def load(directory: Path | str | None = None) -> SentenceRules:
    """The rules of `directory`; None: the shipped ones."""
    return load_rules("sentences", SentenceRules, directory)


@Language.factory(NAME, default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Sentences:
    """The spaCy factory; `rules` is a folder or None for the shipped rules."""
    return Sentences(load(rules))


class Sentences:
    """Sets `Token.is_sent_start` for every token of a document."""

    def __init__(self, rules: SentenceRules) -> None:
        self._abbreviations = rules.abbreviations
        self._at_the_end = tuple(f" {word}." for word in rules.at_the_end)
        self._first_words = rules.first_words
        agencies = "|".join(sorted(map(re.escape, rules.agencies), key=len, reverse=True))
        self._dateline = re.compile(
            r"(?:^|\n)[^\S\n]*[A-ZÄÖÜ][^\n(.!?]{1,40}(?:\d{1,2}\.[^\n(.!?]{0,20})?"
            rf"\((?:{agencies})\)[^\S\n]*[-–—.:|]?[^\S\n]+(?=\S)"
        )

    def __call__(self, doc: Doc) -> Doc:
        if not len(doc):
            return doc
        text = text_of(doc)
        sure, joined = self._lines(text)
        likely, refused = self._stops(text)
        marks = doc.to_array(["IDX", "SENT_START"]).astype(np.int64)
        positions = marks[:, 0]
        if _has_opinion(marks[:, 1]):
            starts = marks[:, 1] == 1
            starts[_tokens_at(positions, joined | refused)] = False
            starts[_tokens_at(positions, sure)] = True
        else:
            starts = np.zeros(len(doc), dtype=bool)
            starts[_tokens_at(positions, sure | likely)] = True
        starts[0] = True
        decisions = np.where(starts, 1, -1).astype(np.int64)[:, None].view(np.uint64)
        doc.from_array(["SENT_START"], decisions)  # type: ignore[arg-type]
        return doc

    def boundaries(self, text: str) -> list[int]:
        """Where sentences begin by the rules alone: character offsets, the start of the text left out."""
        return sorted((self._lines(text)[0] | self._stops(text)[0]) - {len(text)})

    def _lines(self, text: str) -> tuple[set[int], set[int]]:
        """Offsets after line breaks and datelines that begin a sentence, and those that go on in one."""
        begins: set[int] = set()
        goes_on: set[int] = set()
        if "(" in text:
            begins.update(match.end() for match in self._dateline.finditer(text))
        if "\n" not in text:
            return begins, goes_on
        breaks = list(_BREAK.finditer(text))
        widths = _widths(text, breaks)
        for number, match in enumerate(breaks):
            start = match.end()
            if "\n" not in text[match.start() + match[0].index("\n") + 1 : start] and self._wraps(
                text, breaks[number - 1].end() if number else 0, match.start(), start, widths[number]
            ):
                goes_on.add(start)
            else:
                begins.add(start)
        return begins, goes_on

    def _wraps(self, text: str, line_start: int, line_end: int, start: int, width: int) -> bool:
        """Does the sentence of the line that ends at `line_end` go on at `start`?"""
        if _BULLET.match(text, start) or line_end == line_start:
            return False
        line = text[max(line_start, line_end - _WINDOW) : line_end]
        first = _FIRST_WORD.match(text, start)
        full = width > 0
        if _CLOSED.search(line):
            word = _last_word(line, len(line) - 1)
            return (
                full and line.endswith(".") and self._open(word, line, len(line), first[0] if first else "")
            )
        if _GOES_ON.match(text, start):
            return True
        next_word = text[start : start + 60].split(maxsplit=1)[0] if start < len(text) else ""
        return full and line_end - line_start + 1 + len(next_word) > width

    def _stops(self, text: str) -> tuple[set[int], set[int]]:
        """Offsets after closing marks that begin a sentence, and those where the mark closes none."""
        begins: set[int] = set()
        refused: set[int] = set()
        for match in _COLON.finditer(text):
            if match[1] in self._first_words:
                begins.add(match.end())
        for match in _END.finditer(text):
            end = match.end()
            if match[1] != ".":
                begins.add(end)
                continue
            stop = match.start()
            window = text[max(0, stop - _WINDOW) : stop + 1]
            word = _last_word(window, len(window) - 1)
            first = _FIRST_WORD.search(text, end, end + _WINDOW)
            (refused if self._open(word, window, stop + 1, first[0] if first else "") else begins).add(end)
        return begins, refused

    def _open(self, word: str, before: str, end: int, first: str) -> bool:
        """Does the full stop after `word` leave the sentence open, `first` being the word that follows?"""
        if not word:
            return False
        closes = first in self._first_words
        if (
            word in self._abbreviations
            or (len(word) == 1 and word.isalpha())
            or ("." in word and word[0].isalpha())
        ):
            return not (closes and f" {before}".endswith(self._at_the_end))
        if _ORDINAL.fullmatch(word):
            return not closes or _LIST_NUMBER.search(before[:-1]) is not None
        return word.lower().endswith(("str", "pl")) and not closes and "-" in word


def _last_word(text: str, end: int) -> str:
    """The word that ends at `end`, without an opening bracket or quote."""
    match = _LAST_WORD.search(text[:end])
    return match[0] if match else ""


def _has_opinion(marks: Integers) -> bool:
    """Has the pipeline's model set sentence starts (more than the first token)?"""
    return bool((marks[1:] != 0).any())


def _tokens_at(positions: Integers, offsets: set[int]) -> Integers:
    """The tokens that begin at `offsets`, or where one lies within a token, the next."""
    places = np.searchsorted(positions, np.fromiter(offsets, dtype=np.int64, count=len(offsets)))
    return places[places < len(positions)]


def _widths(text: str, breaks: list[re.Match[str]]) -> list[int]:
    """For every line break the width to which its paragraph is wrapped; 0 where it is not."""
    widths: list[int] = []
    paragraph: list[int] = []
    line_start = 0
    for match in breaks:
        paragraph.append(match.start() - line_start)
        line_start = match.end()
        if match[0].count("\n") > 1:
            widths.extend([_wrapped(paragraph, text, match.start())] * len(paragraph))
            paragraph = []
    paragraph.append(len(text) - line_start)
    widths.extend([_wrapped(paragraph, text, len(text))] * (len(paragraph) - 1))
    return widths


def _wrapped(lengths: list[int], text: str, end: int) -> int:
    """The width of a paragraph with lines of these lengths that ends at `end`, if it is wrapped."""
    width = max(lengths)
    if not _NARROWEST <= width <= _WIDEST or len(lengths) < 2:
        return 0
    if len(lengths) == 2:
        closed = text[max(0, end - 2) : end].rstrip('"“”»«)')[-1:] in {".", "!", "?"}
        return width if closed and width == lengths[0] >= _WIDE_ENOUGH else 0
    return width if sum(length > width * 0.75 for length in lengths) > 1 else 0
