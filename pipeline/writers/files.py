"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import JumelageError


class WriteError(JumelageError):
    """Something that cannot be written; the message is one line with the path."""


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path`: written beside it, flushed to the disk, then renamed. Raises WriteError."""
    with atomic(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content appears at `path` when the block ends well, and nowhere when it does not."""
    temporary = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise WriteError(f"{path}: cannot be written: {error.strerror or error}") from None
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def make_folder(path: Path) -> None:
    """Make the folder `path` and see that one can write there. Raises WriteError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".{os.getpid()}.probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WriteError(f"{path}: cannot be written: {error.strerror or error}") from None


def clear_leftovers(folder: Path) -> None:
    """Remove what an interrupted `atomic` left behind in `folder`."""
    with contextlib.suppress(OSError):
        for leftover in folder.glob(".*.part"):
            with contextlib.suppress(OSError):
                leftover.unlink()
