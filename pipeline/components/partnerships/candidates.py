"""Candidate pairs: the own town with every place, and places that a sentence, a row or a section brings together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.features import describe
from pipeline.components.partnerships.frames import frames_of
from pipeline.components.partnerships.places import HOME
from pipeline.components.partnerships.roles import ANY_TIE

_MAX_IN_SENTENCE = 9
_MAX_IN_BLOCK = 24
_HOSTS = 3
"""From so many towns at the heads of sections on, each section speaks of its own."""
_REPORT = 40
"""Characters that follow at least in the report of a town, told from an item of a list."""
_LEAD = re.compile(r"(?:[ \t]*\([^()\n]{1,40}\))?(?:\.|:|[ \t][-–—])[ \t]+(?=[^\Wa-zäöü]|[„»])")
"""What parts a report from the town at its head; a report begins with a capital: "Peine: seit 1990" is an item."""
_LEAST = 0.1
"""How probable a town has to be as the article's own for its pairs to be weighed."""


@dataclass(slots=True)
class Candidate:
    """Two places (indices of `Places.cities`) that the text may tie to each other, and the place where it shows best."""

    first: int
    second: int
    features: list[float]
    mention: int
    other: int


def candidates_of(context: Context) -> list[Candidate]:
    """All pairs worth a decision: own town with everyone, and pairs within a sentence, a row or a section."""
    places = context.places
    order = sorted(range(len(context.anchors)), key=lambda n: (-context.anchors[n], n))
    anchors = [n for n in order[:3] if context.anchors[n] >= _LEAST]
    pairs: dict[tuple[int, int], list[tuple[int, int]]] = {}
    context.own = order[0] if order else -1
    sections = _sections(context)
    context.frames = frames_of(context)
    for frames in context.frames.values():
        for frame in frames:
            for x, y in ((frame.host, frame.guest), (frame.guest, frame.host)):
                known = context.hosted.setdefault(y, {})
                known[x] = max(known.get(x, 0.0), frame.sure)

    def add(a: int, b: int, at: tuple[int, int] | None) -> None:
        if a == b:
            return
        pa, pb = context.anchors[a], context.anchors[b]
        if pb > pa + 0.05 or (abs(pa - pb) <= 0.05 and context.by_city[b][0] < context.by_city[a][0]):
            a, b = b, a
            at = (at[1], at[0]) if at else None
        spots = pairs.setdefault((a, b), [])
        if at and len(spots) < 12:
            spots.append(at)

    cities = [
        city
        for city, numbers in sorted(context.by_city.items())
        if city in context.spoken or places.mentions[numbers[0]].kind != "name"
    ]
    for anchor in anchors:
        for city in cities:
            if anchor in context.by_city:
                add(anchor, city, None)
    for sentence, numbers in context.by_sentence.items():
        if not _spoken_of(context, sentence):
            continue
        spoken = [n for n in numbers if not places.mentions[n].apposed and not places.mentions[n].bracket]
        if len(spoken) > _MAX_IN_SENTENCE:
            spoken = spoken[:_MAX_IN_SENTENCE]
        for index, n in enumerate(spoken):
            for m in spoken[index + 1 :]:
                add(places.mentions[n].city, places.mentions[m].city, (n, m))
    for frames in context.frames.values():
        for frame in frames:
            add(
                frame.host,
                frame.guest,
                (frame.host_mention, frame.guest_mention) if frame.host_mention >= 0 else None,
            )
    for a, b, at in sections:
        add(a, b, at)
    for a, b, at in _subjects(context):
        add(a, b, at)
    found = []
    for (a, b), spots in pairs.items():
        row, mention, other = describe(context, a, b, spots)
        found.append(Candidate(a, b, row, mention, other))
    return found


def _speaks(context: Context, sentence: int) -> bool:
    """Does a sentence, or what announces it, speak of ties; a row of a table that is about them does."""
    block = context.layout.sentences[sentence][2]
    row = context.layout.blocks[block].kind == "row"
    return row or bool((context.sentence_mask[sentence] | context.intro_mask[block]) & ANY_TIE)


def _spoken_of(context: Context, sentence: int) -> bool:
    """Does a sentence speak of ties, or its block, or a sentence beside it."""
    sentences = context.layout.sentences
    beside = range(max(0, sentence - 1), min(len(sentences), sentence + 2))
    return (
        _speaks(context, sentence)
        or bool(context.block_mask[sentences[sentence][2]] & ANY_TIE)
        or any(context.sentence_mask[number] & ANY_TIE for number in beside)
    )


def _subjects(context: Context) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Pairs of the town that a block speaks of with the places that follow in it.

    The first town of the block in its sentence's first places, and the last that stood there before the place.
    """
    places, layout = context.places, context.layout
    block, first, last, many = -1, -1, -1, 0
    for number, place in enumerate(places.mentions):
        if place.kind != "name" or place.apposed or place.bracket:
            continue
        at = layout.sentences[place.sentence][2]
        if at != block:
            block, first, last, many = at, -1, -1, 0
            spoken = bool((context.block_mask[at] | context.intro_mask[at]) & ANY_TIE)
        if not spoken or many > _MAX_IN_BLOCK:
            continue
        many += 1
        for host in {first, last}:
            if host >= 0 and places.mentions[host].sentence != place.sentence:
                yield places.mentions[host].city, place.city, (host, number)
        if place.left == "" and places.cities[place.city].country in HOME:
            first, last = number if first < 0 else first, number


def _leads(context: Context) -> dict[int, int]:
    """The town at the head of each report of a round-up ("MEERBUSCH. Die Urkunde …"), by block: the mention's number.

    A round-up has three towns or more of one country at the heads of its reports, and is no list of the partners of
    another town.
    """
    layout, places = context.layout, context.places
    found: dict[int, int] = {}
    for number, place in enumerate(places.mentions):
        block = layout.sentences[place.sentence][2]
        start, end = layout.blocks[block].start, layout.blocks[block].end
        leads = place.kind == "name" and place.start - start <= 4 and end - place.end > _REPORT
        if leads and _LEAD.match(layout.text, place.end, end):
            found[block] = number
    cities = {places.mentions[number].city for number in found.values()}
    countries = {places.cities[city].country for city in cities}
    if len(cities) < _HOSTS or len(countries) > 1 or not countries <= HOME or context.own < 0:
        return {}
    own = places.cities[context.own]
    another = own.kind == "city" and context.own not in cities
    return {} if another or own.country not in countries else found


def _sections(context: Context) -> list[tuple[int, int, tuple[int, int]]]:
    """Pairs of a town that stands alone as a heading with the places under it."""
    layout, places = context.layout, context.places
    context.block_city = [-1] * len(layout.blocks)
    heads: dict[int, int] = {}
    for number, place in enumerate(places.mentions):
        block = layout.sentences[place.sentence][2]
        start, end = layout.blocks[block].start, layout.blocks[block].end
        if place.kind == "name" and place.start - start <= 4 and end - place.end <= 3:
            heads[block] = number
    leads = _leads(context)
    if not heads and not leads:
        return []
    current = -1
    towns: list[int] = []
    for block in range(len(layout.blocks)):
        if block in leads:
            current = leads[block]
        elif block in heads:
            current = heads[block]
        elif (
            layout.blocks[block].kind == "heading"
            and context.layout.blocks[block].end - context.layout.blocks[block].start > 3
        ):
            current = -1
        towns.append(current)
        context.block_city[block] = places.mentions[current].city if current >= 0 else -1
    hosts = {places.mentions[number].city for number in heads.values()}
    if leads or (len(hosts) >= _HOSTS and all(places.cities[city].country in HOME for city in hosts)):
        context.section_host = context.block_city
    found = []
    for number, place in enumerate(places.mentions):
        block = layout.sentences[place.sentence][2]
        under = towns[block] not in (-1, number) and (block in leads or block not in heads)
        if under and place.kind == "name" and not place.apposed:
            found.append((places.mentions[towns[block]].city, place.city, (towns[block], number)))
    return found
