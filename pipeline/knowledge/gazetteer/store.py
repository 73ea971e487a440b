"""The place index on disk: one file of numpy columns, memory-mapped, so that workers share its pages.

Layout: 8 bytes magic, 8 bytes length of a JSON header, the header, then the columns, each aligned to 64 bytes.
The header says where each column lies, its dtype and length, and from which sources the file was made.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import JumelageError

MAGIC = b"JUMPLC02"
ALIGN = 64

Columns = dict[str, "np.ndarray[Any, Any]"]


class GazetteerError(JumelageError):
    """The place index cannot be read or made; the message is one line."""


def write_columns(path: Path, columns: Mapping[str, np.ndarray[Any, Any]], about: Mapping[str, Any]) -> None:
    """Write the file whole or not at all: a temporary file beside it is renamed over `path`.

    Two processes that build at once each write their own temporary file; the later rename wins, both are right.
    Raises OSError when the folder cannot be written.
    """
    places, offset = {}, 0
    for name, column in columns.items():
        places[name] = [offset, str(column.dtype), len(column)]
        offset += -(-column.nbytes // ALIGN) * ALIGN
    header = json.dumps({"columns": places, **about}, sort_keys=True).encode()
    body = -(-(16 + len(header)) // ALIGN) * ALIGN
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(MAGIC + len(header).to_bytes(8, "little") + header)
            out.write(b"\0" * (body - 16 - len(header)))
            for column in columns.values():
                out.write(np.ascontiguousarray(column).tobytes())
                out.write(b"\0" * (-column.nbytes % ALIGN))
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def read_columns(path: Path) -> tuple[Columns, dict[str, Any]]:
    """Map the file into memory and give its columns as read-only arrays, and its header.

    Raises GazetteerError when the file is not an index or is cut off.
    """
    try:
        with path.open("rb") as source:
            mapped = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise GazetteerError(f"{path}: the place index cannot be read ({error})") from None
    try:
        if mapped[:8] != MAGIC:
            raise ValueError("another format")
        length = int.from_bytes(mapped[8:16], "little")
        about: dict[str, Any] = json.loads(mapped[16 : 16 + length])
        body = -(-(16 + length) // ALIGN) * ALIGN
        columns = {
            name: np.frombuffer(mapped, dtype=np.dtype(dtype), count=count, offset=body + offset)
            for name, (offset, dtype, count) in about["columns"].items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise GazetteerError(f"{path}: is no place index of this version ({error}); delete it") from None
    return columns, about


def cache_folder() -> Path:
    """Where compiled indexes lie: $JUMELAGE_CACHE, else the platform's cache folder for `jumelage`."""
    override = os.environ.get("JUMELAGE_CACHE")
    if override:
        return Path(override).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    if base and Path(base).is_absolute():
        return Path(base) / "jumelage"
    if os.name == "nt":
        return (
            Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "jumelage" / "Cache"
        )
    home = Path("~").expanduser()
    if os.uname().sysname == "Darwin":
        return home / "Library" / "Caches" / "jumelage"
    return home / ".cache" / "jumelage"
