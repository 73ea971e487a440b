"""A folder or file at any address that fsspec reads: on disk, in S3, behind HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from pipeline.errors import JumelageError
from pipeline.readers import ReadError, known

_VERSION = ("size", "mtime", "ETag", "etag", "LastModified", "updated")
"""By these the file systems say that a file is the one it was."""


class StorageError(JumelageError):
    """An address that cannot be read or written."""


@dataclass(frozen=True)
class Place:
    """A file or folder somewhere."""

    url: str

    @staticmethod
    def of(path: str) -> Place:
        """`path` may be relative: workers have another working directory."""
        return Place(path if "://" in path else Path(path).resolve().as_posix())

    def child(self, name: str) -> Place:
        """What is called `name` in it."""
        return Place(f"{self.url.rstrip('/')}/{name}")

    def filesystem(self) -> tuple[Any, str]:
        """(fsspec file system, path in it). Raises StorageError."""
        try:
            import fsspec

            return cast("tuple[Any, str]", fsspec.core.url_to_fs(self.url))
        except (ImportError, ValueError) as error:
            raise StorageError(f"{self.url}: {' '.join(str(error).split())}") from None

    def clear(self) -> None:
        """Remove it with all it holds."""
        filesystem, path = self.filesystem()
        with suppress(FileNotFoundError):
            filesystem.rm(path, recursive=True)

    def make(self) -> None:
        """Make the folder, where there is such a thing. Raises StorageError."""
        filesystem, path = self.filesystem()
        try:
            filesystem.makedirs(path, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{self.url}: cannot be written: {error.strerror or error}") from None

    def names(self, ending: str = "") -> list[str]:
        """Names of the files and folders in it that end so, sorted."""
        filesystem, path = self.filesystem()
        filesystem.invalidate_cache()
        try:
            found = (name.rstrip("/") for name in filesystem.ls(path, detail=False))
            return sorted(PurePosixPath(name).name for name in found if name.endswith(ending))
        except (FileNotFoundError, NotADirectoryError):
            return []

    @contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """Its content. Raises ReadError."""
        filesystem, path = self.filesystem()
        try:
            with filesystem.open(path, "rb") as stream:
                yield stream
        except OSError as error:
            raise ReadError(f"cannot be read: {error.strerror or error}") from None

    @contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """A stream whose content is there when the block ends; object stores do that by themselves."""
        filesystem, path = self.filesystem()
        local = "file" in filesystem.protocol or "local" in filesystem.protocol
        place = f"{path}.part" if local else path
        with filesystem.open(place, "wb") as stream:
            yield stream
        if local:
            Path(place).replace(path)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the input: `number` in its order, `uri` as given, `version` as the file system has it."""

    number: int
    url: str
    uri: str
    version: str

    @property
    def name(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.url).name


def stored_files(given: str) -> Iterator[StoredFile]:
    """The files behind an address, in the order of a local walk: files of a folder first, then its folders.

    Raises StorageError.
    """
    filesystem, root = Place.of(given).filesystem()

    def name_of(path: str) -> str:
        inside = path[len(root) :].lstrip("/")
        base = given.rstrip("/") if "://" in given else Path(given).as_posix()
        return f"{base}/{inside}" if inside else base

    def walk(folder: str) -> Iterator[dict[str, Any]]:
        found = sorted(
            filesystem.ls(folder, detail=True), key=lambda entry: PurePosixPath(entry["name"]).name
        )
        for entry in found:
            name = PurePosixPath(entry["name"]).name
            if entry["type"] == "file" and known(name) and not name.startswith("."):
                yield entry
        for entry in found:
            if entry["type"] == "directory" and not PurePosixPath(entry["name"]).name.startswith("."):
                yield from walk(entry["name"])

    try:
        if filesystem.isdir(root):
            entries = walk(root)
        else:
            entries = iter([filesystem.info(root)] if filesystem.exists(root) else [])
        for number, entry in enumerate(entries):
            path = entry["name"]
            url = filesystem.unstrip_protocol(path) if "://" in given else path
            version = " ".join(str(entry[key]) for key in _VERSION if entry.get(key) is not None)
            yield StoredFile(number, url, name_of(path), version)
    except OSError as error:
        raise StorageError(f"{given}: cannot be read: {error.strerror or error}") from None
