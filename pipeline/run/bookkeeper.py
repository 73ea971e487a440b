"""Enters results: record to its place first, then a row in the ledger."""

from __future__ import annotations

from typing import Protocol

from pipeline.readers import Refusal
from pipeline.run.duplicates import marked
from pipeline.run.inputs import Item
from pipeline.run.ledger import Ledger, Row
from pipeline.run.outputs import FolderOutput
from pipeline.run.plan import Planned
from pipeline.run.task import Result
from pipeline.workers import Lost


class Counts(Protocol):
    """What is counted."""

    done: int
    unchanged: int
    failed: int
    skipped: int
    duplicates: int
    words: int
    partnerships: int
    seconds: dict[str, float]


class Bookkeeper:
    """Enters what became of each item of a run, in order."""

    def __init__(
        self, ledger: Ledger, folder: FolderOutput | None, fingerprint: str, run: int, counts: Counts
    ) -> None:
        self._ledger = ledger
        self._folder = folder
        self._fingerprint = fingerprint
        self._run = run
        self._counts = counts
        self._place = 0

    def enter(self, planned: Planned, outcome: Result | Lost | None) -> tuple[str, int, str | None]:
        """Enter one item; returns its status, its words, and the reason for a failure or a remark."""
        self._place += 1
        item, row = planned.item, planned.row
        match outcome:
            case Lost(reason, attempts):
                return self._unsuccessful(item, row, Result("failed", reason), attempts)
            case Result(status="done"):
                return self._done(item, row, outcome)
            case Result():
                return self._unsuccessful(item, row, outcome, 1)
            case None if isinstance(item.content, Refusal):
                return self._unsuccessful(item, row, Result("failed", item.content.reason), 1)
        assert row is not None, "an item that needs no work has been seen before"
        return self._unchanged(row)

    def _done(self, item: Item, row: Row | None, result: Result) -> tuple[str, int, str | None]:
        number = row.number if row is not None else self._ledger.new_number()
        id_, sign = result.id or "", result.signature or b""
        duplicate_of = self._ledger.originals.place(number, id_, sign)
        name, size = row.name if row is not None else None, None
        if self._folder is not None and result.body is not None:
            if name is None:
                name = self._folder.new_name(item.name, item.record_uri)
            data = marked(result.body, duplicate_of)
            size = len(data)
            self._folder.write(name, data)
        self._ledger.put_body(number, result.compact)
        self._ledger.put(
            Row(
                number=number, key=item.key, file=item.file.key, uri=item.record_uri, name=name, status="done", reason=None,
                attempts=1, id=id_, sha256=result.sha256, fingerprint=self._fingerprint, size=size,
                duplicate_of=duplicate_of, signature=sign, words=result.words, partnerships=result.partnerships,
                run=self._run, place=self._place,
            )
        )  # fmt: skip
        self._counts.done += 1
        self._counts.duplicates += duplicate_of is not None
        self._counts.words += result.words
        self._counts.partnerships += result.partnerships
        for component, seconds in result.seconds.items():
            self._counts.seconds[component] = self._counts.seconds.get(component, 0.0) + seconds
        return "done", result.words, result.remark

    def _unsuccessful(
        self, item: Item, row: Row | None, result: Result, attempts: int
    ) -> tuple[str, int, str | None]:
        number = row.number if row is not None else self._ledger.new_number()
        if row is not None and row.status == "done":  # the record is of a text that is no more
            self._ledger.originals.remove(number)
            if self._folder is not None and row.name is not None:
                self._folder.remove(row.name)
        self._ledger.put_body(number, None)
        uri = item.uri if result.status == "failed" else item.record_uri
        self._ledger.put(
            Row(
                number=number, key=item.key, file=item.file.key, uri=uri, name=row.name if row else None,
                status=result.status, reason=result.reason, attempts=attempts, id=None, sha256=result.sha256,
                fingerprint=self._fingerprint, size=None, duplicate_of=None, signature=None, words=None,
                partnerships=None, run=self._run, place=self._place,
            )
        )  # fmt: skip
        if result.status == "skipped":
            self._counts.skipped += 1
        else:
            self._counts.failed += 1
        return result.status, 0, result.reason

    def _unchanged(self, row: Row) -> tuple[str, int, str | None]:
        """Nothing to do, unless the article's original has changed meanwhile."""
        if row.status == "skipped":
            self._counts.skipped += 1
            self._ledger.seen(row.number, self._run, self._place)
            return "skipped", 0, None
        duplicate_of = self._ledger.originals.place(row.number, row.id or "", row.signature or b"")
        row.run, row.place = self._run, self._place
        if duplicate_of != row.duplicate_of:
            if self._folder is not None and row.name is not None:
                data = _remarked(self._folder.read(row.name) or b"", row.duplicate_of, duplicate_of)
                row.size = len(data)
                self._folder.write(row.name, data)
            row.duplicate_of = duplicate_of
            self._ledger.put(row)
        else:
            self._ledger.seen(row.number, self._run, self._place)
        self._counts.unchanged += 1
        self._counts.duplicates += duplicate_of is not None
        return "unchanged", 0, None


def _remarked(record: bytes, old: str | None, new: str | None) -> bytes:
    if old is not None:
        head, _, tail = record.rpartition(b'"duplicate_of": "' + old.encode() + b'"')
        record = head + b'"duplicate_of": null' + tail
    return marked(record, new)
