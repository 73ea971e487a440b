"""The places of an article as the relation sees them: mentions, lists, prepositions, and whose article it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.components.partnerships.layout import RELATIVE_WITH, Layout
from pipeline.findings import City, Findings

_LINK = re.compile(
    r"[^\w,.;:!?()\"„“|/–—&\n-]*(?:\[\d+\])?\s*(?:\([^()]{0,90}\)\s*)?(?:(?:in|im)\s(?:[\w.-]+\s?){1,4})?\s*(?:\([^()]{0,60}\)\s*)?"
    r"(?:,\s*(?:und|sowie|dann|dazu|ferner|schließlich|oder)?|und|sowie|oder|u\.|/|;|bzw\.|als auch|wie|&|·|\||\n|[–-])\s*"
    r"(?:[-–•*]\s)?(?:(?:auch|dann|dem|der|das|die|den|mit|zu|nach|aus|in|von|seit \d{4}|dazu)\s+){0,3}"
    r"(?:[\w-]+(?:en|er|e|em|es|n)\s+){0,2}(?:[\w-]*(?:[Ss]tadt|[Gg]emeinde|[Oo]rt|[Bb]ezirk|[Kk]reis|[Rr]egion|[Dd]orf|[Rr]ajon"
    r"|[Pp]owiat|[Kk]omitat|[Pp]rovinz)\s+)?[„\"»]?"
)
_APPOSED = re.compile(
    r"\s*(?:\((?:[^()\n]{0,30}[\s,/])?|(?:,\s*)?(?:in|im|bei|beim|am|an der|nahe|unweit|\w*(?:nördlich|südlich|östlich|westlich|oberhalb|unterhalb) von|auf|im \w+ (?:von|der|des)|in der Nähe von"
    r"|vor den Toren von|,\s*(?:Provinz|Oblast|Präfektur|Kanton|Département|Region|Grafschaft|Bezirk|Woiwodschaft))\s+"
    r"(?:(?:der|dem|den|des)\s+)?(?:[\w-]+\s){0,2}|\s*/\s*|,\s+(?:Provinz|Oblast|Präfektur|Kanton|Département|Region|Woiwodschaft)\s)"
)
_COMMA = re.compile(r"\s*,\s(?:[\w-]+\s){0,2}")
_PREPOSITIONS = frozenset(
    [
        "mit",
        "zwischen",
        "nach",
        "aus",
        "in",
        "im",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "bei",
        "für",
        "fuer",
        "über",
        "ueber",
        "an",
        "am",
        "gegen",
        "um",
        "durch",
        "vor",
        "ins",
        "ab",
        "bis",
        "gen",
    ]
)
_DETERMINERS = frozenset(
    [
        "der",
        "dem",
        "den",
        "die",
        "das",
        "des",
        "einer",
        "einem",
        "eine",
        "ein",
        "einen",
        "ihrer",
        "ihrem",
        "ihre",
        "unserer",
        "unserem",
        "unsere",
        "unser",
        "seiner",
        "seinem",
        "seine",
        "beiden",
        "beider",
        "dortigen",
        "jener",
        "jenem",
        "dieser",
        "diesem",
        "diese",
    ]
)
_WORD = re.compile(r"[\w­’'-]+|[^\w\s]")
HOME = frozenset({"DE", "AT", "CH", "LI", "LU", "IT", "BE", None})
_RELATIVE = re.compile(r",\s(?:(?:mit|zu|nach|von)\s)?(?:dem|der|denen|das|die|welche[rmns]?)\s$")


@dataclass(slots=True)
class Place:
    """One mention of a city. `kind` is "name", or that of a clue. `left`: the preposition that governs it.

    `of_country`: it stands in brackets behind its country, "in Frankreich (Poitiers)"; `outer` is where that begins.
    """

    start: int
    end: int
    city: int
    kind: str
    sentence: int = -1
    clause: int = -1
    group: int = -1
    apposed: bool = False
    bracket: bool = False
    left: str = ""
    head: int = -1
    relative: bool = False
    outer: int = -1
    of_country: bool = False


@dataclass(slots=True)
class Places:
    """All mentions in order, the cities they belong to, and the lists that they form."""

    cities: list[City]
    mentions: list[Place]
    named: int
    groups: list[list[int]] = field(default_factory=list)
    countries: dict[int, int] = field(default_factory=dict)


def places_of(findings: Findings) -> Places:
    """Collect the mentions of cities and of the clues that point to one."""
    cities = list(findings.cities)
    index = {city.id: number for number, city in enumerate(cities)}
    mentions = [
        Place(mention.start, mention.end, number, "name")
        for number, city in enumerate(cities)
        for mention in city.mentions
    ]
    taken = {mention.start for mention in mentions}
    for clue in (
        *findings.clues,
        *(sign for sign in findings.home if sign.city and sign.city.id not in index),
    ):
        if clue.city is None or clue.start in taken:
            continue
        taken.add(clue.start)
        number = index.get(clue.city.id, -1)
        if number < 0:
            number = index[clue.city.id] = len(cities)
            cities.append(clue.city)
        mentions.append(Place(clue.start, clue.end, number, clue.kind))
    mentions.sort(key=lambda place: (place.start, place.end))
    countries = {clue.end: clue.start for clue in findings.clues if clue.kind == "country"}
    return Places(cities, mentions, len(findings.cities), countries=countries)


def link(places: Places, layout: Layout) -> None:
    """Fill in sentence, clause, list, preposition and apposition of every mention."""
    text = layout.text
    before: Place | None = None
    tail = 0
    for number, place in enumerate(places.mentions):
        place.sentence = layout.sentence(place.start)
        place.clause = layout.clause(place.start)
        if place.kind != "name":
            place.left = ""
            continue
        start = layout.sentences[place.sentence][0] if layout.sentences else 0
        left = text[max(start, place.start - 90) : place.start]
        opened, closed = left.rfind("("), left.rfind(")")
        place.bracket = opened > closed
        place.outer = place.start
        if place.bracket:
            _out_of_bracket(place, before, places.countries, text)
            left = text[max(start, place.outer - 90) : place.outer]
        linked = False
        if before is not None and place.start >= before.end:
            between = text[max(before.end, tail) : place.outer]
            if before.of_country:
                between = between.removeprefix(")")
            if len(between) < 150:
                if before.sentence == place.sentence and before.city != place.city:
                    one, other = places.cities[before.city], places.cities[place.city]
                    wider = other.kind == "region" and one.kind != "region" and other.country == one.country
                    place.apposed = bool(_APPOSED.fullmatch(between)) or (
                        wider and bool(_COMMA.fullmatch(between))
                    )
                same_block = layout.sentences[before.sentence][2] == layout.sentences[place.sentence][2]
                linked = (
                    same_block
                    and not place.apposed
                    and bool(_LINK.fullmatch(between))
                    and not RELATIVE_WITH.match(between.removeprefix(","))
                )
        if place.apposed:
            place.group = -1
            tail = place.end
            continue
        relative = places.cities[place.city].kind != "region" and bool(_RELATIVE.search(left))
        linked = linked and not relative
        if linked and before is not None and before.group >= 0:
            place.group = before.group
            places.groups[place.group].append(number)
            first = places.mentions[places.groups[place.group][0]]
            own, _ = _governor(left)
            place.left, place.head = own or first.left, first.head
        else:
            place.group = len(places.groups)
            places.groups.append([number])
            place.left, words = _governor(left)
            place.head = place.outer - words
            if place.of_country and place.left == "in":
                place.left = ""
            if relative:
                place.left, place.relative = "", True
        before = place


def _out_of_bracket(place: Place, before: Place | None, countries: dict[int, int], text: str) -> None:
    """Read "Partner in Frankreich (Poitiers, Auch) und Polen (Posen)" as if the towns stood without brackets."""
    if text[place.start - 2 : place.start] == " (" and place.start - 2 in countries:
        place.outer = countries[place.start - 2]
    elif before is None or not before.of_country or ")" in text[before.end : place.start]:
        return
    place.bracket, place.of_country = False, True


def _governor(left: str) -> tuple[str, int]:
    """The preposition that governs what follows `left`, and how far back its noun phrase begins (characters)."""
    tokens = list(_WORD.finditer(left))
    nouns = 0
    for count, token in enumerate(reversed(tokens)):
        word = token.group()
        low = word.lower()
        if low in _PREPOSITIONS:
            return {
                "im": "in",
                "ins": "in",
                "vom": "von",
                "zum": "zu",
                "zur": "zu",
                "am": "an",
                "fuer": "für",
                "ueber": "über",
            }.get(low, low), len(left) - token.start()
        if low in _DETERMINERS or word in '„"»«“-':
            continue
        if not word[0].isalnum() or count > 6:
            return "", len(left) - token.end()
        if word[0].isupper():
            nouns += 1
            if nouns > 2:
                return "", len(left) - token.end()
        elif not low.endswith(("en", "er", "e", "em", "es", "n", "isch")):
            return "", len(left) - token.end()
    return "", len(left)


def group_of(places: Places, place: Place) -> Sequence[Place]:
    """The list that a mention belongs to (itself alone, where none)."""
    if place.group < 0:
        return (place,)
    return [places.mentions[number] for number in places.groups[place.group]]
