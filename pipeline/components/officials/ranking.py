"""Whose office is it, where the text does not say: a linear ranking over the places of the article.

It weighs nearness, the language of the name, whose article it is, where the title is used. The weights
(`rules/officials_places.yaml`) are learnt by `training/officials_places.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from pipeline.components.officials.candidate import Candidate
from pipeline.components.officials.origins import Origins
from pipeline.components.officials.place import Context, Places
from pipeline.findings import City

_KINDS: dict[str, tuple[str, ...]] = {
    "district_head": ("county",),
    "governor": ("region",),
    "minister": ("region",),
    "district_mayor": ("district",),
}
GERMAN = frozenset({"DE", "AT", "CH", "LI", "LU"})
_BIG, _SMALL = 120_000, 15_000
"""Inhabitants: a German town above the first has an Oberbürgermeister, one below the second has none."""
_HEADS = frozenset({"mayor", "deputy_mayor", "district_head", "governor", "district_mayor"})
_OF_TOWNS = frozenset({"mayor", "lord_mayor", "deputy_mayor"})
"""Roles of towns: one "aus der Steiermark" is that of a town there."""
_STAFF = frozenset({"councillor", "department_head", "deputy_mayor", "other"})
_COUNTY_WORD = re.compile(r"kreis|land")

FEATURES = (
    "home", "abroad", "kind_fits", "kind_wrong", "title_country", "title_elsewhere", "name_hint", "name_elsewhere",
    "name_letters", "foreign_home", "german_home", "foreign_last", "foreign_nearness", "lord_mayor_abroad", "sentence_before",
    "sentence_after", "adjective_near", "paragraph", "last_before", "nearness", "country_share", "foreign_share", "there", "own", "model_city",
    "model_city_kin", "kin_home", "neighbour", "taken", "used_here", "used_elsewhere", "big_town_mayor", "small_town_lord_mayor", "vize_in_germany", "head_last", "head_nearness", "german_last", "former_home", "other_kind_home", "opening_home", "unnamed", "heading", "partnered", "foreign_partnered", "head_partnered", "council_home", "staff_home", "deputy_home", "head_home", "home_chance", "size_gap", "local_share", "home_odds", "topic", "topic_unsure", "previous", "previous_unsure", "early", "share", "german", "half_german", "region", "county", "district", "adjectives",
)  # fmt: skip
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


class Ranking:
    """Chooses among the places of one article."""

    def __init__(self, places: Places, origins: Origins, weights: dict[str, float]) -> None:
        self.places = places
        self.origins = origins
        self.weights = weights

    def choose(self, asked: Asked) -> City | None:
        """The likeliest place of the office, or None when the article names none that could be it."""
        told = self.places.told(asked.candidate)
        if told is not None and not (told.kind == "region" and asked.role in _OF_TOWNS):
            return told
        return max(self.scores(asked), key=lambda item: item[1], default=(None, 0.0))[0]

    def scores(self, asked: Asked) -> list[tuple[City, float]]:
        """What speaks for each of the places that can be meant."""
        weights = self.weights
        return [
            (city, sum([weights.get(name, 0.0) * value for name, value in row.items() if value]))
            for city, row in self.table(asked)
        ]

    def table(self, asked: Asked) -> list[tuple[City, dict[str, float]]]:
        """The places that can be meant, with their FEATURES."""
        candidate = asked.candidate
        use = candidate.use
        cities = self.places.likely(candidate.name.start)
        kinds = self._kinds(asked)
        base = use.word.base if use else None
        home = self.places.home.country if self.places.home else None
        native = base is None or not base.country
        name = self._name(asked)
        if asked.role in ("district_head", "governor", "minister") and asked.kin is None and native:
            lands = {home} if not name.hints or home in name.hints or home is None else {home, *name.hints}
            cities = [
                city
                for city in cities
                if kinds and city.kind in kinds and (home is None or city.country in lands)
            ]
        elif kinds is not None and native:
            fitting = [city for city in cities if city.kind in kinds and home in (city.country, None)]
            cities = fitting or cities
        if asked.kin == "same" and asked.model is not None:
            cities = [city for city in cities if city.id != asked.model.id] or cities
        if asked.role in _OF_TOWNS and (land := self.places.told(asked.candidate)) is not None:
            cities = [city for city in cities if city.country == land.country and city.kind != "region"]
        if asked.role in _HEADS and not native and base is not None:
            cities = [city for city in cities if city.country in base.country] or cities
        context = self.places.context(candidate)
        return [(city, self._row(asked, city, kinds, context, name)) for city in cities]

    @staticmethod
    def _kinds(asked: Asked) -> tuple[str, ...] | None:
        """Kinds of place that have such an office; None: towns, or anything."""
        use = asked.candidate.use
        kinds = _KINDS.get(asked.role)
        if kinds is None and use is not None and asked.role in _STAFF:
            base = use.word.base
            if _COUNTY_WORD.match(use.word.prefix) or (base and _COUNTY_WORD.match(base.word.lower())):
                return ("county",)
            if use.word.prefix.startswith("bezirks") or (base and base.word.startswith("Bezirks")):
                return ("district",)
        return kinds

    def _row(
        self,
        asked: Asked,
        city: City,
        kinds: tuple[str, ...] | None,
        context: Context,
        name: _NameSense,
    ) -> dict[str, float]:
        role, home = asked.role, self.places.home
        row: dict[str, float] = {}
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
        distance = self.places.distance(city, context.origin)
        row["heading"] = float(city.id == context.heading)
        partnered = float(city.id in self.places.partnered and not at_home)
        row["partnered"] = partnered
        row["foreign_partnered"] = foreign * partnered
        row["head_partnered"] = head * partnered
        row["nearness"] = 1 / (1 + math.log1p(distance / 40))
        row["head_nearness"] = head * row["nearness"]
        row["country_share"] = self.places.country_share(city)
        row["unnamed"] = float(not city.mentions)
        row["foreign_share"] = foreign * row["country_share"] * (not at_home)
        row["foreign_nearness"] = foreign * row["nearness"] * (not at_home)
        row["there"] = float(context.there and not at_home)
        row["own"] = float(context.own and at_home and asked.kin != "same")
        if asked.model is not None and asked.model.id == city.id:
            row["model_city_kin" if asked.kin == "same" else "model_city"] = 1.0
        row["kin_home"] = float(asked.kin == "same" and at_home)
        row["neighbour"] = float(city.id in asked.neighbours)
        chance = self.places.chance[city.id]
        row["home_chance"] = chance
        unsure = 1.0 - (self.places.chance[home.id] if home is not None else 0.0)
        row["topic"] = float(city.id == context.topic)
        row["topic_unsure"] = unsure * row["topic"]
        row["previous"] = float(city.id in context.previous)
        row["previous_unsure"] = unsure * row["previous"]
        row["home_odds"] = max(-6.0, math.log(chance + 1e-9))
        named = self.places.named(city)
        row["early"] = max(0.0, 1 - named.first / 400)
        row["share"] = named.share
        row["adjectives"] = min(named.adjectives, 4)
        row["german"] = float(city.country in GERMAN)
        row["half_german"] = float(city.country in ("IT", "BE", None))
        for kind in ("region", "county", "district"):
            row[kind] = float(city.kind == kind)
        if city.population and home is not None and home.population and not at_home:
            gap = abs(math.log10(city.population / home.population))
            row["size_gap"] = gap
        row["local_share"] = context.shares.get(city.id, 0.0)
        for feature, roles in _AT_HOME:
            row[feature] = float(at_home and role in roles)
        return row

    def _name(self, asked: Asked) -> _NameSense:
        """What the person's name says about the country; a title of another language says it too."""
        home = self.places.home.country if self.places.home else None
        hints, scores = self.origins.hints(asked.name), self.origins.scores(asked.name)
        before = self.places.layout.text[
            max(0, asked.candidate.name.start - 14) : asked.candidate.name.start
        ].split()
        if before and (addressed := self.origins.addressed(before[-1])):
            hints = addressed & hints or addressed
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
        vize = use is not None and self.places.layout.text[use.head : use.head + 4].lower() in (
            "vize",
            "vice",
        )
        return _NameSense(hints, scores, own, foreign, vize, use is not None and use.first)
