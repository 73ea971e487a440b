"""What Word and OpenDocument files share: both are ZIP archives of XML."""

from __future__ import annotations

import io
import zipfile

from pipeline.readers import limits
from pipeline.readers.archives import BROKEN
from pipeline.readers.source import ReadError


def open_office(data: bytes, what: str) -> zipfile.ZipFile:
    """The archive behind a document, once its size is known to be sane. Raises ReadError."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReadError(f"not {what} but an old or encrypted Office document")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (*BROKEN, NotImplementedError) as error:
        raise ReadError(f"not {what}: {' '.join(str(error).split())[:200]}") from None
    size = sum(member.file_size for member in members)
    if size > limits.RATIO_FREE and size > limits.MAX_RATIO * len(data):
        raise ReadError(f"it unpacks to more than {limits.MAX_RATIO} times its size: a decompression bomb")
    if any(member.flag_bits & 1 for member in members):
        raise ReadError("it is encrypted")
    return archive


def member(archive: zipfile.ZipFile, name: str, limit: int | None = None) -> bytes:
    """One member's bytes. Raises ReadError where it is missing, damaged or larger than `limit` bytes."""
    most = limits.MAX_BYTES * 5 if limit is None else limit
    try:
        with archive.open(name) as stream:
            data = stream.read(most + 1)
    except KeyError:
        raise ReadError(f"there is no {name} in it") from None
    except (*BROKEN, NotImplementedError, RuntimeError) as error:
        raise ReadError(f"{name} is damaged: {' '.join(str(error).split())[:200]}") from None
    if len(data) > most:
        raise ReadError(f"too large: {name} has more than {most:,} bytes")
    return data
