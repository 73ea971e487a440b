"""What there is to do: files, folders, globs and lists → items in a fixed order, an article's worth each."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.article import Article
from pipeline.errors import JumelageError
from pipeline.readers import ReadError, Refusal, Source, entries, is_container, known
from pipeline.readers.source import safe_name

Complain = Callable[[str, str], None]
"""Called with a name and the reason why nothing comes of it."""

NO_ARTICLES = "a folder without articles"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the input. `key` is its place relative to the output, so that both can be moved together."""

    path: Path
    key: str
    size: int

    @property
    def uri(self) -> str:
        """What records and complaints call it: its path as given."""
        return self.path.as_posix()


@dataclass(frozen=True, slots=True)
class Item:
    """One article's worth of input: a document on disk (`Path`), out of a container, or the reason for none.

    `position` is the share of its file that has been read with it (0 to 1).
    """

    file: File
    key: str
    uri: str
    name: str
    content: Path | Source | Article | Refusal
    position: float = 1.0

    @property
    def record_uri(self) -> str:
        """What the record will say it came from; complaints say `uri`, with the line."""
        return self.content.uri if isinstance(self.content, Article | Source) else self.uri


def discover(
    inputs: Sequence[str], home: Path, complain: Complain, outputs: Sequence[Path] = ()
) -> Iterator[File]:
    """The files behind `inputs`, folders in order of names; what lies in `outputs` is none of it."""
    hidden = {path.resolve() for path in outputs}
    for given in inputs:
        path = Path(given)
        if path.is_dir():
            found = False
            for file in _walk(path, hidden, complain):
                found = True
                yield _file(file, home)
            if not found:
                complain(given, NO_ARTICLES)
        elif path.exists():
            yield _file(path, home)
        elif glob.has_magic(given):
            matches = [Path(match) for match in sorted(glob.glob(given, recursive=True))]  # noqa: PTH207 - absolute too
            files = [match for match in matches if match.is_file() and known(match.name)]
            if not files:
                complain(given, "no articles match")
            for match in files:
                yield _file(match, home)
        else:
            complain(given, "there is no such file")


def listed(list_file: str) -> list[str]:
    """The paths in a list, one a line (or separated by zero bytes); `-` reads standard input. Raises JumelageError."""
    try:
        data = sys.stdin.buffer.read() if list_file == "-" else Path(list_file).read_bytes()
    except OSError as error:
        raise JumelageError(f"{list_file}: cannot be read: {error.strerror or error}") from None
    parts = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [os.fsdecode(part) for part in (part.strip() for part in parts) if part]


def items(file: File) -> Iterator[Item]:
    """The items in `file`; what keeps it from being read comes as the last, as a Refusal."""
    if not is_container(file.path.name):
        yield Item(file, file.key, file.uri, safe_name(file.path.stem), file.path)
        return
    stream: list[BinaryIO] = []
    try:
        for entry in entries(file.path, file.uri, stream.append):
            key = f"{file.key}!{entry.key}" if entry.key else file.key
            yield Item(file, key, entry.uri, entry.name, entry.content, _position(stream, file.size))
    except ReadError as error:
        yield Item(file, f"{file.key}!!", file.uri, safe_name(file.path.stem), Refusal(str(error)))


def _position(streams: list[BinaryIO], size: int) -> float:
    try:
        return min(1.0, streams[0].tell() / max(size, 1))
    except (OSError, ValueError, IndexError):
        return 0.0


def _walk(folder: Path, hidden: set[Path], complain: Complain) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        complain(str(error.filename), f"cannot be read: {error.strerror}")

    for directory, folders, files in os.walk(folder, onerror=refused):
        here = Path(directory)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and (here / name).resolve() not in hidden
        )
        for name in sorted(files):
            path = here / name
            if known(name) and not name.startswith(".") and path.is_file() and path.resolve() not in hidden:
                yield path


def _file(path: Path, home: Path) -> File:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    resolved = path.parent.resolve() / path.name
    try:
        key = os.path.relpath(resolved, home.resolve())
    except ValueError:  # another drive
        key = str(resolved)
    return File(path, Path(key).as_posix(), size)
