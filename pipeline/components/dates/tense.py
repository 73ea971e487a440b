"""Reads off the words of a clause whether it speaks of the past or of what is to come."""

from __future__ import annotations

import re

from pipeline.components.dates.lexicon import Tense


class TenseReader:
    """Reads the tense of a clause off its verbs."""

    def __init__(self, rules: Tense) -> None:
        participle, preterite = rules.participle, rules.preterite
        self._words: dict[str, str] = {}
        for kind, words in (("future", rules.future), ("past", rules.past), ("aux", rules.auxiliary)):
            self._words.update(dict.fromkeys(words, kind))
        self._words.update(dict.fromkeys(rules.not_preterite, ""))
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

    def then(self, text: str) -> bool:
        """Does the text point back to the time it was telling of?"""
        return self._then.search(text) is not None

    def yearly(self, text: str) -> bool:
        """Does the text speak of what comes round every year?"""
        return self._yearly.search(text) is not None

    def of(self, text: str, start: int, end: int, first: int, last: int, before: str) -> int:
        """-1 for past, 1 for future, 0 where the sentence from `start` to `end` does not say, as seen from `first` to `last`.

        Verbs of the same part of the sentence count before those of others; `before` are the types of the words before.
        """
        kinds = before.split()
        if any(kind in self._past for kind in kinds[-2:]):
            return -1
        start, end = max(start, first - 400), min(end, last + 400)
        clause = 0
        here: int | None = None
        marks: list[tuple[int, int, int]] = []
        auxiliary: list[tuple[int, int]] = []
        participles: list[tuple[int, int]] = []
        for match in self._word.finditer(text, start, end):
            at, word = match.start(), match[0]
            if here is None and at >= first:
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
            elif kind == "aux":
                auxiliary.append((clause, at))
            elif kind is None and word.islower():
                if self._participle.fullmatch(word):
                    participles.append((clause, at))
                elif self._preterite.fullmatch(word):
                    marks.append((clause, at, -1))
        for clause_no, at in auxiliary:
            if any(abs(c - clause_no) <= 2 for c, _ in participles):
                marks.append((clause_no, at, -1))
        if here is None:
            here = clause
        if not marks:
            return 1 if any(kind in self._future for kind in kinds[-2:]) else 0
        if not any(mark[0] == here for mark in marks) and any(kind in self._future for kind in kinds[-2:]):
            return 1
        marks.sort(key=lambda mark: (abs(mark[0] - here), abs(mark[1] - first)))
        return marks[0][2]
