"""What stands beside a mention and names its role: "Partnerstadt X", "X ist Partnerstadt", "Nachbarstadt X"."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.components.partnerships.context import Context

POSSESSIVE = re.compile(r"\b(?:unser|eurer|Ihrer)\w*\s(?:[\wäöüß-]+\s){0,3}$")
STOP = re.compile(r"[.;!?\n]")


def head_of(context: Context, number: int) -> tuple[int, int]:
    """Is a mention called a partner by a noun beside it: (2 before it, 1 after it or 0, index of the cue)."""
    mentions, text, hits = context.places.mentions, context.layout.text, context.hits
    place = mentions[number]
    group = context.places.groups[place.group] if place.group >= 0 else [number]
    first, last = mentions[group[0]], mentions[group[-1]]
    start, end, _ = context.layout.sentences[place.sentence]
    index = bisect_left(context.hit_starts, first.start) - 1
    for at in range(index, max(-1, index - 8), -1):
        hit = hits[at]
        if hit.start < start or first.outer - hit.end > 60:
            break
        if hit.rule.role in ("partner", "partner_bare") and hit.end <= first.outer:
            between = text[hit.end : first.outer]
            if any(
                mentions[n].start > hit.end and mentions[n].end < first.start and not mentions[n].apposed
                for n in context.by_sentence[place.sentence]
            ):
                break
            if not re.search(r"[.;!?\n(]|,\s\w+\s\w+\s\w+\s\w+", between) and not re.match(
                r"\s(?:von|der|des|aus|mit)\s", between
            ):
                return 2, at
            break
    index = bisect_left(context.hit_starts, last.end)
    for at in range(index, min(len(hits), index + 10)):
        hit = hits[at]
        if hit.start >= end or hit.start - last.end > 110:
            break
        if hit.rule.role not in ("partner", "partner_bare"):
            continue
        between = text[last.end : hit.start]
        if STOP.search(between):
            break
        others = any(
            last.end < mentions[n].start < hit.start and mentions[n].left == "" and not mentions[n].apposed
            for n in context.by_sentence[place.sentence]
        )
        if POSSESSIVE.search(between) and not others:
            return 1, at
        if others or hit.start - last.end > 70:
            break
        if first.left in ("", "aus", "von", "in") and (
            re.search(
                r"\b(?:ist|sind|war|waren|bleibt|wurde|wird|werden|heißt|heißen|heissen|zählt|zählen|gilt|als|das|die|der)\b",
                between,
            )
            or re.match(r"\s*(?:\([^()]*\))?\s*[,(–:]", between)
            or len(between) < 3
        ):
            return 1, at
        break
    return 0, -1


def neighbour(context: Context, number: int) -> bool:
    """Does "Nachbarstadt" or the like stand right before a mention?"""
    place = context.places.mentions[number]
    index = bisect_left(context.hit_starts, place.start) - 1
    for hit in context.hits[max(0, index - 2) : index + 1]:
        if hit.rule.role == "neighbour" and 0 <= place.start - hit.end <= 3:
            return True
    return False
