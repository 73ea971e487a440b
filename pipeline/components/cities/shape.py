"""Shapes candidates before they are weighed: kind words, hyphens, what the language model alone has found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Set

from pipeline.components.cities.candidates import Candidate, Word
from pipeline.components.cities.context import Context
from pipeline.components.cities.lexicon import Lexicon
from pipeline.knowledge.gazetteer import CITY, COUNTY, DISTRICT, REGION, SEAT, SHORT, fold

_UNIT_KINDS = {"county": COUNTY, "region": REGION, "district": DISTRICT}
_HYPHEN = "-‐‑–"


def apply_designators(candidates: list[Candidate], words: list[Word], lexicon: Lexicon) -> None:
    """'Landkreis Rostock' is one name: the county's, and its mention begins with 'Landkreis'.

    A unit that the gazetteer lacks gets a place of its own, at the town of that name.
    """
    for c in candidates:
        title, c.title = c.title, None
        first = words[c.first].folded
        if (
            title is None
            and c.last > c.first
            and first in lexicon.designators
            and all(p.kind in (COUNTY, REGION) for p in c.places)
        ):
            # 'Oblast Odessa' is a name of the gazetteer itself.
            c.features["designator"], c.kinds = 1.0, lexicon.designators[first]
            if all(p.kind == REGION for p in c.places) and words[c.first].end < words[c.first + 1].start:
                c.title, c.first = lexicon.nominatives[first], c.first + 1
                c.start = words[c.first].start
                c.name = c.name.split(" ", 1)[-1]
                c.namesakes = [c.places[0]._replace(kind=CITY, population=1_000_000)]
            else:
                c.name = " ".join([lexicon.nominatives[first], *c.name.split(" ")[1:]])
            continue
        if (
            c.kinds is None
            or title is None
            or not c.first
            or ("city" in c.kinds and not c.kinds & {"county"})
        ):
            continue
        allowed = {_UNIT_KINDS[k] for k in c.kinds if k in _UNIT_KINDS}
        fitting = [p for p in c.places if p.kind in allowed]
        c.namesakes = c.places
        if fitting:
            c.places = fitting
        elif not c.places and COUNTY in allowed:
            c.title, c.start = title, words[c.first - 1].start
            continue
        elif c.places and "district" not in c.kinds:
            seats = [p for p in c.places if p.kind == CITY and p.rank < SEAT]
            kind = COUNTY if COUNTY in allowed else REGION
            c.places = [p._replace(gid=None, kind=kind, name=f"{title} {p.name}", population=p.population // 10, row=-2 - p.row)
                        for p in seats]  # fmt: skip
        else:
            continue
        if any(p.kind in (COUNTY, REGION) for p in c.places) or not fitting:
            c.title = title
            if COUNTY in allowed and any(p.kind == COUNTY for p in c.places):
                c.start = words[c.first - 1].start


def split_hyphens(candidates: list[Candidate], text: str) -> list[Candidate]:
    """Judges hyphens: 'Bochum-Donezk' names two places, 'Köln-Porz' a part of one, 'Lyon-Reise' none.

    Candidates that are but parts of another word get `part`, and stay as hints.
    """
    kept: list[Candidate] = []
    for i, c in enumerate(candidates):
        right = candidates[i + 1] if i + 1 < len(candidates) else None
        if right is not None and right.start == c.end + 1 and text[c.end] in _HYPHEN:
            c.features.pop("hyphen_right", None)
            right.features.pop("hyphen_left", None)
            c.features["double"] = right.features["double"] = 1.0
        kept.append(c)
    for c in kept:
        if c.features.get("hyphen_left") or c.features.get("hyphen_right") or c.features.get("handle"):
            c.part = "compound"
        elif c.features.get("surname"):
            c.part = "person"
        elif c.features.get("name_head") or c.features.get("name_tail"):
            c.part = "name"
    return kept


_MONEY = re.compile(r"\d[’']?\d*(?:[.,][–-]|[.,]\d\d)? (?:Schweizer )?Franken\b|\bSchweizer Franken\b")


def people_and_money(candidates: list[Candidate], text: str) -> None:
    """'Die Bayern' and 'den Hessen' are people; where sums of francs stand, so is every 'Franken' no region."""
    money = None
    for c in candidates:
        if c.features.get("people"):
            c.part = "people"
        elif c.key == "franken":
            if money is None:
                money = _MONEY.search(text) is not None
            if money:
                c.part = "money"


_NO_TOWN = re.compile(
    r"(?:straße|strasse|str\.?|platz|weg|allee|gasse|ring|ufer|brücke|see|gebirge|wald|tal|thal|bahn|hof|halle|haus|kirche|schule|stadion|arena|"
    r"bach|fluss|kanal|insel|inseln|park|land|gebiet|raum|ebene|alpen|meer|ozean|golf|bucht|küste|wüste|berge|kontinent|platzes)$",
    re.IGNORECASE,
)


def unlisted(
    context: Context, candidates: list[Candidate], words: list[Word], lexicon: Lexicon
) -> list[Candidate]:
    """Names that the model takes for places and the gazetteer does not know."""
    taken = sorted((c.start, c.end) for c in candidates)
    starts = [start for start, _ in taken]
    word_starts = [w.start for w in words]
    made: list[Candidate] = []
    known = {c.key for c in candidates}
    for low, high, label in context.entities:
        if label != "LOC":
            continue
        at = bisect_left(starts, high)
        inside = candidates_in(candidates, low, high) if at and taken[at - 1][1] > low else []
        if inside and not _swallows(context, inside, low, high):
            continue
        first = bisect_left(word_starts, low)
        last = bisect_left(word_starts, high) - 1
        if last < first or not words[first].capital:
            continue
        if words[first].folded in lexicon.designators and last > first:
            first += 1
            if not words[first].capital:
                continue
        name = context.text[words[first].start : words[last].end]
        key = " ".join(w.folded for w in words[first : last + 1])
        if (
            ("\n" in name.strip() and "-\n" not in name)
            or len(name) < 3
            or last - first > 4
            or key in lexicon.countries
        ):
            continue
        if (
            _country_like(key, lexicon)
            or key in lexicon.designators
            or key in lexicon.adjectives
            or key in lexicon.landscapes
            or _NO_TOWN.search(name)
            or any(c.isdigit() for c in name)
        ):
            continue
        for c in inside:
            c.part = "name"
        made.append(
            Candidate(words[first].start, words[last].end, first, last, re.sub(r"\s+", " ", name), key, [])
        )
    made += _double_counties(context, words, lexicon, candidates)
    made += _behind_signs(
        context, words, lexicon, {i for c in [*candidates, *made] for i in range(c.first, c.last + 1)}, known
    )
    return made


def _double_counties(
    context: Context, words: list[Word], lexicon: Lexicon, candidates: list[Candidate]
) -> list[Candidate]:
    """'Landkreis Bitburg-Prüm' where the gazetteer has but its halves: one name, whatever they are."""
    made = []
    designators = lexicon.designators
    for i in [i for i, word in enumerate(words[:-2], 1) if word.folded in designators]:
        kinds = designators[words[i - 1].folded]
        if "county" not in kinds or "city" in kinds or not words[i - 1].capital:
            continue
        last = i
        while (
            last + 1 < len(words)
            and words[last + 1].capital
            and words[last + 1].start == words[last].end + 1
            and context.text[words[last].end] in _HYPHEN[:3]
        ):
            last += 1
        start, end = words[i].start, words[last].end
        if last == i or start - words[i - 1].end != 1 or not words[i].capital:
            continue
        inside = candidates_in(candidates, start, end)
        if any(c.start <= start and c.end >= end for c in inside) or _NO_TOWN.search(words[last].text):
            continue
        for c in inside:
            c.part = "name"
        key = " ".join(word.folded for word in words[i : last + 1])
        county = Candidate(start, end, i, last, context.text[start:end], key, [])
        county.features["double_county"] = 1.0
        made.append(county)
    return made


_LIKELY_NAME = 1.5


def _behind_signs(
    context: Context, words: list[Word], lexicon: Lexicon, taken: set[int], known: Set[str]
) -> list[Candidate]:
    """Unknown names that neither source has, behind 'Dorf', 'Ortsteil' or 'in': 'dem Dorf Satonévri'."""
    made = []
    text = context.text
    for i in range(1, len(words)):
        left = words[i - 1].folded
        if left not in lexicon.place_prepositions and left not in lexicon.designators:
            continue
        word = words[i]
        if (
            not word.capital
            or i in taken
            or word.start - words[i - 1].end != 1
            or len(word.text) < 4
            or word.folded in known
        ):
            continue
        if (
            lexicon.shape(word.folded) < (_LIKELY_NAME if left in lexicon.place_prepositions else 0.0) or text[word.end : word.end + 1] in ("-", "‑") or word.folded in lexicon.designators
            or word.folded in lexicon.countries or word.folded in lexicon.adjectives or word.folded in lexicon.landscapes
            or word.folded.endswith(("er", "ers", "ern")) or _NO_TOWN.search(word.text)
        ):  # fmt: skip
            continue
        made.append(Candidate(word.start, word.end, i, i, word.text.replace("\u00ad", ""), word.folded, []))
    return made


def candidates_in(candidates: list[Candidate], low: int, high: int) -> list[Candidate]:
    """The candidates that overlap a stretch."""
    return [c for c in candidates if c.start < high and c.end > low]


def _swallows(context: Context, inside: list[Candidate], low: int, high: int) -> bool:
    """Does the model see a longer name ('Alem Katema') in which the gazetteer knows but a word ('Alem')?

    Only where that word is a small or doubtful place, and what is left of the name is one capitalised word.
    """
    if len(inside) != 1 or inside[0].part is not None:
        return False
    c = inside[0]
    rest = (context.text[low : c.start] + context.text[c.end : high]).strip()
    people = max((p.population for p in c.places if p.rank <= SHORT), default=0)
    if context.text[c.end : c.end + 1] in _HYPHEN[:3] and c.start == low:
        rest = rest[1:]  # 'Zell-Weierbach', but not 'Zell-Reise'
        return (
            people < 20_000
            and rest.isalpha()
            and rest[0].isupper()
            and context.lexicon.shape(fold(rest)) > 0.5
        )
    return (
        people < 20_000 and rest.isalpha() and rest[0].isupper() and len(rest) > 3
        and context.text[c.end : c.end + 1] in (" ", "") and fold(rest) not in context.lexicon.designators
    )  # fmt: skip


_SIDE = re.compile(r"^(?:sued|nord|ost|west|mittel|zentral)(?:ost|west)?")


def _country_like(key: str, lexicon: Lexicon) -> bool:
    """'Österreichs', 'Südpolen', 'Westukraine': a country or a side of one."""
    bare = key.removesuffix("s")
    return bare in lexicon.countries or _SIDE.sub("", bare) in lexicon.countries
