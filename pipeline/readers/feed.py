"""RSS 1.0, RSS 2.0 and Atom: an article for each item. Entities, DTDs and the network stay untouched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipeline.article import Article
from pipeline.readers import limits
from pipeline.readers.dates import as_edtf
from pipeline.readers.decode import clean
from pipeline.readers.markup import fragment_text
from pipeline.readers.source import Entry, ReadError, Refusal, safe_name, short_hash

_ITEMS = ("item", "entry")
_TEXTS = ("encoded", "content", "description", "summary")
_DATES = ("pubdate", "published", "issued", "date", "updated", "modified")


def unpack_feed(stream: BinaryIO, uri: str, name: str) -> Iterator[Entry]:
    """An entry for each item of the feed. Raises ReadError for what is no feed, or no XML."""
    number = 0
    depth = 0
    root = None
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=False):
            if event == "start":
                if root is None:
                    root = element
                    if _local(element) not in ("rss", "rdf", "feed"):
                        raise ReadError(f"no feed (RSS, Atom) but XML of the kind <{_local(element)}>")
                depth += 1
                if depth > 200:
                    raise ReadError("its elements are nested deeper than 200")
                continue
            depth -= 1
            if _local(element) in _ITEMS:
                number += 1
                yield _entry(element, uri, name, number)
                element.clear()
    except DefusedXmlException as error:
        raise ReadError(f"it declares XML entities, which are not read ({type(error).__name__})") from None
    except (ParseError, ValueError, LookupError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(f"not well-formed XML: {error}") from None


def _entry(item: Element, uri: str, name: str, number: int) -> Entry:
    fields: dict[str, str] = {}
    link = ""
    for child in item:
        tag = _local(child)
        if tag == "link" and child.get("href"):
            if not link or child.get("rel", "alternate") == "alternate":
                link = child.get("href", "")
        else:
            fields.setdefault(tag, _content(child))
    link = link or fields.get("link", "").strip()
    title = fragment_text(fields.get("title", "")).replace("\n", " ")
    body = max((fragment_text(fields[tag]) for tag in _TEXTS if fields.get(tag)), key=len, default="")
    raw = "\x1f".join((title, body, link)).encode("utf-8", "replace")
    key = fields.get("guid") or fields.get("id") or link or short_hash(raw)
    stem = safe_name(f"{name}-{number}")
    where = f"{uri}#{number}"
    if not body:
        return Entry(key, stem, where, Refusal("the item holds no text"))
    if len(body) > limits.MAX_BYTES:
        return Entry(key, stem, where, Refusal(f"too large: more than {limits.MAX_BYTES:,} characters"))
    published = next((date for tag in _DATES if (date := as_edtf(fields.get(tag)))), None)
    article = Article(
        text=clean(f"{title}\n\n{body}\n" if title and title not in body[: len(title) + 2] else body + "\n"),
        title=title or None,
        published=published,
        uri=link or where,
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type="application/rss+xml",
        encoding="utf-8",
    )
    return Entry(key, stem, where, article)


def _content(element: Element) -> str:
    """Text of an element; XHTML inside it (Atom) as markup."""
    if len(element):
        for part in element.iter():
            part.tag = _local(part)
        return tostring(element, encoding="unicode")
    return element.text or ""


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()
