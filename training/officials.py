"""Compiles the name lists of the officials component from public data.

    python -m training.officials [--data /work/shared/data] [--out rules/names]

- `nouns.txt`: capitalised German words that are hardly ever names (function words at the beginning of a sentence
  included), learnt from speeches of the 20th Bundestag
  (official works, § 5 UrhG; https://www.bundestag.de/services/opendata) and of a town council (project
  StadtratWatch, MIT): words that follow a determiner or an adjective and next to never "Herr", "Frau", "Kollege",
  "Dr." or a title. They keep "als Bürgermeister Verantwortung übernehmen" from making a Mr Verantwortung.
- `surnames.txt`: frequent surnames by country (popular-names-by-country-dataset, CC0) and those of the speeches.
- `forenames.txt`: given names registered in Berlin at least five times (Land Berlin, CC BY 3.0 DE,
  https://daten.berlin.de) and popular given names by country (sigpwned/popular-names-by-country-dataset, CC0),
  with ISO codes of the countries where the name is popular.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections import Counter, defaultdict
from pathlib import Path

_CAPITALISED = r"[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ]?[a-zäöüß]+)*"
_PAIR = re.compile(rf"(?<![\w-])([A-Za-zÄÖÜäöüß]+\.?) (?=({_CAPITALISED})(?![\w-]))")
_FULL_NAME = re.compile(
    rf"(?:Kollegen?|Kollegin|Abgeordneten?)(?: Dr\.)? ({_CAPITALISED}) {_CAPITALISED}(?![\w-])"
)
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuuuuu")
_LOWER = re.compile(r"(?<![\w-])[a-zäöüß]{2,}(?![\w-])")
_ADDRESS = frozenset(
    [
        "Herr",
        "Herrn",
        "Frau",
        "Kollege",
        "Kollegen",
        "Kollegin",
        "Dr.",
        "Professor",
        "Prof.",
        "Ministerin",
        "Minister",
        "Bundesminister",
        "Bundesministerin",
        "Bundeskanzler",
        "Staatssekretär",
        "Staatssekretärin",
        "Präsident",
        "Präsidentin",
        "Abgeordnete",
        "Abgeordneten",
        "Abgeordneter",
        "Familie",
    ]
)
_MONTHS = frozenset(
    ["Januar", "Jänner", "Februar", "März", "April", "Mai", "Juni", "Juli", "Oktober", "November", "Dezember"]
)
_MIN_COUNT = 6
_MIN_LOWER = 60
_PEOPLE = frozenset(["Herr", "Herrn", "Frau", "Kollege", "Kollegen", "Kollegin"])
_NOT_FORENAMES = frozenset(
    [
        "mai",
        "juni",
        "juli",
        "april",
        "märz",
        "europa",
        "asien",
        "paris",
        "an",
        "na",
        "de",
        "la",
        "le",
        "di",
        "da",
        "do",
        "du",
        "von",
        "der",
        "den",
        "bis",
        "mit",
        "am",
        "al",
        "el",
        "ben",
        "bin",
        "zu",
        "the",
        "von",
    ]
)


def nouns(texts: list[Path], forenames: frozenset[str]) -> list[str]:
    """Words that stand after lower-case words often and after a form of address hardly ever."""
    common: Counter[str] = Counter()
    named: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for path in texts:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                lower.update(_LOWER.findall(line))
                for match in _PAIR.finditer(line):
                    before, word = match.groups()
                    if before in _ADDRESS:
                        named[word] += 1
                    elif before[0].islower():
                        common[word] += 1
                    elif before in forenames:
                        named[word] += 1
    found = {
        word
        for word, count in common.items()
        if count >= _MIN_COUNT and named[word] * 25 <= count and word not in forenames and len(word) > 2
    }
    found |= {
        word.capitalize()
        for word, count in lower.items()
        if count >= _MIN_LOWER and named[word.capitalize()] * 1000 <= count and len(word) > 1
    }
    return sorted(found | _MONTHS)


def forenames(data: Path, texts: list[Path]) -> dict[str, list[str]]:
    """Given name -> countries where it is popular; none for a name known from Berlin only that is rare there."""
    where = _by_country(data / "names" / "forenames_by_country.csv")
    for name, count in _addressed_forenames(texts).items():
        if count >= 3 and name.lower() not in _NOT_FORENAMES:
            where.setdefault(name, set()).add("DE")
    with (data / "names" / "berlin_first_names.tsv").open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            name, times, _ = line.rstrip("\n").split("\t")
            if int(times) >= 5 and name.replace("-", "").isalpha() and name[0].isupper() and len(name) > 2:
                where.setdefault(name, set())
                if int(times) >= 150:
                    where[name].add("DE")
    return {
        name: sorted(countries)
        for name, countries in sorted(where.items())
        if name.lower() not in _NOT_FORENAMES and len(name) > 2
    }


def _addressed_forenames(texts: list[Path]) -> Counter[str]:
    """First words of full names behind "Herr", "Kollegin", … in the speeches: given names of older generations."""
    found: Counter[str] = Counter()
    for path in texts:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                found.update(_FULL_NAME.findall(line))
    for word in _ADDRESS:
        del found[word]
    return found


def surnames(data: Path, texts: list[Path], given: frozenset[str]) -> dict[str, list[str]]:
    """Surname -> countries where it is frequent; German ones also out of the speeches ("Herr Müller")."""
    where = _by_country(data / "names" / "surnames_by_country.csv")
    addressed: Counter[str] = Counter()
    for path in texts:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                addressed.update(word for before, word in _PAIR.findall(line) if before in _PEOPLE)
    for name, count in addressed.items():
        if count >= 3 and name not in given and name not in where and name not in _ADDRESS:
            where[name] = {"DE"}
    return {name: sorted(countries) for name, countries in sorted(where.items())}


def _by_country(path: Path) -> dict[str, set[str]]:
    where: defaultdict[str, set[str]] = defaultdict(set)
    with path.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            for column in ("Localized Name", "Romanized Name"):
                written = row[column].strip()
                for name in (written, written.translate(_TONES)):
                    if name.isalpha() and name[0].isupper() and ord(max(name)) < 0x250:
                        where[name].add(row["Country"])
    return dict(where)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compile rules/names for the officials component.")
    parser.add_argument("--data", type=Path, default=Path("/work/shared/data"))
    parser.add_argument("--out", type=Path, default=Path("rules/names"))
    options = parser.parse_args()
    texts = [options.data / "text" / name for name in ("bundestag_wp20.txt.gz", "council_speeches.txt.gz")]
    given = forenames(options.data, texts)
    words = nouns(texts, frozenset(given))
    head = "# Made by training/officials.py (sources and licences there); one entry a line.\n"
    (options.out / "nouns.txt").write_text(head + "\n".join(words) + "\n", "utf-8")
    lines = [f"{name}\t{','.join(countries)}" if countries else name for name, countries in given.items()]
    (options.out / "forenames.txt").write_text(head + "\n".join(lines) + "\n", "utf-8")
    family = [
        f"{name}\t{','.join(countries)}"
        for name, countries in surnames(options.data, texts, frozenset(given) | frozenset(words)).items()
    ]
    (options.out / "surnames.txt").write_text(head + "\n".join(family) + "\n", "utf-8")
    print(f"{len(words)} nouns, {len(given)} given names")


if __name__ == "__main__":
    main()
