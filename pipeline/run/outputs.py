"""One JSON file per article in a folder: names that never collide, content that is whole or absent."""

from __future__ import annotations

from pathlib import Path

import orjson

from pipeline.run.ledger import Ledger
from pipeline.writers.files import write_atomic


class FolderOutput:
    """The folder of records. What it holds without the ledger's knowledge is never overwritten, unless it is an
    earlier record of the same article."""

    def __init__(self, folder: Path, ledger: Ledger | None) -> None:
        self._folder = folder
        self._ledger = ledger

    def path(self, name: str) -> Path:
        """The file of the output called `name`."""
        return self._folder / f"{name}.json"

    def new_name(self, wanted: str, uri: str) -> str:
        """`wanted`, or with -2, -3, … where that is another article's."""
        name, count = wanted, 1
        while (self._ledger is not None and self._ledger.name_taken(name)) or self._foreign(
            self.path(name), uri
        ):
            count += 1
            name = f"{wanted}-{count}"
        return name

    def write(self, name: str, data: bytes) -> None:
        """Write a record. Raises WriteError."""
        write_atomic(self.path(name), data)

    def read(self, name: str) -> bytes | None:
        """A record's bytes; None when it is gone."""
        try:
            return self.path(name).read_bytes()
        except OSError:
            return None

    def remove(self, name: str) -> None:
        """Take away the record of an article that no longer gives one."""
        self.path(name).unlink(missing_ok=True)

    def intact(self, name: str, size: int | None) -> bool:
        """Is the record there, as long as it was when it was written?"""
        try:
            return self.path(name).stat().st_size == size
        except OSError:
            return False

    @staticmethod
    def _foreign(path: Path, uri: str) -> bool:
        """Does `path` hold something else than a record that we once made of the article `uri`?"""
        if not path.exists():
            return False
        try:
            record = orjson.loads(path.read_bytes())
            return not (record["source"]["uri"] == uri and record["provenance"]["pipeline"])
        except (OSError, ValueError, KeyError, TypeError):
            return True
