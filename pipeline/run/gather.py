"""What a cluster's workers leave behind: files of results, gathered in input order and cut into the output's parts.

Results rest in `OUTPUT/_work/FINGERPRINT/*.parquet`, a row an article. Each says which file it came out of and which
version of it; so a run that was cut off finds what it has done, whatever has changed in the input meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from pipeline.readers import ReadError
from pipeline.run.duplicates import Originals, marked
from pipeline.run.engine import Summary
from pipeline.run.storage import Place, StoredFile
from pipeline.writers.parquet import require_parquet, table

KEPT = ("done", "skipped")
"""What need not be done again; failures are tried again."""

_COLUMNS = [
    "source",
    "version",
    "entry",
    "uri",
    "status",
    "reason",
    "id",
    "signature",
    "words",
    "partnerships",
]
_SCHEMA = """
    CREATE TABLE article (
        file INTEGER, entry INTEGER, status TEXT, uri TEXT, reason TEXT, id TEXT, signature BLOB, words INTEGER,
        partnerships INTEGER, work TEXT, PRIMARY KEY (file, entry)
    ) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the output: records `first` to `last` (file number, entry) out of the `sources` of the work folder."""

    number: int
    first: tuple[int, int]
    last: tuple[int, int]
    sources: tuple[str, ...]


class Gathered:
    """The results in a work folder that are of the given files in their present versions."""

    def __init__(self, base: sqlite3.Connection, work: Place, files: Sequence[StoredFile]) -> None:
        self._base = base
        self._work = work
        self._files = {file.uri: file for file in files}
        base.execute("DROP TABLE IF EXISTS article")
        base.execute(_SCHEMA)
        for name in work.names(".parquet"):
            self._read(name)

    def _read(self, name: str) -> None:
        pa = require_parquet()
        try:
            with self._work.child(name).reading() as stream:
                for batch in pa.parquet.ParquetFile(stream).iter_batches(columns=_COLUMNS):
                    for row in batch.to_pylist():
                        self._enter(row, name)
        except (pa.ArrowInvalid, ReadError):
            self._work.child(name).clear()  # it was being written when the run was cut off

    def _enter(self, row: dict[str, Any], name: str) -> None:
        file = self._files.get(row["source"])
        if file is None or file.version != row["version"]:
            return
        known = self._base.execute(
            "SELECT status FROM article WHERE file = ? AND entry = ?", (file.number, row["entry"])
        ).fetchone()
        if known is not None and known[0] in KEPT:
            return
        self._base.execute(
            "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file.number, row["entry"], row["status"], row["uri"], row["reason"], row["id"], row["signature"],
                row["words"], row["partnerships"], name,
            ),
        )  # fmt: skip

    def done(self, file: StoredFile) -> list[int]:
        """The entries of `file` that need not be done again."""
        marks = ",".join("?" * len(KEPT))
        rows = self._base.execute(
            f"SELECT entry FROM article WHERE file = ? AND status IN ({marks}) ORDER BY entry",
            (file.number, *KEPT),
        )
        return [entry for (entry,) in rows]

    def count(self) -> int:
        """How many records there are."""
        return int(self._base.execute("SELECT count(*) FROM article WHERE status = 'done'").fetchone()[0])

    def summarise(self, summary: Summary) -> None:
        """Count into `summary`."""
        counts = dict(self._base.execute("SELECT status, count(*) FROM article GROUP BY status"))
        summary.done, summary.failed = counts.get("done", 0), counts.get("failed", 0)
        summary.skipped = counts.get("skipped", 0)
        sums = self._base.execute(
            "SELECT coalesce(sum(words), 0), coalesce(sum(partnerships), 0) FROM article"
        ).fetchone()
        summary.words, summary.partnerships = sums

    def failures(self) -> Iterator[bytes]:
        """Each failure as a line of JSON, in input order."""
        for uri, reason in self._base.execute(
            "SELECT uri, reason FROM article WHERE status = 'failed' ORDER BY file, entry"
        ):
            yield orjson.dumps({"uri": uri, "reason": reason}) + b"\n"

    def duplicates(self) -> dict[tuple[int, int], str]:
        """Which article resembles which earlier one, over all of them in input order."""
        originals = Originals(self._base)
        found: dict[tuple[int, int], str] = {}
        ordered = self._base.execute(
            "SELECT file, entry, id, signature FROM article WHERE status = 'done' ORDER BY file, entry"
        ).fetchall()
        for number, (file, entry, id_, sign) in enumerate(ordered, 1):
            original = originals.place(number, id_, sign)
            if original is not None:
                found[file, entry] = original
        return found

    def parts(self, size: int) -> Iterator[Part]:
        """The output's parts, of `size` records each."""
        keys: list[tuple[int, int]] = []
        sources: dict[str, None] = {}
        number = 0
        for file, entry, name in self._base.execute(
            "SELECT file, entry, work FROM article WHERE status = 'done' ORDER BY file, entry"
        ):
            keys.append((file, entry))
            sources[name] = None
            if len(keys) == size:
                yield Part(number, keys[0], keys[-1], tuple(sources))
                number += 1
                keys, sources = [], {}
        if keys:
            yield Part(number, keys[0], keys[-1], tuple(sources))


def write_part(
    part: Part,
    work: Place,
    target: Place,
    form: str,
    numbers: dict[tuple[str, str], int],
    duplicates: dict[tuple[int, int], str],
) -> int:
    """Write one file of the output; returns its number of records. `numbers`: of (file's uri, version)."""
    pa = require_parquet()
    records: dict[tuple[int, int], bytes] = {}
    for name in part.sources:
        with work.child(name).reading() as stream:
            rows = pa.parquet.read_table(stream, columns=["source", "version", "entry", "status", "record"])
        for row in rows.to_pylist():
            key = (numbers.get((row["source"], row["version"]), -1), row["entry"])
            if row["status"] == "done" and part.first <= key <= part.last:
                records[key] = marked(row["record"], duplicates.get(key))
    ordered = [records[key] for key in sorted(records)]
    with target.child(f"part-{part.number:05}.{form}").writing() as out:
        if form == "jsonl":
            out.writelines(record + b"\n" for record in ordered)
        else:
            pa.parquet.write_table(table(ordered), out, compression="zstd")
    return len(ordered)
