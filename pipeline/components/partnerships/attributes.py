"""Kind and state of a tie: what the cues around the mentions of its parties say."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.components.partnerships.features import Context
    from pipeline.components.partnerships.lexicon import Hit

TYPES = (
    "twinning", "friendship", "project_partnership", "climate_partnership", "solidarity_partnership", "sponsorship",
    "strategic_partnership", "cooperation", "contact",
)  # fmt: skip
STATES = ("active", "planned", "agreed", "dormant", "suspended", "ended", "rejected")
_STATE_ROLES = (
    "plan", "agree", "dormant", "suspend", "end", "reject", "alive", "exist", "deed", "sign", "join", "jubilee", "denied", "maybe",
    "negation", "tie", "partner", "tied", "paper",
)  # fmt: skip
_NEGATED = ("dormant", "suspend", "end", "reject", "sign", "deed")
_SINCE = re.compile(r"\bseit\b")


def windows(context: Context, a: int, b: int) -> Iterator[tuple[int, int, int]]:
    """Stretches of text that speak of the pair, as (start, end, level): 3 a clause, 2 a sentence, 1 what follows it."""
    layout, mentions = context.layout, context.places.mentions
    own = context.anchors[a] >= 0.3
    frames = context.frames.get((min(a, b), max(a, b)), [])
    shown = {frame.guest_mention for frame in frames} | {
        frame.host_mention for frame in frames if frame.host_mention >= 0
    }
    numbers = [
        n
        for n in context.by_city[b]
        if n in shown or own or any(mentions[m].city == a for m in context.by_sentence[mentions[n].sentence])
    ]
    for n in numbers[:10]:
        place = mentions[n]
        if place.apposed or place.bracket or place.kind not in ("name", "adjective"):
            continue
        start, end, block = layout.sentences[place.sentence]
        clause = layout.clauses[place.clause]
        yield clause[0], clause[1], 3
        yield start, end, 2
        for number in range(place.sentence + 1, min(place.sentence + 4, len(layout.sentences))):
            cities = {
                mentions[m].city for m in context.by_sentence.get(number, []) if mentions[m].kind == "name"
            } - {a, b}
            if any(
                not mentions[m].apposed
                for m in context.by_sentence.get(number, [])
                if mentions[m].city in cities
            ):
                break
            if layout.sentences[number][2] > block + 2:
                break
            yield layout.sentences[number][0], layout.sentences[number][1], 1


def _negated(context: Context, hit: Hit) -> bool:
    clause = context.layout.clauses[context.layout.clause(hit.start)]
    low, high = bisect_left(context.hit_starts, clause[0]), bisect_right(context.hit_starts, clause[1])
    return any(other.rule.role == "negation" and other is not hit for other in context.hits[low:high])


def state_features(context: Context, a: int, b: int) -> dict[str, float]:
    """What speaks for one state or another of the tie of a and b."""
    row = dict.fromkeys(
        [f"{role}" for role in _STATE_ROLES]
        + [f"not.{role}" for role in _NEGATED]
        + [f"{role}.3" for role in _STATE_ROLES],
        0.0,
    )
    since = 0.0
    for start, end, level in windows(context, a, b):
        if _SINCE.search(context.layout.text, start, end):
            since = max(since, float(level))
        low, high = bisect_left(context.hit_starts, start), bisect_left(context.hit_starts, end)
        for hit in context.hits[low:high]:
            role = hit.rule.role
            if role not in row:
                continue
            if (
                role in _NEGATED
                and "nicht" not in context.layout.text[hit.start : hit.end]
                and _negated(context, hit)
            ):
                row[f"not.{role}"] = max(row[f"not.{role}"], level / 3)
                continue
            row[role] = max(row[role], level / 3)
            if level == 3:
                row[role + ".3"] = 1.0
    row["since"] = since / 3
    frames = context.frames.get((min(a, b), max(a, b)), [])
    row["f.since"] = float(any(f.kind in ("mit_since", "list") for f in frames))
    row["f.denied"] = float(any(f.denied for f in frames))
    row["f.request"] = float(any(f.kind == "request" for f in frames))
    row["f.count"] = min(4.0, len(frames))
    spoken = sum(1 for n in context.by_city[b] if context.places.mentions[n].kind == "name")
    row["b.mentions"] = min(6.0, spoken)
    row["anchor"] = context.anchors[a]
    doc = context.article_mask
    for role in ("plan", "reject", "suspend", "agree", "dormant"):
        row["doc." + role] = min(5.0, doc.get(role, 0)) / 5
    for name in ("solidarity_partnership", "climate_partnership"):
        row["type." + name] = type_scores(context, a, b).get(name, 0.0)
    return row


def type_scores(context: Context, a: int, b: int) -> dict[str, float]:
    """How strongly each type is spoken of beside the pair: 3 in the clause, 2 in the sentence, 1 after it."""
    found: dict[str, float] = {}
    for start, end, level in windows(context, a, b):
        low, high = bisect_left(context.hit_starts, start), bisect_left(context.hit_starts, end)
        for hit in context.hits[low:high]:
            if hit.rule.type and hit.rule.role in ("tie", "partner", "tied", "tie_bare", "partner_bare"):
                weight = level * (0.6 if hit.rule.role in ("tie_bare", "partner_bare") else 1.0)
                found[hit.rule.type] = max(found.get(hit.rule.type, 0.0), weight)
    return found


def type_features(context: Context, a: int, b: int) -> dict[str, float]:
    """What speaks for one type or another."""
    scores = type_scores(context, a, b)
    row = {"t." + name: scores.get(name, 0.0) / 3 for name in TYPES}
    counts = dict.fromkeys(TYPES, 0)
    for hit in context.hits:
        if hit.rule.type and hit.rule.role in ("tie", "partner", "tied", "tie_bare"):
            counts[hit.rule.type] += 1
    total = max(1, sum(counts.values()))
    for name in TYPES:
        row["d." + name] = counts[name] / total
    block = {}
    for n in context.by_city[b]:
        place = context.places.mentions[n]
        number = context.layout.sentences[place.sentence][2]
        heading = context.layout.blocks[number].heading
        for part in (number, heading):
            if part < 0:
                continue
            span = context.layout.blocks[part]
            low, high = bisect_left(context.hit_starts, span.start), bisect_left(context.hit_starts, span.end)
            for hit in context.hits[low:high]:
                if hit.rule.type and hit.rule.role in ("tie", "partner", "tied"):
                    block[hit.rule.type] = 1.0
    for name in TYPES:
        row["b." + name] = block.get(name, 0.0)
    row["paper"] = float(context.article_mask.get("paper", 0) > 0)
    return row


def type_of(context: Context, a: int, b: int) -> str:
    """The type that is named nearest to the pair; plain twinning where none is."""
    scores = type_scores(context, a, b)
    plain = scores.pop("twinning", 0.0)
    if scores:
        best = max(scores, key=lambda name: (scores[name], -TYPES.index(name)))
        if scores[best] >= max(1.0, plain):
            return best
    return "twinning"


def instrument_of(context: Context, a: int, b: int) -> str | None:
    """The instrument that is named nearest to the pair."""
    found: dict[str, int] = {}
    for start, end, level in windows(context, a, b):
        low, high = bisect_left(context.hit_starts, start), bisect_left(context.hit_starts, end)
        for hit in context.hits[low:high]:
            if hit.rule.instrument:
                found[hit.rule.instrument] = max(found.get(hit.rule.instrument, 0), level)
    return max(found, key=lambda name: (found[name], name)) if found else None
