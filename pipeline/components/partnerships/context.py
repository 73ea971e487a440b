"""An article indexed for the decision: cues by sentence and clause, mentions by sentence and city, who is host where."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.components.partnerships.dating import year_of
from pipeline.components.partnerships.layout import Layout
from pipeline.components.partnerships.lexicon import Hit
from pipeline.components.partnerships.places import Place, Places
from pipeline.components.partnerships.roles import BIT
from pipeline.findings import Findings

if TYPE_CHECKING:
    from pipeline.components.partnerships.reading import Frame

_LOCAL = 0.95
"""How sure it is that a section or a row of a table speaks of the town at its head."""
_PAIRED = 3
"""From so many rows with different first towns on, a table is one of pairs."""


@dataclass(slots=True)
class Context:
    """The cues of an article by sentence and clause, as sets of roles in the bits of a number."""

    layout: Layout
    places: Places
    findings: Findings
    hits: list[Hit]
    read: frozenset[str]
    anchors: list[float] = field(default_factory=list)
    sentence_mask: list[int] = field(default_factory=list)
    clause_mask: list[int] = field(default_factory=list)
    block_mask: list[int] = field(default_factory=list)
    intro_mask: list[int] = field(default_factory=list)
    by_sentence: dict[int, list[int]] = field(default_factory=dict)
    by_city: dict[int, list[int]] = field(default_factory=dict)
    hit_starts: list[int] = field(default_factory=list)
    date_starts: list[int] = field(default_factory=list)
    article_mask: dict[str, int] = field(default_factory=dict)
    block_city: list[int] = field(default_factory=list)
    frames: dict[tuple[int, int], list[Frame]] = field(default_factory=dict)
    hosted: dict[int, dict[int, float]] = field(default_factory=dict)
    own: int = -1
    row_hosts: int = 0
    row_host: dict[int, int] = field(default_factory=dict)
    section_host: list[int] = field(default_factory=list)
    spoken: dict[int, int] = field(default_factory=dict)
    named: dict[int, int] = field(default_factory=dict)
    officials: dict[str, int] = field(default_factory=dict)
    cities_of: dict[int, set[int]] = field(default_factory=dict)
    known: dict[int, dict[str, float]] = field(default_factory=dict)
    heads: dict[int, tuple[int, int]] = field(default_factory=dict)
    windows: dict[tuple[int, int], list[tuple[int, int, int]]] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    beside: dict[int, list[str]] = field(default_factory=dict)
    weighed: dict[int, float] = field(default_factory=dict)
    year: int = 0
    all_spoken: int = 0
    _sorted_spoken: list[int] = field(default_factory=list)
    _sorted_anchors: list[float] = field(default_factory=list)
    _sorted_for: list[float] | None = None

    def rank(self, probability: float) -> int:
        """How many towns are likelier than `probability` to be the article's own."""
        if len(self._sorted_anchors) != len(self.anchors) or self._sorted_for is not self.anchors:
            self._sorted_anchors, self._sorted_for = sorted(self.anchors), self.anchors
        return len(self.anchors) - bisect_right(self._sorted_anchors, probability)

    def more_spoken(self, count: int) -> int:
        """How many cities are named more often than `count` times."""
        if not self._sorted_spoken and self.spoken:
            self._sorted_spoken = sorted(self.spoken.values())
            self.all_spoken = sum(self._sorted_spoken)
        return len(self._sorted_spoken) - bisect_right(self._sorted_spoken, count)

    def local_host(self, place: Place) -> int:
        """The town that a section or a table row puts in the article's place; -1 where there is none."""
        block = self.layout.sentences[place.sentence][2]
        if self.section_host and self.section_host[block] >= 0:
            return self.section_host[block]
        return self.row_host.get(place.sentence, -1)

    def anchor_of(self, a: int, b: int) -> float:
        """How probable it is that a is the town of which the text speaks where it names b."""
        best = -1.0
        for number in self.by_city[b][:8]:
            place = self.places.mentions[number]
            if place.apposed or place.bracket:
                continue
            local = self.local_host(place)
            best = max(best, self.anchors[a] if local < 0 else _LOCAL if local == a else 0.02)
        return best if best >= 0 else self.anchors[a]

    def own_of_block(self, block: int) -> int:
        """The town that a block speaks of: that of its section, where sections have one, else the article's."""
        return self.section_host[block] if self.section_host and self.section_host[block] >= 0 else self.own


def context_of(
    layout: Layout, places: Places, findings: Findings, hits: list[Hit], read: frozenset[str]
) -> Context:
    """Index the cues and mentions of an article; `read` are the ids of the frames in use."""
    found = Context(layout, places, findings, hits, read)
    found.sentence_mask = [0] * len(layout.sentences)
    found.clause_mask = [0] * len(layout.clauses)
    found.block_mask = [0] * len(layout.blocks)
    counts: dict[str, int] = defaultdict(int)
    sentence = clause = 0
    last_sentence, last_clause = len(layout.starts) - 1, len(layout.clause_starts) - 1
    for hit in hits:  # in order of the text, as sentences and clauses are
        bit = BIT.get(hit.rule.role, 0)
        while sentence < last_sentence and layout.starts[sentence + 1] <= hit.start:
            sentence += 1
        while clause < last_clause and layout.clause_starts[clause + 1] <= hit.start:
            clause += 1
        found.sentence_mask[sentence] |= bit
        found.block_mask[layout.sentences[sentence][2]] |= bit
        found.clause_mask[clause] |= bit
        counts[hit.rule.role] += 1
    found.article_mask = dict(counts)
    found.year = year_of(findings)
    found.hit_starts = [hit.start for hit in hits]
    found.date_starts = [date.start for date in findings.dates]
    by_sentence: dict[int, list[int]] = defaultdict(list)
    by_city: dict[int, list[int]] = defaultdict(list)
    for number, place in enumerate(places.mentions):
        by_sentence[place.sentence].append(number)
        by_city[place.city].append(number)
        if place.kind == "name":
            found.named[place.city] = found.named.get(place.city, 0) + 1
        if place.kind == "name" and not place.apposed and not place.bracket:
            found.spoken[place.city] = found.spoken.get(place.city, 0) + 1
    found.by_sentence, found.by_city = dict(by_sentence), dict(by_city)
    found.cities_of = {
        sentence: {places.mentions[n].city for n in numbers} for sentence, numbers in by_sentence.items()
    }
    for official in findings.officials:
        if official.city is not None:
            found.officials[official.city] = found.officials.get(official.city, 0) + 1
    found.intro_mask = _intros(found)
    rows = {sentence: cities for sentence, cities in _rows(found) if len(cities) > 1}
    found.row_hosts = len({cities[0] for cities in rows.values()})
    if found.row_hosts >= _PAIRED:
        found.row_host = {sentence: cities[0] for sentence, cities in rows.items()}
    return found


def _rows(context: Context) -> Iterator[tuple[int, list[int]]]:
    """The cities of each table row, in order, by sentence."""
    mentions = context.places.mentions
    for sentence, numbers in context.by_sentence.items():
        if context.layout.blocks[context.layout.sentences[sentence][2]].kind == "row":
            spoken = [n for n in numbers if mentions[n].kind == "name" and not mentions[n].apposed]
            cities = [
                mentions[n].city for n in spoken if context.places.cities[mentions[n].city].kind != "region"
            ]
            yield sentence, list(dict.fromkeys(cities))


def _intros(context: Context) -> list[int]:
    """For each block, the roles of what announces it: its heading, and a sentence before it that ends with a colon."""
    layout = context.layout
    masks = []
    intro = 0
    final: dict[int, int] = {sentence[2]: number for number, sentence in enumerate(layout.sentences)}
    for number, block in enumerate(layout.blocks):
        mask = context.block_mask[block.heading] if block.heading >= 0 and number - block.heading < 14 else 0
        text = layout.text[max(block.start, block.end - 20) : block.end].rstrip()
        if block.kind in ("item", "row") and intro:
            mask |= intro
        elif block.kind not in ("item", "row"):
            intro = 0
        masks.append(mask)
        if text.endswith((":", "mit", "sind", ";")) or block.kind == "heading":
            intro = context.sentence_mask[final[number]] if number in final else 0
    return masks
