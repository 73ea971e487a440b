"""Reads off the words of a clause whether it speaks of the past or of what is to come."""

from __future__ import annotations

import re

from pipeline.components.dates.lexicon import Tense, any_of, spellings

_PRESENT = 0.6
"""How surely a verb in the present speaks of what is to come."""


class TenseReader:
    """Reads the tense of a clause off its verbs."""

    def __init__(self, rules: Tense) -> None:
        participle, preterite = rules.participle, rules.preterite
        self._words: dict[str, str] = {}
        strong = [prefix + verb for verb in rules.strong for prefix in ["", *rules.strong_prefixes]]
        kinds = {
            "past": [
                *(verb + ending for verb in strong for ending in ["", *rules.strong_plural]),
                *rules.past,
            ],
            "present": rules.present,
            "future": rules.future,
            "aux": rules.auxiliary,
            "being": rules.being,
        }
        for kind, words in kinds.items():
            self._words.update((form, kind) for word in words for form in spellings(word))
        self._words.update(dict.fromkeys(rules.not_preterite, ""))
        self._abbreviations = frozenset(rules.abbreviations)
        self._determiners = frozenset(rules.determiners)
        self._no_preterite = tuple(rules.no_preterite_endings)
        self._participle = re.compile(participle)
        self._preterite = re.compile(preterite)
        self._word = re.compile(r"\w+|[,;:()–]")
        self._past = frozenset(rules.prep_past)
        self._future = frozenset(rules.prep_future)
        self._we = re.compile(rf"\b(?:{any_of([word.lower() for word in rules.we])})\b")
        self._yearly = re.compile(rf"\b(?:{any_of(rules.yearly)})\b", re.IGNORECASE)
        self._since = re.compile(rf"\b(?:{any_of(rules.since_words)})\b[^,;.:]*$", re.IGNORECASE)
        self._every = re.compile(rf"\b(?:{any_of(rules.every)})\s+$", re.IGNORECASE)
        self._then = re.compile(rf"\b(?:{any_of(rules.then)})\b", re.IGNORECASE)

    def first_person(self, text: str) -> bool:
        """Does the text tell what its writers did themselves?"""
        head = text[:8000].lower()
        return len(self._we.findall(head)) * 60 > len(head) // 6

    def is_abbreviation(self, text: str, dot: int) -> bool:
        """Does the dot at `dot` belong to an abbreviation rather than end a sentence?"""
        if text[dot : dot + 1] != ".":
            return False
        word = text[max(0, dot - 8) : dot].split()[-1:]
        return bool(word) and word[0].lstrip("(„").lower() in self._abbreviations

    def then(self, text: str) -> bool:
        """Does the text point back to the time it was telling of?"""
        return self._then.search(text) is not None

    def yearly(self, before: str, behind: str) -> bool:
        """Does the text before and behind an expression say that it comes round every year?"""
        found = self._yearly.search(before) or self._yearly.search(behind) or self._every.search(before)
        return found is not None

    def of(self, text: str, start: int, end: int, first: int, last: int, before: str) -> float:
        """-1 for past, 1 for future, 0 where the sentence from `start` to `end` does not say; a half from afar.

        The expression stands from `first` to `last`, the types of the words before it are `before`. The verb nearest
        to it counts, and that of its own part of the sentence before those of others.
        """
        kinds = before.split()[-2:]
        if any(kind in self._past for kind in kinds):
            return -1
        lead = text[max(start, first - 60) : first]
        if self._since.search(lead):
            return -1
        ahead = any(kind in self._future for kind in kinds)
        marks, here = self._marks(text, max(start, first - 250), min(end, last + 250), first, last, ahead)
        if not marks:
            return int(ahead)
        if ahead and all(clause != here for clause, _, _ in marks):
            return 1
        clause, _, sign = min(marks, key=lambda mark: (abs(mark[0] - here), abs(mark[1] - first)))
        return sign if clause == here else sign / 2

    def _marks(
        self, text: str, start: int, end: int, first: int, last: int, ahead: bool
    ) -> tuple[list[tuple[int, int, float]], int]:
        """(number of the clause, place, -1 or 1) of the verbs that tell a tense, and the number of our own clause."""
        clause, here, previous = 0, -1, ""
        marks: list[tuple[int, int, float]] = []
        auxiliary: list[tuple[int, int]] = []
        participles: list[int] = []
        for match in self._word.finditer(text, start, end):
            at, word = match.start(), match[0]
            if here < 0 and at >= first:
                here = clause
            if first <= at < last:
                previous = ""
                continue
            if not word[0].isalnum():
                clause += 1
                continue
            kind = self._words.get(word.lower() if at == start or word.islower() else word)
            if kind == "past":
                marks.append((clause, at, -1))
            elif kind == "future":
                marks.append((clause, at, 1))
            elif kind == "present":
                marks.append((clause, at, _PRESENT))
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
