"""What the text says of a pair of places: the numbers on which the decision rests."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right

from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.frames import FRAMES
from pipeline.components.partnerships.heads import head_of
from pipeline.components.partnerships.names import NAMES
from pipeline.components.partnerships.places import HOME, Place
from pipeline.components.partnerships.roles import ANY_TIE, BIT, ROLES, STRONG
from pipeline.components.partnerships.words import beside, between, weigh

_YEAR = re.compile(
    r"\s*(?:\([^()]{0,40}|,\s*|–\s*|\s)?(?:seit|Vertrag|Partnerschaft)?[^.\n()]{0,14}?\b(?:1[89]|20)\d\d\b"
)
_BRACKET = re.compile(r"\s*\([^()]{1,60}\)")
_MOST_MENTIONS = 40
_KINDS = {"city": 0.0, "district": 1.0, "county": 2.0, "region": 3.0}
_OF_ARTICLE = [
    (role, "doc." + role)
    for role in ("partner", "tie", "tied", "tie_bare", "school", "church", "company", "network", "own")
]
_OF_CLAUSE = [(BIT[role], "b." + role) for role in ROLES]
_NO_RELATION = dict.fromkeys((name for name in NAMES if name.startswith("r.")), 0.0)
_OF_FRAMES = [(kind, "f." + kind) for kind in FRAMES]


def describe(context: Context, a: int, b: int, spots: list[tuple[int, int]]) -> tuple[list[float], int, int]:
    """The features of a pair in the order of NAMES, and the mentions of b and a that they rest on."""
    best, best_score, strongest = -1, -99.0, 0
    for number in context.by_city[b][:_MOST_MENTIONS]:
        score, level = _strength(context, number, a)
        strongest = max(strongest, level)
        if score > best_score:
            best, best_score = number, score
    row: dict[str, float] = {}
    pa, pb = context.anchor_of(a, b), context.anchors[b]
    row["anchor"], row["anchor_other"] = pa, min(pb, 1 - pa)
    row["anchor_rank"] = 0.0 if pa >= 0.9 else float(context.rank(pa))
    _article(context, a, b, row)
    _mention(context, best, a, row)
    row["b.best"] = best_score
    row["b.level"] = float(strongest)
    spot = max(spots, key=lambda s: (_spot_score(context, s), -abs(s[0] - s[1])), default=None)
    _relation(context, spot, row)
    _frames(context, a, b, row)
    mention, other = best, context.by_city[a][0]
    if spot is not None and (pa < 0.3 or row["r.score"] >= 3):
        other, mention = spot
    if mention not in context.weighed:
        context.weighed[mention] = weigh(beside(context, mention), context.words)
    row["w.beside"] = context.weighed[mention]
    row["w.between"] = weigh(between(context, (other, mention), b), context.words)
    return [row[name] for name in NAMES], mention, other


def _article(context: Context, a: int, b: int, row: dict[str, float]) -> None:
    places, counts = context.places, context.article_mask
    first, second = places.cities[a], places.cities[b]
    for role, key in _OF_ARTICLE:
        row[key] = min(6.0, counts.get(role, 0))
    row["foreign"] = float(
        first.country != second.country and first.country is not None and second.country is not None
    )
    row["b.abroad"] = float(second.country not in ("DE", "AT", "CH", None))
    row["same_country"] = float(first.country == second.country)
    row["a.kind"], row["b.kind"] = _KINDS.get(first.kind, 0.0), _KINDS.get(second.kind, 0.0)
    row["same_kind"] = float(first.kind == second.kind)
    row["km"] = _km(first.latitude, first.longitude, second.latitude, second.longitude)
    names = context.named.get(b, 0)
    row["b.mentions"] = min(8.0, names)
    row["b.adjectives"] = min(4.0, len(context.by_city[b]) - names)
    row["b.first"] = places.mentions[context.by_city[b][0]].start / max(1, len(context.layout.text))
    row["b.officials"] = min(3.0, context.officials.get(second.id, 0))
    row["a.officials"] = min(3.0, context.officials.get(first.id, 0))
    row["n.cities"] = min(30.0, len(context.by_city))
    spoken = context.spoken
    own = spoken.get(b, 0)
    row["b.rank"] = min(8.0, context.more_spoken(own) - (spoken.get(a, 0) > own))
    row["b.main"] = own / max(1, context.all_spoken - spoken.get(a, 0))
    row["a.mentions"] = min(8.0, context.named.get(a, 0))
    row["b.spoken"] = min(4.0, own)


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
    score += 2.5 * _head(context, number)
    if place.left in ("mit", "zwischen"):
        score += 0.8
    if place.apposed or place.bracket:
        score -= 4
    if place.kind != "name":
        score -= 1.5
    if _YEAR.match(context.layout.text, place.end, place.end + 40):
        score += 0.7
    if a in context.cities_of[place.sentence]:
        score += 0.6
    return score, level


def _head(context: Context, number: int) -> int:
    if number not in context.heads:
        context.heads[number] = head_of(context, number)
    return context.heads[number][0]


def _mention(context: Context, number: int, a: int, row: dict[str, float]) -> None:
    """What the place of a mention says: by itself (kept), and beside mentions of a and of others."""
    if number not in context.known:
        context.known[number] = _alone(context, number)
    row.update(context.known[number])
    places = context.places
    place = places.mentions[number]
    block = context.layout.sentences[place.sentence][2]
    group = places.groups[place.group] if place.group >= 0 else [number]
    numbers = context.by_sentence[place.sentence]
    if len(numbers) > _MOST_MENTIONS:
        at = bisect_left(numbers, number)
        numbers = numbers[max(0, at - _MOST_MENTIONS // 2) : at + _MOST_MENTIONS // 2]
    others = [places.mentions[n] for n in numbers if n != number]
    inside = set(group)
    rivals = [
        places.mentions[n]
        for n in numbers
        if n < number
        and n not in inside
        and places.mentions[n].city not in (a, place.city)
        and not places.mentions[n].apposed
    ]
    row["b.group_has_a"] = float(any(places.mentions[n].city == a for n in group))
    row["b.own_in_clause"] = float(any(o.city == a and o.clause == place.clause for o in others))
    row["b.own_in_sentence"] = float(any(o.city == a for o in others))
    row["b.rival_in_clause"] = float(any(o.clause == place.clause for o in rivals))
    row["b.rival_free"] = float(any(o.left == "" for o in rivals))
    row["b.rivals"] = min(4.0, len(rivals))
    row["b.sentence_places"] = min(12.0, len(others) + 1)
    city = context.block_city[block] if context.block_city else -1
    row["b.section_city"] = float(2 if city == a else 1 if city >= 0 else 0)


def _alone(context: Context, number: int) -> dict[str, float]:
    row: dict[str, float] = {}
    places, layout, text = context.places, context.layout, context.layout.text
    place = places.mentions[number]
    clause, sentence, before, after, intro = _masks(context, place)
    for bit, key in _OF_CLAUSE:
        row[key] = 3.0 if clause & bit else 2.0 if sentence & bit else 0.0
    for role in ("partner", "tie", "tie_bare", "tied", "reject", "network", "school", "bond"):
        bit = BIT[role]
        row["b.before." + role] = float(bool(before & bit))
        row["b.intro." + role] = float(bool(intro & bit))
    row["b.after.tie"] = float(bool(after & (STRONG | BIT["tie_bare"])))
    row["b.head"] = float(_head(context, number))
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
        row["b.prep." + name] = float(place.left in values and place.kind == "name")
    group = places.groups[place.group] if place.group >= 0 else [number]
    row["b.group"] = min(8.0, len(group))
    row["b.apposed"] = float(place.apposed or place.bracket)
    row["b.clue"] = float(place.kind != "name")
    row["b.year"] = float(bool(_YEAR.match(text, place.end, place.end + 40)))
    row["b.bracketed"] = float(bool(_BRACKET.match(text, place.end, place.end + 70)))
    start, end, block = layout.sentences[place.sentence]
    c_start, c_end, _ = layout.clauses[place.clause]
    row["b.date_in_clause"] = float(
        bisect_left(context.date_starts, c_end) > bisect_left(context.date_starts, c_start)
    )
    kind = layout.blocks[block].kind
    row["b.item"] = float(kind == "item")
    row["b.row"] = float(kind == "row")
    row["b.heading"] = float(kind == "heading")
    row["b.at_start"] = float(place.start - layout.blocks[block].start < 8)
    b_start, b_end = layout.blocks[block].start, layout.blocks[block].end
    topic = place.start - b_start < 10 and (
        b_end - place.end < 12
        or text[place.end : place.end + 1] in ".?:(,–-|\n"
        or text[place.end : place.end + 2] == " ("
    )
    row["b.topic"] = float(topic)
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
        row["b.window." + role] = float(bool(window & BIT[role]))
    row["b.sentence_length"] = min(600.0, end - start)
    row["b.question"] = float("?" in text[max(start, end - 3) : end])
    row["b.quote"] = float(
        text.count("„", max(0, place.start - 200), place.start)
        > text.count("“", max(0, place.start - 200), place.start)
    )
    return row


def _after(context: Context, place: Place) -> int:
    """The roles of up to three sentences after a mention, as long as they name no other place."""
    mask = 0
    for number in range(place.sentence + 1, min(place.sentence + 4, len(context.sentence_mask))):
        cities = context.cities_of.get(number, set())
        if any(city != place.city and context.anchors[city] < 0.2 for city in cities):
            break
        mask |= context.sentence_mask[number]
    return mask


def _frames(context: Context, a: int, b: int, row: dict[str, float]) -> None:
    frames = context.frames.get((min(a, b), max(a, b)), [])
    for _, key in _OF_FRAMES:
        row[key] = 0.0
    best = 0.0
    for frame in frames:
        key = "f." + frame.kind
        row[key] = max(row[key], frame.sure)
        if not frame.denied:
            best = max(best, frame.sure)
    row["f.best"] = best
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
    row.update(_NO_RELATION)
    if spot is None:
        return
    mentions, text = context.places.mentions, context.layout.text
    x, y = mentions[spot[0]], mentions[spot[1]]
    if x.start > y.start:
        x, y = y, x
    row["r.score"] = _spot_score(context, spot)
    row["r.sentences"] = min(6.0, y.sentence - x.sentence)
    row["r.subject"], row["r.topic"] = _subject(context, x, y)
    if x.sentence != y.sentence:
        row["r.section"] = 1.0
        return
    _, sentence, before, _, _ = _masks(context, y)
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


def _subject(context: Context, x: Place, y: Place) -> tuple[float, float]:
    """Is x the last town before y that may be a subject (2: its sentence names no other), and the first of its block?"""
    mentions, sentences = context.places.mentions, context.layout.sentences
    block = sentences[y.sentence][2]
    if sentences[x.sentence][2] != block or x.kind != "name" or x.left != "":
        return 0.0, 0.0
    last = free = 0
    for sentence in range(y.sentence, x.sentence - 1, -1):
        for number in context.by_sentence.get(sentence, ()):
            place = mentions[number]
            if place.start >= y.start or place.kind != "name" or place.left != "" or place.apposed:
                continue
            if context.places.cities[place.city].country not in HOME or place.city == y.city:
                continue
            free += place.start > x.start and place.city != x.city
            last += 1
    head = float(x.start - context.layout.blocks[block].start < 60)
    return (0.0 if free else 2.0 if last == 1 else 1.0), head
