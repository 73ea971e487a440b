"""WARC, the archive format of web crawls: every German page in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urlsplit

from pipeline.readers.archives import MissingExtraError
from pipeline.readers.source import Entry, ReadError, Refusal, Source, read_limited, safe_name

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
}


def unpack_warc(stream: BinaryIO, uri: str) -> Iterator[Entry]:
    """An entry for each page that the crawl fetched with success. Raises ReadError for what is no WARC."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        raise MissingExtraError("reading WARC needs warcio: pip install 'jumelage[warc]'") from None
    found = False
    try:
        for record in ArchiveIterator(stream):
            found = True
            if record.rec_type == "response" and record.http_headers is not None:
                if record.http_headers.get_statuscode() != "200":
                    continue
                kind, _, parameters = (record.http_headers.get_header("Content-Type") or "").partition(";")
            elif record.rec_type in ("resource", "conversion"):
                kind, _, parameters = (record.rec_headers.get_header("Content-Type") or "").partition(";")
            else:
                continue
            suffix = _SUFFIXES.get(kind.strip().lower())
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            if suffix is None or not address:
                continue
            yield _entry(record, address, suffix, _charset(parameters))
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, LookupError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(f"the WARC is damaged: {' '.join(str(error).split())[:200]}") from None
    if not found:
        raise ReadError("no WARC: there is no record in it")


def _entry(record: object, address: str, suffix: str, charset: str) -> Entry:
    url = urlsplit(address)
    name = safe_name(f"{url.netloc}{url.path}{'-' + url.query if url.query else ''}")
    try:
        data = read_limited(record.content_stream())  # type: ignore[attr-defined]
    except ReadError as error:
        return Entry(address, name, address, Refusal(str(error)))
    source = Source(uri=address, data=data, suffix=suffix, charset=charset, german_only=True)
    return Entry(address, name, address, source)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'").lower()
    return ""
