"""Reads off the words of a clause whether it speaks of the past or of what is to come."""

from __future__ import annotations

import re

from pipeline.components.dates.lexicon import Tense


class TenseReader:
    """Reads the tense of a clause off its verbs."""

    def __init__(self, rules: Tense) -> None:
        participle, preterite = rules.participle, rules.preterite
        self._words: dict[str, str] = {}
        for kind, words in (("future", rules.future), ("past", rules.past), ("aux", rules.auxiliary), ("being", rules.being)):
            self._words.update(dict.fromkeys(words, kind))
        self._words.update(dict.fromkeys(rules.not_preterite, ""))
        self._abbreviations = frozenset(rules.abbreviations)
        self._determiners = frozenset(rules.determiners)
        self._no_preterite = tuple(rules.no_preterite_endings)
        self._participle = re.compile(participle)
        self._preterite = re.compile(preterite)
        self._word = re.compile(r"\w+|[,;:()–]")
        self._past = frozenset(rules.prep_past)
        self._future = frozenset(rules.prep_future)
        self._we = re.compile(rf"\b(?:{'|'.join(rules.we)})\b", re.IGNORECASE)
        self._yearly = re.compile(rf"\b(?:{'|'.join(rules.yearly)})\b", re.IGNORECASE)
        self._then = re.compile(rf"\b(?:{'|'.join(rules.then)})\b", re.IGNORECASE)

    def first_person(self, text: str) -> bool:
        """Does the text tell what its writers did themselves?"""
        head = text[:8000]
        return len(self._we.findall(head)) * 60 > len(head) // 6

    def is_abbreviation(self, text: str, dot: int) -> bool:
        """Does the dot at `dot` belong to an abbreviation rather than end a sentence?"""
        word = text[max(0, dot - 8) : dot].split()[-1:]
        return text[dot : dot + 1] == "." and bool(word) and word[0].lstrip("(„").lower() in self._abbreviations

    def then(self, text: str) -> bool:
        """Does the text point back to the time it was telling of?"""
        return self._then.search(text) is not None

    def yearly(self, text: str) -> bool:
        """Does the text speak of what comes round every year?"""
        return self._yearly.search(text) is not None

    def of(self, text: str, start: int, end: int, first: int, last: int, before: str) -> float:
        """-1 for past, 1 for future, 0 where the sentence from `start` to `end` does not say; a half from afar.

        The expression stands from `first` to `last`, the types of the words before it are `before`. The verb nearest
        to it counts, and that of its own part of the sentence before those of others.
        """
        kinds = before.split()[-2:]
        if any(kind in self._past for kind in kinds):
            return -1
        ahead = any(kind in self._future for kind in kinds)
        marks, here = self._marks(text, max(start, first - 400), min(end, last + 400), first, last, ahead)
        if not marks:
            return int(ahead)
        if ahead and all(clause != here for clause, _, _ in marks):
            return 1
        clause, _, sign = min(marks, key=lambda mark: (abs(mark[0] - here), abs(mark[1] - first)))
        return sign if clause == here else sign / 2

    def _marks(
        self, text: str, start: int, end: int, first: int, last: int, ahead: bool
    ) -> tuple[list[tuple[int, int, int]], int]:
        """(number of the clause, place, -1 or 1) of the verbs that tell a tense, and the number of our own clause."""
        clause, here, previous = 0, -1, ""
        marks: list[tuple[int, int, int]] = []
        auxiliary: list[tuple[int, int]] = []
        participles: list[int] = []
        for match in self._word.finditer(text, start, end):
            at, word = match.start(), match[0]
            if here < 0 and at >= first:
                here = clause
            if first <= at < last:
                continue
            if not word[0].isalnum():
                clause += 1
                continue
            kind = self._words.get(word.lower() if at == start or word.islower() else word)
            if kind == "past":
                marks.append((clause, at, -1))
            elif kind == "future":
                marks.append((clause, at, 1))
            elif kind == "aux" or (kind == "being" and not ahead):
                auxiliary.append((clause, at))
            elif kind is None and word.islower():
                if self._is_preterite(word, previous):
                    marks.append((clause, at, -1))
                elif self._participle.fullmatch(word):
                    participles.append(clause)
            previous = word
        marks += [(c, at, -1) for c, at in auxiliary if any(abs(p - c) <= 2 for p in participles)]
        return marks, here if here >= 0 else clause

    def _is_preterite(self, word: str, previous: str) -> bool:
        if previous in self._determiners or word.endswith(self._no_preterite):
            return False
        return self._preterite.fullmatch(word) is not None
