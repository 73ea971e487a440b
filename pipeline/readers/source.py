"""A source of bytes, and what can go wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from pipeline.errors import JumelageError


class ReadError(JumelageError):
    """A source that gives no article; the message is the reason in one line, without the source's name."""


@dataclass(frozen=True)
class Source:
    """The bytes of one file (or of one member of an archive), under the name that the record will show."""

    uri: str
    data: bytes
    media_type: str = ""

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()
