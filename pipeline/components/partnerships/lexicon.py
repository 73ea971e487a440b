"""The cue lexicon of `rules/partnerships.yaml`: which words speak of a tie between towns, and what they say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipeline.knowledge.rules import Rule, StrictModel, load_rules

_WORD = re.compile(r"(?:[^\W_]|\u00ad)+(?:-(?:\n[ \t]*[a-zäöüß]+|(?:[^\W_]|\u00ad)+))*")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){4,}[^\W\d_](?!\w)")
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u00ad": None})
_MEMO = 20_000
_GAP = 5


class CueRule(StrictModel):
    """A cue: what its words do (`role`), and the type, instrument or status that they name."""

    __hash__ = object.__hash__
    id: Annotated[str, Field(pattern=r"^partnerships(\.[a-z0-9_]+)+$")]
    about: str | None = None

    role: str
    type: str | None = None
    instrument: str | None = None
    status: str | None = None
    words: list[str] = Field(default_factory=list)
    phrases: list[str] = Field(default_factory=list)


class PartnershipRules(StrictModel):
    """`rules/partnerships.yaml`: the cues, and the frames that are read."""

    version: int
    cues: list[CueRule]
    rules: list[Rule]


@dataclass(slots=True, eq=False)
class Hit:
    """A cue found in the text, in characters."""

    start: int
    end: int
    rule: CueRule


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word for look-up: lower case, umlauts spelled out, hyphens of line ends and soft hyphens gone."""
    if "\n" in word:
        word = re.sub(r"-\n[ \t]*", "", word)
    return word.lower().translate(_FOLD)


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(fold(word)).replace(r"\*", r"[\w-]*") for word in words))


class Lexicon:
    """Finds the cues of a text in one pass over its words; what a word means is remembered."""

    def __init__(self, rules: PartnershipRules) -> None:
        self.cues = rules.cues
        self.frames = frozenset(rule.id for rule in rules.rules)
        self._exact: dict[str, list[CueRule]] = {}
        self._begins: dict[str, list[CueRule]] = {}
        self._globs: list[tuple[re.Pattern[str], CueRule]] = []
        for rule in rules.cues:
            for word in map(fold, rule.words):
                if "*" not in word:
                    self._exact.setdefault(word, []).append(rule)
                elif word.index("*") == len(word) - 1:
                    self._begins.setdefault(word[:-1], []).append(rule)
                else:
                    self._globs.append((_pattern([word]), rule))
        self._phrases = [
            ([None if part == "~" else _pattern([part]) for part in phrase.split()], rule)
            for rule in rules.cues
            for phrase in rule.phrases
        ]
        self._openers: dict[str, list[int]] = {}
        self._opening_globs: list[int] = []
        for number, phrase in enumerate(phrase for rule in rules.cues for phrase in rule.phrases):
            opener = fold(phrase.split()[0])
            if "*" in opener:
                self._opening_globs.append(number)
            else:
                self._openers.setdefault(opener, []).append(number)
        self._memo: dict[str, tuple[tuple[CueRule, ...], tuple[int, ...]]] = {}

    def find(self, text: str) -> list[Hit]:
        """All cues of `text`, in order."""
        words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
        for m in _SPACED.finditer(text):
            words.append((m.start(), m.end(), m.group().replace(" ", "")))
        memo = self._memo
        hits: list[Hit] = []
        for index, (start, end, word) in enumerate(words):
            known = memo.get(word)
            if known is None:
                known = self._look_up(word)
            rules, phrases = known
            for rule in rules:
                hits.append(Hit(start, end, rule))
            for number in phrases:
                last = self._match(number, words, index)
                if last is not None:
                    hits.append(Hit(start, last, self._phrases[number][1]))
        hits.sort(key=lambda hit: (hit.start, hit.end))
        return hits

    def _look_up(self, word: str) -> tuple[tuple[CueRule, ...], tuple[int, ...]]:
        folded = fold(word)
        rules = list(self._exact.get(folded, ()))
        for length in range(1, len(folded) + 1):
            rules += self._begins.get(folded[:length], ())
        rules += [rule for pattern, rule in self._globs if pattern.fullmatch(folded)]
        phrases = list(self._openers.get(folded, ()))
        for number in self._opening_globs:
            opener = self._phrases[number][0][0]
            if opener is not None and opener.fullmatch(folded):
                phrases.append(number)
        found = tuple(dict.fromkeys(rules)), tuple(phrases)
        if len(self._memo) < _MEMO:
            self._memo[word] = found
        return found

    def _match(self, number: int, words: list[tuple[int, int, str]], index: int) -> int | None:
        """The end of phrase `number` when it starts at word `index`."""
        parts = self._phrases[number][0]
        at, gap = index + 1, 0
        end = words[index][1]
        for part in parts[1:]:
            if part is None:
                gap = _GAP
                continue
            for skip in range(gap + 1):
                if at + skip < len(words) and words[at + skip][0] - end < 40:
                    if part.fullmatch(fold(words[at + skip][2])):
                        at, end = at + skip + 1, words[at + skip][1]
                        break
                else:
                    return None
            else:
                return None
            gap = 0
        return end


def load(directory: Path | str | None = None) -> PartnershipRules:
    """The rules of a folder (None: the shipped ones). Raises RulesError."""
    return load_rules("partnerships", PartnershipRules, directory)


@lru_cache(maxsize=1)
def cue_lexicon() -> Lexicon:
    """The lexicon of the shipped rules."""
    return Lexicon(load())
