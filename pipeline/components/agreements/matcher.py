"""Finds the words and phrases of the agreement rules in a text, and decides what the article speaks of."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.components.agreements.model import AgreementRule, AgreementRules
from pipeline.knowledge.wordforms import GAP, Lexicon, fold, words

WINDOW = 40
VETO = 10
NEAR = 50
GAP_WORDS = 7

MUNICIPAL = "municipal"
ENCOUNTERS = "encounters"
OTHER_SENSES = "other_senses"
OTHER_WORLDS = "other_worlds"
SIGNING = "signing"
NEGATION = "negation"
DENIAL_VERBS = Lexicon(
    [(word, True) for word in ("gibt", "gab", "gegeben", "existier*", "besteh*", "bestand", "geben")]
)
DENIALS = frozenset({"nicht", "nie", "niemals"})


class Hit(NamedTuple):
    """Words `first` to `last` (inclusive) that a rule fits, before its context is looked at."""

    rule: int
    first: int
    last: int


@dataclass(slots=True)
class Scan:
    """The words of a text with what the lexicon says about them."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    marks: dict[str, list[int]] = field(default_factory=dict)
    bounds: Sequence[int] = ()

    def sentence(self, word: int) -> tuple[int, int]:
        """First word of the sentence of `word` and first word after it, at most 40 words either way."""
        sentence = bisect_right(self.bounds, self.starts[word])
        first = bisect_left(self.starts, self.bounds[sentence - 1]) if sentence else 0
        last = (
            bisect_left(self.starts, self.bounds[sentence])
            if sentence < len(self.bounds)
            else len(self.starts)
        )
        return max(first, word - WINDOW), min(last, word + WINDOW + 1)

    def has(self, mark: str, first: int, last: int) -> bool:
        """Is a word marked so among the words `first` to `last` (exclusive)?"""
        places = self.marks.get(mark, [])
        at = bisect_left(places, first)
        return at < len(places) and places[at] < last


class Matcher:
    """The rules, compiled."""

    def __init__(self, rules: AgreementRules) -> None:
        self.rules = rules.rules
        self.decision = rules.decision
        entries: list[tuple[str, tuple[str, int]]] = []
        self._phrases: list[tuple[int, list[Lexicon[bool] | None]]] = []
        for index, rule in enumerate(self.rules):
            entries += [(word, ("word", index)) for word in rule.words]
            for phrase in rule.phrases:
                head, *rest = phrase.split()
                entries.append((head, ("phrase", len(self._phrases))))
                parts = [None if part == GAP else Lexicon([(part, True)]) for part in rest]
                self._phrases.append((index, parts))
        for mark in (MUNICIPAL, ENCOUNTERS, OTHER_SENSES, OTHER_WORLDS, SIGNING, NEGATION):
            entries += [(word, (mark, 0)) for word in getattr(rules, mark)]
        self._lexicon = Lexicon(entries)
        self._unless = [self._veto(rule) for rule in self.rules]

    @staticmethod
    def _veto(rule: AgreementRule) -> tuple[Lexicon[bool], list[tuple[str, ...]]]:
        single = Lexicon([(word, True) for word in rule.unless if " " not in word])
        return single, [tuple(fold(part) for part in word.split()) for word in rule.unless if " " in word]

    def scan(self, text: str, bounds: Sequence[int]) -> Scan:
        """Read `text` once. `bounds` are the first characters of its sentences, ascending."""
        scan = Scan(text=text, bounds=bounds)
        heads: list[tuple[int, int]] = []
        find = self._lexicon.find
        for start, end, word in words(text):
            position = len(scan.starts)
            scan.starts.append(start)
            scan.ends.append(end)
            scan.folded.append(word)
            for kind, index in find(word):
                if kind == "word":
                    scan.hits.append(Hit(index, position, position))
                elif kind == "phrase":
                    heads.append((index, position))
                else:
                    scan.marks.setdefault(kind, []).append(position)
        for index, position in heads:
            rule, parts = self._phrases[index]
            last = self._follow(scan, parts, position)
            if last is not None:
                scan.hits.append(Hit(rule, position, last))
        scan.hits.sort(key=lambda hit: (hit.first, hit.rule, hit.last))
        return scan

    @staticmethod
    def _follow(scan: Scan, parts: list[Lexicon[bool] | None], head: int) -> int | None:
        """The last word of a phrase that begins at `head` and stays in its sentence, or None."""
        end = scan.sentence(head)[1]
        position, gap = head + 1, 0
        for part in parts:
            if part is None:
                gap = GAP_WORDS
                continue
            while position < end and gap and not part.find(scan.folded[position]):
                position, gap = position + 1, gap - 1
            if position >= end or not part.find(scan.folded[position]):
                return None
            position, gap = position + 1, 0
        return position - 1

    def log_odds(self, scan: Scan, places: Sequence[tuple[int, int]] = ()) -> float:
        """How much speaks for an article about municipal partnerships (above 0) or against it (below).

        `places` are spans of recognised places, ascending: two in a sentence are as good as a municipal word.
        """
        strong: set[int] = set()
        plain: set[int] = set()
        for hit in scan.hits:
            rule = self.rules[hit.rule]
            if rule.requires == "place" and not self.accepts(scan, hit, places):
                continue
            if rule.evidence == "strong":
                strong.add(hit.first)
            elif rule.evidence == "plain":
                plain.add(hit.first)
        plain -= strong
        if not strong and not plain:
            return -math.inf
        beside = sum(self._beside(scan, word, places) for word in plain)
        weights = self.decision
        return (
            weights.bias
            + weights.strong * math.log1p(len(strong))
            + weights.plain_beside * math.log1p(beside)
            + weights.plain_elsewhere * math.log1p(len(plain) - beside)
            + weights.other_senses * math.log1p(len(scan.marks.get(OTHER_SENSES, [])))
            + weights.other_worlds * math.log1p(len(scan.marks.get(OTHER_WORLDS, [])))
            + weights.municipal * math.log1p(len(scan.marks.get(MUNICIPAL, [])))
            + weights.encounters * math.log1p(len(scan.marks.get(ENCOUNTERS, [])))
        )

    @staticmethod
    def _beside(scan: Scan, word: int, places: Sequence[tuple[int, int]]) -> bool:
        first, last = scan.sentence(word)
        if scan.has(MUNICIPAL, first, last):
            return True
        start, end = scan.starts[first], scan.ends[last - 1]
        return bisect_left(places, (end, 0)) - bisect_left(places, (start, 0)) > 1

    def accepts(self, scan: Scan, hit: Hit, places: Sequence[tuple[int, int]]) -> bool:
        """Does the context of `hit` allow it? `places` are spans of recognised places, ascending."""
        rule = self.rules[hit.rule]
        first, last = scan.sentence(hit.first)
        single, many = self._unless[hit.rule]
        if rule.unless:
            near = scan.folded[max(first, hit.first - VETO) : min(last, hit.last + VETO + 1)]
            if any(single.find(word) for word in near):
                return False
            joined = tuple(scan.folded[max(first, hit.first - 4) : min(last, hit.last + 5)])
            for phrase in many:
                if any(
                    joined[at : at + len(phrase)] == phrase for at in range(len(joined) - len(phrase) + 1)
                ):
                    return False
        if rule.denied == "skip" and self._denied(scan, hit, first, last):
            return False
        if rule.requires == "partners":
            return self._partners_near(scan, hit)
        if rule.requires == "signing":
            return scan.has(SIGNING, first, last)
        if rule.requires == "place":
            return _place_beside(scan, hit, places, first, last)
        return True

    @staticmethod
    def _denied(scan: Scan, hit: Hit, first: int, last: int) -> bool:
        for word in range(max(first, hit.first - 3), hit.first):
            if (
                scan.has(NEGATION, word, word + 1)
                and "," not in scan.text[scan.ends[word] : scan.starts[hit.first]]
            ):
                return True
        after = scan.folded[hit.last + 1 : min(last, hit.last + 7)]
        for at, following in enumerate(after):
            if following in DENIALS:
                return any(DENIAL_VERBS.find(verb) for verb in after[: at + 2])
        return False

    def _partners_near(self, scan: Scan, hit: Hit) -> bool:
        first, last = max(0, hit.first - NEAR), hit.last + NEAR + 1
        if scan.has(MUNICIPAL, first, last) or scan.has(SIGNING, first, last):
            return True
        if scan.has(ENCOUNTERS, first, hit.first) or scan.has(ENCOUNTERS, hit.last + 1, last):
            return True
        at = bisect_left(scan.hits, first, key=lambda other: other.first)
        while at < len(scan.hits) and scan.hits[at].first < last:
            if self.rules[scan.hits[at].rule].type is not None:
                return True
            at += 1
        return False


def _place_beside(scan: Scan, hit: Hit, places: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    """A recognised place right after the hit, or "mit" before it and a place in the sentence."""
    start, end = scan.ends[hit.last], scan.ends[min(hit.last + 2, last - 1)]
    at = bisect_left(places, (start, start))
    if at < len(places) and places[at][0] <= end:
        return True
    if "mit" not in scan.folded[first : hit.first]:
        return False
    at = bisect_left(places, (scan.starts[first], 0))
    return at < len(places) and places[at][1] <= scan.ends[last - 1]
