"""The ledger: what became of each article, in SQLite beside the output.

A record is written first and entered second. A run that is killed in between extracts that article again and writes
the same bytes to the same place; so at any point a repeated command leaves each article done exactly once.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import JumelageError
from pipeline.run.duplicates import Originals

try:
    import fcntl
except ImportError:  # Windows: no lock, so two runs into one output are not kept apart
    fcntl = None  # type: ignore[assignment]

VERSION = 1
FOLDER = ".jumelage"
NAME = "ledger.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, started TEXT, finished TEXT, fingerprint TEXT, inputs TEXT, summary TEXT
);
CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY,      -- order of first sight; decides which of two duplicates is the original
    key TEXT NOT NULL UNIQUE,        -- file relative to the output, and the entry in it
    file TEXT NOT NULL, uri TEXT NOT NULL,
    name TEXT UNIQUE,                -- of the output file, without .json
    folded TEXT UNIQUE,              -- the same for file systems that do not tell capitals apart
    status TEXT NOT NULL,            -- done, failed, skipped
    reason TEXT, attempts INTEGER NOT NULL DEFAULT 1,
    id TEXT, sha256 TEXT, fingerprint TEXT, size INTEGER, duplicate_of TEXT, signature BLOB,
    words INTEGER, partnerships INTEGER,
    run INTEGER NOT NULL, place INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS article_run ON article (run, place);
CREATE INDEX IF NOT EXISTS article_file ON article (file);
CREATE INDEX IF NOT EXISTS article_status ON article (status) WHERE status != 'done';
CREATE TABLE IF NOT EXISTS body (number INTEGER PRIMARY KEY, compressed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS container (file TEXT PRIMARY KEY, run INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS export (target TEXT PRIMARY KEY, state TEXT NOT NULL);
"""


class LedgerError(JumelageError):
    """A ledger that cannot be used."""


@dataclass(slots=True)
class Row:
    """What the ledger says of one article; the columns of table `article`."""

    number: int
    key: str
    file: str
    uri: str
    name: str | None
    status: str
    reason: str | None
    attempts: int
    id: str | None
    sha256: str | None
    fingerprint: str | None
    size: int | None
    duplicate_of: str | None
    signature: bytes | None
    words: int | None
    partnerships: int | None
    run: int
    place: int


_COLUMNS = tuple(Row.__slots__)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM article"
_UPSERT = (
    f"INSERT INTO article ({', '.join((*_COLUMNS, 'folded'))}) VALUES ({', '.join('?' * (len(_COLUMNS) + 1))}) "
    "ON CONFLICT (number) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in (*_COLUMNS[1:], "folded"))
)


def home_of(output: Path) -> Path:
    """The folder of the ledger for an output: inside a folder, beside a file."""
    return output / FOLDER if output.is_dir() or not output.suffix else output.with_name(output.name + FOLDER)


class Ledger:
    """The ledger in the folder `home`; one process at a time may write to it."""

    def __init__(self, home: Path) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(home / "lock")
            self._connection = sqlite3.connect(home / NAME, isolation_level=None)
            self._prepare(home)
        except (OSError, sqlite3.Error) as error:
            raise LedgerError(f"{home / NAME}: cannot be used: {error}") from None
        self.originals = Originals(self._connection)
        self._next: int = self._value("SELECT coalesce(max(number), 0) + 1 FROM article")
        self._connection.execute("BEGIN")

    def _prepare(self, home: Path) -> None:
        execute = self._connection.execute
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")
        execute("PRAGMA cache_size = -32000")
        version = execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise LedgerError(f"{home / NAME}: was made by a newer jumelage (format {version})")
        self._connection.executescript(_SCHEMA)
        execute(f"PRAGMA user_version = {VERSION}")

    def _value(self, sql: str, *values: object) -> Any:
        row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def begin_run(self, started: str, fingerprint: str, inputs: dict[str, Any]) -> int:
        """Enter a run; returns its number."""
        cursor = self._connection.execute(
            "INSERT INTO run (started, fingerprint, inputs) VALUES (?, ?, ?)",
            (started, fingerprint, json.dumps(inputs)),
        )
        self.commit()
        return int(cursor.lastrowid or 0)

    def end_run(self, run: int, finished: str, summary: dict[str, Any]) -> None:
        """Enter how a run ended."""
        self._connection.execute(
            "UPDATE run SET finished = ?, summary = ? WHERE number = ?", (finished, json.dumps(summary), run)
        )
        self.commit()

    def row(self, key: str) -> Row | None:
        """What is known of the article `key`."""
        found = self._connection.execute(f"{_SELECT} WHERE key = ?", (key,)).fetchone()
        return Row(*found) if found else None

    def new_number(self) -> int:
        """The number of an article seen for the first time."""
        self._next += 1
        return self._next - 1

    def put(self, row: Row) -> None:
        """Enter what became of an article."""
        values = [getattr(row, column) for column in _COLUMNS]
        folded = row.name.casefold() if row.name is not None else None
        self._connection.execute(_UPSERT, (*values, folded))

    def seen(self, number: int, run: int, place: int) -> None:
        """Enter that an article needs nothing in this run."""
        self._connection.execute(
            "UPDATE article SET run = ?, place = ? WHERE number = ?", (run, place, number)
        )

    def name_taken(self, name: str) -> bool:
        """Has an article's output this name already?"""
        return self._value("SELECT 1 FROM article WHERE folded = ?", name.casefold()) is not None

    def put_body(self, number: int, compressed: bytes | None) -> None:
        """Keep a record (zlib-compressed JSON) for the exports; None: forget it."""
        if compressed is None:
            self._connection.execute("DELETE FROM body WHERE number = ?", (number,))
        else:
            self._connection.execute("INSERT OR REPLACE INTO body VALUES (?, ?)", (number, compressed))

    def has_body(self, number: int) -> bool:
        """Is its record kept?"""
        return self._value("SELECT 1 FROM body WHERE number = ?", number) is not None

    def bodies(self, run: int) -> Iterator[tuple[bytes, str | None]]:
        """(compressed record, duplicate_of) of each article of a run, in the order of its input."""
        yield from self._connection.execute(
            "SELECT compressed, duplicate_of FROM article JOIN body USING (number) "
            "WHERE run = ? AND status = 'done' ORDER BY place",
            (run,),
        )

    def container_done(self, file: str, run: int) -> None:
        """Enter that all of a container has been seen."""
        self._connection.execute("INSERT OR REPLACE INTO container VALUES (?, ?)", (file, run))

    def export_state(self, target: str) -> str | None:
        """What the export at `target` was made of."""
        state = self._value("SELECT state FROM export WHERE target = ?", target)
        return str(state) if state is not None else None

    def put_export(self, target: str, state: str) -> None:
        """Enter what the export at `target` is made of."""
        self._connection.execute("INSERT OR REPLACE INTO export VALUES (?, ?)", (target, state))
        self.commit()

    def content_state(self, run: int) -> Iterator[tuple[int, str, str, str | None]]:
        """(number, sha256, fingerprint, duplicate_of) of each record of a run in order: what an export is made of."""
        yield from self._connection.execute(
            "SELECT number, sha256, fingerprint, duplicate_of FROM article WHERE run = ? AND status = 'done' "
            "ORDER BY place",
            (run,),
        )

    def commit(self) -> None:
        """Make everything entered so far last."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Commit and let go."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.close()
        if self._lock is not None:
            os.close(self._lock)


def _locked(path: Path) -> int | None:
    """A lock that ends with this process, however it ends; children do not inherit it."""
    if fcntl is None:
        return None
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise LedgerError(f"{path.parent}: another run is writing here") from None
    return handle


class LedgerView:
    """A ledger opened to be read, also while a run writes to it. Raises LedgerError where there is none."""

    def __init__(self, home: Path) -> None:
        path = home / NAME
        if not path.is_file():
            raise LedgerError(
                f"{home.parent}: no run has written here (there is no {path.relative_to(home.parent)})"
            )
        try:
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            self._connection.execute("SELECT 1 FROM article")
        except sqlite3.Error as error:
            raise LedgerError(f"{path}: cannot be read: {error}") from None

    def counts(self) -> dict[str, int]:
        """Articles by status, and how many duplicates there are."""
        counts = dict(self._connection.execute("SELECT status, count(*) FROM article GROUP BY status"))
        sql = "SELECT count(*) FROM article WHERE status = 'done' AND duplicate_of IS NOT NULL"
        counts["duplicates"] = self._connection.execute(sql).fetchone()[0]
        return counts

    def unsuccessful(self, status: str) -> Iterator[tuple[str, str, int]]:
        """(uri, reason, attempts) of each article of that status."""
        yield from self._connection.execute(
            "SELECT uri, coalesce(reason, ''), attempts FROM article WHERE status = ? ORDER BY run, place",
            (status,),
        )

    def last_run(self) -> dict[str, Any] | None:
        """The newest run: number, started, finished, inputs, summary."""
        row = self._connection.execute(
            "SELECT number, started, finished, fingerprint, inputs, summary FROM run ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        names = ("number", "started", "finished", "fingerprint", "inputs", "summary")
        run = dict(zip(names, row, strict=True))
        run["inputs"] = json.loads(run["inputs"])
        run["summary"] = json.loads(run["summary"]) if run["summary"] else None
        return run

    def file_done(self, file: str, container: bool) -> bool:
        """Has all of `file` been dealt with (well or not)?"""
        table = "container" if container else "article"
        return (
            self._connection.execute(f"SELECT 1 FROM {table} WHERE file = ?", (file,)).fetchone() is not None
        )

    def row(self, key: str) -> Row | None:
        """What is known of the article `key`."""
        found = self._connection.execute(f"{_SELECT} WHERE key = ?", (key,)).fetchone()
        return Row(*found) if found else None

    def has_body(self, number: int) -> bool:
        """Is its record kept?"""
        return (
            self._connection.execute("SELECT 1 FROM body WHERE number = ?", (number,)).fetchone() is not None
        )

    def close(self) -> None:
        """Let go."""
        with suppress(sqlite3.Error):
            self._connection.close()
