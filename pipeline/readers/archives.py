"""ZIP and tar archives, and single compressed files. Nothing is unpacked to disk.

Every stream that grows as it is read is watched: who becomes more than `MAX_RATIO` times as large as it was is
refused, whatever its headers promise.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from pipeline.errors import JumelageError
from pipeline.readers import limits
from pipeline.readers.source import Entry, ReadError, Refusal, read_limited, safe_name

Unpack = Callable[[BinaryIO, str, str, int], Iterator[Entry]]
"""(stream, file name, uri, depth) → entries: the registry's way to read what stands in an archive."""

BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, ValueError)
"""What the standard library raises for damaged archives."""


class MissingExtraError(ReadError):
    """A format whose library is not installed."""


def unpack_zip(
    stream: BinaryIO, uri: str, depth: int, unpack: Unpack, wanted: Callable[[str], bool]
) -> Iterator[Entry]:
    """The entries of all members that are `wanted` by their names, in the archive's order. Raises ReadError."""
    try:
        archive = zipfile.ZipFile(stream)
    except (*BROKEN, NotImplementedError) as error:
        raise ReadError(f"not a readable ZIP archive: {error}") from None
    with archive:
        for info in archive.infolist():
            if info.is_dir() or not _plain(info.filename) or not wanted(info.filename):
                continue
            where = f"{uri}!/{info.filename}"
            try:
                if info.flag_bits & 1:
                    raise ReadError("it is encrypted")
                _check_ratio(info.file_size, info.compress_size)
                with archive.open(info) as member:
                    watched = Watched(member, lambda info=info: info.compress_size)  # type: ignore[misc]
                    yield from _member(cast(BinaryIO, watched), info.filename, where, depth, unpack)
            except (*BROKEN, NotImplementedError, RuntimeError) as error:
                yield Entry(info.filename, _stem(info.filename), where, Refusal(_reason(error)))


def unpack_tar(
    stream: BinaryIO, uri: str, depth: int, unpack: Unpack, wanted: Callable[[str], bool]
) -> Iterator[Entry]:
    """The entries of all members that are `wanted`, read as a stream. Raises ReadError."""
    try:
        archive = tarfile.open(fileobj=stream, mode="r|")  # noqa: SIM115 - closed below
    except BROKEN as error:
        raise ReadError(f"not a readable tar archive: {error}") from None
    refused = False
    with archive:
        while True:
            try:
                info = archive.next()
            except BROKEN as error:
                if refused:
                    return  # the archive ends with the member that has been complained of
                raise ReadError(f"the tar archive is damaged: {_reason(error)}") from None
            if info is None:
                return
            archive.members.clear()  # type: ignore[attr-defined]  # tarfile remembers all it saw; a crawl has millions
            if not info.isfile() or not _plain(info.name) or not wanted(info.name):
                continue
            where = f"{uri}!/{info.name}"
            refused = False
            try:
                member = archive.extractfile(info)
                if member is None:
                    continue
                yield from _member(cast(BinaryIO, member), info.name, where, depth, unpack)
            except BROKEN as error:
                refused = True
                yield Entry(info.name, _stem(info.name), where, Refusal(_reason(error)))


def decompressed(stream: BinaryIO, suffix: str) -> BinaryIO:
    """What `stream`, compressed as `suffix` says (.gz .bz2 .xz .zst), holds. Reading it raises ReadError."""
    counted = _Counted(stream)
    compressed = cast(BinaryIO, counted)
    inner: BinaryIO
    if suffix == ".gz":
        inner = cast(BinaryIO, gzip.GzipFile(fileobj=compressed))
    elif suffix == ".bz2":
        inner = cast(BinaryIO, bz2.BZ2File(compressed))
    elif suffix == ".xz":
        inner = cast(BinaryIO, lzma.LZMAFile(compressed))  # noqa: SIM115 - closed with its reader
    else:
        try:
            import zstandard
        except ImportError:
            raise MissingExtraError("reading .zst needs zstandard: pip install 'jumelage[zstd]'") from None
        inner = cast(
            BinaryIO, zstandard.ZstdDecompressor().stream_reader(compressed, read_across_frames=True)
        )
    return cast(BinaryIO, io.BufferedReader(Watched(inner, lambda: counted.count), 1 << 16))


class Watched(io.RawIOBase):
    """A stream that refuses to become more than `MAX_RATIO` times as large as its compressed form."""

    def __init__(self, inner: object, compressed: Callable[[], int]) -> None:
        self._inner = cast(BinaryIO, inner)
        self._compressed = compressed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            piece = self._inner.read(len(buffer))
        except JumelageError:
            raise
        except Exception as error:  # zlib, lzma, bz2 and zstandard each have their own
            raise ReadError(f"the compressed data is damaged: {_reason(error)}") from None
        self._count += len(piece)
        _check_ratio(self._count, self._compressed())
        buffer[: len(piece)] = piece
        return len(piece)


class _Counted(io.RawIOBase):
    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        piece = self._inner.read(len(buffer))
        self.count += len(piece)
        buffer[: len(piece)] = piece
        return len(piece)


def _member(stream: BinaryIO, name: str, where: str, depth: int, unpack: Unpack) -> Iterator[Entry]:
    for entry in unpack(stream, PurePosixPath(name).name, where, depth + 1):
        key = f"{name}!{entry.key}" if entry.key else name
        yield Entry(key, entry.name, entry.uri, entry.content)


def _check_ratio(size: int, compressed: int) -> None:
    if size > limits.RATIO_FREE and size > limits.MAX_RATIO * max(compressed, 1):
        raise ReadError(f"it unpacks to more than {limits.MAX_RATIO} times its size: a decompression bomb")


def nested(stream: BinaryIO) -> BinaryIO:
    """An archive within an archive, in memory, so that one can move about in it."""
    return io.BytesIO(read_limited(stream, limits.MAX_NESTED))


def _plain(name: str) -> bool:
    """Is it an ordinary file's name: not hidden, not macOS's shadow of one."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not any(
        (part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in parts
    )


def _stem(name: str) -> str:
    return safe_name(PurePosixPath(name).stem)


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
