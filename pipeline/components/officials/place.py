"""Whose office is it: the city, county or region that an official belongs to.

What the text puts to the title or name ("von Y", "der Bochumer OB", "(Y)") decides; it is right nearly always. Else
a linear ranking over the places of the article weighs what speaks for each: nearness, the language of the name, whose
article it is, where the title is used. Its weights (`rules/officials_places.yaml`) are learnt by `training/officials_places.py`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from dataclasses import dataclass, field

from pipeline.components.officials.candidate import Candidate
from pipeline.components.officials.home import GERMAN, HOME_FEATURES, home_features, home_score
from pipeline.components.officials.layout import Layout
from pipeline.components.officials.origins import Origins
from pipeline.findings import City, Findings

_BEHIND = re.compile(
    r"[ \u00a0]?\((?P<bracket>[^()\n]{2,40})\)"
    r"|[ \u00a0](?:aus|von|in)[ \u00a0](?P<origin>[^,.;:()\n]{2,50})"
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
_FAR, _STATE_REACH, _MOST_PLACES = 5000, 600, 80
_PLACING = frozenset({"adjective", "own_town", "dateline"})
_THERE = re.compile(r"dortig|von dort|anderen Seite")
_OWN = re.compile(r"(?i)(?<![\w-])(?:unser|mein|hiesig)")
_SENTENCE_END = re.compile(r"[.!?][“\"»]?[ \n]|\n\n")
_KINDS: dict[str, tuple[str, ...]] = {
    "district_head": ("county",),
    "governor": ("region",),
    "district_mayor": ("district",),
}
_BIG, _SMALL = 120_000, 15_000
"""Inhabitants: a German town above the first has an Oberbürgermeister, one below the second has none."""
_COUNTY_WORD = re.compile(r"kreis|land")

EXPLICIT = ("complement", "owner", "title_behind", "bracket", "origin", "genitive", "comma")
LOCAL_FEATURES = (
    "home", "abroad", "kind_fits", "kind_wrong", "title_country", "title_elsewhere", "name_hint", "name_elsewhere",
    "name_letters", "foreign_home", "german_home", "foreign_last", "foreign_nearness", "lord_mayor_abroad", "sentence_before",
    "sentence_after", "adjective_near", "paragraph", "last_before", "nearness", "country_share", "foreign_share", "there", "own", "model_city",
    "model_city_kin", "kin_home", "neighbour", "taken", "used_here", "used_elsewhere", "big_town_mayor", "small_town_lord_mayor", "vize_in_germany", "head_last", "head_nearness", "german_last", "former_home", "other_kind_home", "opening_home", "unnamed", "heading", "partnered", "foreign_partnered", "head_partnered", "council_home", "staff_home", "deputy_home", "head_home",
)  # fmt: skip
FEATURES = (*LOCAL_FEATURES, *HOME_FEATURES)


_AT_HOME = (
    ("council_home", ("councillor",)), ("staff_home", ("department_head", "other")),
    ("deputy_home", ("deputy_mayor",)), ("head_home", ("mayor", "lord_mayor")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _NameSense:
    """Countries a name points to, its likelihood by group of languages and in that of the home, how foreign it is."""

    hints: frozenset[str]
    scores: dict[str, float]
    own: float | None
    foreign: float
    vize: bool
    first: bool


@dataclass(frozen=True, slots=True)
class _Context:
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


@dataclass(slots=True)
class Asked:
    """What is asked: the place of the office of `candidate`, with role `role`, borne by `name`.

    `model`: place of the person that a colleague or successor is measured by; `neighbours`: places of those named in
    the same breath; `taken`: places that have such an officer already; `other_kind`: an Oberbürgermeister is
    asked about beside Bürgermeister, or the other way round.
    """

    candidate: Candidate
    role: str
    name: str
    model: City | None = None
    kin: str | None = None
    neighbours: frozenset[str] = field(default_factory=frozenset)
    taken: frozenset[str] = field(default_factory=frozenset)
    other_kind: bool = False


class Places:
    """The places of one article, asked about by stretches of its smoothed text."""

    def __init__(
        self, text: str, findings: Findings, layout: Layout, origins: Origins, weights: dict[str, float]
    ) -> None:
        self.layout = layout
        self.origins = origins
        self.weights = weights
        known = {city.id: city for city in findings.cities}
        for clue in findings.clues:
            if clue.city is not None and clue.kind in _PLACING:
                known.setdefault(clue.city.id, clue.city)
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
        self._countries = [clue.start for clue in findings.clues if clue.kind == "country"]
        self._headings = [
            (start, city.id) for start, end, city, noun in spots if noun and _is_heading(text, start, end)
        ]
        self._partnered = frozenset(
            city.id
            for start, end, city, _ in spots
            if _PARTNER.search(text, max(0, start - 70), min(len(text), end + 40))
        )
        self._rows = home_features(text, findings, self.cities)
        ranked = sorted(self.cities, key=lambda city: -home_score(self._rows[city.id]))
        self.home = ranked[0] if ranked else None
        self._ranked = ranked

    def _between(self, start: int, end: int) -> list[tuple[int, int, City, bool]]:
        """Place spots that begin in the smoothed span."""
        start, end = self.layout.span(start, end)
        found = []
        for spot in self._spots[bisect_left(self._starts, start) :]:
            if spot[0] >= end:
                break
            found.append(spot)
        return found

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
                and (group != "comma" or (spots[0][0] == self.layout.original(start) and spots[0][3]))
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

    def choose(self, asked: Asked) -> City | None:
        """The likeliest place of the office, or None when the article names none that could be it."""
        if (told := self.told(asked.candidate)) is not None:
            return told
        best: City | None = None
        most = -math.inf
        weights = self.weights
        for city, row in self.table(asked):
            score = 0.0
            for name, value in row.items():
                if value:
                    score += weights.get(name, 0.0) * value
            if score > most:
                best, most = city, score
        return best

    def table(self, asked: Asked) -> list[tuple[City, dict[str, float]]]:
        """The places that can be meant, with their FEATURES."""
        candidate = asked.candidate
        use = candidate.use
        cities = self.cities if len(self.cities) <= _MOST_PLACES else self._likely(candidate.name.start)
        base = use.word.base if use else None
        kinds = _KINDS.get(asked.role)
        if asked.role in ("district_head", "governor") and asked.kin is None and not (base and base.country):
            home = self.home.country if self.home else None
            cities = [
                city for city in cities if kinds and city.kind in kinds and home in (city.country, None)
            ]
        if (
            kinds is None
            and use is not None
            and asked.role in ("councillor", "department_head", "deputy_mayor", "other")
        ) and (_COUNTY_WORD.match(use.word.prefix) or (base and _COUNTY_WORD.match(base.word.lower()))):
            kinds = ("county",)
        if asked.kin == "same" and asked.model is not None:
            cities = [city for city in cities if city.id != asked.model.id] or cities
        context = self._context(candidate)
        name = self._name(asked)
        return [(city, self._row(asked, city, kinds, context, name)) for city in cities]

    def _likely(self, at: int) -> list[City]:
        """Of very many places, those that matter most and those named last."""
        index = bisect_left(self._starts, self.layout.original(at))
        near = {spot[2].id: spot[2] for spot in self._spots[max(0, index - _MOST_PLACES // 2) : index]}
        near.update({city.id: city for city in self._ranked[: _MOST_PLACES // 2]})
        return list(near.values())

    def _row(
        self,
        asked: Asked,
        city: City,
        kinds: tuple[str, ...] | None,
        context: _Context,
        name: _NameSense,
    ) -> dict[str, float]:
        role, home = asked.role, self.home
        row = dict(self._rows[city.id])
        at_home = home is not None and city.id == home.id
        row["home"] = float(at_home)
        row["abroad"] = float(home is not None and city.country != home.country)
        row["kind_fits"] = float(kinds is not None and city.kind in kinds)
        row["kind_wrong"] = float(city.kind != "city") if kinds is None else float(city.kind not in kinds)
        base = asked.candidate.use.word.base if asked.candidate.use else None
        if base and base.country:
            row["title_country"] = float(city.country in base.country)
            row["title_elsewhere"] = float(city.country not in base.country)
        if base and base.used_in:
            row["used_here"] = float(city.country in base.used_in)
            row["used_elsewhere"] = float(city.country not in base.used_in)
        row["vize_in_germany"] = float(name.vize and city.country == "DE")
        if city.population and city.country == "DE":
            row["big_town_mayor"] = float(role == "mayor" and city.population > _BIG and not name.first)
            row["small_town_lord_mayor"] = float(role == "lord_mayor" and city.population < _SMALL)
        row["taken"] = float(city.id in asked.taken)
        group = self.origins.group(city.country)
        if name.hints:
            row["name_hint"] = float(city.country in name.hints)
            row["name_elsewhere"] = float(city.country not in name.hints and group is not None)
        if group is not None and name.own is not None:
            row["name_letters"] = max(-1.0, min(1.0, (name.scores[group] - name.own) / 10))
        foreign = name.foreign
        row["foreign_home"] = foreign * at_home
        row["german_home"] = (1 - foreign) * at_home
        row["lord_mayor_abroad"] = float(role == "lord_mayor" and city.country not in ("DE", None))
        last = float(city.id == context.last)
        row["last_before"] = last
        row["foreign_last"] = foreign * last
        head = role in ("mayor", "lord_mayor")
        row["head_last"] = head * last
        row["german_last"] = (1 - foreign) * last * (city.country in GERMAN)
        use = asked.candidate.use
        row["former_home"] = float(at_home and use is not None and use.former)
        row["other_kind_home"] = float(at_home and asked.other_kind)
        row["opening_home"] = float(at_home and context.origin < 500)
        row["sentence_before"] = float(city.id in context.before)
        row["sentence_after"] = float(city.id in context.after)
        row["adjective_near"] = float(city.id in context.adjectives)
        row["paragraph"] = float(city.id in context.paragraph)
        distance = self._distance(city, context.origin)
        row["heading"] = float(city.id == context.heading)
        partnered = float(city.id in self._partnered and not at_home)
        row["partnered"] = partnered
        row["foreign_partnered"] = foreign * partnered
        row["head_partnered"] = head * partnered
        row["nearness"] = 1 / (1 + math.log1p(distance / 40))
        row["head_nearness"] = head * row["nearness"]
        row["country_share"] = len(self._places[city.id]) / self._by_country.get(city.country, 1)
        row["unnamed"] = float(not city.mentions)
        row["foreign_share"] = foreign * row["country_share"] * (not at_home)
        row["foreign_nearness"] = foreign * row["nearness"] * (not at_home)
        row["there"] = float(context.there and not at_home)
        row["own"] = float(context.own and at_home and asked.kin != "same")
        if asked.model is not None and asked.model.id == city.id:
            row["model_city_kin" if asked.kin == "same" else "model_city"] = 1.0
        row["kin_home"] = float(asked.kin == "same" and at_home)
        row["neighbour"] = float(city.id in asked.neighbours)
        for feature, roles in _AT_HOME:
            row[feature] = float(at_home and role in roles)
        return row

    def _distance(self, city: City, origin: int) -> int:
        """Characters between `origin` and the nearest mention of the place."""
        starts = self._places[city.id]
        index = bisect_left(starts, origin)
        return min((abs(start - origin) for start in starts[max(0, index - 1) : index + 1]), default=_FAR)

    def of_state(self, at: int) -> bool:
        """Is a country named shortly before the smoothed offset?"""
        origin = self.layout.original(at)
        return any(origin - _STATE_REACH <= start < origin for start in self._countries)

    def _name(self, asked: Asked) -> _NameSense:
        """What the person's name says about the country; a title of another language says it too."""
        home = self.home.country if self.home else None
        hints, scores = self.origins.hints(asked.name), self.origins.scores(asked.name)
        group = self.origins.group(home)
        own = scores[group] if group is not None else None
        base = asked.candidate.use.word.base if asked.candidate.use else None
        if base and base.country:
            foreign = float(home not in base.country)
        elif hints:
            foreign = float(home not in hints)
        elif own is not None:
            foreign = 1 / (1 + math.exp(-((max(scores.values()) - own) - 6) / 2))
        else:
            foreign = 0.5
        use = asked.candidate.use
        vize = use is not None and self.layout.text[use.head : use.head + 4].lower() in ("vize", "vice")
        return _NameSense(hints, scores, own, foreign, vize, use is not None and use.first)

    def _context(self, candidate: Candidate) -> _Context:
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
        heads = bisect_left(self._headings, (origin, ""))
        heading = self._headings[heads - 1] if heads else None
        return _Context(
            origin=origin,
            before=frozenset(spot[2].id for spot in before if spot[3]),
            adjectives=frozenset(spot[2].id for spot in before if not spot[3]),
            after=frozenset(spot[2].id for spot in self._between(candidate.name.end, end)),
            paragraph=frozenset(spot[2].id for spot in self._between(text.rfind("\n", 0, at) + 1, at)),
            last=others[-1] if others else None,
            there=_THERE.search(lead) is not None,
            own=_OWN.search(lead[-20:]) is not None,
            heading=heading[1] if heading and origin - heading[0] < _SECTION else None,
        )


def _is_heading(text: str, start: int, end: int) -> bool:
    """Does the place stand alone on its line, or open it before a colon?"""
    line = text.rfind("\n", 0, start) + 1
    return start - line <= 4 and _HEADED.match(text, end) is not None
