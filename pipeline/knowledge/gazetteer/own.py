"""Reads our own place facts, `rules/places/`: counties, subdivisions, districts, historic regions, exonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.knowledge.gazetteer.store import GazetteerError

CITY, DISTRICT, COUNTY, REGION = range(4)
KINDS = ("city", "district", "county", "region")

# Words of the source's language that say of which kind a unit is; the name is what is left.
_TYPE_BEFORE = re.compile(
    r"^(?:Powiat|Comuna|Obshtina|Okres|Politischer Bezirk|Bezirk|Općina|Grad|Občina|Mestna Občina|Opština|"
    r"Provincia (?:di|de)|Province (?:of|de)|Provincie|Département (?:de la|de l'|du|des|de|d')|Municipality of|"
    r"Distrito (?:de|do|da)|Concelho (?:de|do|da)|Județul|Region|Région|Regione|Canton (?:of|de)|Kanton|Dimos|"
    r"Municipiul|Oraş|Oraș|State of|Gorod|Respublika|Republic of|Županija|Gemeente|City of|County|Comunidad de|"
    r"Comunidad|Región de|Provincia|Distrikt|Free State of|Landkreis|Nomos|Perifereia)\s+"
)
_TYPE_AFTER = re.compile(
    r"\s+(?:County|Raion|Rayon|District|Region|Oblast|oblast|Kommun|Kommune|kommun|kommune|Municipality|Prefecture|"
    r"Province|Járás|járás|İlçesi|Sheng|Shi|Qu|Xian|Diqu|Zizhizhou|län|kraj|Kraj|megye|Department|Voivodeship|"
    r"Voivodship|Governorate|State|Parish|Borough|Canton|Fylke|fylke|vald|maakond|Vald|linn|savivaldybė|"
    r"Savivaldybė|apskritis|novads|Novads|pagasts|pilsēta|Republic|Gun|Shi|-ken|-ku|Ku|rajons|županija|"
    r"Metropolitan City|Metropolitan Borough|Krai|krai|Autonomous Community|Kunta|Territory)$"
)
_MUNICIPAL = re.compile(
    r"^(?:Comuna|Obshtina|Općina|Grad|Občina|Mestna Občina|Opština|Gemeente|Dimos|Municipiul|Oraş|Oraș|Concelho)\s"
    r"|\s(?:Kommun|Kommune|Municipality|vald|Vald|linn|novads|Novads|pagasts|pilsēta)$"
)


@dataclass(slots=True)
class OwnPlace:
    """A place that we add to GeoNames' cities; names[0] is the one to show, `bare` are names without kind word."""

    gid: int
    names: list[str]
    kind: int
    country: str
    lat: float
    lon: float
    population: int = 0
    admin: str = ""
    code: str = ""
    bare: list[str] = field(default_factory=list)


def _rows(path: Path, width: int) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise GazetteerError(f"{path}: cannot be read ({error.strerror})") from None
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) != width:
                raise GazetteerError(
                    f"{path}:{number}: {width} cells expected, split by tabs, found {len(cells)}"
                )
            yield number, cells


def strip_type(name: str) -> str:
    """'Powiat rawicki' → 'rawicki', 'Lviv Oblast' → 'Lviv', 'Ravenna' → 'Ravenna'."""
    return _TYPE_AFTER.sub("", _TYPE_BEFORE.sub("", name)).strip() or name


def _latin(name: str) -> bool:
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or not c.isalpha() for c in name)


def subdivisions(path: Path) -> Iterator[OwnPlace]:
    """States, provinces, prefectures, départements, districts of all countries but Germany's counties."""
    for _, cells in _rows(path, 11):
        gid, name, german, country, code, level, _kind_word, lat, lon, population, aliases = cells
        names = [n for n in ([german] if german else []) + [name] + aliases.split("|") if n]
        municipal = level == "2" and (bool(_MUNICIPAL.search(name)) or country in ("NL", "JP"))
        if level == "1":
            kind = (
                COUNTY
                if country in ("HU", "RO", "EE", "SI", "LV", "LT", "MT", "MK", "MD", "AD", "SM", "LI", "AZ")
                else REGION
            )
        elif country == "FR":
            kind = REGION
        else:
            kind = CITY if municipal else COUNTY
        bare = []
        for n in names:
            short = strip_type(n)
            if country == "SE" and short != n:
                short = short.removesuffix("s")  # 'Burlövs Kommun'
            # 'Powiat rawicki' leaves an adjective, no name: the seat's name comes by its English form.
            if (
                short not in bare
                and short[:1].isupper()
                and not re.search(r"(?:ska|skyy|skiy|skaya) oblast", n)
            ):
                bare.append(short)
        yield OwnPlace(
            int(gid), names, kind, country, float(lat), float(lon), int(population), "", code, bare
        )


TOWN_STATES = frozenset({"Berlin", "Bremen", "Hamburg", "Wien", "Wien Stadt"})


def german_counties(path: Path) -> Iterator[OwnPlace]:
    """Germany's counties; `bare` is 'Borken' of 'Kreis Borken'. Its states come with the other subdivisions."""
    for number, (key, name, word, state, lat, lon, population) in _rows(path, 7):
        if word == "Land":
            continue
        short = re.sub(r"-Kreis$", "", name)
        if "kreis" in name.lower() or word not in ("Kreis", "Landkreis"):
            names, bare = [name, *inflected(name)], [name] if short == name else [name, short]
        else:
            names = [f"{word} {name}", f"{'Kreis' if word == 'Landkreis' else 'Landkreis'} {name}"]
            bare = [name] if short == name else [name, short]
            if "-" in name:
                names.append(f"{name}-Kreis")
            bare += inflected(name)
        yield OwnPlace(
            -1000 - number, names, COUNTY, "DE", float(lat), float(lon), int(population), state, key, bare
        )


_BY_WATER = re.compile(r"^([^(/]{3,})(?: \(|/ ?)([A-ZÄÖÜ][\w-]{2,})\)?$")
_SHORTENED = ((re.compile(r"\ba\. ?d\. ?"), "an der "), (re.compile(r"\bv\. ?d\. ?"), "vor der "), (re.compile(r"\bo\. ?d\. ?"), "ob der "),
              (re.compile(r"\ba\. ?"), "am "), (re.compile(r"\bi\. ?"), "im "), (re.compile(r"\bb\. ?"), "bei "))  # fmt: skip


def written_out(name: str) -> list[str]:
    """How a text may write an official name in full: 'Wetter (Ruhr)' is 'Wetter an der Ruhr', 'Bach a.Inn' 'Bach am Inn'."""
    found = _BY_WATER.match(name)
    if found:
        return [f"{found[1]} {joint} {found[2]}" for joint in ("am", "an der", "im")]
    full = name
    for short, words in _SHORTENED:
        full = short.sub(words, full)
    return [full] if full != name else []


def inflected(name: str) -> list[str]:
    """'Märkischer Kreis' as it stands behind an article: 'Märkischen Kreis', 'Märkische Kreis'."""
    first, _, rest = name.partition(" ")
    if rest and re.search(r"isch(?:er|e)$", first) and rest[0].isupper():
        stem = re.sub(r"er?$", "", first)
        return [f"{stem}{ending} {rest}" for ending in ("e", "en", "er")]
    return []


def german_municipalities(path: Path) -> Iterator[OwnPlace]:
    """Germany's 10,800 municipalities, to complete GeoNames and to tell its towns from mere localities."""
    for number, (county, name, _title, lat, lon, population) in _rows(path, 6):
        yield OwnPlace(
            -20000 - number, [name], CITY, "DE", float(lat), float(lon), int(population), "", county
        )


def further_places(path: Path) -> Iterator[OwnPlace]:
    """Our own additions: name, kind, country, lat, lon, population, aliases."""
    for number, (name, kind, country, lat, lon, population, aliases) in _rows(path, 7):
        if kind not in KINDS:
            raise GazetteerError(f"{path}:{number}: kind {kind!r} is not one of {', '.join(KINDS)}")
        names = [name, *(a for a in aliases.split("|") if a)]
        yield OwnPlace(-40000 - number, names, KINDS.index(kind), country, float(lat), float(lon), int(population or 0),
                       bare=list(names))  # fmt: skip


def region_names(path: Path) -> Iterator[tuple[str, list[str]]]:
    """German names of subdivisions: (GeoNames admin code, names)."""
    for _, (code, names) in _rows(path, 2):
        yield code, names.split("|")


def exonyms(path: Path) -> Iterator[tuple[str, str, str]]:
    """German names of foreign towns: (German name, name in GeoNames, country)."""
    for _, (german, target, country) in _rows(path, 3):
        yield german, target, country


def word_priors(path: Path) -> Iterator[tuple[str, int, str]]:
    """How much a one-word name is a place where text uses it: (folded word, log-odds times ten, name flags)."""
    if path.exists():
        for _, (word, odds, flags) in _rows(path, 3):
            yield word, int(odds), flags


def endings(path: Path) -> Iterator[tuple[str, float]]:
    """Endings of words with the log-odds that they end the name of a place."""
    for _, (ending, odds) in _rows(path, 2):
        yield ending, int(odds) / 10
