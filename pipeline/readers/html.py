"""Web pages: the main text by trafilatura, title and date of publication from the page's metadata."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from pipeline.article import Article
from pipeline.edtf import is_edtf
from pipeline.readers.decode import clean, decode
from pipeline.readers.markup import fragment_text
from pipeline.readers.source import ReadError, Source

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_SHORT = 200


def read_html(source: Source) -> Iterator[Article]:
    """One article: the main text of the page. Raises ReadError for a page without text."""
    markup, encoding = _decode(source.data, source.charset)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    page = _main_text(markup)
    text = clean(page.get("text") or "").strip()
    if len(text) < _SHORT:
        # no main text stands out: all visible text of the page
        whole = fragment_text(markup)
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
