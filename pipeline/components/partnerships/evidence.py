"""What goes with a pair: the sentences that say so, dates, people and topics."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from pipeline.components.partnerships.attributes import windows
from pipeline.components.partnerships.roles import ANY_TIE, BIT

if TYPE_CHECKING:
    from pipeline.components.partnerships.features import Candidate, Context
    from pipeline.findings import DateExpression

_MOST = 3
_FUTURE = frozenset({"planned", "agreed", "rejected"})


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


def dates_of(context: Context, a: int, b: int, status: str) -> tuple[str | None, str | None, str | None]:
    """`signed`, `since` and `until` of the pair, out of the dates beside its mentions."""
    text, dates = context.layout.text, context.findings.dates
    signed: str | None = None
    since: str | None = None
    best = 0
    for start, end, level in windows(context, a, b):
        low, high = bisect_left(context.date_starts, start), bisect_left(context.date_starts, end)
        for date in dates[low:high]:
            if date.edtf is None or "/" in date.edtf or date.edtf.startswith("XXXX"):
                continue
            before = text[max(start, date.start - 25) : date.start]
            if level >= 2 and ("seit" in before.lower() or date.by == "dates.anniversary") and level > best:
                since, best = date.edtf, level
            elif _is_signing(context, date, start, end) and level >= 2:
                signed = signed or date.edtf
            elif level == 3 and before.rstrip().endswith("(") and best < 2:
                since, best = date.edtf, 2
    if since is None and signed is not None:
        since = signed
    return signed, (None if status in _FUTURE else since), None


def _is_signing(context: Context, date: DateExpression, start: int, end: int) -> bool:
    if date.role == "signing":
        return True
    mask = context.clause_mask[context.layout.clause(date.start)]
    return bool(mask & BIT["sign"]) and bool(mask & (BIT["paper"] | ANY_TIE))


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
