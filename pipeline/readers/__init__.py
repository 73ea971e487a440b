"""Readers: one function for each format, found by the file's ending.

A *reader* takes the bytes of one document and yields the article in it. An *unpacker* takes a stream (an archive,
a feed, a table) and yields an Entry for each article's worth in it. What cannot be read is refused with a
ReadError, whose message is the reason in one line. `entries` is the way in for any file; `read_path` gives its
articles directly.
"""

from __future__ import annotations

import io
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from pipeline.article import Article
from pipeline.readers import limits
from pipeline.readers.archives import decompressed, nested, unpack_tar, unpack_zip
from pipeline.readers.docx import read_docx
from pipeline.readers.feed import unpack_feed
from pipeline.readers.html import read_html
from pipeline.readers.limits import MAX_BYTES
from pipeline.readers.mail import unpack_mail
from pipeline.readers.odt import read_odt
from pipeline.readers.pdf import read_pdf
from pipeline.readers.rows import unpack_csv, unpack_jsonl, unpack_parquet
from pipeline.readers.source import Entry, ReadError, Refusal, Source, read_limited, safe_name
from pipeline.readers.text import read_markdown, read_text
from pipeline.readers.warc import unpack_warc

__all__ = [
    "MAX_BYTES",
    "READERS",
    "Entry",
    "ReadError",
    "Refusal",
    "Source",
    "entries",
    "entries_of",
    "is_container",
    "known",
    "read_path",
    "read_source",
]

Reader = Callable[[Source], Iterator[Article]]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".odt": read_odt,
}
"""Ending (lower case) → reader of one document."""

ROWS: dict[str, Callable[[BinaryIO, str, str], Iterator[Entry]]] = {
    ".jsonl": unpack_jsonl,
    ".ndjson": unpack_jsonl,
    ".csv": unpack_csv,
    ".tsv": unpack_csv,
    ".parquet": unpack_parquet,
    ".xml": unpack_feed,
    ".rss": unpack_feed,
    ".atom": unpack_feed,
}
"""Ending → unpacker of a file of many articles."""

ARCHIVES = (".zip", ".tar", ".warc", ".eml")
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_SHORT = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz"}


def known(name: str) -> bool:
    """Is there a reader for files of this name?"""
    stem, suffix = _split(name)
    if suffix in COMPRESSED:
        return known(stem)
    return suffix in READERS or suffix in ROWS or suffix in ARCHIVES


def is_container(name: str) -> bool:
    """Does a file of this name hold articles, rather than being one?"""
    suffix = _split(name)[1]
    return suffix in ROWS or suffix in ARCHIVES or suffix in COMPRESSED


def entries(path: Path, uri: str, opened: Callable[[BinaryIO], object] | None = None) -> Iterator[Entry]:
    """What the file at `path` holds. Raises ReadError for what cannot be read, in the midst of it too.

    `opened` is handed the file's stream: who shows progress may ask it where it stands.
    """
    try:
        with path.open("rb") as stream:
            if opened is not None:
                opened(stream)
            yield from entries_of(stream, path.name, uri)
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}") from None


def entries_of(stream: BinaryIO, name: str, uri: str) -> Iterator[Entry]:
    """What `stream` holds, the content of a file called `name`; a single document is one entry. Raises ReadError."""
    found = False
    for entry in _unpack(stream, name, uri, 0):
        found = True
        yield entry
    if not found:
        raise ReadError("no articles in it")


def read_path(path: Path, uri: str | None = None) -> Iterator[Article]:
    """The articles in the file at `path`. Raises ReadError for what cannot be read."""
    where = uri or path.as_posix()
    if not is_container(path.name):
        yield from read_source(read_file(path, where))
        return
    for entry in entries(path, where):
        match entry.content:
            case Article():
                yield entry.content
            case Source():
                yield from read_source(entry.content)
            case Refusal(reason):
                raise ReadError(reason)


def read_file(path: Path, uri: str) -> Source:
    """The document at `path`, not read yet. Raises ReadError for what cannot be opened or is too large."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("cannot be read: not a file")
        size = status.st_size
        if size > limits.MAX_BYTES:
            raise ReadError(f"too large: {size:,} bytes; the limit is {limits.MAX_BYTES:,}")
        return Source(uri=uri, data=path.read_bytes(), suffix=path.suffix.lower())
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}") from None


def read_source(source: Source, suffix: str | None = None) -> Iterator[Article]:
    """The article in `source`, by the reader for files that end in `suffix` (None: as the source says)."""
    ending = (source.suffix if suffix is None else suffix).lower()
    reader = READERS.get(ending)
    if reader is None:
        readable = " ".join(sorted((*READERS, *ROWS, *ARCHIVES, *COMPRESSED)))
        raise ReadError(f"no reader for {ending or 'files without an ending'!r}; known: {readable}")
    if not source.data:
        raise ReadError("the file is empty")
    yield from reader(source)


def _unpack(stream: BinaryIO, name: str, uri: str, depth: int) -> Iterator[Entry]:
    """The entries of `stream`, a file called `name`; `depth` counts the archives around it."""
    if depth > limits.MAX_DEPTH:
        raise ReadError(f"archives are nested deeper than {limits.MAX_DEPTH}")
    stem, suffix = _split(name)
    if suffix in COMPRESSED:
        inner = stem if _split(stem)[1] else f"{stem}.txt"
        if inner.endswith(".zip"):
            yield from _unpack(nested(decompressed(stream, suffix)), inner, uri, depth + 1)
        else:
            yield from _unpack(decompressed(stream, suffix), inner, uri, depth + 1)
    elif suffix == ".zip":
        yield from unpack_zip(stream if stream.seekable() else nested(stream), uri, depth, _unpack, known)
    elif suffix == ".tar":
        yield from unpack_tar(stream, uri, depth, _unpack, known)
    elif suffix == ".warc":
        yield from unpack_warc(stream, uri)
    elif suffix == ".eml":
        yield from unpack_mail(stream, uri, stem, lambda attached: _split(attached)[1] in READERS)
    elif suffix in ROWS:
        yield from ROWS[suffix](_buffered(stream), uri, stem)
    else:
        yield Entry("", safe_name(stem), uri, Source(uri=uri, data=read_limited(stream), suffix=suffix))


def _split(name: str) -> tuple[str, str]:
    path = PurePosixPath(name.replace("\\", "/"))
    suffix = path.suffix.lower()
    if suffix in _SHORT:
        return _split(path.stem + _SHORT[suffix])
    return path.stem, suffix


def _buffered(stream: BinaryIO) -> BinaryIO:
    return (
        stream
        if isinstance(stream, io.BufferedIOBase)
        else cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream)))
    )
