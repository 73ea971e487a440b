"""The gazetteer: which places bear a name.

    >>> from pipeline.knowledge.gazetteer import gazetteer
    >>> gazetteer().find("Klausenburg")[0].name
    'Cluj-Napoca'

The index is compiled once per version into the user's cache folder and memory-mapped from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.knowledge.gazetteer.build import (
    ALTERNATE,
    COMMON_WORD,
    EXONYM,
    FORENAME,
    MAIN,
    NO_PRIOR,
    SEAT,
    SHORT,
    SURNAME,
)
from pipeline.knowledge.gazetteer.cache import compile_facts, load
from pipeline.knowledge.gazetteer.fold import WORD, FoldedWords, fold, fold_word, hash_key
from pipeline.knowledge.gazetteer.own import CITY, COUNTY, DISTRICT, KINDS, REGION
from pipeline.knowledge.gazetteer.store import GazetteerError, read_columns
from pipeline.knowledge.shipped import RULES

__all__ = [
    "ALTERNATE",
    "CITY",
    "COMMON_WORD",
    "COUNTY",
    "DISTRICT",
    "EXONYM",
    "FORENAME",
    "KINDS",
    "MAIN",
    "REGION",
    "SEAT",
    "SHORT",
    "SURNAME",
    "WORD",
    "FoldedWords",
    "Gazetteer",
    "GazetteerError",
    "Place",
    "fold",
    "fold_word",
    "gazetteer",
    "hash_key",
]  # fmt: skip


class Place(NamedTuple):
    """One place of the index under one of its names; `gid` is GeoNames' id, None for places that are ours.

    `rank` says how the name belongs to it: MAIN, EXONYM (German-looking or ours), SHORT (Halle of Halle (Saale)),
    ALTERNATE, SEAT (a subdivision by the name of its seat: only after 'Oblast', 'Rajon', 'Landkreis').
    """

    row: int
    rank: int
    gid: int | None
    name: str
    german: str
    kind: int
    country: str
    lat: float
    lon: float
    population: int
    admin: str | None


class Gazetteer:
    """The mapped index. Look-ups are by folded key (`fold`), single or many at once."""

    def __init__(self, path: Path) -> None:
        columns, self.about = read_columns(path)
        self.path = path
        self._keys, self._starts = columns["keys"], columns["starts"]
        self._places, self._ranks = columns["places"], columns["ranks"]
        self._starters, self._starter_words = columns["starters"], columns["starter_words"]
        self._columns = columns
        self.countries: list[str] = self.about["countries"]
        self.version: str = self.about["version"]
        self._heads: dict[str, tuple[int, int]] = {}
        self._place = lru_cache(maxsize=20_000)(self._read_place)

    def __len__(self) -> int:
        return len(self._columns["gid"])

    def _string(self, number: int) -> str:
        starts = self._columns["string_starts"]
        return bytes(self._columns["strings"][starts[number] : starts[number + 1]]).decode("utf-8")

    def _read_place(self, row: int, rank: int) -> Place:
        column = self._columns
        gid, admin = int(column["gid"][row]), int(column["admin"][row])
        return Place(
            row=row, rank=rank, gid=gid if gid > 0 else None,
            name=self._string(column["name"][row]), german=self._string(column["german"][row]),
            kind=int(column["kind"][row]), country=self.countries[column["country"][row]],
            lat=round(float(column["lat"][row]), 5), lon=round(float(column["lon"][row]), 5),
            population=int(column["population"][row]),
            admin=self._string(column["german"][admin]) if admin >= 0 else None,
        )  # fmt: skip

    def slots(self, keys: Sequence[str]) -> list[int]:
        """For each key its slot in the index, or -1: the quick test, many keys in one call."""
        if not keys:
            return []
        hashes = np.fromiter(map(hash_key, keys), np.uint64, len(keys))
        at = np.searchsorted(self._keys, hashes)
        at[at == len(self._keys)] = 0
        slots: list[int] = np.where(self._keys[at] == hashes, at, -1).tolist()
        return slots

    def longest(self, words: Sequence[str]) -> list[int]:
        """For each folded word, how many words the longest name that begins with it has (1: none of several)."""
        if not words:
            return []
        hashes = np.fromiter(map(hash_key, words), np.uint64, len(words))
        at = np.searchsorted(self._starters, hashes)
        at[at == len(self._starters)] = 0
        longest: list[int] = np.where(self._starters[at] == hashes, self._starter_words[at], 1).tolist()
        return longest

    def heads(self, words: Sequence[str]) -> dict[str, tuple[int, int]]:
        """For each folded word its slot (or -1) and how many words the longest name beginning with it has.

        The answers are kept: running text says the same words again and again.
        """
        known = self._heads
        new = [word for word in dict.fromkeys(words) if word not in known]
        if new:
            if len(known) > 20_000:
                known.clear()
                new = list(dict.fromkeys(words))
            known.update(zip(new, zip(self.slots(new), self.longest(new), strict=True), strict=True))
        return known

    def prior(self, slot: int) -> float | None:
        """Log-odds that a text which uses this one-word name means a place; None where nobody counted."""
        tenths = int(self._columns["priors"][slot])
        return None if tenths == NO_PRIOR else tenths / 10

    def person_name(self, slot: int) -> int:
        """Is the name also a given name (FORENAME) or a family name (SURNAME)? Bits."""
        return int(self._columns["flags"][slot])

    def at(self, slot: int) -> list[Place]:
        """The places of a slot, best rank first, then by population."""
        if slot < 0:
            return []
        low, high = int(self._starts[slot]), int(self._starts[slot + 1])
        return [self._place(int(self._places[i]), int(self._ranks[i])) for i in range(low, high)]

    def find(self, name: str) -> list[Place]:
        """The places that bear `name`, in any spelling of its umlauts and hyphens."""
        return self.at(self.slots([fold(name)])[0])

    def starts_with(self, beginning: str, limit: int = 12) -> list[Place]:
        """Places whose own or German name begins so (letter for letter, the first one a capital), largest first.

        For looking places up while someone types: the bytes of all names are compared at once, some ten
        milliseconds.
        """
        wanted = (beginning[:1].upper() + beginning[1:]).encode()
        if not wanted:
            return []
        column = self._columns
        starts, strings = column["string_starts"], column["strings"]
        numbers = np.flatnonzero(np.diff(starts) >= len(wanted))
        for offset, byte in enumerate(wanted):
            numbers = numbers[strings[starts[numbers] + offset] == byte]
        rows = np.flatnonzero(np.isin(column["german"], numbers) | np.isin(column["name"], numbers))
        order = np.argsort(-column["population"][rows].astype(np.int64), kind="stable")
        return [self._place(int(row), MAIN) for row in rows[order[:limit]]]


@lru_cache(maxsize=4)
def gazetteer(facts: Path | None = None) -> Gazetteer:
    """The gazetteer of `facts` (None: the shipped `rules/places`), compiled first where that is needed.

    Raises GazetteerError (one line) when neither the cache folder nor the temporary folder can be written.
    """
    facts = facts or RULES / "places"
    if not facts.is_dir():
        facts = RULES / "places"
    return Gazetteer(load(facts, compile_facts))
