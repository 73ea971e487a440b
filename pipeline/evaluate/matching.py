"""When an entry of a record is the one that the gold means.

Cities are matched by name or any surface form, in the same country; officials by surname and compatible first
names; dates by span (equal first, then overlapping); partnerships by their pair. All matching is one to one, in the
gold's order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

NEAR_KM = 30.0
_EARTH_KM = 12742  # diameter
_TITLES = frozenset(
    ["dr", "prof", "ing", "med", "phil", "h", "c", "herr", "frau", "jur", "rer", "nat", "mag", "dipl", "mult"]
)
Data = dict[str, Any]
Match = dict[int, int]  # index in the gold -> index in the record


def fold(name: str | None) -> str:
    """A name for comparison: no case, no accents, no punctuation."""
    name = (name or "").replace("ß", "ss").replace("ł", "l").replace("Ł", "L")
    name = unicodedata.normalize("NFKD", name)
    name = "".join(c for c in name if not unicodedata.combining(c)).lower()
    return re.sub(r"[^0-9a-zа-яぁ-龯]+", " ", name).strip()


def options(value: Any) -> list[Any]:
    """The values that the gold allows."""
    return list(value["any"]) if isinstance(value, dict) and "any" in value else [value]


def right(gold: Any, got: Any) -> bool:
    """Is it one of the values that the gold allows?"""
    return got in options(gold)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees."""
    la, lo, lb, lp = map(math.radians, (*a, *b))
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin((lp - lo) / 2) ** 2
    return _EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def same_city(gold: Data, got: Data) -> bool:
    """By id, or by name or any surface form and not in another country."""
    if gold.get("geonames_id") and gold["geonames_id"] == got.get("geonames_id"):
        return True
    names = {fold(name) for name in [gold["name"], *gold.get("aliases", [])]}
    forms = {
        fold(got.get("name")),
        fold(got.get("geonames_name")),
        *(fold(m["text"]) for m in got["mentions"]),
    }
    if not names & (forms - {""}):
        return False
    return got.get("country") is None or gold.get("country") is None or right(gold["country"], got["country"])


def linked_right(gold: Data, got: Data) -> bool:
    """Is the place the right one: its id, or within 30 km of it."""
    if got.get("geonames_id") and right(gold.get("geonames_id"), got["geonames_id"]):
        return True
    if gold.get("lat") is None or got.get("latitude") is None:
        return False
    return kilometres((gold["lat"], gold["lon"]), (got["latitude"], got["longitude"])) <= NEAR_KM


def same_person(gold: Data, got: Data) -> bool:
    """The same surname, and the shorter name's words all in the longer one; titles aside."""
    found = [word for word in fold(got.get("name")).split() if word not in _TITLES]
    for known in [gold["name"], *gold.get("aliases", [])]:
        name = [word for word in fold(known).split() if word not in _TITLES]
        if not name or not found:
            continue
        if name == found:
            return True
        if name[-1] == found[-1] and (set(found) <= set(name) or set(name) <= set(found)):
            return True
    return False


def pair_up(gold: Sequence[Data], system: Sequence[Data], same: Callable[[Data, Data], bool]) -> Match:
    """One to one, in the gold's order: each gold entry takes the first entry that is left and the same."""
    taken: set[int] = set()
    match: Match = {}
    for i, wanted in enumerate(gold):
        for j, got in enumerate(system):
            if j not in taken and same(wanted, got):
                taken.add(j)
                match[i] = j
                break
    return match


def pair_dates(gold: Sequence[Data], system: Sequence[Data]) -> Match:
    """Equal spans first, then overlapping ones."""

    def exact(wanted: Data, got: Data) -> bool:
        return wanted["span"] is not None and (got["start"], got["end"]) == tuple(wanted["span"])

    match = pair_up(gold, system, exact)
    taken = set(match.values())
    for i, wanted in enumerate(gold):
        if i in match or wanted["span"] is None:
            continue
        start, end = wanted["span"]
        for j, got in enumerate(system):
            if j not in taken and got["start"] < end and start < got["end"]:
                match[i] = j
                taken.add(j)
                break
    return match


def pair_partnerships(gold: Sequence[Data], system: Sequence[Data], ids: Callable[[Data], set[str]]) -> Match:
    """By pair of cities; where a pair has several entries, the one of the same type is preferred."""
    match: Match = {}
    for i, wanted in enumerate(gold):
        taken = set(match.values())
        found = [j for j, got in enumerate(system) if j not in taken and set(got["cities"]) == ids(wanted)]
        if found:
            match[i] = next((j for j in found if right(wanted["type"], system[j]["type"])), found[0])
    return match


def nth_span(text: str, needle: str, nth: int) -> tuple[int, int]:
    """The (nth + 1)th place of `needle`; raises ValueError when there are fewer."""
    at = -1
    for _ in range(nth + 1):
        at = text.find(needle, at + 1)
        if at < 0:
            raise ValueError(f"{needle!r} occurs fewer than {nth + 1} times")
    return at, at + len(needle)


def in_record(gold_text: str, record_text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """The span of the article file in the record's own text, which cleaning may have shifted."""
    start, end = span
    needle = gold_text[start:end]
    if record_text[start:end] == needle:
        return span
    before = [m.start() for m in re.finditer(re.escape(needle), gold_text)].index(start)
    found = [m.start() for m in re.finditer(re.escape(needle), record_text)]
    if not found:
        return None
    at = found[min(before, len(found) - 1)]
    return at, at + len(needle)
