"""Finds topic words in a text and describes, topic by topic, how they stand in it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.components.topics.model import TopicRules
from pipeline.knowledge.wordforms import CACHE_SIZE, Lexicon, words

STRONG, CLEAR, FAINT = 3, 2, 1
CUE, VISIT, PLAN, NEGATION = "cue", "visit", "plan", "negation"
NEGATIONS = ("kein", "keine", "keinen", "keinem", "keiner", "nicht", "ohne", "statt", "nie")
NEGATED_WITHIN = 3
TITLE_LINES = 3
CUT_WITHIN = 4
JOINS = frozenset({"und", "oder", "sowie", "bzw", "u"})
_AFTER_CUT = frozenset({" ", ",", "/", "\n"})

FEATURES = (
    "strong",
    "clear",
    "faint",
    "distinct",
    "with_cue",
    "with_visit",
    "with_plan",
    "in_company",
    "in_title",
    "length",
)


class Hit(NamedTuple):
    """A topic word: span, index of the topic, how much the word says, and what its sentence has.

    `company` is the number of other topics with a telling word in the same sentence.
    """

    start: int
    end: int
    topic: int
    level: int
    word: str
    cue: bool
    visit: bool
    plan: bool
    place: bool
    company: int
    denied: bool


class _Word(NamedTuple):
    office: bool
    topics: tuple[tuple[int, int], ...]
    marks: tuple[str, ...]
    phrases: tuple[int, ...]


@dataclass(slots=True)
class Context:
    """What other components know of the text; all spans ascending."""

    bounds: Sequence[int]
    places: Sequence[tuple[int, int]] = ()
    names: Sequence[tuple[int, int]] = ()
    boilerplate: Sequence[tuple[int, int]] = ()


@dataclass(slots=True)
class _Sentence:
    hits: list[tuple[int, int, int, int, str, bool]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)


class TopicScanner:
    """The word lists of the topics, compiled."""

    def __init__(self, rules: TopicRules) -> None:
        entries: list[tuple[str, tuple[str, int, int]]] = []
        self._phrases: list[tuple[int, int, tuple[Lexicon[bool], ...]]] = []
        for index, topic in enumerate(rules.rules):
            for level, patterns in ((STRONG, topic.strong), (CLEAR, topic.clear), (FAINT, topic.faint)):
                for pattern in patterns:
                    head, *rest = pattern.split()
                    if rest:
                        entries.append((head, ("phrase", len(self._phrases), 0)))
                        parts = tuple(Lexicon([(part, True)]) for part in rest)
                        self._phrases.append((index, level, parts))
                    else:
                        entries.append((pattern, ("topic", index, level)))
            entries += [(pattern, ("never", index, 0)) for pattern in topic.never if " " not in pattern]
        entries += [(pattern, ("office", 0, 0)) for pattern in rules.offices]
        entries += [(pattern, (CUE, 0, 0)) for pattern in rules.cues]
        entries += [(pattern, (VISIT, 0, 0)) for pattern in rules.visits]
        entries += [(pattern, ("venue", 0, 0)) for pattern in rules.venues]
        entries += [(pattern, (PLAN, 0, 0)) for pattern in rules.plans]
        entries += [(pattern, (NEGATION, 0, 0)) for pattern in NEGATIONS]
        self._lexicon = Lexicon(entries)
        self._known: dict[str, _Word] = {}
        self.topics = len(rules.rules)

    def _read(self, word: str) -> _Word:
        """Everything the lists say of a folded word; remembered."""
        known = self._known.get(word)
        if known is not None:
            return known
        levels: dict[int, int] = {}
        barred: set[int] = set()
        marks: list[str] = []
        phrases: list[int] = []
        office = venue = False
        for kind, index, level in self._lexicon.find(word):
            if kind == "topic":
                levels[index] = max(level, levels.get(index, 0))
            elif kind == "never":
                barred.add(index)
            elif kind == "phrase":
                phrases.append(index)
            elif kind == "office":
                office = True
            elif kind == "venue":
                venue = True
            else:
                marks.append(kind)
        kept = sorted(
            (topic, FAINT if venue and level < STRONG else level)
            for topic, level in levels.items()
            if topic not in barred and not (office and level < STRONG)
        )
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        self._known[word] = read = _Word(office, tuple(kept), tuple(marks), tuple(phrases))
        return read

    def scan(self, text: str, context: Context) -> tuple[list[Hit], int]:
        """All topic words of `text` in its order, and the number of its words."""
        bounds = context.bounds
        sentences: dict[int, _Sentence] = {}
        pending: list[tuple[int, int, int, int, tuple[Lexicon[bool], ...], int]] = []
        denied_until = -1
        shortened: tuple[int, int] | None = (
            None  # first hit of "Sport- und Kulturausschuss", last word it may end at
        )
        count = 0
        number, limit = -1, -1
        current = _Sentence()
        for start, end, word in words(text):
            count += 1
            if start >= limit:
                number = bisect_right(bounds, start) - 1
                limit = bounds[number + 1] if number + 1 < len(bounds) else len(text) + 1
                current = sentences.setdefault(number, _Sentence())
                pending.clear()
                denied_until = -1
                shortened = None
            if pending:
                pending = self._advance(pending, word, end, current, count <= denied_until)
            read = self._read(word)
            if read.marks:
                current.marks.update(read.marks)
                if NEGATION in read.marks:
                    denied_until = count + NEGATED_WITHIN
            cut = text[end : end + 1] == "-" and text[end + 1 : end + 2] in _AFTER_CUT
            if cut and (shortened is None or count > shortened[1]):
                shortened = len(current.hits), count + CUT_WITHIN
            elif shortened is not None and not cut and word not in JOINS:
                if read.office and count <= shortened[1]:
                    del current.hits[shortened[0] :]
                shortened = None
            for topic, level in read.topics:
                current.hits.append((start, end, topic, level, word, count <= denied_until))
            for phrase in read.phrases:
                topic, level, parts = self._phrases[phrase]
                pending.append((start, topic, level, 0, parts, count))
        return self._hits(sentences, context), count

    @staticmethod
    def _advance(
        pending: list[tuple[int, int, int, int, tuple[Lexicon[bool], ...], int]],
        word: str,
        end: int,
        current: _Sentence,
        denied: bool,
    ) -> list[tuple[int, int, int, int, tuple[Lexicon[bool], ...], int]]:
        kept = []
        for start, topic, level, done, parts, count in pending:
            if parts[done].find(word):
                if done + 1 == len(parts):
                    current.hits.append((start, end, topic, level, word, denied))
                else:
                    kept.append((start, topic, level, done + 1, parts, count))
        return kept

    @staticmethod
    def _hits(sentences: dict[int, _Sentence], context: Context) -> list[Hit]:
        hits: list[Hit] = []
        bounds = context.bounds
        before: set[str] = set()
        for number, sentence in sentences.items():
            if sentence.hits:
                first = bounds[number] if number >= 0 else 0
                last = bounds[number + 1] if number + 1 < len(bounds) else 1 << 60
                place = _touches(context.places, first, last)
                cue = CUE in sentence.marks
                visit = VISIT in sentence.marks
                plan = PLAN in sentence.marks or PLAN in before
                company = {topic for _, _, topic, level, _, _ in sentence.hits if level > FAINT}
                for start, end, topic, level, word, denied in sentence.hits:
                    if _touches(context.names, start, end) or _touches(context.boilerplate, start, end):
                        continue
                    hits.append(
                        Hit(
                            start,
                            end,
                            topic,
                            level,
                            word,
                            cue,
                            visit,
                            plan,
                            place,
                            len(company - {topic}),
                            denied,
                        )
                    )
            before = sentence.marks
        hits.sort(key=lambda hit: (hit.start, hit.topic, hit.end))
        return hits


def _touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Does one of the ascending, disjoint spans overlap `start` to `end`?"""
    at = bisect_right(spans, (start, 1 << 60))
    return (at > 0 and spans[at - 1][1] > start) or (at < len(spans) and spans[at][0] < end)


def describe(hits: Sequence[Hit], text: str, words_in_text: int) -> dict[int, list[float]]:
    """The features (`FEATURES`) of every topic that has a word in the text."""
    by_topic: dict[int, list[Hit]] = {}
    for hit in hits:
        by_topic.setdefault(hit.topic, []).append(hit)
    title_end = _title_end(text)
    described: dict[int, list[float]] = {}
    for topic, found in by_topic.items():
        said = [hit for hit in found if not hit.denied]
        telling = [hit for hit in said if hit.level > FAINT]
        strong = sum(hit.level == STRONG for hit in said)
        clear = len(telling) - strong
        described[topic] = [
            math.log1p(strong),
            math.log1p(clear),
            math.log1p(len(said) - len(telling)),
            math.log1p(len({hit.word for hit in telling})),
            math.log1p(sum(hit.level - 1 for hit in telling if hit.cue)),
            math.log1p(sum(hit.level - 1 for hit in telling if hit.visit)),
            math.log1p(sum(hit.level - 1 for hit in telling if hit.plan)),
            math.log1p(max((hit.company for hit in telling), default=0)),
            float(any(hit.start < title_end for hit in telling)),
            math.log1p(words_in_text / 100),
        ]
    return described


def _title_end(text: str) -> int:
    """Where the first three lines that are not empty end."""
    position = lines = 0
    while lines < TITLE_LINES and position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        lines += bool(text[position:end].strip())
        position = end + 1
    return position
