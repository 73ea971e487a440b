"""The words beside a place and between two: what they say of a tie, learnt rather than listed.

A bag of words with positions, as in feature-based relation extraction (Zhou et al. 2005), weighed by a linear model;
its two sums, for the place alone and for the pair, are features of the trees. Words are cut to their first seven letters,
so that inflected and compound forms fall together; places are replaced by signs, so that no town is learnt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.components.partnerships.candidates import Candidate
    from pipeline.components.partnerships.context import Context
    from pipeline.components.partnerships.places import Place

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_LETTERS = 7
_BESIDE = 9
_AROUND = 160
"""Characters of the sentence that are read to each side of a place."""
_BETWEEN = 15
_MENTIONS = 4
_OTHER = 0.6


def tokens(text: str) -> list[str]:
    """Lower-case beginnings of words; numbers are years (#y) or others (#d)."""
    return [
        token.lower()[:_LETTERS] if not token.isdigit() else "#y" if len(token) == 4 else "#d"
        for token in _TOKEN.findall(text)
    ]


def beside(context: Context, number: int) -> list[str]:
    """What stands left and right of a mention in its sentence, the sentence's words, and those of its neighbours."""
    if number not in context.beside:
        context.beside[number] = list(_beside(context, number))
    return context.beside[number]


def _beside(context: Context, number: int) -> Iterator[str]:
    layout, mentions = context.layout, context.places.mentions
    place = mentions[number]
    start, end, _ = layout.sentences[place.sentence]
    start, end = max(start, place.start - _AROUND), min(end, place.end + _AROUND)
    left = _signed(context, place, start, place.start)[-_BESIDE:]
    right = _signed(context, place, place.end, end)[:_BESIDE]
    yield from (f"l:{token}" for token in set(left))
    yield from (f"r:{token}" for token in set(right))
    yield from (f"L{at}:{token}" for at, token in enumerate(reversed(left[-3:])))
    yield from (f"R{at}:{token}" for at, token in enumerate(right[:3]))
    if len(left) > 1:
        yield f"LL:{left[-2]} {left[-1]}"
    if len(right) > 1:
        yield f"RR:{right[0]} {right[1]}"
    if left and right:
        yield f"LR:{left[-1]} {right[0]}"
    yield from (f"s:{token}" for token in set(left) | set(right))
    if place.sentence:
        before, after, _ = layout.sentences[place.sentence - 1]
        yield from (f"p:{token}" for token in set(tokens(layout.text[max(before, after - _AROUND) : after])))
    if place.sentence + 1 < len(layout.sentences):
        before, after, _ = layout.sentences[place.sentence + 1]
        yield from (f"n:{token}" for token in set(tokens(layout.text[before : min(after, before + _AROUND)])))


def between(context: Context, spot: tuple[int, int], guest: int) -> Iterator[str]:
    """The words between two mentions of one sentence, told apart by which of them comes first."""
    first, second = (context.places.mentions[number] for number in spot)
    if first.sentence != second.sentence:
        return
    if first.start > second.start:
        first, second = second, first
    way = "b" if first.city == guest else "f"
    inner = _signed(context, first, first.end, second.start)
    if len(inner) >= _BETWEEN:
        yield f"m{way}:far"
        return
    yield from (f"m{way}:{token}" for token in set(inner))
    yield from (f"mm{way}:{one} {other}" for one, other in pairwise(inner))


def state_words(context: Context, candidate: Candidate) -> dict[str, float]:
    """The words that may tell the state of a tie, with their share: those of the deciding mention count most."""
    numbers = context.by_city[candidate.second][:_MENTIONS]
    found: dict[str, float] = {}
    for number in numbers:
        share = 1.0 if number == candidate.mention else _OTHER
        for word in beside(context, number):
            found[word] = max(share, found.get(word, 0.0))
    spot = candidate.other, candidate.mention
    return found | dict.fromkeys(between(context, spot, candidate.second), 1.0)


def weigh(found: Iterable[str], weights: Mapping[str, float]) -> float:
    """The sum of the weights of all words."""
    return sum(weights.get(word, 0.0) for word in found)


def _signed(context: Context, place: Place, start: int, end: int) -> list[str]:
    """The tokens of a stretch of the mention's sentence, with a sign for each place: the article's own, or another."""
    text = context.layout.text
    found: list[str] = []
    for number in context.by_sentence[place.sentence]:
        other = context.places.mentions[number]
        if other is not place and other.start >= start and other.end <= end:
            found += tokens(text[start : other.start])
            found.append("<own>" if other.city == context.own else "<place>")
            start = other.end
    return found + tokens(text[start:end])
