"""A source of bytes, what a container holds, and what can go wrong with either."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from pipeline.article import Article
from pipeline.errors import JumelageError
from pipeline.readers import limits


class ReadError(JumelageError):
    """A source that gives no article; the message is the reason in one line, without the source's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(" ".join(reason.split()))  # it may quote the source, which has lines of its own


@dataclass(frozen=True)
class Source:
    """The bytes of one file (or of one member of an archive), under the name that the record will show.

    `suffix` picks the reader (".html"). `charset` is what the transport said (HTTP). `german_only`: a page in
    another language is passed over.
    """

    uri: str
    data: bytes
    media_type: str = ""
    suffix: str = ""
    charset: str = ""
    german_only: bool = False

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of a container that gives no article, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One article's worth of a container.

    `key` tells it from the container's other entries, and stays the same when others come and go; `name` is the
    stem of its output file; `uri` is what the record and complaints call it.
    """

    key: str
    name: str
    uri: str
    content: Article | Source | Refusal


def read_limited(stream: BinaryIO, limit: int | None = None) -> bytes:
    """All of `stream`. Raises ReadError when there is more of it than `limit` bytes."""
    most = limits.MAX_BYTES if limit is None else limit
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(min(1 << 20, most + 1 - size)):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise ReadError(f"too large: more than {most:,} bytes")
    return b"".join(pieces)


def short_hash(data: bytes) -> str:
    """16 hex digits that name `data`."""
    return hashlib.sha256(data).hexdigest()[:16]


_UNSAFE = re.compile(r"[^\w.,+-]+")
LONGEST_NAME = 100


def safe_name(name: str) -> str:
    """`name` as the stem of a file: letters, digits and `.,+-_`, at most 100 of them.

    >>> safe_name("../../Köln & Turin?"), safe_name("")
    ('Köln-Turin', 'article')
    """
    plain = _UNSAFE.sub("-", name).strip("-.")
    if len(plain) > LONGEST_NAME:
        plain = f"{plain[: LONGEST_NAME - 9]}-{short_hash(name.encode('utf-8', 'replace'))[:8]}"
    return plain or "article"
