"""Cuts a text into runs of atoms: the neighbouring words, figures and marks that the date grammar knows."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from pipeline.components.dates.lexicon import Entry, Lexicon, Value

# Figures first, the longest forms before the shorter; every alternative is bounded, so that time stays linear.
_TOKEN = (
    r"(?P<word>[^\W\d_]+(?:(?:\u00ad|-[ \t]{0,3}\n[ \t]{0,12})[^\W\d_]+)*)"
    r"|(?<![\d])(?:"
    r"(?P<iso>\d{4}-\d{2}-\d{2}(?![\d]))"
    r"|(?P<dmy>\d{1,2}\.[ ]?\d{1,2}\.(?:[ ]?\d{4}|\d{2})(?![\d]|[.,:]\d)|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?=\d{2,}(?:,|\W))|\d{1,2}/\d{1,2}/\d{4}(?!\d)|\d{1,2}-\d{1,2}-\d{4}(?![\d-]))"
    r"|(?P<dm>\d{1,2}\.[ ]?\d{1,2}\.(?![\d]))"
    r"|(?<![A-Z])(?P<my>(?:0?[1-9]|1[0-2])[/.]\d{4}(?![\d]|[.,/]\d)|\d{4}-(?:0[1-9]|1[0-2])(?![\d]|[.,/-]\d))"
    r"|(?P<yearpair>\d{4}[ ]?[/–-][ ]?\d{2}(?![\d]|[.,/-]\d))"
    r"|(?P<decade_no>(?:\d{2}|\d{4})(?:DECADE)(?![^\W\d_]))"
    r"|(?P<ord>\d{1,2}(?:\.(?!\d)|(?:ORDINAL)(?![^\W\d_])))"
    r"|(?P<year>\d{4}(?![\d]|[.,:]\d))"
    r"|(?P<int>\d{1,3}(?![\d]|[.,:]\d))"
    r")"
    r"|(?P<other>\d+(?:[.,:]\d+)*)"
    r"|(?P<mark>[^\w\s])"
)


_LETTERS_AND_DOT = "." + string.ascii_letters


LONGEST_RUN = 100
"""Atoms: no expression is nearly so long, and what a run costs stays bounded on text that is nothing but figures."""


MOST_YEARS = 20
"""'1997–99' are years; figures further apart, or with a stroke ('2019/25'), are rather a file's number."""


FOREIGN_WORDS = 20_000
"""So many words without a meaning for dates are remembered."""


def token_pattern(decades: list[str], ordinals: list[str]) -> re.Pattern[str]:
    """The pattern of a word, a figure or a mark; by these endings a figure is a decade (90er), an ordinal (9ten)."""
    source = _TOKEN.replace("DECADE", "|".join(map(re.escape, decades)))
    return re.compile(source.replace("ORDINAL", "|".join(map(re.escape, ordinals))))


@dataclass(slots=True)
class Atom:
    """A piece of a date expression: its type, value and place in the text."""

    kind: str
    value: Value
    start: int
    end: int


def runs(text: str, lexicon: Lexicon, heads: frozenset[str], token: re.Pattern[str]) -> list[list[Atom]]:
    """The runs of neighbouring atoms in `text` that hold at least one head. Linear in the text's length."""
    words, foreign = lexicon.words, lexicon.foreign
    if len(foreign) > FOREIGN_WORDS:
        foreign.clear()
    found: list[list[Atom]] = []
    run: list[Atom] = []
    worth = False
    end = 0
    for match in token.finditer(text):
        if match[0] in foreign:  # most words and marks of a text: on to the next at once
            if run and match.start() >= end:
                if worth:
                    found.append(run)
                run, worth = [], False
            continue
        start = match.start()
        if start < end:
            continue
        kind = match.lastgroup
        atom: Atom | None = None
        if kind == "word":
            atom = _word(text, match, lexicon)
        elif kind == "mark":
            entry = words.get(match[0])
            if entry is not None:
                atom = Atom(entry.kind, entry.value, start, match.end())
            else:
                foreign.add(match[0])
        elif kind != "other":
            assert kind is not None
            atom = _figure(kind, match)
        if run and (
            len(run) == LONGEST_RUN
            or atom is None
            or atom.start > start
            or (start > end and not _gap(text, end, start))
        ):
            if worth:
                found.append(run)
            run, worth = [], False
        if atom is None:
            end = match.end()
            continue
        run.append(atom)
        worth = worth or atom.kind in heads
        end = atom.end
        if end < match.end():  # the beginning of a glued word: nothing can follow
            if worth:
                found.append(run)
            run, worth, end = [], False, match.end()
    if worth:
        found.append(run)
    return found


def _gap(text: str, start: int, end: int) -> bool:
    """Is the white space between two atoms one that a single expression may hold?"""
    if end - start == 1:
        return text[start] != "\t"
    between = text[start:end]
    lines = between.count("\n")
    if lines:
        return lines == 1 and end - start <= 40
    return end - start == 2 and "\t" not in between


def _word(text: str, match: re.Match[str], lexicon: Lexicon) -> Atom | None:
    words, phrases = lexicon.words, lexicon.phrases
    surface = match[0]
    start, end = match.span()
    folded = surface.lower()
    if not surface.isalpha():
        folded = re.sub(r"[^\w]+", "", folded)
    for pattern, entry in phrases.get(folded, ()):
        longer = pattern.match(text, start)
        if longer is not None:
            return Atom(entry.kind, entry.value, start, longer.end())
    word = words.get(folded)
    if word is None:
        glued = _glued(surface, start, words) if len(surface) > 5 and not surface[1:].islower() else None
        if glued is None and folded not in phrases:
            lexicon.foreign.add(surface)
        return glued
    if word.capital and not surface[0].isupper():
        return None
    if word.abbreviation and text[end : end + 1] == ".":
        end += 1
    return Atom(word.kind, word.value, start, end)


def _glued(surface: str, start: int, words: dict[str, Entry]) -> Atom | None:
    """The word at the end or the beginning of one that lost its space, as cells of a table do (VigiljochJuli)."""
    at = next(
        (i for i in range(len(surface) - 1, 1, -1) if surface[i].isupper() and surface[i - 1].islower()), 0
    )
    if not at or len(surface) - at < 3:
        return None
    entry = words.get(surface[at:].lower())
    if entry is not None and not entry.abbreviation:
        return Atom(entry.kind, entry.value, start + at, start + len(surface))
    entry = words.get(surface[:at].lower()) if at > 3 else None
    return Atom(entry.kind, entry.value, start, start + at) if entry is not None else None


def _figure(kind: str, match: re.Match[str]) -> Atom | None:
    surface, (start, end) = match[0], match.span()
    if kind in ("ord", "int", "year", "decade_no"):
        number = int(surface.rstrip(_LETTERS_AND_DOT))
        if kind == "year" and not 1000 <= number <= 2100:
            return None
        if kind == "decade_no" and number % 10:
            return None
        return Atom(kind, number, start, end)
    if kind == "my" and surface[:4].isdigit() and (int(surface[:4]) + 1) % 100 == int(surface[-2:]):
        kind = "yearpair"
    if kind == "yearpair":
        first, last = int(surface[:4]), int(surface[-2:])
        years = (last - first) % 100
        if not 1000 <= first <= 2100 or not (years == 1 or (1 < years < MOST_YEARS and "/" not in surface)):
            return Atom("year", first, start, start + 4) if 1000 <= first <= 2100 else None
    return Atom(kind, surface, start, end)
