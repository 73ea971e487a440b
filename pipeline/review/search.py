"""Search in the articles: what a query asks the full-text index for, and where a text answers it.

Words are found by their beginning, whatever their case and accents; `ü` and `ue`, `ß` and `ss` are the same. Several
words must all be there; what stands in quotation marks, or is joined by a dot or hyphen, must stand together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

MAX_TERMS = 12
_TERM = re.compile(r'["„“”]([^"„“”]*)["“”]|(\S+)')
_WORD = re.compile(r"[^\W_]+")
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_SHORT = (("ae", "ä"), ("oe", "ö"), ("ss", "ß"))
_UE = re.compile(r"(?<![aeq])ue")  # not in Bauer, neue, Quelle
_SPACE = re.compile(r"\s+")
_SEARCHED = 200_000  # characters of a text in which words are looked for to be shown


class _Folding(dict[int, str]):
    """Each character to one of lower case without its accent: lengths stay, so offsets do."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()[0]
        self[code] = base
        return base


_FOLDING = _Folding()


def _terms(search: str) -> Iterator[tuple[list[str], bool]]:
    """The words of each term, and whether the last one is whole."""
    for match in islice(_TERM.finditer(search), MAX_TERMS):
        if words := _WORD.findall(match[1] if match[1] is not None else match[2]):
            yield words, match[1] is not None


def _spellings(words: list[str]) -> list[list[str]]:
    """The words as written, with umlauts spelt out, and with spelt-out umlauts contracted."""
    long = [word.translate(_LONG) for word in words]
    short = []
    for word in words:
        word = _UE.sub("ü", word.lower())
        for two, one in _SHORT:
            word = word.replace(two, one)
        short.append(word)
    return [spelling for n, spelling in enumerate((words, long, short)) if spelling not in (words, long)[:n]]


def match_expression(search: str) -> str:
    """The query in the language of SQLite's FTS5; empty where nothing is asked for."""
    terms = []
    for words, whole in _terms(search):
        phrases = [f'"{" ".join(spelling)}"{"" if whole else " *"}' for spelling in _spellings(words)]
        terms.append(phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})")
    return " AND ".join(terms)


def found_in(text: str, search: str, limit: int = 200) -> list[tuple[int, int]]:
    """Where the words of the query stand in the text, in order, at most `limit` of them."""
    choices = [
        r"[\W_]+".join(re.escape(word.translate(_FOLDING)) for word in spelling)
        + (r"(?!\w)" if whole else r"\w*")
        for words, whole in _terms(search)
        for spelling in _spellings(words)
    ]
    if not choices:
        return []
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(choices)})")
    folded = text[:_SEARCHED].translate(_FOLDING)
    return [match.span() for match in islice(pattern.finditer(folded), limit)]


def snippet(text: str, search: str, width: int = 70) -> tuple[str, str, str] | None:
    """The first place that answers the query, with `width` characters before and after it; None where there is none."""
    spans = found_in(text, search, 1)
    if not spans:
        return None
    start, end = spans[0]
    first, last = max(0, start - width), min(len(text), end + width)
    before, after = text[first:start], text[end:last]
    if first:
        before = "… " + before.partition(" ")[2]
    if last < len(text):
        after = after.rpartition(" ")[0] + " …"
    return _SPACE.sub(" ", before).lstrip(), text[start:end], _SPACE.sub(" ", after).rstrip()
