"""Whose office is it: the city, county or region that an official belongs to.

What the text puts to the title or name: "von Y", "der Bochumer OB", "(Y)". It is right nearly always; where it says
nothing, `ranking.py` weighs what else speaks for a place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from pipeline.components.officials.candidate import Candidate
from pipeline.components.officials.layout import Layout
from pipeline.components.own_town import candidates, own_chances
from pipeline.findings import City, Findings

_BEHIND = re.compile(
    r"[ \u00a0]?\((?P<bracket>[^()\n]{2,40})\)"
    r"|[ \u00a0](?:aus|von)[ \u00a0](?P<origin>[^,.;:()\n]{2,50})"
    r"|[ \u00a0](?:der|des)[ \u00a0](?P<genitive>(?:Stadt|Gemeinde|Partnerstadt|Partnergemeinde|Landkreises|Kreises|Kantons)"
    r"[ \u00a0][^,.;:()\n]{2,40})"
    r"|,[ \u00a0](?P<comma>[^,.;:()\n]{2,30}?)(?=[,.;)\n]|$)"
)
_BETWEEN = re.compile(r"[ \u00a0](?:(?:[a-zäöüß]+e[rnsm]?|Erste[rn]?|1\.)[ \u00a0]){0,2}$")
_GOVERNED = re.compile(r"(?<![\w-])(?:in|aus|nach|mit|von|bei|und|für|über|ab|bis|an|auf)[ \u00a0]$")
_NEAR_GAP = re.compile(r"(?:(?:der|dem|den|des|die)[ \u00a0])?(?:[\w-]+[ \u00a0]|[\w ]+, ?){0,2}")
_GENITIVE_GAP = re.compile(r"[ \u00a0](?:(?:Erste[rn]?|1\.|[a-zäöüß]+[gehl]e[rn]?)[ \u00a0])?$")
_PARTNER = re.compile(
    r"[Pp]artner|[Vv]erschwister|[Jj]umelage|[Ff]reundschaft|[Vv]ertrag|[Uu]rkunde|befreundet|Patenschaft"
)
_HEADED = re.compile(r"[ ]?(?:\n|:|\([^()\n]{1,40}\)[ ]?(?:\n|:|–)|$)")
_SECTION = 2500
_AROUND = 500
_FAR, _STATE_REACH, _MOST_PLACES = 5000, 600, 80
_PLACING = frozenset({"adjective", "dateline"})
_LIKELY = 0.2
"""So probable is a place the article's own that it counts though no more than a masthead names it."""
_THERE = re.compile(r"dortig|von dort|anderen Seite")
_OPENS = re.compile(r"(?:\A|\n|[.!?:;–][“\"»]? )(?:In |Auch |Die Stadt |Und )?$")
_OWN = re.compile(r"(?i)(?<![\w-])(?:unser|mein|hiesig)")
_SENTENCE_END = re.compile(r"[.!?][“\"»]?[ \n]|\n\n")

EXPLICIT = ("complement", "owner", "title_behind", "bracket", "origin", "genitive", "comma")


@dataclass(frozen=True, slots=True)
class Context:
    """Ids of the places around a naming; `origin` is its original offset."""

    origin: int
    before: frozenset[str]
    adjectives: frozenset[str]
    after: frozenset[str]
    paragraph: frozenset[str]
    last: str | None
    there: bool
    own: bool
    heading: str | None
    shares: dict[str, float]
    topic: str | None
    previous: frozenset[str]


@dataclass(frozen=True, slots=True)
class Named:
    """Where a place is first named, its share in all that is named, and in how many adjectives and datelines it stands."""

    first: int
    share: float
    adjectives: int


class Places:
    """The places of one article, asked about by stretches of its smoothed text."""

    def __init__(self, text: str, findings: Findings, layout: Layout) -> None:
        self.layout = layout
        self._text = text
        known = {city.id: city for city in findings.cities}
        for clue in findings.clues:
            if clue.city is not None and clue.kind in _PLACING:
                known.setdefault(clue.city.id, clue.city)
        chances = own_chances(text, findings)
        for city in candidates(findings):  # the own town, though the text itself may never name it
            if chances.get(city.id, 0.0) >= _LIKELY:
                known.setdefault(city.id, city)
        self.cities = list(known.values())
        spots = [(m.start, m.end, city, True) for city in findings.cities for m in city.mentions]
        spots += [
            (clue.start, clue.end, known[clue.city.id], False)
            for clue in findings.clues
            if clue.city is not None and clue.kind in _PLACING
        ]
        spots.sort(key=lambda spot: (spot[0], -spot[1]))
        self._spots = spots
        self._starts = [spot[0] for spot in spots]
        self._places: dict[str, list[int]] = {city.id: [] for city in self.cities}
        self._by_country: dict[str | None, int] = {}
        for start, _, city, _ in spots:
            self._places[city.id].append(start)
            self._by_country[city.country] = self._by_country.get(city.country, 0) + 1
        self._countries = sorted(clue.start for clue in findings.clues if clue.kind == "country")
        self._headings = [
            (start, city.id) for start, end, city, noun in spots if noun and _is_heading(text, start, end)
        ]
        self.partnered: set[str] = set()
        for start, end, city, _ in spots:
            if city.id not in self.partnered and _PARTNER.search(
                text, max(0, start - 70), min(len(text), end + 40)
            ):
                self.partnered.add(city.id)
        self.chance = {city.id: chances.get(city.id, 0.0) for city in self.cities}
        self._ranked = sorted(self.cities, key=lambda city: -self.chance[city.id])
        self.home = self._ranked[0] if self._ranked else None

    def _between(self, start: int, end: int) -> list[tuple[int, int, City, bool]]:
        """Place spots that begin in the smoothed span."""
        start, end = self.layout.span(start, end)
        return self._spots[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _named_in(self, start: int, end: int) -> City | None:
        """The first place named in the smoothed span, as a noun if possible."""
        first: City | None = None
        for _, _, city, noun in self._between(start, end):
            if noun:
                return city
            first = first or city
        return first

    def _owning(self, at: int) -> City | None:
        """The place right before a title: "Roths Bürgermeister", "der Bochumer OB"."""
        text = self.layout.text
        found: City | None = None
        for start, end, city, noun in self._between(max(0, at - 60), at):
            offset = max(0, at - 60)
            while offset < at and self.layout.original(offset) < end:
                offset += 1
            ends = text[:offset].endswith(("s", "’", "'", "x", "z"))
            sure = text[:offset].endswith(("’", "'")) or not city.name.endswith(("s", "x", "z"))
            genitive = ends and (sure or not _GOVERNED.search(text[max(0, at - 90) : offset - (end - start)]))
            gap = text[offset:at]
            if _GENITIVE_GAP.fullmatch(gap) if noun and genitive else not noun and _BETWEEN.fullmatch(gap):
                found = city
        return found

    def _behind(self, end: int) -> tuple[str, City] | None:
        """The place right behind a name or title: "(Hof)", "aus Szamotuły", ", Hamburg"."""
        match = _BEHIND.match(self.layout.text, end)
        while match is not None:
            group = match.lastgroup or ""
            start, stop = match.span(group)
            spots = self._between(start, stop)
            near = spots and _NEAR_GAP.fullmatch(
                self.layout.text[start : self._smooth_start(spots[0][0], start, stop)]
            )
            if (
                spots
                and near
                and (group != "comma" or (spots[0][:2] == self.layout.span(start, stop) and spots[0][3]))
            ):
                return group, spots[0][2]
            if group != "bracket":
                return None
            match = _BEHIND.match(self.layout.text, match.end())
        return None

    def _smooth_start(self, original: int, low: int, high: int) -> int:
        """Smoothed offset of an original one that is known to lie between `low` and `high`."""
        offset = low
        while offset < high and self.layout.original(offset) < original:
            offset += 1
        return offset

    def explicit(self, candidate: Candidate) -> dict[str, City]:
        """The places that the text puts to this very title or name, by how it does so (EXPLICIT)."""
        found: dict[str, City] = {}
        use = candidate.use
        for start, end in candidate.place:
            if "complement" not in found and (city := self._named_in(start, end)) is not None:
                found["complement"] = city
        if use is not None:
            if not candidate.group and (city := self._owning(use.start)) is not None:
                found["owner"] = city
            if use.head > candidate.name.start and (behind := self._behind(use.after)) is not None:
                found["title_behind"] = behind[1]
        if (behind := self._behind(candidate.name.end)) is not None:
            found[behind[0]] = behind[1]
        return found

    def told(self, candidate: Candidate) -> City | None:
        """The place that the text puts to the title or name most clearly, or None."""
        found = self.explicit(candidate)
        return next((found[kind] for kind in EXPLICIT if kind in found), None)

    def likely(self, at: int) -> list[City]:
        """The places that an office named at `at` may belong to: all, or of very many those that matter most or were named last."""
        if len(self.cities) <= _MOST_PLACES:
            return self.cities
        index = bisect_left(self._starts, self.layout.original(at))
        near = {spot[2].id: spot[2] for spot in self._spots[max(0, index - _MOST_PLACES // 2) : index]}
        near.update({city.id: city for city in self._ranked[: _MOST_PLACES // 2]})
        return list(near.values())

    def named(self, city: City) -> Named:
        """Where and how often the place is named."""
        starts = self._places[city.id]
        share = len(starts) / max(1, len(self._spots))
        return Named(starts[0] if starts else _FAR, share, len(starts) - len(city.mentions))

    def country_share(self, city: City) -> float:
        """Share of the place in the mentions of places of its country."""
        return len(self._places[city.id]) / self._by_country.get(city.country, 1)

    def distance(self, city: City, origin: int) -> int:
        """Characters between `origin` and the nearest mention of the place."""
        starts = self._places[city.id]
        index = bisect_left(starts, origin)
        return min((abs(start - origin) for start in starts[max(0, index - 1) : index + 1]), default=_FAR)

    def of_state(self, at: int) -> bool:
        """Is a country named shortly before the smoothed offset?"""
        origin = self.layout.original(at)
        index = bisect_left(self._countries, origin)
        return index > 0 and origin - self._countries[index - 1] <= _STATE_REACH

    def context(self, candidate: Candidate) -> Context:
        """The places named around the title and name."""
        use = candidate.use
        at = min(candidate.name.start, use.start) if use else candidate.name.start
        text = self.layout.text
        low = max(0, at - 300)
        begin = max((m.end() for m in _SENTENCE_END.finditer(text, low, at)), default=low)
        stop = _SENTENCE_END.search(text, candidate.name.end, candidate.name.end + 300)
        end = stop.start() if stop else min(len(text), candidate.name.end + 300)
        before = self._between(begin, at)
        origin = self.layout.original(at)
        index = bisect_left(self._starts, origin)
        home = self.home.id if self.home else ""
        others = [spot[2].id for spot in self._spots[max(0, index - 12) : index] if spot[2].id != home]
        lead = text[max(0, at - 40) : at]
        opening = [
            spot
            for spot in self._spots[max(0, index - 12) : index]
            if spot[3] and _OPENS.search(self._text, max(0, spot[0] - 14), spot[0])
        ]
        earlier = max((m.end() for m in _SENTENCE_END.finditer(text, low, max(low, begin - 2))), default=low)
        low, high = bisect_left(self._starts, origin - _AROUND), bisect_left(self._starts, origin + _AROUND)
        near = Counter(spot[2].id for spot in self._spots[low:high])
        heads = bisect_left(self._headings, (origin, ""))
        heading = self._headings[heads - 1] if heads else None
        return Context(
            origin=origin,
            before=frozenset(spot[2].id for spot in before if spot[3]),
            adjectives=frozenset(spot[2].id for spot in before if not spot[3]),
            after=frozenset(spot[2].id for spot in self._between(candidate.name.end, end)),
            paragraph=frozenset(
                spot[2].id for spot in self._between(text.rfind("\n", low, at) + 1 or low, at)
            ),
            last=others[-1] if others else None,
            there=_THERE.search(lead) is not None,
            own=_OWN.search(lead[-20:]) is not None,
            heading=heading[1] if heading and origin - heading[0] < _SECTION else None,
            shares={key: count / (high - low) for key, count in near.items()},
            topic=opening[-1][2].id if opening else None,
            previous=frozenset(spot[2].id for spot in self._between(earlier, begin) if spot[3]),
        )


def _is_heading(text: str, start: int, end: int) -> bool:
    """Does the place stand alone on its line, or open it before a colon?"""
    line = text.rfind("\n", 0, start) + 1
    return start - line <= 4 and _HEADED.match(text, end) is not None
