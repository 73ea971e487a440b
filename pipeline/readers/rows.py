"""JSON Lines, CSV and Parquet: an article a row, with `text`, and `id`, `title`, `published`, `url` where present."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO, cast

import orjson

from pipeline.article import Article
from pipeline.readers import limits
from pipeline.readers.archives import MissingExtraError, nested
from pipeline.readers.dates import as_edtf
from pipeline.readers.decode import clean, decode
from pipeline.readers.source import Entry, ReadError, Refusal, safe_name, short_hash

_COLUMNS = {
    "text": ("text", "body", "content", "inhalt"),
    "id": ("id",),
    "title": ("title", "titel", "headline", "überschrift"),
    "published": ("published", "date", "datum", "veröffentlicht"),
    "url": ("url", "uri", "link"),
}
_DELIMITERS = ",;\t|"


def unpack_jsonl(stream: BinaryIO, uri: str, name: str) -> Iterator[Entry]:
    """An entry for each line that is a JSON object with `text`; a Refusal for each that is not."""
    number = 0
    while line := stream.readline(limits.MAX_BYTES + 1):
        number += 1
        where = f"{uri}:{number}"
        if len(line) > limits.MAX_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            reason = f"the line is longer than {limits.MAX_BYTES:,} bytes"
            yield Entry(f"line {number}", safe_name(f"{name}-{number}"), where, Refusal(reason))
            continue
        line = line.removeprefix(codecs.BOM_UTF8).strip()
        if not line:
            continue
        key = short_hash(line)
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield Entry(key, safe_name(f"{name}-{number}"), where, Refusal(f"no JSON: {error}"))
            continue
        if not isinstance(row, dict):
            yield Entry(key, safe_name(f"{name}-{number}"), where, Refusal("no JSON object"))
            continue
        yield _entry(row, line, uri, name, number, "application/jsonl", "utf-8")


def unpack_csv(stream: BinaryIO, uri: str, name: str) -> Iterator[Entry]:
    """An entry for each row; the first row names the columns, one of which is `text`. Raises ReadError."""
    head = stream.read(65536)
    if not head.strip():
        raise ReadError("the file is empty")
    encoding = _encoding(head)
    lines = io.TextIOWrapper(
        cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _Rejoined(head, stream)))),
        encoding,
        errors="replace",
        newline="",
    )
    csv.field_size_limit(limits.MAX_BYTES)
    header = head.split(b"\n", 1)[0].decode(encoding, "replace")
    delimiter = max(_DELIMITERS, key=header.count)
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        columns = [column.strip().lower().removeprefix("\ufeff") for column in next(rows)]
        if not set(columns) & set(_COLUMNS["text"]):
            raise ReadError(f"no column 'text' in its first line, which has: {_listed(columns)}")
        for cells in rows:
            if any(cell.strip() for cell in cells):
                row = dict(zip(columns, cells, strict=False))
                raw = "\x1f".join(cells).encode("utf-8", "replace")
                yield _entry(row, raw, uri, name, rows.line_num, "text/csv", encoding.removesuffix("-sig"))
    except (csv.Error, StopIteration) as error:
        raise ReadError(f"line {rows.line_num}: not valid CSV: {error}") from None


def _listed(columns: list[str]) -> str:
    """The first columns' names, long ones cut: of a table without a header they are somebody's texts."""
    names = [name if len(name) <= 30 else f"{name[:30]}…" for name in columns[:8]]
    return ", ".join(names) + (", …" if len(columns) > 8 else "")


def unpack_parquet(stream: BinaryIO, uri: str, name: str) -> Iterator[Entry]:
    """An entry for each row; of the columns, only those of an article are read. Raises ReadError."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError("reading Parquet needs pyarrow: pip install 'jumelage[parquet]'") from None
    try:
        table = parquet.ParquetFile(stream if stream.seekable() else nested(stream))
        wanted = {spelling for spellings in _COLUMNS.values() for spelling in spellings}
        columns = [column for column in table.schema_arrow.names if column.lower() in wanted]
        if not {column.lower() for column in columns} & set(_COLUMNS["text"]):
            raise ReadError(f"no column 'text'; its columns: {_listed(table.schema_arrow.names)}")
        number = 0
        for batch in table.iter_batches(batch_size=256, columns=columns):
            for row in batch.to_pylist():
                number += 1
                raw = orjson.dumps(row, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
                yield _entry(row, raw, uri, name, number, "application/vnd.apache.parquet", "utf-8")
    except (pyarrow.ArrowException, OSError) as error:
        raise ReadError(f"not a readable Parquet file: {' '.join(str(error).split())[:200]}") from None


def _entry(
    row: Mapping[str, object], raw: bytes, uri: str, name: str, number: int, media_type: str, encoding: str
) -> Entry:
    lower = {str(key).lower(): value for key, value in row.items()}
    cell = {field: _first(lower, names) for field, names in _COLUMNS.items()}
    given = str(cell["id"]).strip() if cell["id"] not in (None, "") else ""
    key = f"id {given}" if given else short_hash(raw)
    stem = safe_name(f"{name}-{given or number}")
    where = f"{uri}:{number}"
    text = cell["text"]
    if not isinstance(text, str):
        return Entry(key, stem, where, Refusal("it has no 'text'"))
    text = clean(text)
    if not text.strip():
        return Entry(key, stem, where, Refusal("its 'text' is empty"))
    published = as_edtf(cell["published"])
    warnings: tuple[tuple[str, str], ...] = ()
    if published is None and cell["published"] not in (None, ""):
        warnings = (("unreadable_date", f"'published' is no date: {str(cell['published'])[:40]!r}"),)
    article = Article(
        text=text,
        title=clean(str(cell["title"])).strip() or None if cell["title"] else None,
        published=published,
        uri=str(cell["url"]) if cell["url"] else f"{uri}#{given or key}",
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type=media_type,
        encoding=encoding,
        warnings=warnings,
    )
    return Entry(key, stem, where, article)


def _first(row: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _encoding(head: bytes) -> str:
    """The encoding of a file that begins with `head` (its last bytes may be half a character)."""
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(bom):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8"
    except UnicodeDecodeError:
        return decode(head)[1]


class _Rejoined(io.RawIOBase):
    """`head` and then the rest of `stream`: for streams that cannot go back."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if self._head:
            piece, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
