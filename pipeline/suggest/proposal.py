"""What a proposal is, and what the modules that make them share: the rules as they are, words, examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import JumelageError
from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.entries import Data

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where PyYAML was built with it
MAX_EXAMPLE = 300  # characters on either side of the mark
_SENTENCE_END = re.compile(r"(?<!\b\d)(?<!\b\d\d)[.!?](?=\s)|\n")
_BRACKETS = str.maketrans({"[": "(", "]": ")", "|": "/"})
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": None})

Spans = Iterable[tuple[int, int]]


@dataclass(slots=True)
class Hit:
    """A place where the entry would strike, that no correction speaks of."""

    record: str
    left: str
    words: str
    right: str


@dataclass(slots=True)
class Proposal:
    """What to write: `entry` into the list (or, as word and value, the mapping) at `path` of `file`.

    `example` goes into the `examples` (or, when `negative`, `not`) of `rule`. Where `rule` is empty, only a run shows
    which rule finds the example; it must find `expect` ("Fulda -- Como twinning active") or the marked span, in one of
    `texts`, the shortest that will do, and must not have found it before. `strikes` gives the places of a record
    where the entry would work; without it, these are the words themselves, outside entries of the kind `marked`.
    """

    kind: str  # title | alias | stop | cue | topic | not_topic | tie | status | date | date_stop
    words: str
    file: str
    path: tuple[str, ...]
    entry: Any
    rule: str
    example: str
    negative: bool = False
    expect: str = ""
    published: str | None = None
    texts: tuple[str, ...] = ()
    marked: entries.Kind | None = None
    strikes: Callable[[Record], Spans] | None = None
    rank: tuple[Any, ...] = ()
    records: list[str] = field(default_factory=list)
    support: int = 0
    hits: list[Hit] = field(default_factory=list)
    hit_count: int = 0

    @property
    def id(self) -> str:
        """What names it on the command line."""
        return f"{self.kind}:{self.words}"


class Knowledge:
    """What a rules folder knows already, read as plain YAML."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._read: dict[str, Data] = {}

    def file(self, name: str) -> Data:
        """The content of `NAME.yaml`; raises JumelageError."""
        if name not in self._read:
            path = self.directory / f"{name}.yaml"
            try:
                self._read[name] = yaml.load(path.read_text("utf-8"), Loader=LOADER)
            except (OSError, yaml.YAMLError) as error:
                raise JumelageError(f"{path}: {str(error).splitlines()[0]}") from None
        return self._read[name]

    def rule_where(self, name: str, fits: Callable[[Data], bool], key: str = "rules") -> Data | None:
        """The first rule (or, with `key`, cue) of a file that fits."""
        return next((rule for rule in self.file(name)[key] if fits(rule)), None)


def plain(word: str) -> str:
    """A word as the rules compare words: lower case, ae/oe/ue for umlauts."""
    return word.lower().translate(_FOLD)


def matches(pattern: str, words: str) -> bool:
    """Does a pattern of the rules (`beginning*`, `*end`, `*part*`) cover these words?"""
    expression = ".*".join(re.escape(plain(part)) for part in pattern.split("*"))
    return re.fullmatch(expression, plain(words)) is not None


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around start-end begins and ends, at most some hundred characters away."""
    begins = [match.end() for match in _SENTENCE_END.finditer(text, max(0, start - MAX_EXAMPLE), start)]
    first = begins[-1] if begins else max(0, start - MAX_EXAMPLE)
    stop = _SENTENCE_END.search(text, end, end + MAX_EXAMPLE)
    last = stop.end() if stop else min(len(text), end + MAX_EXAMPLE)
    return first, last


def example(text: str, start: int, end: int, value: str = "") -> str:
    """The sentence around start-end, with its mark, on one line."""
    first, last = sentence(text, start, end)
    left, marked, right = (one_line(part) for part in (text[first:start], text[start:end], text[end:last]))
    return f"{left.lstrip()}[{marked}{'|' + value if value else ''}]{right.rstrip()}"


def one_line(text: str) -> str:
    """The text on one line, without the brackets that mark in examples."""
    return re.sub(r"\s+", " ", text).translate(_BRACKETS)
