"""Makes the entries of `findings.cities` out of weighed and linked candidates: one for each place."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from pipeline.components.cities.candidates import Candidate
from pipeline.components.cities.lexicon import Lexicon
from pipeline.components.cities.link import Linker
from pipeline.components.cities.weigh import ACCEPT, MENTION, probability
from pipeline.findings import City, Mention
from pipeline.knowledge.gazetteer import CITY, COUNTY, KINDS, Place, fold


def slug(name: str) -> str:
    """A name as part of an id: "name:landkreis-st-wendel"."""
    plain = unicodedata.normalize("NFKD", fold(name)).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unnamed"


def entries(candidates: Sequence[Candidate], lexicon: Lexicon, linker: Linker) -> list[City]:
    """One `City` for each place, in order of first mention; accepted when its best mention is likely."""
    groups: dict[int | str, list[Candidate]] = {}
    _slips(candidates)
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
            city.kind = next((kind for c in kept if (kind := _unit_kind(c)) is not None), "city")
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


def _slips(candidates: Sequence[Candidate]) -> None:
    """'Das polnische Gradačac … Gradačac in Bosnien': a country where no place of the name lies was a slip.

    The mention then means the place that the text names elsewhere by the same name.
    """
    known = {c.key: c for c in candidates if c.place is not None and c.part is None and c.score > ACCEPT}
    for c in candidates:
        if c.place is None and c.places and c.part is None and not c.regions and c.key in known:
            c.place, c.link = known[c.key].place, known[c.key].link


def _unit_kind(c: Candidate) -> str | None:
    """What the word before an unknown name says that it is; None for a town or where it says nothing."""
    if c.kinds is None or "city" in c.kinds:
        return None
    return next((kind for kind in ("county", "region", "district") if kind in c.kinds), None)


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
        return f"{c.title} {c.name}" if c.title is not None and _unit_kind(c) == "county" else c.name
    if c.place.kind == COUNTY and c.key.endswith("kreis"):
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
