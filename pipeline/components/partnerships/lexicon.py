"""The cue lexicon of `rules/partnerships.yaml`: which words speak of a tie between towns, and what they say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from pipeline.knowledge.rules import Rule, StrictModel, load_rules

_WORD = re.compile(r"(?:[^\W_]|\u00ad)+(?:-(?:\n[ \t]*[a-zäöüß]+|(?:[^\W_]|\u00ad)+))*")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){4,}[^\W\d_](?!\w)")
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u00ad": None})
_MEMO = 50_000


class CueRule(Rule):
    """A cue: what its words do (`role`), and the type, instrument or status that they name."""

    role: str
    type: str | None = None
    instrument: str | None = None
    status: str | None = None
    words: list[str] = Field(default_factory=list)
    phrases: list[str] = Field(default_factory=list)


class PartnershipRules(StrictModel):
    """`rules/partnerships.yaml`."""

    version: int
    rules: list[CueRule]


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in the text, in characters."""

    start: int
    end: int
    rule: CueRule


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
        self.rules = rules.rules
        self._words = [(_pattern(rule.words), rule) for rule in rules.rules if rule.words]
        self._phrases = [
            ([None if part == "~" else _pattern([part]) for part in phrase.split()], rule)
            for rule in rules.rules
            for phrase in rule.phrases
        ]
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
        found = (
            tuple(rule for pattern, rule in self._words if pattern.fullmatch(folded)),
            tuple(
                number
                for number, (parts, _) in enumerate(self._phrases)
                if parts[0] is not None and parts[0].fullmatch(folded)
            ),
        )
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
                gap = 3
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


@lru_cache(maxsize=8)
def cue_lexicon(directory: str | None = None) -> Lexicon:
    """The lexicon of a rules folder (None: the shipped one)."""
    return Lexicon(load_rules("partnerships", PartnershipRules, Path(directory) if directory else None))
