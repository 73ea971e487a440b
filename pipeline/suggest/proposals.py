"""Reads the log of decisions and proposes entries for word lists and rules.

A proposal says what is to be written where, which corrections ask for it (its support), an example taken from one of
them, and where else the new entry would strike in the corpus, so that a linguist can judge it. What the rules know
already is not proposed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import JumelageError
from pipeline.knowledge.shipped import RULES
from pipeline.review import corpus, entries
from pipeline.review.decisions import Add, Decision, Edit, Operation, Reject, Unmention, in_force
from pipeline.review.entries import Data
from pipeline.review.store import Store

MAX_CONTEXTS = 5
_WIDTH = 60  # characters of context on either side
_MAX_EXAMPLE = 300
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")


@dataclass(slots=True)
class Hit:
    """A place where the entry would strike, that no correction speaks of."""

    record: str
    left: str
    words: str
    right: str


@dataclass(slots=True)
class Proposal:
    """What to write: `entry` into the list at `path` of `file`, `example` into that rule's `examples` or `not`."""

    kind: str  # title | alias | stop | cue | topic | not_topic
    words: str
    file: str
    path: tuple[str, ...]
    entry: Any
    rule: str
    example: str
    negative: bool = False
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
                self._read[name] = yaml.safe_load(path.read_text("utf-8"))
            except (OSError, yaml.YAMLError) as error:
                raise JumelageError(f"{path}: {str(error).splitlines()[0]}") from None
        return self._read[name]

    def rule_where(self, name: str, fits: Callable[[Data], bool]) -> Data | None:
        """The first rule of a file that fits."""
        return next((rule for rule in self.file(name)["rules"] if fits(rule)), None)


def suggest(store: Store, rules: Path | None = None) -> list[Proposal]:
    """Proposals from all decisions in force, those with most support first."""
    known = Knowledge(rules or RULES)
    logs: dict[str, list[Decision]] = {}
    for decision in store.log():
        logs.setdefault(decision.record, []).append(decision)
    found: dict[str, Proposal] = {}
    for record, log in logs.items():
        try:
            text = store.load(record)[0].text
        except KeyError:
            continue  # reviewed once, gone from the corpus since
        for decision in in_force(log):
            for proposal in _proposals(decision.operation, text, known):
                kept = found.setdefault(proposal.id, proposal)
                kept.support += 1
                if record not in kept.records:
                    kept.records.append(record)
    proposals = sorted(found.values(), key=lambda p: (-len(p.records), -p.support, p.id))
    if proposals:
        _find_hits(proposals, store.root)
    return proposals


def _proposals(operation: Operation, text: str, known: Knowledge) -> Iterator[Proposal]:
    match operation:
        case Add(kind="official", entry=entry):
            yield from _title(entry, text, known)
        case Edit(kind="official", changes=changes, entry=entry) if (
            entry and {"title", "role"} & changes.keys()
        ):
            yield from _title({**entry, **changes}, text, known)
        case Add(kind="city", entry=entry):
            yield from _alias(entry, text)
        case Edit(kind="city", changes=changes, entry=entry) if entry and "id" in changes:
            yield from _alias({**entry, **changes}, text)
        case Reject(kind="city", entry=entry) if entry:
            yield from _stop(entry["mentions"], text, known)
        case Unmention(kind="city", start=start, end=end):
            yield from _stop([{"start": start, "end": end, "text": text[start:end]}], text, known)
        case Add(kind="agreement", entry=entry):
            yield from _cue(entry, text, known)
        case Add(kind="topic", entry=entry):
            yield from _topic(entry, text, known, "clear")
        case Reject(kind="topic", entry=entry) if entry:
            yield from _topic(entry, text, known, "never")


def _title(entry: Data, text: str, known: Knowledge) -> Iterator[Proposal]:
    title = (entry.get("title") or "").split()
    if not title:
        return
    word = title[-1].strip(".,:;")
    listed = {_plain(item["word"]) for item in known.file("officials")["titles"]}
    plain = _plain(word)
    if len(plain) < 3 or any(
        plain == item or plain.removesuffix("in") == item or plain.endswith(item) for item in listed
    ):
        return
    span = _with_title(entry["mentions"][0], word, text)
    if span is None:
        return
    example = _example(text, span["start"], span["end"], str(entry["role"]))
    wanted = {"word": word, "bends": "inv", "role": entry["role"]}
    yield Proposal("title", word, "officials.yaml", ("titles",), wanted, "officials.title", example)


def _with_title(span: Data, word: str, text: str) -> Data | None:
    """The name alone, where the title stands right before it or inside the marked span."""
    inside = text.find(word, span["start"], span["end"])
    if inside >= 0:
        start = inside + len(word)
        start += len(text[start : span["end"]]) - len(text[start : span["end"]].lstrip(" ."))
        return {"start": start, "end": span["end"]} if start < span["end"] else None
    return span if text[: span["start"]].rstrip().endswith(word) else None


def _alias(entry: Data, text: str) -> Iterator[Proposal]:
    from pipeline.knowledge.gazetteer import gazetteer

    if not entry.get("geonames_id") or not entry.get("country"):
        return
    for span in entry["mentions"]:
        words = " ".join(text[span["start"] : span["end"]].split())
        if any(place.gid == entry["geonames_id"] for place in gazetteer().find(words)):
            continue
        line = f"{words}\t{entry['geonames_name'] or entry['name']}\t{entry['country']}"
        example = _example(text, span["start"], span["end"])
        yield Proposal("alias", words, "places/exonyms.tsv", (), line, "cities.gazetteer", example)
        return


def _stop(spans: Iterable[Data], text: str, known: Knowledge) -> Iterator[Proposal]:
    listed = {_plain(word) for word in known.file("cities")["landscapes"]}
    for span in spans:
        words = " ".join(span["text"].split())
        if _plain(words) not in listed:
            example = _example(text, span["start"], span["end"])
            yield Proposal(
                "stop",
                words,
                "cities.yaml",
                ("landscapes",),
                words,
                "cities.gazetteer",
                example,
                negative=True,
            )
            return


def _cue(entry: Data, text: str, known: Knowledge) -> Iterator[Proposal]:
    field_name = "type" if entry.get("type") else "instrument"
    rule = known.rule_where("agreements", lambda r: r.get(field_name) == entry[field_name] and "words" in r)
    span = entry["mentions"][0]
    words = " ".join(span["text"].split()).lower()
    if rule is None or not re.fullmatch(r"[\w' -]+", words):
        return
    name = "phrases" if " " in words else "words"
    if not any(_matches(pattern, words) for pattern in rule.get(name, [])):
        example = _example(text, span["start"], span["end"], entry[field_name])
        entry_ = words if name == "phrases" else f"{words}*"
        yield Proposal(
            "cue", words, "agreements.yaml", ("rules", rule["id"], name), entry_, rule["id"], example
        )


def _topic(entry: Data, text: str, known: Knowledge, level: str) -> Iterator[Proposal]:
    rule = known.rule_where("topics", lambda r: r["id"] == f"topics.{entry['id']}")
    if rule is None:
        return
    for span in entry["mentions"]:
        words = " ".join(span["text"].split()).lower()
        listed = (
            [*rule.get("never", [])]
            if level == "never"
            else [*rule.get("strong", []), *rule.get("clear", [])]
        )
        if len(words) < 4 or any(_matches(pattern, words) for pattern in listed):
            continue
        example = _example(text, span["start"], span["end"])
        kind = "not_topic" if level == "never" else "topic"
        yield Proposal(
            kind,
            words,
            "topics.yaml",
            ("rules", rule["id"], level),
            words,
            rule["id"],
            example,
            level == "never",
        )
        return


def _plain(word: str) -> str:
    """A word as the rules compare words: lower case, ae/oe/ue for umlauts."""
    table = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": None})
    return word.lower().translate(table)


def _matches(pattern: str, words: str) -> bool:
    """Does a pattern of the rules (`beginning*`, `*end`, `*part*`) cover these words?"""
    expression = ".*".join(re.escape(_plain(part)) for part in pattern.split("*"))
    return re.fullmatch(expression, _plain(words)) is not None


def _example(text: str, start: int, end: int, value: str = "") -> str:
    """The sentence around start-end, with its mark, on one line."""
    begins = [match.end() for match in _SENTENCE_END.finditer(text, max(0, start - _MAX_EXAMPLE), start)]
    first = begins[-1] if begins else max(0, start - _MAX_EXAMPLE)
    stop = _SENTENCE_END.search(text, end, end + _MAX_EXAMPLE)
    last = stop.end() if stop else min(len(text), end + _MAX_EXAMPLE)
    parts = [text[first:start], text[start:end], text[end:last]]
    left, marked, right = (re.sub(r"\s+", " ", part).translate(_BRACKETS) for part in parts)
    return f"{left.lstrip()}[{marked}{'|' + value if value else ''}]{right.rstrip()}"


_BRACKETS = str.maketrans({"[": "(", "]": ")", "|": "/"})


def _find_hits(proposals: list[Proposal], root: Path) -> None:
    """Where else the entries stand in the corpus: whole words, outside what is marked as such already."""
    patterns = [
        re.compile(rf"(?<!\w){re.escape(p.words)}(?!\w)", re.I if p.file != "cities.yaml" else 0)
        for p in proposals
    ]
    for record in corpus.records(root):
        marked = {kind: _marked(record, kind) for kind in ("city", "official")}
        for proposal, pattern in zip(proposals, patterns, strict=True):
            if record.id in proposal.records:
                continue
            for match in pattern.finditer(record.text):
                kind = "city" if proposal.kind == "alias" else "official" if proposal.kind == "title" else ""
                if any(start <= match.start() < end for start, end in marked.get(kind, ())):
                    continue
                proposal.hit_count += 1
                if len(proposal.hits) < MAX_CONTEXTS:
                    left = record.text[max(0, match.start() - _WIDTH) : match.start()]
                    right = record.text[match.end() : match.end() + _WIDTH]
                    proposal.hits.append(
                        Hit(record.id, " ".join(left.split()), match[0], " ".join(right.split()))
                    )


def _marked(record: Any, kind: entries.Kind) -> list[tuple[int, int]]:
    return [(m.start, m.end) for entry in getattr(record, entries.LISTS[kind]) for m in entry.mentions]
