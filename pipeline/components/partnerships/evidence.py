"""What goes with a pair: the sentences that say so, dates, people and topics."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from pipeline.components.partnerships.attributes import windows
from pipeline.components.partnerships.dating import dates_near, value_of
from pipeline.components.partnerships.roles import BIT

if TYPE_CHECKING:
    from pipeline.components.partnerships.candidates import Candidate
    from pipeline.components.partnerships.context import Context
    from pipeline.components.partnerships.scorer import Floats, Model

_MOST = 3
_LIKELY = 0.4
NOT_BEGUN = frozenset({"planned", "agreed", "rejected"})
"""States of ties that have no `since`."""


def evidence_of(context: Context, candidate: Candidate) -> list[tuple[int, int]]:
    """Up to three sentences: those of the frames, else that of the mention that decided."""
    layout, mentions = context.layout, context.places.mentions
    a, b = candidate.first, candidate.second
    frames = context.frames.get((min(a, b), max(a, b)), [])
    numbers = [
        mentions[frame.guest_mention].sentence for frame in sorted(frames, key=lambda frame: -frame.sure)
    ]
    numbers.append(mentions[candidate.mention].sentence)
    found = []
    for number in sorted(dict.fromkeys(numbers[:_MOST])):
        start, end, _ = layout.sentences[number]
        text = layout.text[start:end]
        found.append((start, start + len(text.rstrip())))
    return found


def no_later(start: str | None, paper: str | None) -> str | None:
    """No tie begins after its treaty was signed: what is later is a renewal or a feast."""
    return paper if paper and start and paper[:4] < start[:4] else start


def dates_of(
    context: Context, model: Model, pairs: list[tuple[int, int]]
) -> list[tuple[str | None, str | None]]:
    """(`signed`, `since`) of each pair: of all dates near it the likeliest, where it is likely enough."""
    near = [dates_near(context, a, b) for a, b in pairs]
    rows = [row for dates in near for _, row in dates]
    if not rows:
        return [(None, None)] * len(pairs)
    signed, since = (trees.probability(np.array(rows)) for trees in (model.signed, model.since))
    found, at = [], 0
    for dates in near:
        values = [context.findings.dates[index].edtf for index, _ in dates]
        end = at + len(values)
        paper, start = _likeliest(signed[at:end], values), _likeliest(since[at:end], values)
        found.append((paper, no_later(start, paper)))
        at = end
    return found


def _likeliest(sure: Floats, dates: list[str | None]) -> str | None:
    if not dates:
        return None
    best = int(sure.argmax())
    return dates[best] if sure[best] >= _LIKELY else None


def until_of(context: Context, a: int, b: int) -> str | None:
    """The date that stands with the word for the end."""
    for start, end, _ in windows(context, a, b):
        low, high = bisect_left(context.date_starts, start), bisect_left(context.date_starts, end)
        for date in context.findings.dates[low:high]:
            if context.clause_mask[context.layout.clause(date.start)] & BIT["end"] and value_of(date):
                return date.edtf
    return None


def officials_of(context: Context, a: int, b: int) -> list[str]:
    """Names of the officials of both parties."""
    ids = {context.places.cities[a].id, context.places.cities[b].id}
    return [official.name for official in context.findings.officials if official.city in ids]


def topics_of(context: Context, a: int, b: int) -> list[str]:
    """The topics that are spoken of beside the pair."""
    spans = [(start, end) for start, end, _ in windows(context, a, b)]
    found = []
    for topic in context.findings.topics:
        if any(start <= mention.start < end for mention in topic.mentions for start, end in spans):
            found.append(topic.id)
    return found
