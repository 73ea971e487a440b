"""PDF by pdfium: the characters with their places, which `layout` turns into prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.article import Article
from pipeline.readers import limits
from pipeline.readers.archives import MissingExtraError
from pipeline.readers.decode import clean
from pipeline.readers.layout import Line, prose
from pipeline.readers.source import ReadError, Source

_NO_TITLE = re.compile(
    r"^(?:Microsoft (?:Word|PowerPoint)|Unbenannt|Untitled|untitled|Dokument\d*|\(?anonymous)|\.\w{3,4}$"
)
_MOST_CHARACTERS = 5_000_000


def read_pdf(source: Source) -> Iterator[Article]:
    """One article: the document's prose. Raises ReadError for what is damaged, locked, too long or a mere scan."""
    try:
        import pypdfium2 as pdfium
    except ImportError:
        raise MissingExtraError("reading PDF needs pypdfium2: pip install 'jumelage[pdf]'") from None
    try:
        document = pdfium.PdfDocument(source.data)
    except pdfium.PdfiumError as error:
        reason = "it is locked by a password" if "password" in str(error).lower() else "not a readable PDF"
        raise ReadError(reason) from None
    try:
        pages = len(document)
        if pages > limits.MAX_PAGES:
            raise ReadError(f"too long: {pages:,} pages; the limit is {limits.MAX_PAGES:,}")
        title = clean(document.get_metadata_value("Title") or "").strip()
        lines: list[list[Line]] = []
        characters = 0
        for number in range(pages):
            lines.append(_lines(document, number))
            characters += sum(len(line.text) for line in lines[-1])
            if characters > _MOST_CHARACTERS:
                raise ReadError(f"too long: more than {_MOST_CHARACTERS:,} characters")
    except pdfium.PdfiumError as error:
        raise ReadError(f"the PDF is damaged: {' '.join(str(error).split())[:200]}") from None
    finally:
        document.close()
    text = clean(prose(lines)).strip()
    if not text:
        raise ReadError("the PDF holds no text; a scan needs text recognition (OCR) first")
    yield Article(
        text=text + "\n",
        title=title if title and not _NO_TITLE.search(title) else None,
        uri=source.uri,
        sha256=source.sha256,
        media_type="application/pdf",
        encoding="utf-8",
    )


def _lines(document: Any, number: int) -> list[Line]:
    """The pieces of text on page `number`: characters that follow one another on one baseline."""
    page = document[number]
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        text = text_page.get_text_range(0, count) if count > 0 else ""
        if len(text) != count:  # characters beyond the BMP or unmapped ones: ask for each
            text = "".join(text_page.get_text_range(index, 1)[:1] or " " for index in range(count))
        lines: list[Line] = []
        run: list[str] = []
        x0 = y0 = x1 = y1 = 0.0
        for index, char in enumerate(text):
            if char in "\r\n":
                _finish(lines, run, x0, y0, x1, y1)
                run = []
                continue
            if char == " ":
                if run:
                    run.append(" ")
                continue
            left, bottom, right, top = text_page.get_charbox(index, loose=True)
            height = max(top - bottom, 0.1)
            if run and (abs(bottom - y0) > 0.5 * height or not -0.5 * height <= left - x1 <= 1.2 * height):
                _finish(lines, run, x0, y0, x1, y1)
                run = []
            if run:
                x1, y0, y1 = max(x1, right), min(y0, bottom), max(y1, top)
            else:
                x0, y0, x1, y1 = left, bottom, right, top
            run.append(char)
        _finish(lines, run, x0, y0, x1, y1)
        return lines
    finally:
        text_page.close()
        page.close()


def _finish(lines: list[Line], run: list[str], x0: float, y0: float, x1: float, y1: float) -> None:
    text = "".join(run).strip()
    if text:
        lines.append(Line(x0, y0, x1, y1, text))
