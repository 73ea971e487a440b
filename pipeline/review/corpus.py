"""Records on disk: a folder of .json, .jsonl and .jsonl.zst files, or one such file. Read-only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.errors import JumelageError
from pipeline.record import Record, RecordError

PACKED = ".jsonl.zst"


class CorpusError(JumelageError):
    """Records that cannot be read; the message is one line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record's bytes stand; `offset` and `length` in bytes, of a compressed file's content."""

    path: Path
    offset: int
    length: int


def files(root: Path) -> list[Path]:
    """The record files under `root`, in order of name; raises CorpusError when there are none."""
    if root.is_file():
        return [root]
    if not root.exists():
        raise CorpusError(f"{root}: there is no such file or folder")
    found = (
        sorted(p for p in root.rglob("*") if p.name.endswith((".json", ".jsonl", PACKED)) and p.is_file())
        if root.is_dir()
        else []
    )
    found = [p for p in found if not any(part.startswith(".") for part in p.relative_to(root).parts)]
    if not found:
        raise CorpusError(f"{root}: no records here; make some with: jumelage extract ARTICLES -o {root}")
    return found


def places(path: Path) -> Iterator[tuple[Place, bytes]]:
    """The records' bytes in one file: the whole of a .json, each line of a .jsonl."""
    if path.suffix == ".json":
        data = path.read_bytes()
        yield Place(path, 0, len(data)), data
        return
    with _lines(path) as lines:
        offset = 0
        for line in lines:
            if line.strip():
                yield Place(path, offset, len(line)), line
            offset += len(line)


@contextmanager
def _lines(path: Path) -> Iterator[BinaryIO]:
    if not path.name.endswith(PACKED):
        with path.open("rb") as plain:
            yield plain
        return
    from pipeline.writers.zstd import require_zstd

    zstandard = require_zstd()
    with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        try:
            yield cast(BinaryIO, io.BufferedReader(stream))
        except zstandard.ZstdError as error:
            raise CorpusError(f"{path}: {error}") from None


def is_record(data: object) -> bool:
    """Is this JSON a record, and not a ledger, a manifest or something else that lies beside them?"""
    return isinstance(data, dict) and "schema_version" in data and "text" in data and "partnerships" in data


def checked(place: Place, data: bytes) -> Record:
    """The record in `data`, which stands at `place`; raises CorpusError with file and byte."""
    try:
        return Record.from_json(data)
    except RecordError as error:
        raise CorpusError(f"{place.path}, byte {place.offset}: {error}") from None


def raw(place: Place) -> bytes:
    """The bytes at `place`, of a file that is not compressed; raises OSError."""
    with place.path.open("rb") as file:
        file.seek(place.offset)
        return file.read(place.length)


def read(place: Place) -> Record:
    """The record at `place`; raises CorpusError with one line."""
    try:
        return Record.from_json(raw(place))
    except (OSError, RecordError) as error:
        raise CorpusError(f"{place.path}: {error}") from None


def records(root: Path) -> Iterator[Record]:
    """All records under `root`, validated, in order of file and line; raises CorpusError."""
    import orjson

    for path in files(root):
        for place, data in places(path):
            try:
                if not is_record(orjson.loads(data)):
                    continue
                yield checked(place, data)
            except orjson.JSONDecodeError as error:
                raise CorpusError(f"{path}, byte {place.offset}: {error}") from None
