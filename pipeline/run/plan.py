"""Which items need work, and which are as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.readers import Refusal, is_container
from pipeline.run.inputs import File, Item, items
from pipeline.run.ledger import Ledger, LedgerView, Row
from pipeline.run.outputs import FolderOutput
from pipeline.run.task import Task

_RECENT = 50_000
"""Keys remembered here; far more than can be on their way at once."""


class Wishes(Protocol):
    """What a planner must know of the options."""

    @property
    def published(self) -> str | None: ...
    @property
    def force(self) -> bool: ...
    @property
    def exports(self) -> HasTargets: ...


class HasTargets(Protocol):
    """Exports, as far as planning goes."""

    @property
    def targets(self) -> list[Path]: ...


@dataclass(frozen=True, slots=True)
class Planned:
    """An item and what is to be done with it: a `task` for a worker, or nothing.

    `row`: what the ledger knew. `ends`: no item, but the end of a container.
    """

    item: Item
    row: Row | None = None
    task: Task | None = None
    ends: File | None = None


class Planner:
    """Compares items with the ledger (None: there is none yet). `run` is the number of the run at work."""

    def __init__(
        self,
        ledger: Ledger | LedgerView | None,
        folder: FolderOutput | None,
        fingerprint: str,
        options: Wishes,
        run: int,
    ) -> None:
        self._ledger = ledger
        self._folder = folder
        self._fingerprint = fingerprint
        self._options = options
        self._exports = bool(options.exports.targets)
        self._run = run
        self._begun: dict[str, int] = {}
        self._containers: set[str] = set()

    def plan(self, files: Iterator[File]) -> Iterator[Planned]:
        """What is to be done with each item of `files`, in order, each once however often it is named."""
        for file in files:
            if is_container(file.path.name):
                if file.key not in self._containers:
                    self._containers.add(file.key)
                    for item in items(file):
                        yield self._one(self._distinct(item))
                    yield Planned(item, ends=file)
            elif not self._met(file.key):
                self._remember(file.key)
                yield self._one(next(items(file)))

    def _met(self, key: str) -> bool:
        """Has this run come by `key` before? The ledger knows, but for those on their way through the workers."""
        return key in self._begun or ((row := self._row(key)) is not None and row.run == self._run)

    def _remember(self, key: str, count: int = 1) -> None:
        self._begun[key] = count
        if len(self._begun) > _RECENT:
            del self._begun[next(iter(self._begun))]

    def _distinct(self, item: Item) -> Item:
        """`item` with a key of its own, where a container holds several of one key."""
        count = (
            self._begun.pop(item.key, 0) + 1
        )  # the last number given to this key: a million equal rows stay quick
        key = item.key if count == 1 else f"{item.key}~{count}"
        while (row := self._row(key)) is not None and row.run == self._run:
            count += 1
            key = f"{item.key}~{count}"
        self._remember(item.key, count)
        return item if count == 1 else Item(item.file, key, item.uri, item.name, item.content, item.position)

    def _one(self, item: Item) -> Planned:
        row = self._row(item.key)
        if isinstance(item.content, Refusal) or self.unchanged(item, row):
            return Planned(item, row)
        return Planned(item, row, Task(item.content, item.uri, self._options.published))

    def unchanged(self, item: Item, row: Row | None) -> bool:
        """Has `item` been dealt with, in this form, by the same pipeline, and is the record still there?"""
        if (
            row is None
            or self._options.force
            or row.status == "failed"
            or row.fingerprint != self._fingerprint
        ):
            return False
        if row.uri != item.record_uri or row.sha256 != _sha256(item):
            return False
        if row.status == "skipped":
            return True
        if self._folder is not None and (row.name is None or not self._folder.intact(row.name, row.size)):
            return False
        return not self._exports or (self._ledger is not None and self._ledger.has_body(row.number))

    def _row(self, key: str) -> Row | None:
        return self._ledger.row(key) if self._ledger is not None else None


def _sha256(item: Item) -> str | None:
    content = item.content
    if isinstance(content, Refusal):
        return None
    if isinstance(content, Path):
        try:
            with content.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return None
    return content.sha256
