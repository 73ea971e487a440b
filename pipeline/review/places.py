"""Candidates for a place: what the gazetteer knows under a name, or under names that begin so."""

from __future__ import annotations

import bisect
import re
import threading
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.record import Country

_PREFIX_POPULATION = 2_000  # smaller places are found by their whole name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place as the record's `cities` wants it."""

    id: str
    name: str
    kind: str
    country: Country | None
    country_name: str | None
    admin: str | None
    geonames_id: int | None
    geonames_name: str | None
    latitude: float | None
    longitude: float | None
    population: int | None

    def as_entry(self) -> dict[str, Any]:
        """The candidate's part of a record's city."""
        return asdict(self)


def unlinked(name: str, kind: str = "city") -> Candidate:
    """A place that no gazetteer knows."""
    return Candidate("name:" + slug(name), name, kind, None, None, None, None, None, None, None, None)


def slug(name: str) -> str:
    """`Bad Neuenahr` as `bad-neuenahr`: the id of a place without a link."""
    folded = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"\W+", "-", folded).strip("-") or "x"


class PlaceFinder:
    """Looks candidates up; the list for beginnings of names is made once, in the background."""

    def __init__(self) -> None:
        self._prefixes: list[tuple[str, int]] | None = None
        self._started = threading.Lock()
        self._names: dict[str, str] = {}

    def warm_up(self) -> None:
        """Start making the list of names, without waiting for it."""
        if self._started.acquire(blocking=False):
            threading.Thread(target=self._collect, daemon=True).start()

    def find(self, name: str, limit: int = 12) -> list[Candidate]:
        """Places of that name, best first, then places whose name begins so, by population."""
        from pipeline.knowledge.gazetteer import fold, gazetteer

        index = gazetteer()
        rows = {place.row: place for place in index.find(name)}
        key = fold(name)
        prefixes = self._prefixes
        if prefixes is not None and len(key) >= 2:
            start = bisect.bisect_left(prefixes, (key, 0))
            near = []
            for folded, row in prefixes[start : start + 2_000]:
                if not folded.startswith(key):
                    break
                near.append(row)
            extra = {row: index._place(row, 0) for row in dict.fromkeys(near) if row not in rows}
            for place in sorted(extra.values(), key=lambda p: -p.population)[: max(0, limit - len(rows))]:
                rows[place.row] = place
        return [self._candidate(place) for place in list(rows.values())[:limit]]

    def _candidate(self, place: Any) -> Candidate:
        from pipeline.knowledge.gazetteer import KINDS

        name = place.german or place.name
        return Candidate(
            id=f"geonames:{place.gid}" if place.gid else "name:" + slug(name),
            name=name, kind=KINDS[place.kind], country=place.country or None,
            country_name=self._country_name(place.country), admin=place.admin, geonames_id=place.gid,
            geonames_name=place.name if place.gid else None, latitude=place.lat, longitude=place.lon,
            population=place.population or None,
        )  # fmt: skip

    def _country_name(self, code: str) -> str | None:
        if not self._names:
            from babel import Locale

            self._names.update(Locale("de").territories)
        return self._names.get(code)

    def _collect(self) -> None:
        from pipeline.knowledge.gazetteer import fold, gazetteer

        index = gazetteer()
        found = []
        populations = index._columns["population"].tolist()
        for row, population in enumerate(populations):
            if population >= _PREFIX_POPULATION:
                place = index._read_place(row, 0)
                found += [(fold(name), row) for name in {place.german, place.name} if name]
        self._prefixes = sorted(found)
