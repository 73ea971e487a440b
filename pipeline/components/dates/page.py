"""The text around a date expression: its sentence and clause, the tense there, names, and what else is near."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from pipeline.components.dates.lexer import Atom
from pipeline.components.dates.tense import TenseReader

_SENTENCE_END = re.compile(
    r"(?<=[a-zäöüß]{2})[.!?][\"'“”»«)\]]{0,2}\s|\n[ \t]*\n|(?<=\d{4})\.\s|[!?)»“”]\.?[\"“”»«]?\s(?=[A-ZÄÖÜ])|[!?]\s"
)
_CLAUSE_MARKS = ",;:()–"
_CLAUSE_END = re.compile(f"[{_CLAUSE_MARKS}]")


class Page:
    """One text with its runs of atoms, for the questions that checks and clocks ask."""

    def __init__(
        self, text: str, atoms: list[list[Atom]], tense: TenseReader, names: list[tuple[int, int]]
    ) -> None:
        self.text = text
        self._tense = tense
        self._ends = [
            match.end()
            for match in _SENTENCE_END.finditer(text)
            if not tense.is_abbreviation(text, match.start())
        ]
        self._names = names
        self._name_starts = [start for start, _ in names]
        self._run_starts = [run[0].start for run in atoms]
        self._seasons = [
            (atom.start, atom.value)
            for run in atoms
            for atom, after in zip(run, [*run[1:], None], strict=True)
            if atom.kind == "season" and (after is None or after.kind not in ("year", "yearpair"))
        ]
        self._season_starts = [start for start, _ in self._seasons]
        self.has_focus = False

    def sentence(self, at: int) -> tuple[int, int]:
        """Where the sentence around `at` starts and ends."""
        index = bisect_right(self._ends, at)
        start = self._ends[index - 1] if index else 0
        end = self._ends[index] if index < len(self._ends) else len(self.text)
        return start, end

    def tense(self, start: int, end: int, before: str) -> float:
        """From -1 past to 1 future, for the clause of an expression; `before` are the types of the words before it."""
        first, last = self.sentence(start)
        return self._tense.of(self.text, first, last, start, end, before)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Start and end of the part of the sentence, between its marks, that holds an expression."""
        first, last = self.sentence(start)
        first, last = max(first, start - 200), min(last, end + 200)
        first = max(first, *[self.text.rfind(mark, first, start) + 1 for mark in _CLAUSE_MARKS])
        after = _CLAUSE_END.search(self.text, end, last)
        return first, after.start() if after else last

    def bare_seasons(self, at: int) -> int:
        """How many different seasons without a year the sentence names."""
        start, end = self.sentence(at)
        first, last = bisect_left(self._season_starts, start), bisect_left(self._season_starts, end)
        return len({value for _, value in self._seasons[first : min(last, first + 20)]})

    def in_name(self, start: int, end: int) -> bool:
        """Does the expression lie within the name of a person, a place or a body, as a part of it?"""
        index = bisect_right(self._name_starts, start) - 1
        if index < 0:
            return False
        first, last = self._names[index]
        return end <= last and last - first > end - start

    def is_date_behind(self, end: int) -> bool:
        """Does another date follow right behind?"""
        index = bisect_left(self._run_starts, end)
        return index < len(self._run_starts) and self._run_starts[index] - end < 6
