"""Whose article it is: what speaks for each town that the text names as the one that speaks, or is spoken for.

More was tried and left out, because it did not help on articles that the weights had not seen: counts of prepositions
and of hosts in frames, letterheads, signatures, distance to other places.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.places import HOME

TOWN_FEATURES = (
    "in_head",
    "caps",
    "line_start",
    "name_part",
    "prep_in",
    "home",
    "county",
    "officials",
    "genitive",
    "top_count",
    "same_country",
    "first_named",
)
_HEAD = 300
_DATELINE = re.compile(r"[A-ZÄÖÜ/ ()]*(?:\s\([^)\n]{1,20}\))?\s?(?:\.|:|[–-]|,\s(?:den|im|\d)|\n)")
_GERMAN = frozenset({"DE", "AT", "CH", "LI", "LU", None})


def town_features(context: Context) -> list[list[float]]:
    """One row of TOWN_FEATURES for each city: what speaks for it as the town whose article this is."""
    places, text = context.places, context.layout.text
    rows = [dict.fromkeys(TOWN_FEATURES, 0.0) for _ in places.cities]
    counts = [0] * len(places.cities)
    first = -1
    for place in places.mentions:
        row = rows[place.city]
        counts[place.city] += 1
        if counts[place.city] == 1:
            row["in_head"] = float(place.start < _HEAD)
        if place.kind != "name":
            row["name_part"] += place.kind == "name_part"
            continue
        if first < 0 and places.cities[place.city].country in HOME:
            first = place.city
        if place.apposed or place.bracket:
            continue
        row["prep_in"] += place.left == "in"
        line = text.rfind("\n", max(0, place.start - 4), place.start) + 1
        if (line or place.start < 4) and _DATELINE.match(text, place.end, place.end + 30):
            row["line_start"] += 1
        row["caps"] = max(row["caps"], float(text[place.start : place.end].isupper()))
        row["genitive"] += text[place.end - 1] == "s" and places.cities[place.city].name[-1:] != "s"
    most = max(counts, default=1)
    countries = Counter(city.country for city in places.cities)
    for number, (city, row) in enumerate(zip(places.cities, rows, strict=True)):
        row["prep_in"] = math.log1p(row["prep_in"])
        row["genitive"] = math.log1p(row["genitive"])
        row["top_count"] = float(counts[number] == most)
        row["home"] = float(city.country in _GERMAN)
        row["county"] = float(city.kind == "county")
        row["same_country"] = math.log1p(countries[city.country] - 1) if city.country else 0.0
        row["first_named"] = float(number == first)
        row["officials"] = math.log1p(context.officials.get(city.id, 0))
    return [[row[key] for key in TOWN_FEATURES] for row in rows]
