"""What goes with a pair: the sentences that say so, dates, people and topics."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.components.partnerships.attributes import windows
from pipeline.components.partnerships.roles import ANY_TIE, BIT

if TYPE_CHECKING:
    from pipeline.components.partnerships.candidates import Candidate
    from pipeline.components.partnerships.context import Context
    from pipeline.components.partnerships.places import Place
    from pipeline.findings import DateExpression

_MOST = 3
_SINCE = re.compile(r"\b[Ss]eit(?:\s(?:dem|der|den|Anfang|Ende|Mitte))*\s*$|\bzum\s$")
_PAPER_OF = re.compile(
    r"(?:[Vv]ertrag|[Uu]rkunde|[Vv]ereinbarung|[Aa]bkommen|unterzeichnet|unterschrieben|geschlossen|besiegelt)\s(?:vom|am|von|im)?\s*$"
)
_BRACKET = re.compile(r"[^()\n]{0,30}\([^()\n]{0,40}")
_HELD = 30
"""A date this close behind another place (in characters) belongs to that one."""
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
    starts: list[tuple[float, str]] = []
    signings: list[tuple[float, str]] = []
    for weight, date, signing in _dated(context, a, b):
        starts.append((weight, date))
        if signing:
            signings.append((weight, date))
    if _main(context, a, b):
        for date, signing, weight in _unbound(context, a, b):
            starts.append((weight, date))
            if signing:
                signings.append((2.0, date))
    signed = max((date for weight, date in signings if weight >= 2.0), default=None)
    since = None
    if starts and status not in _FUTURE:
        top = max(weight for weight, _ in starts)
        since = min(
            (date for weight, date in starts if weight >= top - 0.25), key=lambda date: (date[:4], -len(date))
        )
    return signed, since, _until(context, a, b) if status == "ended" else None


def _dated(context: Context, a: int, b: int) -> Iterator[tuple[float, str, bool]]:
    """Dates that tell of the pair's beginning: how sure, EDTF, and whether a document was signed."""
    mentions, layout = context.places.mentions, context.layout
    own = context.anchor_of(a, b) >= 0.3
    done: set[int] = set()
    for n in context.by_city[b][:10]:
        place = mentions[n]
        if place.apposed or place.bracket or place.kind != "name":
            continue
        if not own and not any(mentions[m].city == a for m in context.by_sentence[place.sentence]):
            continue
        low, high, last, shared = _scope(context, n, a, b)
        held = low + _HELD if low > layout.sentences[place.sentence][0] else low
        for index in range(bisect_left(context.date_starts, low), bisect_left(context.date_starts, high)):
            date = context.findings.dates[index]
            value = _value(date)
            if value is None or low <= date.start < min(held, place.start):
                continue
            weight, signing = _weigh(context, date, place, last, shared)
            if weight > 0:
                done.add(index)
                yield weight, value, signing
        for number in range(place.sentence + 1, min(place.sentence + 4, len(layout.sentences))):
            named = [mentions[m] for m in context.by_sentence.get(number, [])]
            if any(
                other.city not in (a, b) and not other.apposed and other.kind == "name" for other in named
            ):
                break
            start, end, _ = layout.sentences[number]
            for index in range(
                bisect_left(context.date_starts, start), bisect_left(context.date_starts, end)
            ):
                value = _value(context.findings.dates[index])
                if value is None or index in done:
                    continue
                weight, signing = _loose(context, context.findings.dates[index])
                if weight > 0:
                    yield weight - 0.3 * (number - place.sentence), value, signing


def _unbound(context: Context, a: int, b: int) -> Iterator[tuple[str, bool, float]]:
    """Dates of beginnings in sentences that name no third place: in an article about one partner they are its."""
    mentions = context.places.mentions
    for number, (start, end, _) in enumerate(context.layout.sentences):
        named = {
            mentions[m].city
            for m in context.by_sentence.get(number, [])
            if mentions[m].kind == "name" and not mentions[m].apposed
        }
        if named - {a, b}:
            continue
        for index in range(bisect_left(context.date_starts, start), bisect_left(context.date_starts, end)):
            value = _value(context.findings.dates[index])
            if value is None:
                continue
            weight, signing = _loose(context, context.findings.dates[index])
            if weight > 0:
                yield value, signing, weight - 0.6


def _main(context: Context, a: int, b: int) -> bool:
    """Is b the partner that the article is mainly about: named more often than any other but a?"""
    count = context.spoken.get(b, 0)
    others = context.more_spoken(count - 1) - 1 - (context.spoken.get(a, 0) >= count)
    return count >= 2 and others == 0


def _scope(context: Context, number: int, a: int, b: int) -> tuple[int, int, Place, bool]:
    """Where the dates of a mention may stand: from the place before it to the one after it, in its sentence.

    With the last member of the list that the mention belongs to, and whether that is another one.
    """
    mentions = context.places.mentions
    place = mentions[number]
    start, end, _ = context.layout.sentences[place.sentence]
    others = [
        mentions[m]
        for m in context.by_sentence[place.sentence]
        if mentions[m].kind == "name"
        and not mentions[m].apposed
        and mentions[m].city not in (a, b)
        and context.places.cities[mentions[m].city].kind != "region"
    ]
    low = max((other.end for other in others if other.end <= place.start), default=start)
    high = min((other.start for other in others if other.start >= place.end), default=end)
    group = context.places.groups[place.group] if place.group >= 0 else [number]
    last = mentions[group[-1]]
    first = mentions[group[0]]
    if last.start > place.start and bisect_left(context.date_starts, high) == bisect_left(
        context.date_starts, place.end
    ):
        # no date of its own: "mit A, B und C seit 1968"
        high = min((other.start for other in others if other.start >= last.end), default=end)
    if first.start < place.start and bisect_left(context.date_starts, first.start) == bisect_left(
        context.date_starts, high
    ):
        low = max((other.end for other in others if other.end <= first.start), default=start)
    return low, high, last, last is not place


def _value(date: DateExpression) -> str | None:
    """The date, or None where it can be no beginning of a tie."""
    if date.edtf is None or "/" in date.edtf or not date.edtf[:2].isdigit() or date.role == "publication":
        return None
    return date.edtf


def _weigh(
    context: Context, date: DateExpression, place: Place, last: Place, shared: bool
) -> tuple[float, bool]:
    """How sure a date beside a mention is the beginning of the tie, and whether it is a signing."""
    text = context.layout.text
    before = text[max(0, date.start - 30) : date.start]
    after = date.start >= place.end
    gap = (
        text[last.end : date.start]
        if date.start >= last.end
        else text[place.end : date.start]
        if after
        else ""
    )
    mask = context.clause_mask[context.layout.clause(date.start)]
    signing = bool(mask & BIT["sign"])
    if _PAPER_OF.search(before):
        return 3.2, True
    if _SINCE.search(before):
        return (2.0 if mask & (BIT["dormant"] | BIT["suspend"]) else 3.0), False
    if date.by == "dates.anniversary":
        return 2.6, False
    if after and _BRACKET.fullmatch(gap):
        return 3.0, False
    if mask & (BIT["suspend"] | BIT["end"] | BIT["reject"]):
        return 0.0, False
    if mask & (BIT["sign"] | BIT["deed"] | BIT["join"] | BIT["tied"]):
        clear = mask & (ANY_TIE | BIT["paper"] | BIT["join"])
        return (2.4 if clear else 1.8), signing
    kind = context.layout.blocks[context.layout.sentences[place.sentence][2]].kind
    if after and kind in ("row", "item") and len(gap) < 40:
        return 2.0, False
    return 0.0, False


def _loose(context: Context, date: DateExpression) -> tuple[float, bool]:
    """The same for a date in a sentence that follows and names no other place."""
    before = context.layout.text[max(0, date.start - 30) : date.start]
    mask = context.clause_mask[context.layout.clause(date.start)]
    if _PAPER_OF.search(before):
        return 2.6, True
    if date.by == "dates.anniversary":
        return 2.0, False
    if mask & (BIT["suspend"] | BIT["end"] | BIT["reject"] | BIT["dormant"]):
        return 0.0, False
    if _SINCE.search(before) and mask & ANY_TIE:
        return 2.2, False
    if mask & BIT["sign"]:
        return 2.3, True
    if mask & (BIT["deed"] | BIT["tied"]) and mask & (ANY_TIE | BIT["paper"]):
        return 2.0, False
    return 0.0, False


def _until(context: Context, a: int, b: int) -> str | None:
    """The date that stands with the word for the end."""
    for start, end, _ in windows(context, a, b):
        low, high = bisect_left(context.date_starts, start), bisect_left(context.date_starts, end)
        for date in context.findings.dates[low:high]:
            if context.clause_mask[context.layout.clause(date.start)] & BIT["end"] and _value(date):
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
