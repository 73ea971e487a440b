"""Whose office is it: the city, county or region that an official belongs to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass

from pipeline.components.officials.candidate import Candidate
from pipeline.components.officials.home import home_of
from pipeline.components.officials.layout import Layout
from pipeline.findings import City, Findings

_BEHIND = re.compile(
    r"[ \u00a0]?\((?P<bracket>[^()\n]{2,40})\)"
    r"|[ \u00a0](?:aus|von|in)[ \u00a0](?P<origin>[^,.;:()\n]{2,50})"
    r"|[ \u00a0](?:der|des)[ \u00a0](?P<genitive>(?:Stadt|Gemeinde|Partnerstadt|Partnergemeinde|Landkreises|Kreises|Kantons)[ \u00a0][^,.;:()\n]{2,40})"
    r"|,[ \u00a0](?P<comma>[^,.;:()\n]{2,30}?)(?=[,.;)\n]|$)"
)
_BETWEEN = re.compile(r"[ \u00a0](?:(?:[a-zäöüß]+|Erste[rn]?|1\.)[ \u00a0]){0,3}$")
_THERE = re.compile(r"dortig|von dort|anderen Seite")
_WANTED: dict[str, tuple[str, ...]] = {
    "district_head": ("county", "region", "district"),
    "governor": ("region",),
    "district_mayor": ("district",),
}


@dataclass(slots=True)
class Located:
    """A city and how the text says so: "explicit", "near", "name" (of the person), "home"."""

    city: City | None
    how: str = ""


class Places:
    """The places of one article, asked about by stretches of its smoothed text."""

    def __init__(self, text: str, findings: Findings, layout: Layout) -> None:
        self.layout = layout
        self.cities = findings.cities
        spots = [(m.start, m.end, city, True) for city in findings.cities for m in city.mentions]
        spots += [
            (clue.start, clue.end, clue.city, False)
            for clue in findings.clues
            if clue.city is not None and clue.kind == "adjective"
        ]
        spots.sort(key=lambda spot: (spot[0], -spot[1]))
        self._spots = spots
        self._starts = [spot[0] for spot in spots]
        self.home = home_of(text, findings)
        self._text = text
        self._findings = findings
        self._homes: dict[str, City | None] = {}

    def named_in(self, start: int, end: int) -> City | None:
        """The first place named in the smoothed span, as a noun if possible."""
        first: City | None = None
        for _, _, city, noun in self._between(start, end):
            if noun:
                return city
            first = first or city
        return first

    def _between(self, start: int, end: int) -> list[tuple[int, int, City, bool]]:
        start, end = self.layout.span(start, end)
        found = []
        for spot in self._spots[bisect_left(self._starts, start) :]:
            if spot[0] >= end:
                break
            found.append(spot)
        return found

    def owning(self, at: int) -> City | None:
        """The place right before a title: "Roths Bürgermeister", "der Bochumer OB"."""
        text = self.layout.text
        found: City | None = None
        for start, end, city, noun in self._between(max(0, at - 60), at):
            gap = text[self._smoothed_end(start, end, at) : at]
            if _BETWEEN.fullmatch(gap) and (
                not noun or self.layout.text[: at - len(gap)].endswith(("s", "’", "'", "x", "z"))
            ):
                found = city
        return found

    def _smoothed_end(self, start: int, end: int, at: int) -> int:
        """Smoothed offset of the original `end`; exact because spots are short and near `at`."""
        offset = max(0, at - 60)
        while offset < at and self.layout.original(offset) < end:
            offset += 1
        return offset

    def behind(self, end: int) -> City | None:
        """The place right behind a name or title: "(Hof)", "aus Szamotuły", ", Hamburg"."""
        match = _BEHIND.match(self.layout.text, end)
        while match is not None:
            group = match.lastgroup or ""
            start, stop = match.span(group)
            spots = self._between(start, stop)
            if spots:
                at = self.layout.original(start)
                if group in ("origin", "genitive", "bracket") or spots[0][0] == at:
                    return spots[0][2] if spots[0][3] or group != "comma" else None
            if group != "bracket":
                return None
            match = _BEHIND.match(self.layout.text, match.end())
        return None

    def nearest(self, at: int, among: Collection[str], reach: int | None = None) -> City | None:
        """The place of `among` (ids) mentioned last before `at` (smoothed), else first behind it."""
        origin = self.layout.original(at)
        index = bisect_left(self._starts, origin)
        for spot in reversed(self._spots[:index]):
            if reach is not None and origin - spot[0] > reach:
                break
            if spot[2].id in among:
                return spot[2]
        if reach is None:
            for spot in self._spots[index:]:
                if spot[2].id in among:
                    return spot[2]
        return None

    def explicit(self, candidate: Candidate) -> City | None:
        """The place that the text puts to this very title or name."""
        use = candidate.use
        for start, end in candidate.place:
            if (city := self.named_in(start, end)) is not None:
                return city
        if use is not None:
            if not candidate.group and (city := self.owning(use.start)) is not None:
                return city
            if use.head > candidate.name.start and (city := self.behind(use.after)) is not None:
                return city
        return self.behind(candidate.name.end)

    def fitting(self, role: str | None, exclude: Collection[str]) -> list[City]:
        """Places that can have an office of this role."""
        cities = [city for city in self.cities if city.id not in exclude]
        wanted = _WANTED.get(role or "")
        if wanted:
            return [city for city in cities if city.kind in wanted] or cities
        return [city for city in cities if city.kind != "region"] or cities

    def home_for(self, role: str | None) -> City | None:
        """The home place that has such an office: the county of a Landrat, the borough of a Bezirksbürgermeister."""
        kinds = _WANTED.get(role or "")
        if kinds is None or self.home is None or self.home.kind in kinds:
            return self.home
        if role not in self._homes:
            found = home_of(self._text, self._findings, kinds, self.home.country)
            self._homes[role or ""] = found or self.home
        return self._homes[role or ""]

    def there(self, candidate: Candidate) -> bool:
        """Does the text say "the mayor there"?"""
        use = candidate.use
        if use is None:
            return False
        return bool(_THERE.search(self.layout.text[max(0, use.start - 40) : use.start]))
