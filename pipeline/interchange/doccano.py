"""doccano: JSON lines of its project type "sequence labelling" with relations.

doccano gives spans ids of its own and keeps unknown columns as metadata; what belongs to a span is therefore kept by
its place and label.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.interchange.standoff import Document, InterchangeError, Link, Note, pack, unpack


def write(documents: Iterable[Document], target: Path) -> int:
    """Write `target`/doccano.jsonl; returns the number of lines."""
    target.mkdir(parents=True, exist_ok=True)
    count = 0
    with (target / "doccano.jsonl").open("w", encoding="utf-8", newline="\n") as out:
        for document in documents:
            out.write(json.dumps(_line(document), ensure_ascii=False) + "\n")
            count += 1
    return count


def _line(document: Document) -> dict[str, Any]:
    number = {note.id: index for index, note in enumerate(document.notes, 1)}
    return {
        "text": document.text, "record": document.record, "name": document.name,
        "entities": [{"id": number[n.id], "label": n.label, "start_offset": n.start, "end_offset": n.end} for n in document.notes],
        "relations": [{"id": i, "from_id": number[link.source], "to_id": number[link.target], "type": link.label}
                      for i, link in enumerate(document.links, 1)],
        "notes": _by_place(document.notes),
    }  # fmt: skip


def _by_place(notes: list[Note]) -> dict[str, list[list[str]]]:
    """What belongs to the spans of each place and label, in the order of the spans."""
    kept: dict[str, list[list[str]]] = {}
    for note in notes:
        kept.setdefault(_place(note), []).append(pack(note))
    return kept


def _place(note: Note) -> str:
    return f"{note.start}-{note.end}-{note.label}"


def read(source: Path) -> Iterator[Document]:
    """Documents of an export (JSONL)."""
    path = source / "doccano.jsonl" if source.is_dir() else source
    try:
        for line in path.read_text("utf-8").split("\n"):
            if line.strip():
                yield _document(json.loads(line))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise InterchangeError(f"{path}: no doccano export ({type(error).__name__}: {error})") from None


def _document(line: dict[str, Any]) -> Document:
    line = {**line.get("meta", {}), **line}
    document = Document(line["record"], line["name"], line["text"])
    kept = {place: list(lines) for place, lines in (line.get("notes") or {}).items()}
    for entity in sorted(line["entities"], key=lambda entity: int(entity["id"])):
        note = Note(f"T{entity['id']}", entity["start_offset"], entity["end_offset"], entity["label"])
        if kept.get(_place(note)):
            unpack(note, kept[_place(note)].pop(0))
        document.notes.append(note)
    for relation in line.get("relations", []):
        link = Link(
            f"R{relation['id']}", f"T{relation['from_id']}", f"T{relation['to_id']}", relation["type"]
        )
        document.links.append(link)
    return document
