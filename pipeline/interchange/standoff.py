"""A record as marked spans and links between them: what all annotation tools have in common.

Every mention is a span labelled with its kind; the first span of an entry carries what is known of it (`values`). A
partnership is a link between two places, labelled with its type, and an EVIDENCE span that carries the rest. Offsets
count Unicode code points, as in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import JumelageError
from pipeline.record import Record, partnership_id
from pipeline.review import entries
from pipeline.review.entries import Data, Kind
from pipeline.review.places import slug
from pipeline.review.texts import label

LABELS: dict[str, Kind] = {
    "CITY": "city", "OFFICIAL": "official", "ORGANISATION": "organisation", "DATE": "date", "AGREEMENT": "agreement",
    "TOPIC": "topic",
}  # fmt: skip
EVIDENCE = "EVIDENCE"
BY = "import"
_NUMBERS = {
    "geonames_id": int,
    "population": int,
    "latitude": float,
    "longitude": float,
    "score": float,
    "confidence": float,
}
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SENTENCE = re.compile(r"[.!?]\s|\n")
_DEFAULTS: dict[Kind, Data] = {
    "city": {"kind": "city", "country": None, "country_name": None, "admin": None, "geonames_id": None, "geonames_name": None,
             "latitude": None, "longitude": None, "population": None, "confidence": 1.0, "partner": False},
    "official": {"title": None, "role": "other", "city": None, "organisation": None},
    "organisation": {"kind": "association", "city": None},
    "date": {"edtf": None, "modifier": None, "role": None, "by": BY, "confidence": 1.0},
    "agreement": {"type": None, "instrument": None},
    "topic": {"score": 1.0},
    "partnership": {"instrument": None, "status": "active", "signed": None, "since": None, "until": None, "officials": [],
                    "topics": [], "by": BY, "confidence": 1.0},
}  # fmt: skip


class InterchangeError(JumelageError):
    """Annotations that cannot be read; the message is one line."""


@dataclass(slots=True)
class Note:
    """A marked span. `entity` names the entry it belongs to; empty where the annotator marked something new."""

    id: str
    start: int
    end: int
    label: str
    entity: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Link:
    """A partnership between the places of two notes; `label` is its type."""

    id: str
    source: str
    target: str
    label: str


@dataclass(slots=True)
class Document:
    """One article with its annotation; `record` is the record's id."""

    record: str
    name: str
    text: str
    notes: list[Note] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def printable(text: str) -> str:
    """The text as XML can hold it: one replacement character for each that it cannot."""
    return _UNPRINTABLE.sub("\ufffd", text)


def from_record(record: Record) -> Document:
    """The record's mentions and partnerships as notes and links."""
    data = record.model_dump(mode="json")
    document = Document(
        record.id, re.sub(r"\W+", "-", record.source.uri.rsplit("/", 1)[-1].rsplit(".", 1)[0]), record.text
    )
    first_of: dict[str, str] = {}

    def note(start: int, end: int, label_: str, entity: str, values: dict[str, str]) -> str:
        document.notes.append(Note(f"T{len(document.notes) + 1}", start, end, label_, entity, values))
        return document.notes[-1].id

    for name, kind in LABELS.items():
        for entry in data[entries.LISTS[kind]]:
            key = entries.key_of(kind, entry)
            values = dict(_values(entry, skip=("mentions", "start", "end", "text", "partner")))
            if kind == "date":
                note(entry["start"], entry["end"], name, key, values)
                continue
            for number, mention in enumerate(entry["mentions"]):
                made = note(mention["start"], mention["end"], name, key, values if number == 0 else {})
                first_of.setdefault(key if kind == "city" else "", made)
    for number, partnership in enumerate(data["partnerships"], 1):
        key = entries.key_of("partnership", partnership)
        values = dict(_values(partnership, skip=("id", "cities", "type", "evidence")))
        for span in partnership["evidence"]:
            note(span["start"], span["end"], EVIDENCE, key, values)
            values = {}
        source, target = (first_of[city] for city in partnership["cities"])
        document.links.append(Link(f"R{number}", source, target, partnership["type"]))
    return document


def _values(entry: Data, skip: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, value in entry.items():
        if name in skip or value in (None, []):
            continue
        yield name, "|".join(value) if isinstance(value, list) else str(value)


def to_record(document: Document, base: Record) -> Record:
    """The record that the annotation describes.

    `base` gives the text, its provenance, and what annotation tools do not show. Raises InterchangeError when the
    annotation is of another text or breaks the record's contract.
    """
    if document.text != base.text and document.text != printable(base.text):
        raise InterchangeError(f"{document.name}: the annotated text is not the text of record {base.id}")
    data = base.model_dump(mode="json")
    old = entries.copy(data)
    notes = {note.id: note for note in document.notes}
    for note in document.notes:
        if not 0 <= note.start < note.end <= len(base.text):
            raise InterchangeError(
                f"{document.name}: {note.label} {note.start}-{note.end} is no span of the text"
            )
    for name, kind in LABELS.items():
        kept = [entry for entry in data["topics"] if not entry["mentions"]] if kind == "topic" else []
        data[entries.LISTS[kind]] = kept
        for entry in _entries(kind, [n for n in document.notes if n.label == name], old, base.text):
            if kind == "topic" or entries.find(data, kind, entries.key_of(kind, entry)) is None:
                data[entries.LISTS[kind]].append(entry)
    data["partnerships"] = [_partnership(link, notes, document, old, base.text) for link in document.links]
    _keep_order(data, old)
    try:
        entries.settle(data)
        return Record.model_validate(data)
    except ValueError as error:
        reason = str(error).split("\n")[2:3] or [str(error).split("\n")[0]]
        raise InterchangeError(f"{document.name}: {reason[0].strip()}") from None


def _keep_order(data: Data, old: Data) -> None:
    """Entries that begin at one place stay in the order that they had."""
    for kind in entries.LISTS:
        order = {entries.key_of(kind, entry): number for number, entry in enumerate(old[entries.LISTS[kind]])}
        data[entries.LISTS[kind]].sort(key=lambda e, k=kind, o=order: o.get(entries.key_of(k, e), len(o)))


def _entries(kind: Kind, notes: list[Note], old: Data, text: str) -> Iterator[Data]:
    """One entry for the notes of each entity; a note without one joins the entity whose mention reads the same."""
    known: dict[str, str] = {}
    for note in notes:
        if note.entity:
            known.setdefault(text[note.start : note.end], note.entity)
    groups: dict[str, list[Note]] = {}
    for note in sorted(notes, key=lambda n: (n.start, n.end)):
        words = text[note.start : note.end]
        name = f"{note.start}-{note.end}" if kind == "date" else note.entity or known.get(words, f"?{words}")
        groups.setdefault(name, []).append(note)
    for name, members in groups.items():
        values = {key: value for note in members for key, value in note.values.items()}
        previous = entries.find(old, kind, name)
        entry = dict(previous) if previous else dict(_DEFAULTS[kind])
        entry.update(_read_values(values))
        words = text[members[0].start : members[0].end]
        if kind == "date":
            entry.update(start=members[0].start, end=members[0].end, text=words)
            yield entry
            continue
        if previous is None:
            _name(kind, entry, name, words, values)
        have = {(m["start"], m["end"]): m for m in previous["mentions"]} if previous else {}
        entry["mentions"] = [
            have.get((n.start, n.end))
            or {"start": n.start, "end": n.end, "text": text[n.start : n.end], "by": BY, "confidence": 1.0}
            for n in members
        ]
        yield entry


def _name(kind: Kind, entry: Data, name: str, words: str, values: dict[str, str]) -> None:
    """What a new entry is called: as its values say, else as the text does."""
    words = " ".join(words.split())
    if kind in ("city", "official", "organisation"):
        entry.setdefault("name", words)
    if kind == "city":
        entry["id"] = name if re.fullmatch(r"geonames:[1-9]\d*|name:\S+", name) else "name:" + slug(words)
    elif kind == "topic":
        entry["id"] = values.get("id", "culture" if name.startswith("?") else name)
        entry["label"] = label(entry["id"], "de")
    elif kind == "agreement" and not entry["type"] and not entry["instrument"]:
        field_name, _, value = name.partition(":")
        entry.update(
            {field_name: value} if value and field_name in ("type", "instrument") else {"type": "twinning"}
        )


def _read_values(values: dict[str, str]) -> Data:
    read: Data = {}
    for name, value in values.items():
        if name in _NUMBERS:
            try:
                read[name] = _NUMBERS[name](value)
            except ValueError:
                raise InterchangeError(f"{name}: {value!r} is no number") from None
        else:
            read[name] = value.split("|") if name in ("officials", "topics") else value
    return read


def _partnership(link: Link, notes: dict[str, Note], document: Document, old: Data, text: str) -> Data:
    ends = [notes.get(link.source), notes.get(link.target)]
    if any(note is None or note.label != "CITY" for note in ends):
        raise InterchangeError(f"{document.name}: {link.id} must link two CITY spans")
    cities = [_city_of(note, document, text) for note in ends if note]
    key = partnership_id(sorted(cities), link.label)
    evidence = [note for note in document.notes if note.label == EVIDENCE and note.entity == key]
    previous = entries.find(old, "partnership", key)
    entry: Data = dict(previous) if previous else dict(_DEFAULTS["partnership"])
    entry.update(_read_values({k: v for note in evidence for k, v in note.values.items()}))
    if previous is None:
        entry.update(cities=cities, type=link.label)
    if evidence:
        spans = [(note.start, note.end) for note in evidence]
    else:
        places = [note for note in ends if note]
        spans = [_sentences(text, min(n.start for n in places), max(n.end for n in places))]
    entry["evidence"] = [{"start": start, "end": end, "text": text[start:end]} for start, end in spans]
    return entry


def _city_of(note: Note, document: Document, text: str) -> str:
    if note.entity:
        return note.entity
    words = text[note.start : note.end]
    same = (
        n.entity for n in document.notes if n.label == "CITY" and n.entity and text[n.start : n.end] == words
    )
    return next(same, "name:" + slug(" ".join(words.split())))


def _sentences(text: str, start: int, end: int) -> tuple[int, int]:
    """From the beginning of the sentence at `start` to the end of the one at `end`."""
    begins = [match.end() for match in _SENTENCE.finditer(text, max(0, start - 1000), start)]
    stop = _SENTENCE.search(text, end)
    last = (stop.start() + (text[stop.start()] != "\n")) if stop else len(text.rstrip())
    return (begins[-1] if begins else max(0, start - 1000)), max(last, end)


def pack(note: Note) -> list[str]:
    """Entity and values as lines `name=value`, for tools that keep free text."""
    lines = [f"entity={note.entity}"] if note.entity else []
    return lines + [f"{name}={_escape(value)}" for name, value in note.values.items()]


def unpack(note: Note, lines: list[str]) -> None:
    """Read what `pack` wrote; other lines are an annotator's remarks and are left alone."""
    for line in lines:
        name, equals, value = line.strip().partition("=")
        if equals and name == "entity":
            note.entity = value
        elif equals and re.fullmatch(r"[a-z_]+", name):
            note.values[name] = _unescape(value)


def _escape(value: str) -> str:
    return (
        value.replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace(";", "\\s")
        .replace("\t", "\\t")
        .replace("\r", "\\r")
    )


def _unescape(value: str) -> str:
    found: dict[str, Any] = {"n": "\n", "s": ";", "t": "\t", "r": "\r", "\\": "\\"}
    return re.sub(r"\\(.)", lambda match: str(found.get(match[1], match[1])), value)
