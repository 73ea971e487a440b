"""JSON Lines: a record a line, plain or compressed with zstandard."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.writers.files import atomic
from pipeline.writers.zstd import require_zstd

LEVEL = 6
"""Compression level: beyond it, records become little smaller and much slower to write."""


def write_jsonl(path: Path, records: Iterable[bytes]) -> None:
    """Write `records` (compact JSON) to `path`, whole or not at all. Raises WriteError."""
    with atomic(path) as stream:
        for record in records:
            stream.write(record)
            stream.write(b"\n")


def write_jsonl_zst(path: Path, records: Iterable[bytes]) -> None:
    """The same as one zstandard frame."""
    zstandard = require_zstd()
    with (
        atomic(path) as stream,
        zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(
            stream, closefd=False
        ) as packed,
    ):
        for record in records:
            packed.write(record)
            packed.write(b"\n")
