"""From candidates to partnerships: which pairs hold, and their type, instrument, state, dates, people and topics."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from pipeline.components.partnerships.attributes import instrument_of, state_features, type_of
from pipeline.components.partnerships.candidates import Candidate, candidates_of
from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.evidence import (
    NOT_BEGUN,
    dates_of,
    evidence_of,
    officials_of,
    topics_of,
    until_of,
)
from pipeline.components.partnerships.frames import RULES
from pipeline.components.partnerships.heads import head_of, neighbour
from pipeline.components.partnerships.scorer import Model
from pipeline.components.partnerships.words import state_words
from pipeline.findings import Partnership


def decide(context: Context, model: Model, minimum: float) -> list[tuple[Partnership, Candidate]]:
    """The partnerships of an article with the candidates that they come from, surest first for each pair."""
    context.words = model.words
    candidates = candidates_of(context)
    if not candidates:
        return []
    sure = model.pair.probability(np.array([candidate.features for candidate in candidates]))
    kept = [
        (candidate, float(confidence))
        for candidate, confidence in zip(candidates, sure, strict=True)
        if confidence >= minimum
        and not _only_neighbours(context, candidate)
        and not _siblings(context, candidate)
        and not _third_party(context, candidate.first, candidate.second)
        and not _third_party(context, candidate.second, candidate.first)
    ]
    dates = dates_of(context, model, [(candidate.first, candidate.second) for candidate, _ in kept])
    found = [
        (_partnership(context, model, candidate, confidence, *dated), candidate)
        for (candidate, confidence), dated in zip(kept, dates, strict=True)
    ]
    return _without_stubs(found, [city.name for city in context.places.cities])


def _without_stubs(
    found: list[tuple[Partnership, Candidate]], names: list[str]
) -> list[tuple[Partnership, Candidate]]:
    """Without a partner whose name is the beginning of another partner's ("Cluj" beside "Cluj-Napoca")."""
    partners: dict[int, set[str]] = defaultdict(set)
    for _, candidate in found:
        for host, guest in ((candidate.first, candidate.second), (candidate.second, candidate.first)):
            name = names[guest]
            for cut, char in enumerate(name):
                if char == "-":
                    partners[host].add(name[:cut])
    return [
        (partnership, candidate)
        for partnership, candidate in found
        if names[candidate.second] not in partners[candidate.first]
        and names[candidate.first] not in partners[candidate.second]
    ]


def _only_neighbours(context: Context, candidate: Candidate) -> bool:
    """Is the second place named as a neighbouring town, and no sentence reads as a tie of the two?"""
    a, b = candidate.first, candidate.second
    if context.frames.get((min(a, b), max(a, b))):
        return False
    return any(neighbour(context, number) for number in context.by_city[b][:5])


def _siblings(context: Context, candidate: Candidate) -> bool:
    """Do both stand in one list after "Partnerstädte", tied to its owner and nowhere to each other?"""
    a, b = candidate.first, candidate.second
    if context.frames.get((min(a, b), max(a, b))) or context.article_mask.get("ring"):
        return False
    owners = set(context.hosted.get(a, ())) & set(context.hosted.get(b, ())) - {a, b}
    mentions = context.places.mentions
    return bool(owners) and any(
        mentions[x].group == mentions[y].group >= 0 and head_of(context, x)[0] == 2
        for x in context.by_city[a]
        for y in context.by_city[b]
    )


def _third_party(context: Context, a: int, b: int) -> bool:
    """Is b named once, in a clause that ties it to the place before ("Arles, das seinerseits mit Leiria …"), not to a?"""
    if context.named.get(b, 0) != 1 or context.frames.get((min(a, b), max(a, b))):
        return False
    mentions = context.places.mentions
    return any(
        frame.guest == b
        and frame.kind in ("mit_strong", "mit_bare")
        and frame.host_mention >= 0
        and mentions[frame.host_mention].sentence == mentions[frame.guest_mention].sentence
        and mentions[frame.host_mention].clause < mentions[frame.guest_mention].clause
        for frames in context.frames.values()
        for frame in frames
    )


def _partnership(
    context: Context,
    model: Model,
    candidate: Candidate,
    confidence: float,
    signed: str | None,
    since: str | None,
) -> Partnership:
    a, b = candidate.first, candidate.second
    cities = context.places.cities
    status = model.state(state_features(context, a, b), state_words(context, candidate))
    kind = type_of(context, a, b)
    frames = context.frames.get((min(a, b), max(a, b)), [])
    by = RULES[max(frames, key=lambda frame: frame.sure).kind] if frames else "partnerships.context"
    return Partnership(
        cities=(cities[a].id, cities[b].id),
        type=kind,
        status=status,
        instrument=instrument_of(context, a, b),
        signed=signed,
        since=None if status in NOT_BEGUN else since,
        until=until_of(context, a, b) if status == "ended" else None,
        officials=officials_of(context, a, b),
        topics=topics_of(context, a, b),
        evidence=evidence_of(context, candidate),
        by=by,
        confidence=round(confidence, 3),
    )
