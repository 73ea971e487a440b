"""Frames: the readings of all sentences, by pair; their rules stand in `rules/partnerships.yaml`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.components.partnerships.places import HOME
from pipeline.components.partnerships.reading import Frame
from pipeline.components.partnerships.sentence import Sentence

if TYPE_CHECKING:
    from pipeline.components.partnerships.context import Context

RULES = {
    "between": "partnerships.between",
    "partner_np": "partnerships.partner_town",
    "partner_pred": "partnerships.is_partner",
    "partner_of": "partnerships.partner_of",
    "mit_strong": "partnerships.twinned_with",
    "mit_bare": "partnerships.partnership_with",
    "mit_bond": "partnerships.bond_with",
    "mit_since": "partnerships.with_since",
    "relative": "partnerships.with_which",
    "joint": "partnerships.together",
    "ring": "partnerships.ring",
    "dash": "partnerships.dash",
    "row": "partnerships.row",
    "item": "partnerships.item",
    "topic": "partnerships.topic",
    "to": "partnerships.to",
    "of": "partnerships.of",
    "list": "partnerships.list",
    "has": "partnerships.has",
    "join": "partnerships.joined",
    "request": "partnerships.request",
    "for": "partnerships.patron",
}
"""The frames by their short names, and their rules in `rules/partnerships.yaml`."""
FRAMES = tuple(RULES)
_RECENT = 2
_EXPLICIT = frozenset({"partner_np", "partner_of", "mit_strong", "mit_bare", "relative", "has"})


def frames_of(context: Context) -> dict[tuple[int, int], list[Frame]]:
    """All readings of all sentences, by pair of cities (smaller index first)."""
    found: dict[tuple[int, int], list[Frame]] = defaultdict(list)
    for frame in readings(context):
        if frame.host >= 0:
            found[min(frame.host, frame.guest), max(frame.host, frame.guest)].append(frame)
    return dict(found)


def readings(context: Context) -> Iterator[Frame]:
    """The readings of all sentences; the host is -1 where it is the article's own town, as long as that is unknown."""
    recent: tuple[int, int] = (-9, -1)
    for sentence in context.by_sentence:
        for frame in Sentence(context, sentence, recent[1] if sentence - recent[0] <= _RECENT else -1).read():
            if (
                frame.kind in _EXPLICIT
                and frame.host_mention >= 0
                and context.places.cities[frame.host].country in HOME
            ):
                recent = (sentence, frame.host)
            if frame.host != frame.guest and RULES[frame.kind] in context.read:
                yield frame
