"""Which language a personal name comes from, by the letters it is made of.

A trigram model of characters for each group of languages, built from the name lists at load time (method of
Cavnar & Trenkle 1994 and Dunning 1994 for language identification, here on names). It only has to choose among the
countries that an article speaks of.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.components.officials.names import NameLists
from pipeline.components.officials.rules import Languages

_WEIGHTS = (0.6, 0.3, 0.1)
_FLOOR = 1e-4
_LONGEST_WORD = 40
_CACHE_LIMIT = 10_000


class Origins:
    """Trigram models of names by group of languages."""

    def __init__(self, lists: NameLists, languages: Languages) -> None:
        self._groups: dict[str, str] = {}
        for group, members in languages.groups.items():
            for country in members:
                self._groups.setdefault(country, group)
        self._grams: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for table in (lists.forenames, lists.surnames):
            for name, countries in table.items():
                groups = {self._groups[country] for country in countries if country in self._groups}
                for group in sorted(groups):
                    for form in _forms(name, languages.spellings.get(group, [])):
                        self._learn(group, form, 1.0 / len(groups))
        self._lists = lists
        self._home = frozenset(languages.groups.get("german", ()))
        letters: defaultdict[str, set[str]] = defaultdict(set)
        endings: defaultdict[str, set[str]] = defaultdict(set)
        for mark in languages.marks:
            for letter in mark.letters:
                letters[letter].update(mark.countries)
            for ending in mark.endings:
                endings[ending].update(mark.countries)
        self._letters, self._endings = dict(letters), dict(endings)
        self._address = {
            word: frozenset(languages.groups.get(group, ()))
            for group, words in languages.address.items()
            for word in words
        }
        self._longest = max(map(len, self._endings), default=0)
        german = frozenset(languages.forenames.get("german", ()))
        self._given: defaultdict[str, set[str]] = defaultdict(set)
        for name, countries in lists.forenames.items():
            self._given[name].update(countries)
        for group, names in languages.forenames.items():
            for name in names:
                self._given[name].update(languages.groups.get(group, ()))
                if name not in german or group == "german":
                    self._learn(group, name, 1.0)
        self._names = sorted(self._grams)
        self._by_gram = _turned([self._grams[group] for group in self._names])
        self._logs: dict[str, NDArray[np.float64]] = {}

    def _learn(self, group: str, name: str, weight: float) -> None:
        for gram in _grams(name):
            for size in (1, 2, 3):
                self._grams[group][gram[-size:]] += weight
                self._grams[group]["<" + gram[-size:-1]] += weight

    def scores(self, name: str) -> dict[str, float]:
        """Log-likelihood of `name` in each group of languages."""
        total = np.zeros(len(self._names))
        for word in name.replace("-", " ").split():
            if len(word) > 2:
                for gram in _grams(word[:_LONGEST_WORD]):
                    total += self._log(gram)
        return dict(zip(self._names, total.tolist(), strict=True))

    def _log(self, gram: str) -> NDArray[np.float64]:
        """Log-probability of the last letter of `gram` after the others, by group."""
        if gram not in self._logs:
            if len(self._logs) >= _CACHE_LIMIT:
                self._logs.clear()
            self._logs[gram] = np.array(self._computed(gram))
        return self._logs[gram]

    def _computed(self, gram: str) -> list[float]:
        # by gram, not by group: most grams are known in a few groups only
        shares = [0.0] * len(self._names)
        for weight, size in zip(_WEIGHTS, (3, 2, 1), strict=True):
            contexts = self._by_gram.get("<" + gram[-size:-1], {})
            for group, count in self._by_gram.get(gram[-size:], {}).items():
                if group in contexts:
                    shares[group] += weight * count / contexts[group]
        return [math.log(share + _FLOOR) for share in shares]

    def group(self, country: str | None) -> str | None:
        """The group of languages spoken in `country`, or None when we have no names from there."""
        return self._groups.get(country or "")

    def addressed(self, word: str) -> frozenset[str]:
        """Countries that a form of address ("Monsieur") points to."""
        return self._address.get(word.rstrip("."), frozenset())

    def hints(self, name: str) -> frozenset[str]:
        """Countries that a given name, a frequent surname, a letter or an ending points to; empty: none, or German."""
        found: Counter[str] = Counter()
        words = name.replace("-", " ").split()
        german = False
        for place, word in enumerate(words):
            first = place == 0 and len(words) > 1
            last_word = place == len(words) - 1
            given = (
                self._given.get(word)
                if not last_word or (len(words) == 2 and word not in self._lists.surnames)
                else None
            )
            for countries in (given, self._lists.surnames.get(word) if first or last_word else None):
                if countries and not self._home & frozenset(countries):
                    found.update(countries)
                elif countries:
                    german = True
        marked = False
        foreign = " ".join(word for word in words if not self._home & frozenset(self._given.get(word, ())))
        for letter in sorted(set(foreign.lower())):
            if letter in self._letters:
                found.update(dict.fromkeys(self._letters[letter], 2))
                marked = True
        last = words[-1].lower() if words else ""
        for size in range(min(self._longest, len(last) - 2), 1, -1):
            if last[-size:] in self._endings:
                found.update(self._endings[last[-size:]])
                break
        if german and not marked and max(found.values(), default=0) < 2:
            return frozenset()
        most = max(found.values(), default=0)
        return frozenset(country for country, count in found.items() if count == most)


def _grams(name: str) -> Iterator[str]:
    padded = f"^^{name.lower()}$"
    for at in range(len(padded) - 2):
        yield padded[at : at + 3]


def _forms(name: str, spellings: list[tuple[str, str]]) -> list[str]:
    """The name as it stands, and as German spells it."""
    changed = name.lower()
    for old, new in spellings:
        changed = changed.replace(old, new)
    return [name] if changed == name.lower() else [name, changed]


def _turned(tables: Sequence[Mapping[str, float]]) -> dict[str, dict[int, float]]:
    """The counts by gram and then by number of the table: most grams stand in few tables."""
    turned: dict[str, dict[int, float]] = {}
    for number, table in enumerate(tables):
        for gram, count in table.items():
            turned.setdefault(gram, {})[number] = count
    return turned
