"""Web pages: the main text by trafilatura, title and date of publication from the page's metadata."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from pipeline.article import Article
from pipeline.edtf import is_edtf
from pipeline.readers.decode import clean, decode
from pipeline.readers.source import ReadError, Source

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BLOCKS = (
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "td",
    "br",
    "dd",
    "dt",
)
_SHORT = 200


def read_html(source: Source) -> Iterator[Article]:
    """One article: the main text of the page. Raises ReadError for a page without text."""
    markup, encoding = _decode(source.data, source.charset)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    page = _main_text(markup)
    text = clean(page.get("text") or "").strip()
    if len(text) < _SHORT:
        whole = clean(_all_text(markup)).strip()
        text = whole if len(whole) > len(text) else text
    if not text:
        raise ReadError("the page holds no text")
    published = page.get("date")
    yield Article(
        text=text + "\n",
        title=clean(page["title"]).strip() if page.get("title") else None,
        published=published if published and is_edtf(published) else None,
        uri=source.uri,
        sha256=source.sha256,
        media_type="text/html",
        encoding=encoding,
    )


def _decode(data: bytes, charset: str = "") -> tuple[str, str]:
    """Markup and its encoding; `charset` is the transport's word, which goes before the page's own."""
    if charset:
        try:
            return data.decode({"iso-8859-1": "cp1252"}.get(charset, charset)), charset
        except (LookupError, UnicodeDecodeError):
            pass
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared[1].decode("ascii", "replace").lower()
        try:
            return data.decode({"iso-8859-1": "cp1252"}.get(name, name)), name
        except (LookupError, UnicodeDecodeError):
            pass  # pages often declare what they are not
    return decode(data)


def _main_text(markup: str) -> dict[str, Any]:
    from trafilatura import bare_extraction
    from trafilatura.metadata import extract_metadata

    try:
        page = bare_extraction(markup, include_comments=False, include_tables=True, favor_recall=True)
        meta = extract_metadata(markup, date_config={"extensive_search": False, "original_date": True})
    except Exception as error:  # trafilatura promises nothing about what hostile markup raises
        raise ReadError(f"the page cannot be read ({type(error).__name__})") from None
    return {
        "text": getattr(page, "text", None),
        "title": meta.title if meta is not None else None,
        "date": meta.date if meta is not None else None,
    }


def _all_text(markup: str) -> str:
    """All visible text of the page, a line for each block: for pages in which no main text stands out."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(
            markup.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in (
            "script",
            "style",
            "template",
            "noscript",
            "head",
        ):
            element.text, element[:] = None, []
        elif element.tag in _BLOCKS:
            element.tail = "\n" + (element.tail or "")
    return re.sub(r"[ \t]*\n\s*", "\n", str(tree.text_content()))
