"""Candidate pairs of places and what the text says of each: the numbers on which the decision rests."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.components.partnerships.frames import FRAMES, Frame, frames_of, head_of
from pipeline.components.partnerships.layout import Layout
from pipeline.components.partnerships.lexicon import Hit
from pipeline.components.partnerships.names import NAMES
from pipeline.components.partnerships.places import HOME, Place, Places
from pipeline.components.partnerships.roles import ANY_TIE, BIT, ROLES, STRONG
from pipeline.findings import Findings

_YEAR = re.compile(
    r"\s*(?:\([^()]{0,40}|,\s*|–\s*|\s)?(?:seit|Vertrag|Partnerschaft)?[^.\n()]{0,14}?\b(?:1[89]|20)\d\d\b"
)
_BRACKET = re.compile(r"\s*\([^()]{1,60}\)")
_MAX_IN_SENTENCE = 9
_LOCAL = 0.95
_PAIRED = 3


@dataclass(slots=True)
class Context:
    """The cues of an article by sentence and clause, as sets of roles in the bits of a number."""

    layout: Layout
    places: Places
    findings: Findings
    hits: list[Hit]
    anchors: list[float] = field(default_factory=list)
    sentence_mask: list[int] = field(default_factory=list)
    clause_mask: list[int] = field(default_factory=list)
    block_mask: list[int] = field(default_factory=list)
    intro_mask: list[int] = field(default_factory=list)
    by_sentence: dict[int, list[int]] = field(default_factory=dict)
    by_city: dict[int, list[int]] = field(default_factory=dict)
    hit_starts: list[int] = field(default_factory=list)
    date_starts: list[int] = field(default_factory=list)
    article_mask: dict[str, int] = field(default_factory=dict)
    block_city: list[int] = field(default_factory=list)
    frames: dict[tuple[int, int], list[Frame]] = field(default_factory=dict)
    hosted: dict[int, dict[int, float]] = field(default_factory=dict)
    own: int = -1
    row_hosts: int = 0
    row_host: dict[int, int] = field(default_factory=dict)
    section_host: list[int] = field(default_factory=list)

    def local_host(self, place: Place) -> int:
        """The town that a section or a table row puts in the article's place; -1 where there is none."""
        block = self.layout.sentences[place.sentence][2]
        if self.section_host and self.section_host[block] >= 0:
            return self.section_host[block]
        return self.row_host.get(place.sentence, -1)

    def anchor_of(self, a: int, b: int) -> float:
        """How probable it is that a is the town of which the text speaks where it names b."""
        best = -1.0
        for number in self.by_city[b][:8]:
            place = self.places.mentions[number]
            if place.apposed or place.bracket:
                continue
            local = self.local_host(place)
            best = max(best, self.anchors[a] if local < 0 else _LOCAL if local == a else 0.02)
        return best if best >= 0 else self.anchors[a]

    def own_of_block(self, block: int) -> int:
        """The town that a block speaks of: that of its section, where sections have one, else the article's."""
        return self.section_host[block] if self.section_host and self.section_host[block] >= 0 else self.own


def context_of(layout: Layout, places: Places, findings: Findings, hits: list[Hit]) -> Context:
    """Index the cues and mentions of an article."""
    found = Context(layout, places, findings, hits)
    found.sentence_mask = [0] * len(layout.sentences)
    found.clause_mask = [0] * len(layout.clauses)
    found.block_mask = [0] * len(layout.blocks)
    counts: dict[str, int] = defaultdict(int)
    for hit in hits:
        bit = BIT.get(hit.rule.role, 0)
        sentence = layout.sentence(hit.start)
        found.sentence_mask[sentence] |= bit
        found.block_mask[layout.sentences[sentence][2]] |= bit
        found.clause_mask[layout.clause(hit.start)] |= bit
        counts[hit.rule.role] += 1
    found.article_mask = dict(counts)
    found.hit_starts = [hit.start for hit in hits]
    found.date_starts = [date.start for date in findings.dates]
    by_sentence: dict[int, list[int]] = defaultdict(list)
    by_city: dict[int, list[int]] = defaultdict(list)
    for number, place in enumerate(places.mentions):
        by_sentence[place.sentence].append(number)
        by_city[place.city].append(number)
    found.by_sentence, found.by_city = dict(by_sentence), dict(by_city)
    found.intro_mask = _intros(found)
    rows = {sentence: cities for sentence, cities in _rows(found) if len(cities) > 1}
    found.row_hosts = len({cities[0] for cities in rows.values()})
    if found.row_hosts >= _PAIRED:
        found.row_host = {sentence: cities[0] for sentence, cities in rows.items()}
    return found


def _rows(context: Context) -> Iterator[tuple[int, list[int]]]:
    """The cities of each table row, in order, by sentence."""
    mentions = context.places.mentions
    for sentence, numbers in context.by_sentence.items():
        if context.layout.blocks[context.layout.sentences[sentence][2]].kind == "row":
            spoken = [n for n in numbers if mentions[n].kind == "name" and not mentions[n].apposed]
            cities = [
                mentions[n].city for n in spoken if context.places.cities[mentions[n].city].kind != "region"
            ]
            yield sentence, list(dict.fromkeys(cities))


def _intros(context: Context) -> list[int]:
    """For each block, the roles of what announces it: its heading, and a sentence before it that ends with a colon."""
    layout = context.layout
    masks = []
    intro = 0
    for number, block in enumerate(layout.blocks):
        mask = context.block_mask[block.heading] if block.heading >= 0 and number - block.heading < 14 else 0
        text = layout.text[block.start : block.end].rstrip()
        if block.kind in ("item", "row") and intro:
            mask |= intro
        elif block.kind not in ("item", "row"):
            intro = 0
        masks.append(mask)
        if text.endswith((":", "mit", "sind", ";")) or block.kind == "heading":
            last = (
                [n for n, sentence in enumerate(layout.sentences) if sentence[2] == number][-1:]
                if len(text) < 2000
                else []
            )
            intro = context.sentence_mask[last[0]] if last else 0
    return masks


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
    anchors = [n for n in order[:3] if context.anchors[n] >= 0.05]
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

    cities = sorted(context.by_city)
    for anchor in anchors:
        for city in cities:
            if anchor in context.by_city:
                add(anchor, city, None)
    for numbers in context.by_sentence.values():
        spoken = [n for n in numbers if not places.mentions[n].apposed and not places.mentions[n].bracket]
        if len(spoken) > _MAX_IN_SENTENCE:
            spoken = [n for n in spoken if places.mentions[n].city in anchors] + spoken[:_MAX_IN_SENTENCE]
            spoken = sorted(set(spoken))
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
    found = []
    for (a, b), spots in pairs.items():
        found.append(_describe(context, a, b, spots))
    return found


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
    if not heads:
        return []
    current = -1
    towns: list[int] = []
    for block in range(len(layout.blocks)):
        if block in heads:
            current = heads[block]
        elif (
            layout.blocks[block].kind == "heading"
            and context.layout.blocks[block].end - context.layout.blocks[block].start > 3
        ):
            current = -1
        towns.append(current)
        context.block_city[block] = places.mentions[current].city if current >= 0 else -1
    hosts = {places.mentions[number].city for number in heads.values()}
    if len(hosts) >= 3 and all(places.cities[city].country in HOME for city in hosts):
        context.section_host = context.block_city
    found = []
    for number, place in enumerate(places.mentions):
        block = layout.sentences[place.sentence][2]
        if towns[block] >= 0 and block not in heads and place.kind == "name" and not place.apposed:
            found.append((places.mentions[towns[block]].city, place.city, (towns[block], number)))
    return found


def _describe(context: Context, a: int, b: int, spots: list[tuple[int, int]]) -> Candidate:
    places = context.places
    best, best_score, strongest = -1, -99.0, 0
    for number in context.by_city[b]:
        score, level = _strength(context, number, a)
        strongest = max(strongest, level)
        if score > best_score:
            best, best_score = number, score
    row: dict[str, float] = {}
    pa, pb = context.anchor_of(a, b), context.anchors[b]
    row["anchor"], row["anchor_other"] = pa, min(pb, 1 - pa)
    row["anchor_rank"] = 0.0 if pa >= 0.9 else float(sum(1 for p in context.anchors if p > pa))
    _article(context, a, b, row)
    _mention(context, best, a, "b", row)
    row["b.best"] = best_score
    row["b.level"] = float(strongest)
    spot = max(spots, key=lambda s: (_spot_score(context, s), -abs(s[0] - s[1])), default=None)
    _relation(context, spot, row)
    _frames(context, a, b, row)
    mention, other = best, context.by_city[a][0]
    if spot is not None and (pa < 0.3 or row["r.score"] >= 3):
        other, mention = spot
    return Candidate(a, b, [row[name] for name in NAMES], mention, other)


def _article(context: Context, a: int, b: int, row: dict[str, float]) -> None:
    places, counts = context.places, context.article_mask
    first, second = places.cities[a], places.cities[b]
    for role in ("partner", "tie", "tied", "tie_bare", "school", "church", "company", "network", "own"):
        row["doc." + role] = min(6.0, counts.get(role, 0))
    row["foreign"] = float(
        first.country != second.country and first.country is not None and second.country is not None
    )
    row["b.abroad"] = float(second.country not in ("DE", "AT", "CH", None))
    row["same_country"] = float(first.country == second.country)
    kinds = {"city": 0, "district": 1, "county": 2, "region": 3}
    row["a.kind"], row["b.kind"] = float(kinds.get(first.kind, 0)), float(kinds.get(second.kind, 0))
    row["same_kind"] = float(first.kind == second.kind)
    row["km"] = _km(first.latitude, first.longitude, second.latitude, second.longitude)
    names = [n for n in context.by_city[b] if places.mentions[n].kind == "name"]
    row["b.mentions"] = min(8.0, len(names))
    row["b.adjectives"] = min(4.0, len(context.by_city[b]) - len(names))
    row["b.first"] = places.mentions[context.by_city[b][0]].start / max(1, len(context.layout.text))
    row["b.officials"] = min(
        3.0, sum(1 for official in context.findings.officials if official.city == second.id)
    )
    row["a.officials"] = min(
        3.0, sum(1 for official in context.findings.officials if official.city == first.id)
    )
    row["n.cities"] = min(30.0, len(context.by_city))
    spoken: dict[int, int] = defaultdict(int)
    for place in places.mentions:
        if place.kind == "name" and not place.apposed and not place.bracket:
            spoken[place.city] += 1
    row["b.rank"] = min(
        8.0, sum(1 for city, count in spoken.items() if city != a and count > spoken.get(b, 0))
    )
    row["b.main"] = spoken.get(b, 0) / max(1, sum(count for city, count in spoken.items() if city != a))
    names_a = [n for n in context.by_city[a] if places.mentions[n].kind == "name"]
    row["a.mentions"] = min(8.0, len(names_a))
    row["b.spoken"] = min(
        4.0, sum(1 for n in names if not places.mentions[n].apposed and not places.mentions[n].bracket)
    )


def _km(lat: float | None, lon: float | None, lat2: float | None, lon2: float | None) -> float:
    if lat is None or lon is None or lat2 is None or lon2 is None:
        return 500.0
    x = math.radians(lon2 - lon) * math.cos(math.radians((lat + lat2) / 2))
    return min(3000.0, 6371 * math.hypot(x, math.radians(lat2 - lat)))


def _masks(context: Context, place: Place) -> tuple[int, int, int, int, int]:
    """Roles in the clause, the sentence, the sentence before, the one after and the announcement of a mention."""
    s = place.sentence
    sentences = context.layout.sentences
    before = context.sentence_mask[s - 1] if s > 0 and sentences[s - 1][2] >= sentences[s][2] - 1 else 0
    after = (
        context.sentence_mask[s + 1]
        if s + 1 < len(sentences) and sentences[s + 1][2] <= sentences[s][2] + 1
        else 0
    )
    return (
        context.clause_mask[place.clause],
        context.sentence_mask[s],
        before,
        after,
        context.intro_mask[sentences[s][2]],
    )


def _strength(context: Context, number: int, a: int) -> tuple[float, int]:
    """A first guess of how well a mention shows a tie: picks the mention whose features count."""
    place = context.places.mentions[number]
    clause, sentence, before, _, intro = _masks(context, place)
    level = 3 if clause & STRONG else 2 if sentence & STRONG else 1 if (before | intro) & STRONG else 0
    score = 1.5 * level
    if clause & (BIT["tie_bare"] | BIT["tied_bare"] | BIT["partner_bare"]):
        score += 2
    elif sentence & (BIT["tie_bare"] | BIT["tied_bare"] | BIT["partner_bare"]):
        score += 1
    if clause & BIT["bond"]:
        score += 0.7
    if clause & (BIT["deed"] | BIT["sign"] | BIT["paper"]):
        score += 0.8
    score += 2.5 * head_of(context, number)[0]
    if place.left in ("mit", "zwischen"):
        score += 0.8
    if place.apposed or place.bracket:
        score -= 4
    if place.kind != "name":
        score -= 1.5
    if _YEAR.match(context.layout.text, place.end, place.end + 40):
        score += 0.7
    if any(context.places.mentions[n].city == a for n in context.by_sentence[place.sentence]):
        score += 0.6
    return score, level


def _mention(context: Context, number: int, a: int, prefix: str, row: dict[str, float]) -> None:
    places, layout, text = context.places, context.layout, context.layout.text
    place = places.mentions[number]
    clause, sentence, before, after, intro = _masks(context, place)
    for role in ROLES:
        bit = BIT[role]
        row[f"{prefix}.{role}"] = 3.0 if clause & bit else 2.0 if sentence & bit else 0.0
    for role in ("partner", "tie", "tie_bare", "tied", "reject", "network", "school", "bond"):
        bit = BIT[role]
        row[f"{prefix}.before.{role}"] = float(bool(before & bit))
        row[f"{prefix}.intro.{role}"] = float(bool(intro & bit))
    row[f"{prefix}.after.tie"] = float(bool(after & (STRONG | BIT["tie_bare"])))
    row[f"{prefix}.head"] = float(head_of(context, number)[0])
    for name, values in (
        ("mit", ("mit",)),
        ("between", ("zwischen",)),
        ("to", ("nach", "zu")),
        ("from", ("aus",)),
        ("in", ("in", "bei", "an")),
        ("of", ("von",)),
        ("for", ("für",)),
        ("none", ("",)),
    ):
        row[f"{prefix}.prep.{name}"] = float(place.left in values and place.kind == "name")
    group = places.groups[place.group] if place.group >= 0 else [number]
    row[f"{prefix}.group"] = min(8.0, len(group))
    row[f"{prefix}.group_has_a"] = float(any(places.mentions[n].city == a for n in group))
    row[f"{prefix}.apposed"] = float(place.apposed or place.bracket)
    row[f"{prefix}.clue"] = float(place.kind != "name")
    row[f"{prefix}.year"] = float(bool(_YEAR.match(text, place.end, place.end + 40)))
    row[f"{prefix}.bracketed"] = float(bool(_BRACKET.match(text, place.end, place.end + 70)))
    start, end, block = layout.sentences[place.sentence]
    c_start, c_end, _ = layout.clauses[place.clause]
    row[f"{prefix}.date_in_clause"] = float(
        bisect_left(context.date_starts, c_end) > bisect_left(context.date_starts, c_start)
    )
    kind = layout.blocks[block].kind
    row[f"{prefix}.item"] = float(kind == "item")
    row[f"{prefix}.row"] = float(kind == "row")
    row[f"{prefix}.heading"] = float(kind == "heading")
    row[f"{prefix}.at_start"] = float(place.start - layout.blocks[block].start < 8)
    b_start, b_end = layout.blocks[block].start, layout.blocks[block].end
    topic = place.start - b_start < 10 and (
        b_end - place.end < 12
        or text[place.end : place.end + 1] in ".?:(,–-|\n"
        or text[place.end : place.end + 2] == " ("
    )
    row[f"{prefix}.topic"] = float(topic)
    window = _after(context, place)
    for role in (
        "tie",
        "partner",
        "tied",
        "tie_bare",
        "bond",
        "deed",
        "sign",
        "paper",
        "dormant",
        "school",
        "travel",
        "denied",
        "reject",
    ):
        row[f"{prefix}.window.{role}"] = float(bool(window & BIT[role]))
    others = [places.mentions[n] for n in context.by_sentence[place.sentence] if n != number]
    row[f"{prefix}.own_in_clause"] = float(any(o.city == a and o.clause == place.clause for o in others))
    row[f"{prefix}.own_in_sentence"] = float(any(o.city == a for o in others))
    in_group = set(group)
    rivals = [
        n
        for n in context.by_sentence[place.sentence]
        if n < number
        and n not in in_group
        and places.mentions[n].city not in (a, place.city)
        and not places.mentions[n].apposed
    ]
    row[f"{prefix}.rival_in_clause"] = float(any(places.mentions[n].clause == place.clause for n in rivals))
    row[f"{prefix}.rival_free"] = float(any(places.mentions[n].left == "" for n in rivals))
    row[f"{prefix}.rivals"] = min(4.0, len(rivals))
    row[f"{prefix}.sentence_places"] = min(12.0, len(others) + 1)
    row[f"{prefix}.sentence_length"] = min(600.0, end - start)
    row[f"{prefix}.section_city"] = float(
        2
        if context.block_city and context.block_city[block] == a
        else 1
        if context.block_city and context.block_city[block] >= 0
        else 0
    )
    row[f"{prefix}.question"] = float("?" in text[max(start, end - 3) : end])
    row[f"{prefix}.quote"] = float(
        text.count("„", max(0, place.start - 200), place.start)
        > text.count("“", max(0, place.start - 200), place.start)
    )


def _after(context: Context, place: Place) -> int:
    """The roles of up to three sentences after a mention, as long as they name no other place."""
    mask = 0
    for number in range(place.sentence + 1, min(place.sentence + 4, len(context.sentence_mask))):
        cities = {context.places.mentions[n].city for n in context.by_sentence.get(number, [])}
        if cities - {place.city} and any(context.anchors[city] < 0.2 for city in cities - {place.city}):
            break
        mask |= context.sentence_mask[number]
    return mask


def _frames(context: Context, a: int, b: int, row: dict[str, float]) -> None:
    frames = context.frames.get((min(a, b), max(a, b)), [])
    for kind in FRAMES:
        row["f." + kind] = max((frame.sure for frame in frames if frame.kind == kind), default=0.0)
    row["f.best"] = max((frame.sure for frame in frames if not frame.denied), default=0.0)
    row["f.count"] = min(4.0, len(frames))
    row["f.denied"] = sum(frame.denied for frame in frames) / max(1, len(frames))
    row["f.elsewhere"] = max(
        (sure for host, sure in context.hosted.get(b, {}).items() if host != a), default=0.0
    )
    row["f.a_elsewhere"] = max(
        (sure for host, sure in context.hosted.get(a, {}).items() if host != b), default=0.0
    )


_SIDE = re.compile(r"^\s*(?:und|–|-|/|&|sowie|\|)\s*$")


def _spot_score(context: Context, spot: tuple[int, int]) -> float:
    first, second = (context.places.mentions[n] for n in spot)
    clause, sentence, *_ = _masks(context, second)
    score = 0.0
    if first.sentence == second.sentence:
        score += 2.0 if sentence & STRONG else 1.0 if sentence & ANY_TIE else 0.0
        if first.clause == second.clause:
            score += 1.0 + (1.5 if clause & STRONG else 1.0 if clause & ANY_TIE else 0.0)
        between = context.layout.text[min(first.end, second.end) : max(first.start, second.start)]
        if _SIDE.match(between):
            score += 1.0
        if "mit" in (first.left, second.left) and first.left != second.left:
            score += 1.0
        if first.kind != "name" and second.kind != "name":
            score -= 1.0
    return score


def _relation(context: Context, spot: tuple[int, int] | None, row: dict[str, float]) -> None:
    keys = (
        "r.score",
        "r.same_clause",
        "r.joined",
        "r.between",
        "r.distance",
        "r.places_between",
        "r.partner_between",
        "r.tie_between",
        "r.tied_between",
        "r.mit",
        "r.free_mit",
        "r.both_free",
        "r.partner_after",
        "r.tied_after",
        "r.genitive",
        "r.mask_strong",
        "r.turn",
        "r.ring",
        "r.row",
        "r.section",
        "r.same_group",
        "r.of",
        "r.both",
        "r.clue_first",
        "r.tie_before",
        "r.partner_before",
        "r.own_near",
    )
    for key in keys:
        row[key] = 0.0
    if spot is None:
        return
    mentions, text = context.places.mentions, context.layout.text
    x, y = mentions[spot[0]], mentions[spot[1]]
    if x.start > y.start:
        x, y = y, x
    row["r.score"] = _spot_score(context, spot)
    if x.sentence != y.sentence:
        row["r.section"] = 1.0
        return
    clause, sentence, before, _, intro = _masks(context, y)
    row["r.same_clause"] = float(x.clause == y.clause)
    between = text[x.end : y.start]
    row["r.joined"] = float(bool(_SIDE.match(between)))
    row["r.between"] = float(x.left == "zwischen")
    row["r.distance"] = min(300.0, len(between))
    row["r.places_between"] = min(
        6.0, sum(1 for n in context.by_sentence[x.sentence] if x.start < mentions[n].start < y.start)
    )
    low, high = bisect_right(context.hit_starts, x.start), bisect_left(context.hit_starts, y.start)
    inner = {hit.rule.role for hit in context.hits[low:high]}
    row["r.partner_between"] = float(bool(inner & {"partner", "partner_bare"}))
    row["r.tie_between"] = float(bool(inner & {"tie", "tie_bare"}))
    row["r.tied_between"] = float(bool(inner & {"tied", "tied_bare"}))
    end = context.layout.sentences[x.sentence][1]
    start = context.layout.sentences[x.sentence][0]
    outer = {hit.rule.role for hit in context.hits[high : bisect_left(context.hit_starts, end)]}
    ahead = {hit.rule.role for hit in context.hits[bisect_left(context.hit_starts, start) : low]}
    row["r.partner_after"] = float(bool(outer & {"partner", "partner_bare"}))
    row["r.tied_after"] = float(bool(outer & {"tied", "tied_bare"}))
    row["r.tie_before"] = float(bool(ahead & {"tie", "tie_bare"}))
    row["r.partner_before"] = float(bool(ahead & {"partner", "partner_bare"}))
    row["r.mit"] = float(y.left == "mit" or x.left == "mit")
    row["r.free_mit"] = float(
        (y.left == "mit" and x.left in ("", "von")) or (x.left == "mit" and y.left == "")
    )
    row["r.both_free"] = float(x.left == "" and y.left == "")
    row["r.genitive"] = float(
        x.kind == "name" and text[x.end - 1] == "s" and context.places.cities[x.city].name[-1:] != "s"
    )
    row["r.mask_strong"] = float(bool(sentence & STRONG))
    row["r.turn"] = float(bool(sentence & BIT["turn"]))
    row["r.ring"] = float(2 if sentence & BIT["ring"] else 1 if before & BIT["ring"] else 0)
    row["r.row"] = float(context.layout.blocks[context.layout.sentences[x.sentence][2]].kind == "row")
    row["r.same_group"] = float(x.group >= 0 and x.group == y.group)
    row["r.of"] = float(x.left == "von" or y.left == "von")
    row["r.both"] = float(bool(sentence & BIT["both"]))
    row["r.clue_first"] = float(x.kind != "name" or y.kind != "name")
    row["r.own_near"] = float(
        any(context.anchors[mentions[n].city] > 0.4 for n in context.by_sentence[x.sentence])
    )
