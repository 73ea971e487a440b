"""Runs the examples that every rule carries: what `jumelage rules` and the test suite do."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.extractor import Extractor
from pipeline.knowledge.rules import Example, Rule
from pipeline.record import Partnership, Record

COMPONENTS = (
    "sentences",
    "boilerplate",
    "dates",
    "cities",
    "organisations",
    "officials",
    "agreements",
    "topics",
    "partnerships",
)
"""Components with a rules file of their name; each module has `load(directory)`, which gives its `rules`."""

_EXPECTED = re.compile(
    r"(?P<first>.+?) -- (?P<second>.+?) (?P<type>[a-z_]+) (?P<status>[a-z]+)"
    r"(?: since (?P<since>\S+))?(?: signed (?P<signed>\S+))?(?: until (?P<until>\S+))?"
)


@dataclass(frozen=True)
class Mark:
    """A marked stretch of an example; `value` is what stands after the bar."""

    start: int
    end: int
    value: str | None


def rules_in(directory: Path | str | None = None) -> Iterator[tuple[str, Rule]]:
    """(component, rule) for every rule of `directory`; None: the shipped ones. Raises RulesError."""
    for component in COMPONENTS:
        module = importlib.import_module(f"pipeline.components.{component}")
        for rule in module.load(directory).rules:
            yield component, rule


def parse_marks(text: str) -> tuple[str, list[Mark]]:
    """An example without its square brackets, and what they marked; brackets within a mark are literal."""
    plain: list[str] = []
    marks: list[Mark] = []
    length = depth = start = 0
    bar: int | None = None
    for char in text:
        if char == "[":
            depth += 1
            if depth == 1:
                start, bar = length, None
                continue
        elif char == "]" and depth:
            depth -= 1
            if depth == 0:
                value = None
                end = length
                if bar is not None:
                    value = "".join(plain[bar + 1 :])
                    del plain[bar:]
                    end = length = bar
                marks.append(Mark(start, end, value))
                continue
        elif char == "|" and depth == 1 and bar is None and plain[-1:] != [" "]:
            bar = length
        plain.append(char)
        length += 1
    return "".join(plain), marks


def check_rule(rule: Rule, extractor: Extractor) -> Iterator[str]:
    """What is wrong with `rule` on its own examples, a line each; nothing when all is well."""
    for example in rule.examples:
        yield from _check_example(rule, example, extractor)
    for example in rule.not_:
        yield from _check_counter_example(rule, example, extractor)


def found_by(example: Example, extractor: Extractor) -> str | None:
    """The id of the rule that finds what the example marks, with its value, or expects; None where nothing does."""
    _, marks, record, expect = _run(example, extractor)
    for line in expect:
        for partnership in record.partnerships:
            if _fulfils(record, partnership, line):
                return partnership.by
    for mark in marks:
        for by, spans in _all_found(record).items():
            values = spans.get((mark.start, mark.end))
            if values is not None and (mark.value is None or mark.value in values):
                return by
    return None


def _check_example(rule: Rule, example: str | Example, extractor: Extractor) -> Iterator[str]:
    text, marks, record, expect = _run(example, extractor)
    found = _found_by(record, rule.id)
    for mark in marks:
        values = found.get((mark.start, mark.end))
        quote = text[mark.start : mark.end]
        if values is None:
            got = ", ".join(repr(text[start:end]) for start, end in found) or "nothing"
            yield f"{quote!r} is not found in {text!r}; found: {got}"
        elif mark.value is not None and mark.value not in values:
            yield f"{quote!r} in {text!r} should be {mark.value}, is {', '.join(sorted(values))}"
    for line in expect:
        if not any(_fulfils(record, partnership, line) for partnership in record.partnerships):
            got = (
                "; ".join(_describe(record, partnership) for partnership in record.partnerships) or "nothing"
            )
            yield f"{line!r} is not found in {text!r}; found: {got}"
    if not marks and not expect and not found and not _relations_by(record, rule.id):
        yield f"does not fire in {text!r}"
    if expect and not _relations_by(record, rule.id):
        yield f"is not what found {expect[0]!r} in {text!r}"


def _check_counter_example(rule: Rule, example: str | Example, extractor: Extractor) -> Iterator[str]:
    text, marks, record, expect = _run(example, extractor)
    if marks:
        component = rule.id.split(".")[0] + "."
        for mark in marks:
            for by, spans in _all_found(record).items():
                if by.startswith(component) and (mark.start, mark.end) in spans:
                    yield f"{text[mark.start : mark.end]!r} should not be found in {text!r}, is by {by}"
    elif expect:
        for line in expect:
            if any(_fulfils(record, partnership, line) for partnership in record.partnerships):
                yield f"{line!r} should not be found in {text!r}"
    else:
        for start, end in _found_by(record, rule.id):
            yield f"should not fire in {text!r}, but finds {text[start:end]!r}"
        for partnership in _relations_by(record, rule.id):
            yield f"should not fire in {text!r}, but finds {_describe(record, partnership)}"


def _run(example: str | Example, extractor: Extractor) -> tuple[str, list[Mark], Record, list[str]]:
    whole = Example(text=example) if isinstance(example, str) else example
    text, marks = parse_marks(whole.text)
    return text, marks, extractor.extract(text, published=whole.published), whole.expect


Spans = dict[tuple[int, int], set[str]]


def _all_found(record: Record) -> dict[str, Spans]:
    """Rule id → span → the values that the record gives it."""
    found: dict[str, Spans] = {}

    def add(by: str, start: int, end: int, *values: str | None) -> None:
        known = found.setdefault(by, {}).setdefault((start, end), set())
        known.update(value for value in values if value is not None)

    for span in record.boilerplate:
        add(span.by, span.start, span.end)
    for date in record.dates:
        value = f"{date.edtf} {date.modifier}" if date.modifier else date.edtf
        add(date.by, date.start, date.end, value or "null", date.role)
    for city in record.cities:
        for span in city.mentions:
            add(
                span.by, span.start, span.end, city.id, city.name, city.geonames_name, city.country, city.kind
            )
    for official in record.officials:
        for span in official.mentions:
            add(span.by, span.start, span.end, official.name, official.role, official.title)
    for body in record.organisations:
        for span in body.mentions:
            add(span.by, span.start, span.end, body.name, body.kind)
    for agreement in record.agreements:
        for span in agreement.mentions:
            add(span.by, span.start, span.end, agreement.type, agreement.instrument)
    for topic in record.topics:
        for span in topic.mentions:
            add(span.by, span.start, span.end, topic.id)
    return found


def _found_by(record: Record, rule_id: str) -> Spans:
    return _all_found(record).get(rule_id, {})


def _relations_by(record: Record, rule_id: str) -> list[Partnership]:
    return [partnership for partnership in record.partnerships if partnership.by == rule_id]


def _names(record: Record, partnership: Partnership) -> list[set[str]]:
    by_id = {city.id: city for city in record.cities}
    cities = [by_id[city] for city in partnership.cities]
    return [{city.name, *(mention.text for mention in city.mentions)} for city in cities]


def _describe(record: Record, partnership: Partnership) -> str:
    names = {city.id: city.name for city in record.cities}
    first, second = (names[city] for city in partnership.cities)
    tail = "".join(
        f" {key} {value}"
        for key, value in (
            ("since", partnership.since),
            ("signed", partnership.signed),
            ("until", partnership.until),
        )
        if value
    )
    return f"{first} -- {second} {partnership.type} {partnership.status}{tail} (by {partnership.by})"


def _fulfils(record: Record, partnership: Partnership, line: str) -> bool:
    """Does `partnership` hold what the expectation `line` says ("A -- B twinning active since 1974")?"""
    match = _EXPECTED.fullmatch(line)
    if match is None:
        raise ValueError(f"expectation {line!r} is not like 'A -- B twinning active since 1974'")
    first, second = _names(record, partnership)
    pair = match["first"], match["second"]
    if not ((pair[0] in first and pair[1] in second) or (pair[1] in first and pair[0] in second)):
        return False
    return (
        partnership.type == match["type"]
        and partnership.status == match["status"]
        and all(
            match[key] is None or match[key] == getattr(partnership, key)
            for key in ("since", "signed", "until")
        )
    )
