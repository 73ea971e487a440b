"""An article: what a reader hands on and the pipeline takes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Article:
    """One article as plain text, and what its source says about it.

    `text` is final: every offset of the record counts its Unicode code points. `published` is an EDTF date out
    of the source's metadata. `sha256` is of the source's bytes (of the article's own, where one source holds
    several), and gives the record its id. `warnings` are (code, message) pairs of the reader.
    """

    text: str
    title: str | None = None
    published: str | None = None
    uri: str = "text:"
    sha256: str = ""
    media_type: str = "text/plain"
    encoding: str = "utf-8"
    warnings: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.sha256:
            digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
            object.__setattr__(self, "sha256", digest)

    @property
    def id(self) -> str:
        """First 16 hex digits of the source's SHA-256: same input, same id."""
        return self.sha256[:16]
