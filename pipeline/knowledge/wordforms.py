"""German words as a text writes them, and word lists that know compounds and inflection.

A text writes one word in many ways: "Städtepartnerschaft", "Staedtepartnerschaft" (minutes of the 1950s),
"Städte-\\npartnerschaft" (broken at the line's end), "Städte\\u00adpartnerschaft" (soft hyphen),
"P a r t n e r s c h a f t" (spaced for emphasis). `words` finds them all with their exact offsets and gives
each a folded form without capitals, umlauts and breaks; a `Lexicon` looks folded forms up by patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator

ValueT = TypeVar("ValueT")

_BREAK = r"-[ \t]{0,8}\r?\n[ \t]{0,40}(?=[^\W\d_])"
WORD = re.compile(
    r"(?<![^\W_])[^\W\d_](?: [^\W\d_]){4,40}(?![^\W_])"  # spaced letters: at least five of them
    rf"|[^\W_]+(?:(?:[\u00ad\u200b]|{_BREAK}|-|[*:/](?=in)|&shy;)[^\W_]+)*"
)
_SOFT = re.compile(r"[\u00ad\u200b]|&shy;|-\s+(?=[a-zäöüß])|(?<=-)\s+|(?<=[^\W\d_]) (?=[^\W\d_])")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "’": "'"})
_SEAM = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ][a-zäöüß]{2})|(?<=\d)(?=[^\W\d_]{4})|(?<=[a-zäöüß]{4})(?=\d)")
CACHE_SIZE = 20_000
"""Words remembered in each place; a crawl has new ones without end (names, numbers)."""
LONGEST = 60
GAP = "..."
"""In a phrase: up to seven words may stand here."""
_KNOWN: dict[str, str] = {}


def fold(word: str) -> str:
    """The form under which a word is looked up: no capitals, umlauts, accents or breaks.

    >>> fold("Städte-\\npartnerschaft"), fold("GRÜSSE"), fold("V e r t r a g"), fold("Otto-\\nMuseum")
    ('staedtepartnerschaft', 'gruesse', 'vertrag', 'otto-museum')
    """
    if not word.isalnum():
        word = _SOFT.sub("", word)
    return word.lower().translate(_FOLDED)


@lru_cache(maxsize=1)
def words(text: str) -> tuple[tuple[int, int, str], ...]:
    """Every word of `text` as (start, end, folded form), in characters of `text`; two components ask for the same.

    Cells of a table that a reader glued together ("1990FeuerwehrChöre") are words of their own.
    """
    return tuple(_words(text))


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    known = _KNOWN
    for match in WORD.finditer(text):
        raw = match.group()
        folded = known.get(raw)
        if folded is None:
            folded = _remember(raw)
        start, end = match.span()
        if folded:
            yield start, end, folded
        else:
            yield from _pieces(raw, start)


def _remember(raw: str) -> str:
    """The folded form of a word, empty when it has seams; remembered, as texts repeat their words."""
    if len(_KNOWN) >= CACHE_SIZE:
        _KNOWN.clear()
    plain = raw.isdigit() or (raw.isalpha() and (raw.islower() or raw.istitle() or raw.isupper()))
    folded = fold(raw) if plain or not _SEAM.search(raw) else ""
    if len(raw) <= LONGEST:
        _KNOWN[raw] = folded
    return folded


def _pieces(raw: str, start: int) -> Iterator[tuple[int, int, str]]:
    cuts = [0, *(seam.start() for seam in _SEAM.finditer(raw)), len(raw)]
    for first, last in pairwise(cuts):
        yield start + first, start + last, fold(raw[first:last])


def checked(pattern: str) -> str:
    """`pattern` itself, when a `Lexicon` can look it up; each word of it, when it is a phrase.

    Raises ValueError: a stem in front of or behind a star needs three letters.
    """
    for word in pattern.split() or [""]:
        stem = word.strip("*")
        if word != GAP and (not stem or "*" in stem or (len(fold(stem)) < 3 and stem != word)):
            raise ValueError(
                f"{word!r} is no word pattern: word, stem*, *stem or *stem*, three letters or more"
            )
    return pattern


Pattern = Annotated[str, AfterValidator(checked)]
"""A word or phrase of a rules file, checked when the file is read."""


class Lexicon(Generic[ValueT]):
    """Looks words up by patterns: `rat` the word, `rat*` its beginning, `*rat` its end, `*rat*` any part.

    Patterns are folded as words are, so that a list may be written in plain German. Stems in front of or
    behind a star have three letters or more. A word longer than 60 letters is no word and has no values.

    >>> Lexicon([("Städtepartner*", 1), ("*vertrag", 2)]).find(fold("Staedtepartnerschaftsvertrag"))
    (1, 2)
    """

    def __init__(self, entries: Iterable[tuple[str, ValueT]]) -> None:
        self._exact: dict[str, list[ValueT]] = {}
        self._starts: dict[str, list[tuple[str, ValueT]]] = {}
        self._ends: dict[str, list[tuple[str, ValueT]]] = {}
        self._parts: dict[str, list[tuple[str, ValueT]]] = {}
        self._known: dict[str, tuple[ValueT, ...]] = {}
        for pattern, value in entries:
            self._add(pattern, value)

    def _add(self, pattern: str, value: ValueT) -> None:
        stem = fold(checked(pattern).strip("*"))
        before, after = pattern.startswith("*"), pattern.endswith("*")
        if before and after:
            self._parts.setdefault(stem[:3], []).append((stem, value))
        elif after:
            self._starts.setdefault(stem[:3], []).append((stem, value))
        elif before:
            self._ends.setdefault(stem[-3:], []).append((stem, value))
        else:
            self._exact.setdefault(stem, []).append(value)

    def find(self, word: str) -> tuple[ValueT, ...]:
        """The values of all patterns that fit a folded word, in order of the word's parts; each once."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= CACHE_SIZE:
                self._known.clear()
            known = self._known[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> tuple[ValueT, ...]:
        if len(word) > LONGEST:
            return ()
        found: list[ValueT] = list(self._exact.get(word, ()))
        found += [value for stem, value in self._starts.get(word[:3], ()) if word.startswith(stem)]
        if self._parts:
            for position in range(len(word) - 2):
                for stem, value in self._parts.get(word[position : position + 3], ()):
                    if word.startswith(stem, position):
                        found.append(value)
        found += [value for stem, value in self._ends.get(word[-3:], ()) if word.endswith(stem)]
        return tuple(dict.fromkeys(found))
