"""Word documents (.docx) by python-docx: paragraphs and tables in their order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pipeline.article import Article
from pipeline.readers.archives import MissingExtraError
from pipeline.readers.decode import clean
from pipeline.readers.office import member, open_office
from pipeline.readers.source import ReadError, Source

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read_docx(source: Source) -> Iterator[Article]:
    """One article. Raises ReadError for what is no Word document or holds no text."""
    try:
        import docx
        from docx.opc.exceptions import OpcError
    except ImportError:
        raise MissingExtraError("reading .docx needs python-docx: pip install 'jumelage[docx]'") from None
    with open_office(source.data, "a Word document") as archive:
        member(archive, "word/document.xml")
    try:
        document = docx.Document(io.BytesIO(source.data))
        blocks = list(_blocks(document))
        title = document.core_properties.title
    except (
        OpcError,
        KeyError,
        ValueError,
        AttributeError,
        SyntaxError,
    ) as error:  # lxml's errors are SyntaxErrors
        raise ReadError(f"not a readable Word document: {' '.join(str(error).split())[:200]}") from None
    heading = next((text for style, text in blocks if style in ("Title", "Titel")), None)
    text = clean("\n\n".join(text for _, text in blocks if text.strip())).strip()
    if not text:
        raise ReadError("the document holds no text")
    yield Article(
        text=text + "\n",
        title=clean(title or heading or "").strip() or None,
        uri=source.uri,
        sha256=source.sha256,
        media_type=MEDIA_TYPE,
        encoding="utf-8",
    )


def _blocks(container: Any) -> Iterator[tuple[str, str]]:
    """(style, text) of each paragraph, and of each table row its cells."""
    from docx.text.paragraph import Paragraph

    for block in container.iter_inner_content():
        if isinstance(block, Paragraph):
            style = block.style.name if block.style is not None else ""
            yield style or "", block.text
        else:
            rows = []
            for row in block.rows:
                cells = dict.fromkeys(row.cells)  # a merged cell comes once for each column
                rows.append(" | ".join(" ".join(cell.text.split()) for cell in cells))
            yield "Table", "\n".join(rows)
