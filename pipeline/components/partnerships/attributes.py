"""Kind and state of a tie: what the cues around the mentions of its parties say."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.components.partnerships.context import Context
    from pipeline.components.partnerships.lexicon import Hit
    from pipeline.components.partnerships.places import Place

TYPES = (
    "twinning", "friendship", "project_partnership", "climate_partnership", "solidarity_partnership", "sponsorship",
    "strategic_partnership", "cooperation", "contact",
)  # fmt: skip
STATES = ("active", "planned", "agreed", "dormant", "suspended", "ended", "rejected")
_STATE_ROLES = (
    "plan", "wish", "agree", "dormant", "suspend", "end", "undo", "decide", "reject", "alive", "exist", "deed", "sign", "join", "jubilee",
    "denied", "maybe", "negation", "tie", "partner", "tied", "paper",
)  # fmt: skip
_SURE = {"tie": 1.0, "partner": 1.0, "tied": 0.9, "tie_bare": 0.6, "partner_bare": 0.6}
_OWN = 0.3
_FOLLOWING = 7
_CLEAR = 1.25
_NEGATED = ("suspend", "end", "reject", "sign", "deed")
_BOTH = (
    ("undo", "decide"),
    ("undo", "maybe"),
    ("reject", "plan"),
    ("reject", "decide"),
    ("sign", "wish"),
    ("plan", "tie"),
    ("deed", "wish"),
    ("plan", "wish"),
)
_SINCE = re.compile(r"\bseit\b")


def windows(context: Context, a: int, b: int) -> list[tuple[int, int, int]]:
    """Stretches of text that speak of the pair, as (start, end, level): 3 a clause, 2 a sentence, 1 what follows it."""
    known = context.windows.get((a, b))
    if known is None:
        known = context.windows[a, b] = list(_windows(context, a, b))
    return known


def _windows(context: Context, a: int, b: int) -> Iterator[tuple[int, int, int]]:
    layout, mentions = context.layout, context.places.mentions
    own = context.anchor_of(a, b) >= _OWN
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
        for number in range(place.sentence + 1, min(place.sentence + _FOLLOWING, len(layout.sentences))):
            cities = {
                mentions[m].city for m in context.by_sentence.get(number, []) if mentions[m].kind == "name"
            } - {a, b}
            if any(
                not mentions[m].apposed
                for m in context.by_sentence.get(number, [])
                if mentions[m].city in cities
            ):
                break
            if layout.sentences[number][2] > block + 1 + (start - layout.blocks[block].start < 12):
                break
            yield layout.sentences[number][0], layout.sentences[number][1], 1


def _negated(context: Context, hit: Hit) -> bool:
    clause = context.layout.clauses[context.layout.clause(hit.start)]
    low, high = bisect_left(context.hit_starts, clause[0]), bisect_right(context.hit_starts, clause[1])
    return any(
        other.rule.role == "negation"
        and abs(other.start - hit.start) < 60
        and not hit.start <= other.start < hit.end
        for other in context.hits[low:high]
    )


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
    for one, other in _BOTH:
        row[f"{one}*{other}"] = min(row[one], row[other])
    frames = context.frames.get((min(a, b), max(a, b)), [])
    row["f.since"] = float(any(f.kind in ("mit_since", "list") for f in frames))
    row["f.denied"] = float(any(f.denied for f in frames))
    row["f.request"] = float(any(f.kind == "request" for f in frames))
    row["f.count"] = min(4.0, len(frames))
    spoken = sum(1 for n in context.by_city[b] if context.places.mentions[n].kind == "name")
    row["b.mentions"] = min(6.0, spoken)
    row["anchor"] = context.anchor_of(a, b)
    doc = context.article_mask
    for role in ("plan", "reject", "suspend", "agree", "dormant"):
        row["doc." + role] = min(5.0, doc.get(role, 0)) / 5
    types = type_scores(context, a, b)
    for name in ("solidarity_partnership", "climate_partnership"):
        row["type." + name] = types.get(name, 0.0)
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


def type_of(context: Context, a: int, b: int) -> str:
    """The type of the noun or predicate that governs the pair; plain twinning where none is named."""
    scores: dict[str, float] = {}
    mentions = context.places.mentions
    frames = context.frames.get((min(a, b), max(a, b)), [])
    shown = {frame.guest_mention for frame in frames}
    own = context.anchor_of(a, b) >= _OWN
    for n in context.by_city[b][:10]:
        place = mentions[n]
        if place.apposed or place.bracket:
            continue
        if not own and n not in shown and not _together(context, place.sentence, a):
            continue
        scale = 1.2 if n in shown else 1.0
        for name, weight in _governing(context, place):
            scores[name] = max(scores.get(name, 0.0), weight * scale)
    scores = {name: score for name, score in scores.items() if name == "twinning" or score >= _CLEAR}
    if not scores:
        return "twinning"
    return max(scores, key=lambda name: (round(scores[name], 2), name != "twinning", -TYPES.index(name)))


def _together(context: Context, sentence: int, a: int) -> bool:
    return any(context.places.mentions[m].city == a for m in context.by_sentence[sentence])


def _governing(context: Context, place: Place) -> Iterator[tuple[str, float]]:
    """The types that are named around a mention, with how closely they govern it."""
    layout = context.layout
    start, end, block = layout.sentences[place.sentence]
    group = context.places.groups[place.group] if place.group >= 0 else []
    first = context.places.mentions[group[0]] if group else place
    last = context.places.mentions[group[-1]] if group else place
    clause = layout.clauses[first.clause]
    fronted = first.left == "mit" and first.start - start < 30
    near = True
    for hit in reversed(list(_typed(context, start, first.start))):
        if hit.rule.id.endswith("friend_town") and first.start - hit.end > 30:
            continue
        weight = 3.0 if near else 1.2
        if fronted or hit.start < clause[0]:
            weight *= 0.8
        near = False
        yield _kind(hit), weight * _SURE[hit.rule.role]
    near = True
    for hit in _typed(context, last.end, end):
        if hit.rule.id.endswith("friend_town") and context.layout.text[hit.start : hit.end] != "befreundet":
            continue
        inside = hit.start < layout.clauses[last.clause][1]
        weight = (3.0 if fronted else 2.4) if near and inside else 1.6 if inside else 1.3
        near = False
        yield _kind(hit), weight * _SURE[hit.rule.role]
    for number, weight in ((place.sentence + 1, 1.0), (place.sentence - 1, 0.8)):
        if 0 <= number < len(layout.sentences) and abs(layout.sentences[number][2] - block) <= 1:
            others = {context.places.mentions[m].city for m in context.by_sentence.get(number, [])} - {
                place.city
            }
            if others and number < place.sentence:
                weight *= 0.5
            for hit in _typed(context, layout.sentences[number][0], layout.sentences[number][1]):
                yield _kind(hit), weight * _SURE[hit.rule.role]
    heading = layout.blocks[block].heading
    if heading >= 0:
        for hit in _typed(context, layout.blocks[heading].start, layout.blocks[heading].end):
            yield _kind(hit), 0.9 * _SURE[hit.rule.role]


def _typed(context: Context, start: int, end: int) -> list[Hit]:
    low, high = bisect_left(context.hit_starts, start), bisect_left(context.hit_starts, end)
    return [hit for hit in context.hits[low:high] if hit.rule.type and hit.rule.role in _SURE]


def _kind(hit: Hit) -> str:
    return hit.rule.type or "twinning"


def instrument_of(context: Context, a: int, b: int) -> str | None:
    """The instrument that is named nearest to the pair."""
    found: dict[str, int] = {}
    for start, end, level in windows(context, a, b):
        low, high = bisect_left(context.hit_starts, start), bisect_left(context.hit_starts, end)
        for hit in context.hits[low:high]:
            if hit.rule.instrument:
                found[hit.rule.instrument] = max(found.get(hit.rule.instrument, 0), level)
    return max(found, key=lambda name: (found[name], name)) if found else None
