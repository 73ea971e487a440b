"""brat standoff: NAME.txt, NAME.ann and the project's annotation.conf.

brat allows no line break inside a span; such a span is written as fragments, one per line of text. Entity and values
stand in notes, the GeoNames id also as a normalisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from pipeline.interchange.standoff import (
    EVIDENCE,
    LABELS,
    Document,
    InterchangeError,
    Link,
    Note,
    pack,
    unpack,
)
from pipeline.record import AgreementType

_IN_LINE = re.compile(
    r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+"
)  # brat's server reads lines as Python 2 did
_NAME = re.compile(r"(.+)-([0-9a-f]{16})")


def write(documents: Iterable[Document], target: Path) -> int:
    """Write two files an article and annotation.conf into `target`; returns the number of articles."""
    target.mkdir(parents=True, exist_ok=True)
    arguments = "Arg1:CITY, Arg2:CITY, <REL-TYPE>:symmetric"
    relations = "\n".join(f"{name}\t{arguments}" for name in get_args(AgreementType))
    entities = "\n".join((*LABELS, EVIDENCE))
    overlap = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
    text = f"[entities]\n{entities}\n\n[relations]\n{overlap}\n{relations}\n\n[events]\n\n[attributes]\n"
    (target / "annotation.conf").write_text(text, "utf-8")
    count = 0
    for document in documents:
        name = f"{document.name}-{document.record}"
        _save(target / f"{name}.txt", document.text)
        _save(target / f"{name}.ann", _annotation(document))
        count += 1
    return count


def _save(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(text)


def _annotation(document: Document) -> str:
    lines: list[str] = []
    remarks = 0
    for note in document.notes:
        fragments = list(_fragments(document.text, note.start, note.end))
        places = ";".join(f"{start} {end}" for start, end in fragments)
        words = " ".join(document.text[start:end] for start, end in fragments)
        lines.append(f"{note.id}\t{note.label} {places}\t{words}")
        if note.values.get("geonames_id"):
            name = note.values.get("geonames_name", "")
            lines.append(f"N{note.id[1:]}\tReference {note.id} GeoNames:{note.values['geonames_id']}\t{name}")
        if packed := pack(note):
            remarks += 1
            lines.append(f"#{remarks}\tAnnotatorNotes {note.id}\t{'; '.join(packed)}")
    lines += [f"{link.id}\t{link.label} Arg1:{link.source} Arg2:{link.target}" for link in document.links]
    return "".join(line + "\n" for line in lines)


def _fragments(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _IN_LINE.finditer(text[start:end]):
        yield start + match.start(), start + match.end()


def read(source: Path) -> Iterator[Document]:
    """Documents of a brat folder."""
    paths = sorted(source.glob("*.ann")) if source.is_dir() else [source]
    if not paths:
        raise InterchangeError(f"{source}: no .ann files here")
    for path in paths:
        try:
            with path.with_suffix(".txt").open(encoding="utf-8", newline="") as file:
                text = file.read()
            with path.open(encoding="utf-8", newline="") as file:
                yield _document(file.read(), text, path.stem)
        except (OSError, ValueError, KeyError, AttributeError, IndexError) as error:
            raise InterchangeError(f"{path}: no brat annotation ({type(error).__name__}: {error})") from None


def _document(annotation: str, text: str, stem: str) -> Document:
    if not (named := _NAME.fullmatch(stem)):
        raise ValueError("the name of the file does not end in the record's id")
    document = Document(named[2], named[1], text)
    notes: dict[str, Note] = {}
    for line in annotation.split("\n"):
        if line.startswith("T"):
            name, what, _ = line.split("\t", 2)
            kind, _, places = what.partition(" ")
            numbers = [int(number) for number in re.findall(r"\d+", places)]
            notes[name] = Note(name, numbers[0], numbers[-1], kind)
            document.notes.append(notes[name])
        elif line.startswith("R"):
            name, what = line.split("\t")[:2]
            kind, first, second = what.split(" ")
            document.links.append(Link(name, first.partition(":")[2], second.partition(":")[2], kind))
        elif line.startswith("#"):
            _, what, remark = line.split("\t", 2)
            target = what.split(" ")[1]
            if target in notes:
                unpack(notes[target], remark.split("; "))
    return document
