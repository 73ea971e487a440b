"""Brings the candidates of one text together: neighbours, short forms of long names, parts of towns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from pipeline.components.cities.candidates import Candidate, Word
from pipeline.components.cities.context import CountryWord
from pipeline.components.cities.lexicon import Lexicon
from pipeline.components.cities.link import HOME, distance
from pipeline.components.cities.weigh import ACCEPT
from pipeline.knowledge.gazetteer import CITY, COUNTY, DISTRICT, REGION

_LIST_GAP = re.compile(r"\s*(?:,|;|/|–|-|&|·|\||\n|und|oder|sowie|bis|,\s+und)\s*", re.IGNORECASE)


def lists(candidates: Sequence[Candidate], text: str) -> None:
    """A name beside a sure one in a list gains from it: 'Luzern, Zug und Olten'."""
    for left, right in itertools.pairwise(candidates):
        if right.start - left.end <= 7 and _LIST_GAP.fullmatch(text, left.end, right.start):
            if left.score > 1.0 and not left.part:
                right.features["neighbour"] = 1.0
            if right.score > 1.0 and not right.part:
                left.features["neighbour"] = 1.0


def repeats(candidates: Sequence[Candidate]) -> None:
    """A name that is surely a place elsewhere in the text is likelier one here."""
    best: dict[str, list[float]] = {}
    for c in candidates:
        if c.part is None:
            best.setdefault(c.key, []).append(c.score)
    top = {key: sorted(scores)[-2:] for key, scores in best.items()}
    for c in candidates:
        scores = top.get(c.key, [])
        others = scores[:-1] if scores and c.part is None and c.score == scores[-1] else scores
        if others and others[-1] > 1.5:
            c.features["repeated"] = 1.0


_SIGNS = (
    "designator",
    "country_left",
    "country_right",
    "place_preposition",
    "office",
    "agent",
    "neighbour",
    "alias",
    "double",
)


def unsigned_words(candidates: Sequence[Candidate]) -> None:
    """A name that is a word of German ('Essen', 'Regen') needs a sign of place at one of its mentions at least.

    'bei' is none: 'bei Regen', 'bei Essen und Trinken'.
    """
    signed = {c.key for c in candidates if c.part is None and any(c.features.get(sign) for sign in _SIGNS)}
    for c in candidates:
        if (
            c.features.get("word")
            and c.key not in signed
            and not c.features.get("only_unit")
            and c.features.get("prior", 0) < 0.3
        ):
            c.features["word_unsigned"] = 1.0


_PERSON = ("after_forename", "person_title")


def namesakes(candidates: Sequence[Candidate]) -> None:
    """'Jochen Passau' makes the bare 'Passau' of the same text a person too, where no sign of place stands by it."""
    persons = {c.key for c in candidates if any(c.features.get(sign) for sign in _PERSON)}
    persons -= {c.key for c in candidates if c.part is None and any(c.features.get(sign) for sign in _SIGNS)}
    for c in candidates:
        if c.key in persons and not any(c.features.get(sign) for sign in (*_PERSON, *_SIGNS)):
            c.features["person_elsewhere"] = 1.0


def parts_of_towns(candidates: Sequence[Candidate], text: str) -> None:
    """'München-Pasing' is Pasing, one mention; 'Illnau-Effretikon' one town; 'Bochum-Donezk' are two."""
    for left, right in itertools.pairwise(candidates):
        if right.start != left.end + 1 or text[left.end] not in "-‐‑" or not left.place or not right.place:
            continue
        near = [
            p
            for p in right.places
            if p.kind in (DISTRICT, CITY) and p.row != left.place.row and distance(p, left.place) < 35
        ]
        if not near or right.place.kind == COUNTY:
            continue
        part = max(near, key=lambda p: p.population)
        if part.population > left.place.population and distance(part, left.place) > 12:
            continue
        right.place = part
        right.start, right.first = left.start, left.first
        right.name = f"{left.name}-{right.name}"
        right.score = max(left.score, right.score)
        right.part, left.part = None, "compound"


_BESIDE = re.compile(r"\s?\(|, | in (?:der |den |dem )?(?:[A-ZÄÖÜ]\w+ )?| im |/| - | – ")


def beside(candidates: Sequence[Candidate], text: str) -> None:
    """What stands beside a name and tells it apart: 'Rust (Burgenland)', 'Friedberg in Bayern', 'Klausenburg (Cluj)'."""
    for left, right in itertools.pairwise(candidates):
        if right.features.get("language") and right.start - left.end < 30 and left.part is None:
            right.part = "alias"  # 'Berehowe, ungarisch Beregszász'
            continue
        if right.start - left.end > 24 or not left.places or not right.places:
            continue
        gap = text[left.end : right.start]
        only_region = all(p.kind == REGION for p in right.places)
        if (
            gap == " ("
            and left.title is not None
            and not only_region
            and text[right.end : right.end + 1] == ")"
        ):
            right.part = "alias"  # 'Landkreis Ratibor (Racibórz)' is the county twice
            continue
        if not _BESIDE.fullmatch(gap):
            continue
        within = right.title is not None or gap.startswith((" in ", " im ", " ("))
        units = [p for p in right.places if p.kind == REGION or (p.kind == COUNTY and within)]
        towns = max((p.population for p in right.places if p.kind in (CITY, DISTRICT)), default=0)
        if gap == ", " and {p.country for p in units}.isdisjoint(p.country for p in left.places):
            units = []
        if (
            units
            and max(p.population or 300_000 for p in units) > 10 * towns
            and any(p.kind in (CITY, DISTRICT) for p in left.places)
        ):
            left.regions = units
        elif gap in (" (", "/", " / ") and left.title is None and right.title is None:
            rows = {p.row for p in left.places} & {p.row for p in right.places}
            if rows:
                left.places = [p for p in left.places if p.row in rows]
                right.places = [p for p in right.places if p.row in rows]
                left.features["alias"] = right.features["alias"] = 1.0


_OF_COUNTRY = re.compile(r"(?:^|\n|\b(?:in|aus|nach|im|der|den) )\Z", re.IGNORECASE)


def listed(candidates: Sequence[Candidate], countries: Sequence[CountryWord], text: str) -> None:
    """'in Österreich Hartberg, Horn und Enns', 'Frankreich: Auch, Lens': the country goes for the whole list."""
    heads = {c.end: c for c in countries if not c.adjective}
    country, end = None, -1
    for c in candidates:
        if c.part is not None:
            continue
        head = heads.get(c.start - 1) if text[c.start - 1 : c.start] == " " else None
        if (head is not None and _OF_COUNTRY.search(text, max(0, head.start - 12), head.start)) or (
            (head := heads.get(c.start - 2)) is not None and text[c.start - 2 : c.start] == ": "
        ):
            country = head.country
        elif end < 0 or not _LIST_GAP.fullmatch(text, end, c.start) or "\n" in text[end : c.start]:
            country = None
        if country is not None and c.country is None:
            c.listed = country
        end = c.end


def counties_by_bare_name(candidates: Sequence[Candidate]) -> None:
    """After 'Rajon Berehowe' a bare 'Berehowe' is the rajon, unless the text calls it a town somewhere.

    Abroad only: at home a text tells 'Landkreis Osnabrück' and 'Osnabrück' apart.
    """
    counties = {
        c.key: c.place
        for c in candidates
        if c.place is not None and c.place.kind == COUNTY and c.title and c.score > ACCEPT
    }
    towns = {
        c.key for c in candidates if (c.kinds is not None and "city" in c.kinds) or c.features.get("office")
    }
    districts = {
        c.key: c.place for c in candidates if c.place is not None and c.place.kind == DISTRICT and c.title
    }
    for c in candidates:
        district = districts.get(c.key)
        if district is not None and c.place is not None and distance(c.place, district) < 40:
            c.place = district  # 'Tokios Stadtbezirk Bunkyo … Bunkyo', which GeoNames lists as a town too
        county = counties.get(c.key)
        if county is not None and c.title is None and c.key not in towns and county.country not in HOME:
            c.place = county


def short_forms(
    candidates: list[Candidate], words: list[Word], text: str, lexicon: Lexicon
) -> list[Candidate]:
    """'Villiers' after 'Villiers-sur-Marne', 'Mechtersheim' … : the short name means the place of the long one."""
    heads: dict[str, list[Candidate]] = {}
    for c in candidates:
        if c.place is not None and c.score > ACCEPT and c.place.kind in (CITY, DISTRICT) and c.part is None:
            long_name = c.key if c.last > c.first else ""
            head, _, rest = long_name.partition(" ")
            if (
                rest
                and head not in lexicon.long_name_heads
                and len(head) > 3
                and c.features.get("double") is None
            ):
                heads.setdefault(head, []).append(c)
    if not heads:
        return candidates
    taken = {i for c in candidates for i in range(c.first, c.last + 1)}
    made = list(candidates)
    for c in candidates:
        longs = heads.get(c.key)
        if longs and c.country is None and c.title is None:
            _adopt(c, longs)
    for i, word in enumerate(words):
        stem = word.folded.removesuffix("s") if word.folded.removesuffix("s") in heads else word.folded
        if (
            i not in taken
            and word.capital
            and stem in heads
            and text[word.end : word.end + 1] not in ("-", "‑")
        ):
            if word.start and text[word.start - 1] in "-‑":
                continue
            short = Candidate(
                word.start, word.end, i, i, word.text if stem == word.folded else word.text[:-1], stem, []
            )
            short.score, short.by = 1.0, "cities.short_form"
            _adopt(short, heads[stem])
            made.append(short)
    return sorted(made, key=lambda c: c.start)


def _adopt(c: Candidate, longs: list[Candidate]) -> None:
    """Give a short name the place of the long one before it (of the first, when it comes before all)."""
    before = [x for x in longs if x.start <= c.start]
    source = before[-1] if before else longs[0]
    meant = source.place
    if meant is None or (c.place is not None and c.place.row == meant.row):
        return
    town = c.place is not None and c.place.kind in (CITY, DISTRICT)
    if town and c.place is not None and c.place.population > 2 * meant.population and c.link > 0.6:
        return  # 'Brixen' beside 'Brixen im Thale' is Brixen
    if (
        c.place is None
        or any(p.row == meant.row for p in c.places)
        or c.place.population < 20 * meant.population
    ):
        c.place, c.link = meant, source.link
        c.score, c.by = max(c.score, 1.0), "cities.short_form"
