"""Readers: one function for each format, found by the file's ending; `read_path` is the way in.

A reader takes a Source and yields the articles in it. What it cannot read it refuses with a ReadError, whose
message is the reason in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.article import Article
from pipeline.readers.html import read_html
from pipeline.readers.source import ReadError, Source
from pipeline.readers.text import read_markdown, read_text

__all__ = ["MAX_BYTES", "READERS", "ReadError", "Source", "read_path", "read_source"]

Reader = Callable[[Source], Iterator[Article]]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
}
"""File ending (lower case) → reader."""

MAX_BYTES = 20_000_000
"""The largest file that is opened, in bytes."""


def read_path(path: Path, uri: str | None = None) -> Iterator[Article]:
    """The articles in the file at `path`. Raises ReadError for what cannot be read."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(f"too large: {size:,} bytes; the limit is {MAX_BYTES:,}")
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}") from None
    yield from read_source(Source(uri=uri or path.as_posix(), data=data), path.suffix)


def read_source(source: Source, suffix: str) -> Iterator[Article]:
    """The articles in `source`, by the reader for files that end in `suffix`."""
    reader = READERS.get(suffix.lower())
    if reader is None:
        known = " ".join(sorted(READERS))
        raise ReadError(f"no reader for {suffix or 'files without an ending'!r}; known: {known}")
    yield from reader(source)
