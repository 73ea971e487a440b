"""OpenDocument text (.odt): the document's XML, read safely."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.article import Article
from pipeline.readers.decode import clean
from pipeline.readers.office import member, open_office
from pipeline.readers.source import ReadError, Source

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DROPPED = (
    f"{_OFFICE}annotation",
    f"{_TEXT}tracked-changes",
    f"{_TEXT}note-citation",
    f"{_TEXT}table-of-content",
)
_DEEPEST = 300


def read_odt(source: Source) -> Iterator[Article]:
    """One article. Raises ReadError for what is no OpenDocument text or holds none."""
    with open_office(source.data, "an OpenDocument text") as archive:
        content = _xml(member(archive, "content.xml"))
        title = None
        if "meta.xml" in archive.namelist():
            title = _xml(member(archive, "meta.xml")).findtext(f".//{_TITLE}")
    body = content.find(f".//{_OFFICE}text")
    if body is None:
        raise ReadError("not an OpenDocument text: it has no text body")
    text = clean("\n\n".join(block for block in _blocks(body, 0) if block.strip())).strip()
    if not text:
        raise ReadError("the document holds no text")
    yield Article(
        text=text + "\n",
        title=clean(title or "").strip() or None,
        uri=source.uri,
        sha256=source.sha256,
        media_type=MEDIA_TYPE,
        encoding="utf-8",
    )


def _xml(data: bytes) -> Element:
    try:
        root: Element = fromstring(data)
    except DefusedXmlException as error:
        raise ReadError(f"it declares XML entities, which are not read ({type(error).__name__})") from None
    except (ParseError, ValueError, LookupError) as error:
        raise ReadError(f"its XML is damaged: {error}") from None
    return root


def _blocks(parent: Element, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ReadError(f"its elements are nested deeper than {_DEEPEST}")
    for child in parent:
        if child.tag in _DROPPED:
            continue
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield _inline(child, depth)
        elif child.tag == f"{_TABLE}table-row":
            cells = (" ".join(" ".join(_blocks(cell, depth + 2)).split()) for cell in child)
            yield " | ".join(cell for cell in cells if cell)
        elif child.tag == f"{_TABLE}table":
            yield "\n".join(_blocks(child, depth + 1))
        else:
            yield from _blocks(child, depth + 1)


def _inline(element: Element, depth: int) -> str:
    if depth > _DEEPEST:
        raise ReadError(f"its elements are nested deeper than {_DEEPEST}")
    pieces = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            pieces.append(" " * min(int(count) if count.isdigit() else 1, 100))
        elif child.tag == f"{_TEXT}tab":
            pieces.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            pieces.append("\n")
        elif child.tag == f"{_TEXT}note":
            pieces.append(" (" + " ".join(_blocks(child, depth + 1)).strip() + ")")
        elif child.tag not in _DROPPED:
            pieces.append(_inline(child, depth + 1))
        pieces.append(child.tail or "")
    return "".join(pieces)
