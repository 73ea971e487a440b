"""Candidates for a place: what the gazetteer knows under a name, or under names that begin so."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.record import Country


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
    """Looks candidates up in the gazetteer."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._ready = threading.Event()
        threading.Thread(target=self._compile, daemon=True).start()

    def _compile(self) -> None:
        """Compile the index where that is still to do, in a process of its own: it would keep this one busy."""
        script = "from pipeline.knowledge.gazetteer import gazetteer; gazetteer()"
        subprocess.run([sys.executable, "-c", script], stderr=subprocess.DEVNULL, check=False)
        self._ready.set()

    def find(self, name: str, limit: int = 12) -> list[Candidate]:
        """Places of that name, best first, then places whose name begins so, by population."""
        from pipeline.knowledge.gazetteer import gazetteer

        self._ready.wait()
        index = gazetteer()
        rows = {place.row: place for place in index.find(name)}
        if len(name.strip()) >= 3 and len(rows) < limit:
            for place in index.starts_with(name.strip(), 2 * limit):
                rows.setdefault(place.row, place)
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
