"""Twenty ways in which a file can be no article."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path


def _zip(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def _encrypted() -> bytes:
    data = bytearray(_zip("a.txt", b"Text"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _tar(data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


_BOMB = b" " * 20_000_000
_ENTITIES = b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item><title>&b;</title></item></rss>'
KINDS: dict[str, bytes] = {
    "leer.txt": b"",
    "blank.txt": b" \n\t\n ",
    "binaer.txt": bytes(range(256)) * 40,
    "bild.txt": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "halb.txt": b"\xff\xfea",
    "lang.txt": b"Die Stadt Bochum liegt an der Ruhr. " * 30_000,
    "leer.html": b"<html><body><script>x()</script></body></html>",
    "kaputt.pdf": b"%PDF-1.4 kaputt",
    "kaputt.docx": b"PK\x03\x04kaputt",
    "alt.docx": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "kaputt.odt": b"kein zip",
    "kaputt.zip": b"kein zip",
    "geheim.zip": _encrypted(),
    "bombe.zip": _zip("a.txt", _BOMB),
    "bombe.tar.gz": _tar(_BOMB),
    "halb.txt.gz": gzip.compress(b"Text " * 5000)[:40],
    "kaputt.warc": b"kein WARC",
    "kaputt.xml": b"<rss><channel>",
    "bombe.xml": _ENTITIES,
    "falsch.csv": b"a;b\n1;2\n",
    "kaputt.jsonl": b"{kaputt\n",
    "ohne.jsonl": b'{"titel": "ohne Text"}\n',
    "leer.eml": b"Subject: leer\n\n",
}
"""File name → content."""


def spoil(folder: Path, count: int) -> None:
    """Write `count` spoiled files into `folder`, of all kinds in turn."""
    kinds = list(KINDS.items())
    for number in range(count):
        name, data = kinds[number % len(kinds)]
        (folder / f"{number:05}-{name}").write_bytes(data)
