"""Near-duplicates: the same release in five papers, by the words that texts share.

Each text gets a MinHash signature (Broder 1997) over its three-word shingles: the share of equal places in two
signatures estimates the Jaccard similarity of the two texts' shingles. Locality-sensitive hashing (16 bands of 4
values; Leskovec, Rajaraman & Ullman, *Mining of Massive Datasets*, ch. 3) finds the candidates without comparing
all pairs. The index lives in SQLite, so that memory stays flat. Written out rather than taken from datasketch,
which hashes shingle by shingle in Python: this costs 0.1 ms an article.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import zlib

import numpy as np
from numpy.typing import NDArray

SHINGLE = 3
"""Words in a shingle."""

VALUES = 64
BANDS = 16
THRESHOLD = 0.6
"""Estimated similarity from which on two texts are one release (standard error 0.06)."""

SHORTEST = 20
"""Words below which only equal texts are duplicates."""

_WORD = re.compile(r"\w+")
_CHUNK = 4096
_RANDOM = np.random.Generator(np.random.PCG64(20190825))
_FACTORS: NDArray[np.uint64] = _RANDOM.integers(1, 2**63, VALUES, dtype=np.uint64) * np.uint64(2) + np.uint64(
    1
)
_OFFSETS: NDArray[np.uint64] = _RANDOM.integers(0, 2**63, VALUES, dtype=np.uint64)
_MIX: NDArray[np.uint64] = _RANDOM.integers(1, 2**63, VALUES // BANDS + 1, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)


def signature(text: str) -> bytes:
    """What `text` looks like: 8 bytes that name its very words, then 64 MinHash values of 4 bytes (none when short)."""
    words = _WORD.findall(text.lower())
    exact = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest()
    if len(words) < SHORTEST:
        return exact
    codes = np.fromiter(
        (zlib.crc32(word.encode("utf-8", "replace")) for word in words), np.uint64, len(words)
    )
    shingles = np.zeros(len(words) - SHINGLE + 1, np.uint64)
    for place in range(SHINGLE):
        shingles = shingles * np.uint64(0x9E3779B97F4A7C15) + codes[place : len(words) - SHINGLE + 1 + place]
    shingles ^= shingles >> np.uint64(29)
    lowest = np.full(VALUES, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(shingles), _CHUNK):  # multiply-shift hashing (Dietzfelbinger et al. 1997)
        values = shingles[start : start + _CHUNK, None] * _FACTORS + _OFFSETS
        lowest = np.minimum(lowest, values.min(axis=0))
    return exact + (lowest >> np.uint64(32)).astype("<u4").tobytes()


def similarity(one: bytes, other: bytes) -> float:
    """Estimated Jaccard similarity (0 to 1) of the texts behind two signatures."""
    if one[:8] == other[:8]:
        return 1.0
    if len(one) == 8 or len(other) == 8:
        return 0.0
    return float(np.mean(np.frombuffer(one, "<u4", offset=8) == np.frombuffer(other, "<u4", offset=8)))


def _bands(sign: bytes) -> list[int]:
    bands = [int.from_bytes(sign[:8], "little", signed=True)]
    if len(sign) > 8:
        rows = np.frombuffer(sign, "<u4", offset=8).reshape(BANDS, VALUES // BANDS).astype(np.uint64)
        hashes = (rows * _MIX[:-1]).sum(axis=1, dtype=np.uint64) + np.arange(BANDS, dtype=np.uint64) * _MIX[
            -1
        ]
        hashes ^= hashes >> np.uint64(31)
        bands += [int(value) for value in (hashes * _MIX[-1]).astype(np.int64)]
    return bands


class Originals:
    """The articles that resemble no earlier one, in the tables `original` and `band` of a database.

    An article's number says which came first: a duplicate's original always has the lower number.
    """

    SCHEMA = """
        CREATE TABLE IF NOT EXISTS original (number INTEGER PRIMARY KEY, id TEXT, signature BLOB);
        CREATE TABLE IF NOT EXISTS band (hash INTEGER, number INTEGER, PRIMARY KEY (hash, number)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS band_number ON band (number);
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(self.SCHEMA)

    def place(self, number: int, id_: str, sign: bytes) -> str | None:
        """The id of the first article before `number` that this one resembles; else it becomes an original itself."""
        bands = _bands(sign)
        marks = ",".join("?" * len(bands))
        found = self._connection.execute(
            "SELECT id, signature FROM original WHERE number IN "
            f"(SELECT number FROM band WHERE hash IN ({marks}) AND number < ?) ORDER BY number LIMIT 500",
            (*bands, number),
        )
        for other_id, other in found:
            if similarity(sign, other) >= THRESHOLD:
                self.remove(number)
                return str(other_id)
        known = self._connection.execute(
            "SELECT id, signature FROM original WHERE number = ?", (number,)
        ).fetchone()
        if known != (id_, sign):
            self.remove(number)
            self._connection.execute("INSERT INTO original VALUES (?, ?, ?)", (number, id_, sign))
            self._connection.executemany(
                "INSERT OR IGNORE INTO band VALUES (?, ?)", [(band, number) for band in bands]
            )
        return None

    def remove(self, number: int) -> None:
        """Forget the article of this number."""
        if self._connection.execute("DELETE FROM original WHERE number = ?", (number,)).rowcount:
            self._connection.execute("DELETE FROM band WHERE number = ?", (number,))


_UNMARKED = (b'\n  "duplicate_of": null,', b'"duplicate_of":null,')


def marked(record: bytes, duplicate_of: str | None) -> bytes:
    """`record`'s JSON with `duplicate_of` filled in.

    Inside a JSON string a quotation mark or a line break is escaped, so the key itself is the only thing that
    looks like this.
    """
    if duplicate_of is None:
        return record
    for unmarked in _UNMARKED:
        head, found, tail = record.rpartition(unmarked)
        if found:
            return head + unmarked.replace(b"null", b'"' + duplicate_of.encode() + b'"') + tail
    raise ValueError("the record has no place for duplicate_of")
