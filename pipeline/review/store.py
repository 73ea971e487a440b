"""The SQLite file beside the records: an append-only log of decisions, and an index of the records for the queue.

The log is the analysts' work: triggers refuse to change or delete a line of it. The index can be rebuilt at any
time (`refresh`), and is, file by file, when record files change.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from pipeline.record import Record
from pipeline.review import corpus
from pipeline.review.decisions import Decision, Operation, Reviewed, as_json, parse_operation, replay
from pipeline.review.search import match_expression
from pipeline.review.summary import summarise

NAME = "reviews.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS decisions(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL,
  user TEXT NOT NULL, at TEXT NOT NULL, operation TEXT NOT NULL, UNIQUE(record, version));
CREATE TRIGGER IF NOT EXISTS decisions_stay BEFORE DELETE ON decisions
  BEGIN SELECT RAISE(ABORT, 'the log of decisions is append-only'); END;
CREATE TRIGGER IF NOT EXISTS decisions_hold BEFORE UPDATE ON decisions
  BEGIN SELECT RAISE(ABORT, 'the log of decisions is append-only'); END;
CREATE TABLE IF NOT EXISTS files(path TEXT PRIMARY KEY, mtime INTEGER NOT NULL, size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS queue(
  id TEXT PRIMARY KEY, doc INTEGER NOT NULL, path TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, digest TEXT NOT NULL,
  name TEXT NOT NULL, title TEXT NOT NULL, published TEXT NOT NULL, summary TEXT NOT NULL, partnerships INTEGER NOT NULL,
  warnings INTEGER NOT NULL, confidence REAL NOT NULL,
  state TEXT NOT NULL DEFAULT 'open', version INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS queue_confidence ON queue(confidence, id, doc);
CREATE INDEX IF NOT EXISTS queue_published ON queue(published, id, doc);
CREATE INDEX IF NOT EXISTS queue_name ON queue(name, id, doc);
CREATE INDEX IF NOT EXISTS queue_state ON queue(state, confidence, id, doc);
CREATE INDEX IF NOT EXISTS queue_warnings ON queue(warnings > 0, confidence, id, doc);
CREATE INDEX IF NOT EXISTS queue_doc ON queue(doc);
CREATE INDEX IF NOT EXISTS queue_path ON queue(path);
CREATE TABLE IF NOT EXISTS copies(id TEXT PRIMARY KEY, path TEXT NOT NULL, record BLOB NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
  title, names, name, text, content='', tokenize="unicode61 remove_diacritics 2");
PRAGMA user_version = 2;
"""
_OUTDATED = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("files", "queue", "copies", "words"))
_ORDERS = {
    "confidence": "confidence, id", "newest": "published DESC, id DESC", "oldest": "published, id", "name": "name, id",
}  # fmt: skip
_SPARE = 1000  # replaced records in the full-text index before it is made anew, beside as many as there are
STATES = ("open", "started", "unsure", "accepted", "rejected")


class VersionConflict(Exception):  # noqa: N818 - it is no error, it happens
    """Someone else has decided on the record meanwhile; `last` is the newest decision."""

    def __init__(self, last: Decision) -> None:
        super().__init__(f"{last.user} has changed this record at {last.at}")
        self.last = last


@dataclass(frozen=True, slots=True)
class Filter:
    """What the queue shows and in which order."""

    order: str = "confidence"
    state: str = ""
    warnings: bool = False
    search: str = ""

    def where(self) -> tuple[str, list[Any]]:
        """SQL condition and its parameters."""
        terms, values = ["1"], []
        if self.state in STATES:
            terms.append("state = ?")
            values.append(self.state)
        if self.warnings:
            terms.append("(warnings > 0) = 1")
        if asked := match_expression(self.search):
            terms.append("doc IN (SELECT rowid FROM words WHERE words MATCH ?)")
            values.append(asked)
        return " AND ".join(terms), values

    def order_by(self) -> str:
        """SQL order."""
        return _ORDERS.get(self.order, _ORDERS["confidence"])


class Store:
    """Records under `root` and the decisions on them; safe to use from several threads and processes."""

    def __init__(self, root: Path, database: Path | None = None) -> None:
        self.root = root
        self.database = database or (root if root.is_dir() else root.parent) / NAME
        if not root.exists():
            raise corpus.CorpusError(f"{root}: there is no such file or folder")
        try:
            with self.connect() as db:
                db.execute("PRAGMA journal_mode = WAL")
                if db.execute("PRAGMA user_version").fetchone()[0] < 2:
                    db.executescript(_OUTDATED)  # the index of an earlier version; it is made anew
                db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise corpus.CorpusError(f"{self.database}: {error}") from None

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """A connection for one piece of work, in one transaction."""
        db = sqlite3.connect(self.database, timeout=10)
        try:
            with db:
                yield db
        finally:
            db.close()

    def refresh(self, progress: Callable[[int], None] | None = None) -> int:
        """Index record files that are new or changed since the last time; returns how many records were read."""
        read = 0
        paths = corpus.files(self.root)
        with self.connect() as db:
            # Words cannot be taken out of an index that keeps no text; what was replaced stays in it, unreachable.
            newest = db.execute("SELECT rowid FROM words ORDER BY rowid DESC LIMIT 1").fetchone()
            if newest and newest[0] > 2 * db.execute("SELECT count(*) FROM queue").fetchone()[0] + _SPARE:
                db.executescript(_OUTDATED + _SCHEMA)
            known = {row[0]: (row[1], row[2]) for row in db.execute("SELECT path, mtime, size FROM files")}
            current = {str(path): path.stat() for path in paths}
            for gone in known.keys() - current.keys():
                self._forget(db, gone)
            for path in paths:
                stat = current[str(path)]
                if known.get(str(path)) == (stat.st_mtime_ns, stat.st_size):
                    continue
                self._forget(db, str(path))
                for place, raw in corpus.places(path):
                    try:
                        data = orjson.loads(raw)
                    except orjson.JSONDecodeError as error:
                        raise corpus.CorpusError(f"{path}, byte {place.offset}: {error}") from None
                    if corpus.is_record(data):
                        try:
                            self._index(db, place, raw, data)
                        except (KeyError, TypeError, AttributeError, IndexError):
                            corpus.checked(place, raw)
                            raise
                        read += 1
                        if progress and read % 1000 == 0:
                            progress(read)
                db.execute("INSERT INTO files VALUES (?, ?, ?)", (str(path), stat.st_mtime_ns, stat.st_size))
        with self.connect() as db:
            stale = [
                row[0]
                for row in db.execute("SELECT DISTINCT record FROM decisions JOIN queue ON id = record")
            ]
            for record in stale:
                self._restate(db, record)
        return read

    def _forget(self, db: sqlite3.Connection, path: str) -> None:
        db.execute("DELETE FROM queue WHERE path = ?", (path,))
        db.execute("DELETE FROM copies WHERE path = ?", (path,))
        db.execute("DELETE FROM files WHERE path = ?", (path,))

    def _index(self, db: sqlite3.Connection, place: corpus.Place, raw: bytes, data: dict[str, Any]) -> None:
        line = summarise(data)
        digest = hashlib.sha256(raw.strip()).hexdigest()[:16]
        doc = db.execute(
            "INSERT INTO words(title, names, name, text) VALUES (?, ?, ?, ?)",
            (line.title, line.words, line.name, data["text"]),
        ).lastrowid
        db.execute(
            "INSERT OR REPLACE INTO queue(id, doc, path, offset, length, digest, name, title, published, summary,"
            " partnerships, warnings, confidence) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (data["id"], doc, str(place.path), place.offset, place.length, digest, line.name, line.title, line.published or "",
             line.partnerships, line.count, line.warnings, line.confidence),
        )  # fmt: skip
        if place.path.name.endswith(
            corpus.PACKED
        ):  # nothing inside can be reached without unpacking all before it
            db.execute(
                "INSERT OR REPLACE INTO copies VALUES (?, ?, ?)",
                (data["id"], str(place.path), zlib.compress(raw)),
            )

    def page(self, wanted: Filter, number: int, size: int = 50) -> tuple[list[sqlite3.Row], int]:
        """One page of the queue (counted from 1) and how many records the filter lets through."""
        where, values = wanted.where()
        with self.connect() as db:
            db.row_factory = sqlite3.Row
            total = db.execute(f"SELECT count(*) FROM queue WHERE {where}", values).fetchone()[0]
            inner = f"SELECT id FROM queue WHERE {where} ORDER BY {wanted.order_by()} LIMIT ? OFFSET ?"
            rows = db.execute(  # the inner query passes over skipped rows in the index alone
                f"SELECT * FROM queue WHERE id IN ({inner}) ORDER BY {wanted.order_by()}",
                [*values, size, (number - 1) * size],
            ).fetchall()
        return rows, total

    def counts(self) -> dict[str, int]:
        """How many records are in each state."""
        with self.connect() as db:
            found = dict(db.execute("SELECT state, count(*) FROM queue GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in STATES}

    def neighbour(self, wanted: Filter, record: str, step: int) -> str | None:
        """The record after (`step` 1) or before (-1) this one in the filtered queue; the first one if it is not in it."""
        where, values = wanted.where()
        column, _, rest = wanted.order_by().partition(",")
        column, down = column.split()[0], "DESC" in rest
        forward = (step > 0) != down
        sign, way = (">", "") if forward else ("<", " DESC")
        with self.connect() as db:
            here = db.execute(f"SELECT {column} FROM queue WHERE id = ?", (record,)).fetchone()
            if here is None:
                return None
            row = db.execute(
                f"SELECT id FROM queue WHERE {where} AND ({column}, id) {sign} (?, ?)"
                f" ORDER BY {column}{way}, id{way} LIMIT 1",
                [*values, here[0], record],
            ).fetchone()
        return row[0] if row else None

    def load(self, record: str) -> tuple[Record, str]:
        """The extracted record and its digest; raises KeyError for an unknown id, CorpusError for a broken file."""
        with self.connect() as db:
            return self._load(db, record)

    def _load(self, db: sqlite3.Connection, record: str) -> tuple[Record, str]:
        place, packed, digest = self._place(db, record)
        return (Record.from_json(packed) if packed is not None else corpus.read(place)), digest

    def _place(self, db: sqlite3.Connection, record: str) -> tuple[corpus.Place, bytes | None, str]:
        """Where a record stands, its bytes where they lie in a compressed file, and its digest."""
        row = db.execute(
            "SELECT queue.path, offset, length, digest, copies.record FROM queue LEFT JOIN copies USING (id) WHERE id = ?",
            (record,),
        ).fetchone()
        if row is None:
            raise KeyError(record)
        return corpus.Place(Path(row[0]), row[1], row[2]), zlib.decompress(row[4]) if row[4] else None, row[3]

    def texts(self, records: list[str]) -> dict[str, str]:
        """The articles' texts; those that cannot be read are left out."""
        found: dict[str, str] = {}
        with self.connect() as db:
            for record in records:
                place, packed, _ = self._place(db, record)
                with suppress(OSError, orjson.JSONDecodeError, KeyError):
                    found[record] = orjson.loads(corpus.raw(place) if packed is None else packed)["text"]
        return found

    def log(self, record: str | None = None) -> list[Decision]:
        """The decisions on one record, or on all, oldest first."""
        with self.connect() as db:
            return self._log(db, record)

    def _log(self, db: sqlite3.Connection, record: str | None) -> list[Decision]:
        where, values = ("WHERE record = ?", [record]) if record else ("", [])
        rows = db.execute(
            f"SELECT record, version, digest, user, at, operation FROM decisions {where} ORDER BY seq", values
        )
        return [Decision(r, v, d, u, at, parse_operation(json.loads(op))) for r, v, d, u, at, op in rows]

    def review(self, record: str) -> tuple[Record, Reviewed, str]:
        """The extracted record, the reviewed one, and the digest of the extraction."""
        with self.connect() as db:
            extracted, digest = self._load(db, record)
            log = self._log(db, record)
        return extracted, replay(extracted, log, digest), digest

    def decide(self, record: str, version: int, user: str, operations: list[Operation]) -> Reviewed:
        """Append decisions, made by `user` on sight of `version`, and return the reviewed record.

        Raises VersionConflict when someone else was faster, DecisionError when the record would break its contract;
        in both cases nothing is written.
        """
        extracted, digest = self.load(record)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self.connect() as db:
            db.execute("BEGIN IMMEDIATE")
            log = self._log(db, record)
            if len(log) != version:
                raise VersionConflict(log[-1])
            reviewed = replay(extracted, log, digest)
            for operation in operations:
                log.append(Decision(record, len(log) + 1, digest, user, at, operation))
                reviewed = replay(extracted, log, digest, strict=True)
            db.executemany(
                "INSERT INTO decisions(record, version, digest, user, at, operation) VALUES (?, ?, ?, ?, ?, ?)",
                [(d.record, d.version, d.digest, d.user, d.at, json.dumps(as_json(d.operation), ensure_ascii=False))
                 for d in log[version:]],
            )  # fmt: skip
            self._restate(db, record, reviewed)
        return reviewed

    def _restate(self, db: sqlite3.Connection, record: str, reviewed: Reviewed | None = None) -> None:
        """Write into the queue what the log says of the record."""
        log = self._log(db, record)
        if reviewed is None:
            extracted, digest = self._load(db, record)
            reviewed = replay(extracted, log, digest)
        state = reviewed.verdict
        shown = "started" if state == "open" and reviewed.outcomes else state
        line = summarise(reviewed.record.model_dump(mode="json"))
        db.execute(
            "UPDATE queue SET state = ?, version = ?, summary = ?, partnerships = ?, published = ? WHERE id = ?",
            (shown, len(log), line.partnerships, line.count, line.published or "", record),
        )
