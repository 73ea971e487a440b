"""Marks what is no part of the article: navigation, cookie notices, share bars, teasers, credits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.spans import write_spans
from pipeline.findings import Mention, findings_of, text_of
from pipeline.knowledge.rules import Rule, StrictModel, load_rules

GROUP = "jumelage_boilerplate"

_LINE = re.compile(r"[^\n]+")
_SEPARATORS = re.compile(r"\s*[|·•›»>☰✕►◄→←⇧\[\]]+\s*|\s{2,}|\t")
_SEPARATED = re.compile(r"[|·•›»>☰✕►◄→←⇧\[\]\t]|\s\s")
"""What a line that `_SEPARATORS` parts must hold; ten times as quick to look for."""
_EDGES = re.compile(r"[\W\d_]+$|^[\W\d_]+")
_TEASER_LINE = 120
"""Characters: a longer line under a teaser's heading is prose again."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


def _small(needed: str) -> str:
    if not needed or needed != needed.lower():
        raise ValueError(f"{needed!r} is not in small letters")
    return needed


class BoilerplateRule(Rule):
    """One rule of `rules/boilerplate.yaml`; its comment says what the kinds mean."""

    kind: Literal["terms", "line", "block", "span"]
    pattern: Annotated[str, AfterValidator(_compiles)] | None = None
    needs: list[Annotated[str, AfterValidator(_small)]] = Field(default_factory=list)
    terms: list[str] = Field(default_factory=list)
    share: Annotated[float, Field(gt=0, le=1)] = 0.5

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "terms" and not self.terms:
            raise ValueError("kind terms needs `terms`")
        if self.kind != "terms" and self.pattern is None:
            raise ValueError(f"kind {self.kind} needs a `pattern`")
        return self


class BoilerplateRules(StrictModel):
    """The whole of `rules/boilerplate.yaml`."""

    version: Literal[1]
    longest_line: Annotated[int, Field(gt=0)]
    rules: list[BoilerplateRule]


def load(directory: Path | str | None = None) -> BoilerplateRules:
    """The rules of `directory`; None: the shipped ones."""
    return load_rules("boilerplate", BoilerplateRules, directory)


@Language.factory(GROUP, default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Boilerplate:
    """The spaCy factory; `rules` is a folder or None for the shipped rules."""
    return Boilerplate(load(rules))


class _Pattern(NamedTuple):
    rule: str
    pattern: re.Pattern[str]
    needs: tuple[str, ...]

    def worth_trying(self, lowered: str) -> bool:
        """Does the line hold one of the words without which the pattern cannot fit?"""
        return not self.needs or any(needed in lowered for needed in self.needs)


class Boilerplate:
    """Fills `findings.boilerplate` and the span group `jumelage_boilerplate`."""

    def __init__(self, rules: BoilerplateRules) -> None:
        self._longest = rules.longest_line
        self._terms = [
            (rule.id, frozenset(term.casefold() for term in rule.terms), rule.share)
            for rule in rules.rules
            if rule.kind == "terms"
        ]
        self._longest_term = max((len(term) for _, terms, _ in self._terms for term in terms), default=0)
        self._lines, self._blocks, self._spans = (
            [
                _Pattern(rule.id, re.compile(rule.pattern, re.IGNORECASE), tuple(rule.needs))
                for rule in rules.rules
                if rule.kind == kind and rule.pattern is not None
            ]
            for kind in ("line", "block", "span")
        )

    def __call__(self, doc: Doc) -> Doc:
        """Mark the boilerplate of `doc`."""
        marks = list(self._marks(text_of(doc)))
        findings_of(doc).boilerplate = marks
        write_spans(doc, GROUP, "BOILERPLATE", ((mark.start, mark.end, "") for mark in marks))
        return doc

    def _marks(self, text: str) -> Iterator[Mention]:
        block: str | None = None
        last_end = 0
        for match in _LINE.finditer(text):
            line, start = match[0], match.start()
            if block is not None and (start > last_end + 1 or len(line) > _TEASER_LINE):
                block = None
            last_end = match.end()
            if len(line) > self._longest:
                continue
            stripped = line.strip()
            if not stripped:
                block = None
                continue
            left = start + line.index(stripped)
            lowered = stripped.lower()
            rule, opens = self._whole_line(stripped, lowered)
            if rule is not None:
                block = rule if opens else None
            elif block is not None:
                rule = block
            if rule is not None:
                yield Mention(left, left + len(stripped), rule)
                continue
            for span in self._spans:
                if span.worth_trying(lowered) and (part := span.pattern.search(stripped)):
                    yield Mention(left + part.start(), left + part.end(), span.rule)
                    break

    def _whole_line(self, line: str, lowered: str) -> tuple[str | None, bool]:
        """The rule by which all of `line` is boilerplate, and whether it opens a block of such lines."""
        parts = [part for part in _SEPARATORS.split(line) if part] if _SEPARATED.search(line) else [line]
        words = [self._word(part) for part in parts]
        for rule, terms, share in self._terms:
            known = sum(word in terms for word in words)
            if known and known >= share * len(parts):
                return rule, False
        for whole in self._lines:
            if whole.worth_trying(lowered) and whole.pattern.search(line):
                return whole.rule, False
        if len(line) <= _TEASER_LINE:
            for block in self._blocks:
                if match := block.pattern.match(line):
                    return block.rule, line.endswith(":") or not _EDGES.sub("", line[match.end() :])
        return None, False

    def _word(self, part: str) -> str:
        """`part` as it is looked up among the terms: without signs and figures at its edges."""
        if part[0].isalpha() and part[-1].isalpha():
            return part.casefold() if len(part) <= self._longest_term else ""
        return _EDGES.sub("", part).casefold()
