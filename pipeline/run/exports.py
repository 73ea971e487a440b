"""Outputs of many records: one JSON Lines file, shards of compressed JSON Lines, Parquet.

They are made of the records that the ledger keeps, in the order of the input, each file at once; so an interrupted
run leaves the old export as it was, and a finished one always holds exactly the run's records.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.run.duplicates import marked
from pipeline.run.ledger import FOLDER, Ledger
from pipeline.writers.files import make_folder
from pipeline.writers.lines import write_jsonl, write_jsonl_zst
from pipeline.writers.parquet import require_parquet, write_parquet
from pipeline.writers.zstd import require_zstd

SHARD_SIZE = 10_000


@dataclass(frozen=True)
class Exports:
    """Where which form goes; `shard_size` is in records."""

    jsonl: Path | None = None
    shards: Path | None = None
    parquet: Path | None = None
    shard_size: int = SHARD_SIZE

    @property
    def targets(self) -> list[Path]:
        """All files and folders asked for."""
        return [path for path in (self.jsonl, self.shards, self.parquet) if path is not None]

    @property
    def home(self) -> Path:
        """The ledger's folder when there is no folder of single records."""
        if self.jsonl is not None:
            return self.jsonl.with_name(self.jsonl.name + FOLDER)
        return (self.shards or self.parquet or Path()) / FOLDER

    def prepare(self) -> None:
        """See that all of it can be written. Raises JumelageError: a missing extra, an unwritable folder."""
        if self.shards is not None:
            require_zstd()
        if self.parquet is not None:
            require_parquet()
        for folder in (self.shards, self.parquet, self.jsonl.parent if self.jsonl is not None else None):
            if folder is not None:
                make_folder(folder)


def write_exports(exports: Exports, ledger: Ledger, run: int) -> None:
    """Write every export whose content has changed since it was last written. Raises WriteError."""
    if not exports.targets:
        return
    state = _state(ledger, run, exports.shard_size)
    if exports.jsonl is not None and _stale(ledger, exports.jsonl, state):
        write_jsonl(exports.jsonl, _records(ledger, run))
        ledger.put_export(_name(exports.jsonl), f"{state} {exports.jsonl.stat().st_size}")
    for folder, ending, write in (
        (exports.shards, ".jsonl.zst", write_jsonl_zst),
        (exports.parquet, ".parquet", write_parquet),
    ):
        if folder is not None and _stale(ledger, folder, state, ending):
            records = _records(ledger, run)
            number = 0
            while chunk := list(islice(records, 1)):
                write(
                    folder / _shard(number, ending),
                    _chained(chunk[0], islice(records, exports.shard_size - 1)),
                )
                number += 1
            for old in folder.glob(f"part-*{ending}"):
                if old.name >= _shard(number, ending):
                    old.unlink()
            ledger.put_export(_name(folder), f"{state} {_sizes(folder, ending)}")


def _shard(number: int, ending: str) -> str:
    return f"part-{number:05}{ending}"


def _records(ledger: Ledger, run: int) -> Iterator[bytes]:
    for compressed, duplicate_of in ledger.bodies(run):
        yield marked(zlib.decompress(compressed), duplicate_of)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _state(ledger: Ledger, run: int, shard_size: int) -> str:
    digest = hashlib.sha256(str(shard_size).encode())
    for row in ledger.content_state(run):
        digest.update(repr(row).encode())
    return digest.hexdigest()[:32]


def _stale(ledger: Ledger, target: Path, state: str, ending: str = "") -> bool:
    if not target.exists():
        return True
    size = _sizes(target, ending) if target.is_dir() else str(target.stat().st_size)
    return ledger.export_state(_name(target)) != f"{state} {size}"


def _sizes(folder: Path, ending: str) -> str:
    sizes = [path.stat().st_size for path in sorted(folder.glob(f"part-*{ending}"))]
    return hashlib.sha256(repr(sizes).encode()).hexdigest()[:16]


def _name(target: Path) -> str:
    return target.resolve().as_posix()
