"""How many places are found and rightly linked, by size and with or without a country's sign beside them.

    python -m benchmarks toponyms          (python -m benchmarks.toponyms COUNT for another number of places)

Places are drawn from GeoNames itself with a fixed seed, half of them large (15,000 inhabitants and more), in the
German-speaking countries and in those where most partner towns lie; a name that several places of one country bear
stands for the largest. Each is put into a sentence of a newspaper, a council, a club or a list. Found: a city of the
record has the name. Linked: it lies within 30 km of the place drawn. Spurious: a city that the sentence does not name.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from babel import Locale

from benchmarks.run import Line
from pipeline.knowledge.gazetteer import CITY, MAIN, Place, gazetteer

LARGE = 15_000
NEAR_KM = 30.0
SEED = 20
# Countries, weighted by how often their towns are partners of German ones.
COUNTRIES = {"DE": 30, "FR": 14, "PL": 10, "GB": 8, "IT": 7, "CZ": 6, "AT": 6, "HU": 5, "CH": 4, "NL": 3, "UA": 3, "RO": 3, "ES": 2,
             "TR": 2, "US": 2, "IL": 2, "DK": 1, "SE": 1, "FI": 1, "BE": 2, "HR": 1, "SK": 1, "LT": 1, "PT": 1, "GR": 1, "CN": 1, "JP": 1}  # fmt: skip
ADJECTIVES = {"DE": "deutsche", "FR": "französische", "PL": "polnische", "GB": "englische", "IT": "italienische", "CZ": "tschechische",
              "AT": "österreichische", "HU": "ungarische", "CH": "schweizerische", "NL": "niederländische", "UA": "ukrainische",
              "RO": "rumänische", "ES": "spanische", "TR": "türkische", "US": "amerikanische", "IL": "israelische", "DK": "dänische",
              "SE": "schwedische", "FI": "finnische", "BE": "belgische", "HR": "kroatische", "SK": "slowakische", "LT": "litauische",
              "PT": "portugiesische", "GR": "griechische", "CN": "chinesische", "JP": "japanische"}  # fmt: skip
WITH_SIGN = (
    "Eine Delegation aus {name} ({country}) reiste am Freitag an.",
    "Das {adjective} {name} ist seit 1978 Partnerstadt.",
    "Seit 1992 besteht eine Städtepartnerschaft mit {name} ({country}).",
    "Die {adjective} Stadt {name} hat den Vertrag gekündigt.",
    "Unsere Partner: {name} ({country}), seit 1964.",
    "Der Bürgermeister der {adjective}n Stadt {name} dankte für die Gastfreundschaft.",
    "Die Jugendlichen fuhren nach {name}/{country}.",
    "Gast war der Chor aus dem {adjective}n {name}.",
)
WITHOUT_SIGN = (
    "Der Stadtrat von {name} tagte am Montag.",
    "Eine Gruppe aus {name} war zu Gast.",
    "Die Partnerschaft mit {name} besteht seit 1978.",
    "{name} sucht einen Partner.",
    "Die Reise führte nach {name}.",
    "In {name} wurde der Vertrag unterzeichnet.",
    "Die Stadt {name} lädt zum Fest.",
    "Der Bürgermeister von {name} sprach ein Grußwort.",
)


@dataclass
class Count:
    """What became of the places of one class."""

    drawn: int = 0
    found: int = 0
    linked: int = 0
    cities: int = 0


def draw(count: int) -> list[Place]:
    """Places of GeoNames, half large and half small, without two of one name in one country."""
    index = gazetteer()
    columns = index._columns
    chooser = random.Random(SEED)
    rows: dict[tuple[str, bool], list[int]] = defaultdict(list)
    candidates = np.flatnonzero(
        (columns["gid"] > 0) & (columns["kind"] == CITY) & (columns["population"] >= 800)
    )
    for row in candidates.tolist():
        country = index.countries[columns["country"][row]]
        if country in COUNTRIES:
            rows[country, bool(columns["population"][row] >= LARGE)].append(row)
    drawn: list[Place] = []
    countries, weights = list(COUNTRIES), list(COUNTRIES.values())
    while len(drawn) < count:
        large = len(drawn) % 2 == 0
        country = chooser.choices(countries, weights)[0]
        place = index._read_place(chooser.choice(rows[country, large]), MAIN)
        rivals = [
            p
            for p in index.find(place.german)
            if p.country == country and p.kind == CITY and p.rank <= place.rank
        ]
        if all(p.population <= place.population for p in rivals):
            drawn.append(place)
    return drawn


def toponyms(count: int = 800) -> list[Line]:
    """The table of the benchmark: recall, linked share and precision for each class."""
    import pipeline

    extractor = pipeline.load()
    names = Locale("de").territories
    counts: dict[tuple[bool, bool], Count] = defaultdict(Count)
    for number, place in enumerate(draw(count)):
        for sign, shapes in ((True, WITH_SIGN), (False, WITHOUT_SIGN)):
            shape = shapes[number % len(shapes)]
            text = shape.format(
                name=place.german, country=names[place.country], adjective=ADJECTIVES[place.country]
            )
            record = extractor.extract(text)
            tally = counts[place.population >= LARGE, sign]
            tally.drawn += 1
            tally.cities += len(record.cities)
            start = text.index(place.german)
            for city in record.cities:
                if any(m.start < start + len(place.german) and start < m.end for m in city.mentions):
                    tally.found += 1
                    tally.linked += (
                        city.latitude is not None
                        and city.longitude is not None
                        and _near(place, city.latitude, city.longitude)
                    )
                    break
    lines = []
    for (large, sign), tally in sorted(counts.items(), reverse=True):
        what = f"{'15,000 and more' if large else 'fewer'} inhabitants, {'with' if sign else 'without'} a country"
        share = tally.linked / tally.drawn
        wanted = (0.95 if large else 0.85) if sign else None
        lines.append(
            Line(what, f"found {tally.found / tally.drawn:.3f}, linked {share:.3f}, precision {tally.found / max(1, tally.cities):.3f}",
                 f"linked ≥ {wanted}" if wanted else "", share >= wanted if wanted else None)
        )  # fmt: skip
    return lines


def _near(place: Place, lat: float, lon: float) -> bool:
    north, east = lat - place.lat, (lon - place.lon) * float(np.cos(np.radians(place.lat)))
    return 111.2 * float(np.hypot(north, east)) <= NEAR_KM


if __name__ == "__main__":
    for line in toponyms(int(sys.argv[1]) if len(sys.argv) > 1 else 800):
        print(
            f"{line.what:48} {line.measured:52} {line.wanted} {'' if line.passed is None else 'yes' if line.passed else 'NO'}"
        )
