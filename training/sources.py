"""Readers of the annotated corpora in the data folder; see DATA.md for where the public gets them.

Every reader yields plain values: tokenised sentences with BIO tags, or texts with character spans.
Labels are brought to LOC, PER, ORG and MISC here and nowhere else.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GERMEVAL_LABELS = {"LOC": "LOC", "PER": "PER", "ORG": "ORG", "OTH": "MISC"}
SMARTDATA_LABELS = {
    "location": "LOC",
    "location-city": "LOC",
    "location-street": "LOC",
    "location-stop": "LOC",
    "location-route": "SKIP",
    "person": "PER",
    "organization": "ORG",
    "organization-company": "ORG",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A tokenised sentence and its entities as (first token, end token, label)."""

    words: list[str]
    entities: list[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A raw text and its entities as (start, end, label) in characters."""

    name: str
    text: str
    entities: list[tuple[int, int, str]] = field(default_factory=list)


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            yield from stream
    else:
        with path.open(encoding="utf-8") as stream:
            yield from stream


def bio_entities(tags: list[str], labels: dict[str, str]) -> list[tuple[int, int, str]]:
    """Entities of a BIO tagged sentence; labels without a mapping (derivations, parts) are left out.

    >>> bio_entities(["B-PER", "I-PER", "O", "B-LOCDERIV"], GERMEVAL_LABELS)
    [(0, 2, 'PER')]
    """
    entities: list[tuple[int, int, str]] = []
    start: int | None = None
    for position, tag in enumerate([*tags, "O"]):
        if start is not None and not tag.startswith("I-"):
            label = labels.get(tags[start][2:])
            if label:
                entities.append((start, position, label))
            start = None
        if tag.startswith("B-"):
            start = position
    return entities


def _bio_sentences(path: Path, word: int, tag: int, labels: dict[str, str]) -> Iterator[Sentence]:
    words: list[str] = []
    tags: list[str] = []
    for line in _lines(path):
        fields = line.rstrip("\n").split("\t")
        if not line.strip():
            if words:
                yield Sentence(words, bio_entities(tags, labels))
            words, tags = [], []
        elif not (fields[0] == "#" and word > 0):
            words.append(fields[word])
            tags.append(fields[tag])
    if words:
        yield Sentence(words, bio_entities(tags, labels))


def germeval_train(data: Path) -> list[Sentence]:
    """GermEval 2014, training part, outer level."""
    return list(_bio_sentences(data / "ner/germeval2014/train.bio.tsv.gz", 0, 1, GERMEVAL_LABELS))


def germeval_dev(data: Path) -> list[Sentence]:
    """GermEval 2014, development part, outer level; never trained on."""
    return list(_bio_sentences(data / "ner/germeval2014/dev.tsv", 1, 2, GERMEVAL_LABELS))


def wikiner(data: Path) -> list[Sentence]:
    """WikiNER German: silver annotation made from Wikipedia's links."""
    labels = {"LOC": "LOC", "PER": "PER", "ORG": "ORG", "MISC": "MISC"}
    return list(_bio_sentences(data / "ner/wikiner/part.bio.tsv.gz", 0, 1, labels))


def smartdata(data: Path) -> list[Text]:
    """DFKI SmartData, training part, with its labels mapped to ours; nominal mentions are left out."""
    with gzip.open(data / "ner/smartdata/train.json.gz", "rt", encoding="utf-8") as stream:
        content = stream.read()
    decoder = json.JSONDecoder()
    texts: list[Text] = []
    nouns = common_nouns(data)
    position = 0
    while (position := content.find("{", position)) >= 0:
        document, position = decoder.raw_decode(content, position)
        texts.append(_smartdata_text(document, nouns))
    return texts


ROAD = re.compile(r"[ABLK] ?\d+\w?")
TITLE = re.compile(r"(?:(?:Dr|Prof|Hr|Fr)\.\s+|(?:Herr|Frau|Professor)\s+)+")


def _cleaned(start: int, end: int, label: str, surface: str, nouns: frozenset[str]) -> tuple[int, int, str]:
    """SmartData marks adjectives, roads, titles and common nouns ("die Gruppe") that are no names to us."""
    title = TITLE.match(surface) if label == "PER" else None
    if title:
        return start + title.end(), end, label
    if surface[:1].islower() and " " not in surface:
        return start, end, "NONE"
    if surface[:1].islower() or ROAD.fullmatch(surface) or surface in nouns:
        return start, end, "SKIP"
    return start, end, label


def common_nouns(data: Path) -> frozenset[str]:
    """Words that UD German GSD's training part tags as common nouns more often than as names."""
    balance: dict[str, int] = {}
    for line in _lines(data / "ud/de_gsd-train-upos.tsv.gz"):
        for piece in line.split():
            word, _, tag = piece.rpartition("##")
            if tag in {"NOUN", "PROPN"}:
                balance[word] = balance.get(word, 0) + (1 if tag == "NOUN" else -1)
    return frozenset(word for word, surplus in balance.items() if surplus > 0)


def _smartdata_text(document: dict[str, Any], nouns: frozenset[str]) -> Text:
    text = document["text"]["string"]
    spans: list[tuple[int, int, str]] = []
    for mention in (document["conceptMentions"] or {"array": []})["array"]:
        label = SMARTDATA_LABELS.get(mention["type"])
        start, end = mention["span"]["start"], mention["span"]["end"]
        if label and end <= len(text):
            spans.append(_cleaned(start, end, label, text[start:end], nouns))
    spans = [span for span in spans if span[2] != "NONE"]
    spans.sort(key=lambda span: (span[0], span[0] - span[1]))
    kept: list[tuple[int, int, str]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return Text(document["id"], text, kept)


def gold_names(folder: Path) -> list[str]:
    """Names of the gold articles that may be trained on: all but those listed as unseen."""
    unseen = set((folder / "unseen.list").read_text(encoding="utf-8").split())
    return sorted(path.stem for path in folder.glob("*.json") if path.stem not in unseen)
