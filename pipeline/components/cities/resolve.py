"""Brings the candidates of one text together: neighbours, short forms of long names, parts of towns, entries."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from pipeline.components.cities.candidates import Candidate, Word
from pipeline.components.cities.lexicon import Lexicon
from pipeline.components.cities.link import HOME, Linker, distance
from pipeline.components.cities.weigh import probability
from pipeline.findings import City, Mention
from pipeline.knowledge.gazetteer import CITY, COUNTY, DISTRICT, KINDS, REGION, Place, fold

_LIST_GAP = re.compile(r"\s*(?:,|;|/|–|-|&|·|\||\n|und|oder|sowie|bis|,\s+und)\s*", re.IGNORECASE)
# First words that are no short form of the name they begin: "Bad Soden" is not called "Bad".
_NO_HEAD = frozenset(
    [
        "bad",
        "st",
        "ste",
        "san",
        "santa",
        "santo",
        "sao",
        "la",
        "le",
        "les",
        "los",
        "las",
        "el",
        "al",
        "new",
        "nowy",
        "nowe",
        "nova",
        "novi",
        "nove",
        "novo",
        "stara",
        "stary",
        "stare",
        "gross",
        "gr",
        "klein",
        "kl",
        "alt",
        "neu",
        "ober",
        "unter",
        "hohen",
        "nieder",
        "port",
        "puerto",
        "mount",
        "monte",
        "villa",
        "ville",
        "saint",
        "sint",
        "den",
        "der",
        "die",
        "das",
        "de",
        "del",
        "des",
        "do",
        "dos",
        "da",
        "ho",
        "great",
        "little",
        "north",
        "south",
        "east",
        "west",
        "upper",
        "lower",
        "ost",
        "west",
        "nord",
        "sued",
        "rio",
        "rajon",
        "oblast",
        "landkreis",
        "kreis",
        "kanton",
        "provinz",
        "region",
        "grafschaft",
        "gemeinde",
        "stadt",
        "alte",
        "neue",
        "beit",
        "bet",
        "tel",
        "kfar",
        "kiryat",
        "ramat",
        "petah",
        "rishon",
        "weliki",
        "nischni",
        "bila",
        "ceske",
        "cesky",
        "stadtteil",
        "banja",
        "wiener",
        "bergisch",
        "schwaebisch",
        "deutsch",
        "mari",
    ]
)
# Where a missed and an invented place cost the same, and several mentions each have their chance to err.
ACCEPT = 0.75
MENTION = -1.5


def slug(name: str) -> str:
    """A name as part of an id: "name:landkreis-st-wendel"."""
    plain = unicodedata.normalize("NFKD", fold(name)).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unnamed"


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


_BESIDE = re.compile(r"\s?\(|, | in (?:der |den |dem )?| im |/| - | – ")


def beside(candidates: Sequence[Candidate], text: str) -> None:
    """What stands beside a name and tells it apart: 'Rust (Burgenland)', 'Friedberg in Bayern', 'Klausenburg (Cluj)'."""
    for left, right in itertools.pairwise(candidates):
        if right.features.get("language") and right.start - left.end < 30 and left.part is None:
            right.part = "alias"  # 'Berehowe, ungarisch Beregszász'
            continue
        if right.start - left.end > 8 or not left.places or not right.places:
            continue
        gap = text[left.end : right.start]
        if gap == " (" and left.title is not None and text[right.end : right.end + 1] == ")":
            right.part = "alias"  # 'Landkreis Ratibor (Racibórz)' is the county twice
            continue
        if not _BESIDE.fullmatch(gap):
            continue
        units = [p for p in right.places if p.kind == REGION or (p.kind == COUNTY and right.title)]
        if units and (
            all(p.kind in (REGION, COUNTY) for p in right.places)
            or ("(" in gap and right.features.get("only_unit"))
        ):
            left.regions = units
        elif gap in (" (", "/", " / ") and left.title is None and right.title is None:
            rows = {p.row for p in left.places} & {p.row for p in right.places}
            if rows:
                left.places = [p for p in left.places if p.row in rows]
                right.places = [p for p in right.places if p.row in rows]
                left.features["alias"] = right.features["alias"] = 1.0


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
    for c in candidates:
        county = counties.get(c.key)
        if county is not None and c.title is None and c.key not in towns and county.country not in HOME:
            c.place = county


def short_forms(candidates: list[Candidate], words: list[Word], text: str) -> list[Candidate]:
    """'Villiers' after 'Villiers-sur-Marne', 'Mechtersheim' … : the short name means the place of the long one."""
    heads: dict[str, list[Candidate]] = {}
    for c in candidates:
        if c.place is not None and c.score > ACCEPT and c.place.kind in (CITY, DISTRICT) and c.part is None:
            long_name = c.key if c.last > c.first else ""
            head, _, rest = long_name.partition(" ")
            if rest and head not in _NO_HEAD and len(head) > 3 and c.features.get("double") is None:
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
    if c.place is not None and c.place.population > 2 * meant.population and c.link > 0.6:
        return  # 'Brixen' beside 'Brixen im Thale' is Brixen
    if (
        c.place is None
        or any(p.row == meant.row for p in c.places)
        or c.place.population < 20 * meant.population
    ):
        c.place, c.link = meant, source.link
        c.score, c.by = max(c.score, 1.0), "cities.short_form"


def entries(candidates: Sequence[Candidate], lexicon: Lexicon, linker: Linker) -> list[City]:
    """One `City` for each place, in order of first mention; accepted when its best mention is likely."""
    groups: dict[int | str, list[Candidate]] = {}
    for c in candidates:
        if c.part is None:
            key: int | str = c.place.row if c.place is not None else _titled(c)
            groups.setdefault(key, []).append(c)
    found: list[City] = []
    names: set[str] = set()
    by_id: dict[str, City] = {}
    by_country: dict[str | None, list[City]] = {}
    for group in sorted(groups.values(), key=lambda g: g[0].start):
        if max(c.score for c in group) < ACCEPT:
            continue
        kept = [c for c in group if c.score > MENTION]
        city = make_city(kept[0].place, _display(kept), lexicon)
        if kept[0].place is None:
            city.country = linker.guess(kept)
            city.country_name = lexicon.country_names.get(city.country or "")
        rivals = by_country.setdefault(city.country, [])
        twin = by_id.get(city.id) or next((other for other in rivals if _same(other, city)), None)
        if twin is not None:
            twin.mentions.extend(Mention(c.start, c.end, c.by, round(probability(c.score), 3)) for c in kept)
            twin.mentions.sort(key=lambda m: m.start)
            continue
        if city.name in names:
            city.name = f"{city.name} ({city.admin or city.country_name or city.kind})"
        if city.name in names:
            city.name = f"{city.name[:-1]}, {city.geonames_id or len(names)})"
        rivals.append(city)
        by_id[city.id] = city
        names.add(city.name)
        city.confidence = round(max(c.link for c in kept), 3) if kept[0].place is not None else 0.5
        city.mentions = [Mention(c.start, c.end, c.by, round(probability(c.score), 3)) for c in kept]
        found.append(city)
    return found


def _same(one: City, other: City) -> bool:
    """Are two entries one place that sources list twice: 'Tel Aviv' and 'Tel Aviv-Jaffa', 'Godesberg' and 'Bad Godesberg'?"""
    if "county" in (one.kind, other.kind) or "region" in (one.kind, other.kind):
        return False
    a, b = f" {fold(one.name)} ", f" {fold(other.name)} "
    if a not in b and b not in a:
        return False
    if one.latitude is None or other.latitude is None or one.longitude is None or other.longitude is None:
        return a == b
    return abs(one.latitude - other.latitude) < 0.15 and abs(one.longitude - other.longitude) < 0.25


def _display(kept: Sequence[Candidate]) -> str:
    """The form the text uses most, as it would stand in a dictionary."""
    place = kept[0].place
    forms = Counter(_titled(c) for c in kept)
    name = max(forms, key=lambda n: (forms[n], not n.isupper(), len(n)))
    if name.isupper() and len(name) > 3:
        name = place.german if place is not None and fold(place.german) == fold(name) else name.title()
    return name.replace("\n", " ")


def _titled(c: Candidate) -> str:
    """'Landkreis Rostock', 'Oblast Odessa'; a unit whose bare name says what it is keeps that ('Shandong')."""
    if c.title is None or c.place is None:
        return c.name
    if c.place.kind == COUNTY or any(p.kind == CITY and p.population > 20_000 for p in c.namesakes):
        return f"{c.title} {c.name}"
    return c.name


def make_city(place: Place | None, name: str, lexicon: Lexicon) -> City:
    """The finding for a place under the name that the text gives it."""
    if place is None:
        return City(id=f"name:{slug(name)}", name=name)
    located = not math.isnan(place.lat)
    return City(
        id=f"geonames:{place.gid}" if place.gid else f"name:{slug(name)}",
        name=name, kind=KINDS[place.kind], country=place.country or None,
        country_name=lexicon.country_names.get(place.country), admin=place.admin,
        geonames_id=place.gid, geonames_name=place.name if place.gid else None,
        latitude=place.lat if located else None, longitude=place.lon if located else None,
        population=place.population or None,
    )  # fmt: skip
