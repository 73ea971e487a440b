"""Plain text and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from pipeline.article import Article
from pipeline.edtf import is_edtf
from pipeline.readers.decode import clean, decode
from pipeline.readers.source import ReadError, Source

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)


def read_text(source: Source) -> Iterator[Article]:
    """One article: the text as it stands. Raises ReadError for what is no text."""
    raw, encoding = decode(source.data)
    text = clean(raw)
    if not text.strip():
        raise ReadError("the file holds no text")
    yield Article(text=text, uri=source.uri, sha256=source.sha256, media_type="text/plain", encoding=encoding)


def read_markdown(source: Source) -> Iterator[Article]:
    """One article: the text that a reader of the page sees; title and date from its front matter."""
    raw, encoding = decode(source.data)
    body = clean(raw)
    meta: dict[str, object] = {}
    if match := _FRONT_MATTER.match(body):
        meta, body = _front_matter(match[1]), body[match.end() :]
    text = _plain(body)
    if not text.strip():
        raise ReadError("the file holds no text")
    title = meta.get("title") or meta.get("titel")
    date = str(meta.get("date") or meta.get("datum") or "")[:10]
    yield Article(
        text=text,
        title=str(title) if title else None,
        published=date if date and is_edtf(date) else None,
        uri=source.uri,
        sha256=source.sha256,
        media_type="text/markdown",
        encoding=encoding,
    )


def _front_matter(text: str) -> dict[str, object]:
    try:
        meta = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return {}
    return {str(key).lower(): value for key, value in meta.items()} if isinstance(meta, dict) else {}


def _plain(markdown: str) -> str:
    """The visible text of `markdown`: paragraphs, headings and list items, a blank line between blocks."""
    from markdown_it import MarkdownIt

    lines: list[str] = []
    row: list[str] | None = None
    bullets: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        match token.type:
            case "bullet_list_open":
                bullets.append("• ")
            case "ordered_list_open":
                bullets.append("")
            case "bullet_list_close" | "ordered_list_close":
                bullets.pop()
            case "tr_open":
                row = []
            case "tr_close":
                lines.append(" | ".join(row or []))
                row = None
            case "inline":
                visible = "".join(_visible(child) for child in token.children or [])
                if row is not None:
                    row.append(visible)
                else:
                    lines.append((bullets[-1] if bullets else "") + visible)
            case "fence" | "code_block":
                lines.append(token.content.rstrip("\n"))
            case "html_block":
                lines.append(re.sub(r"<[^>]*>", "", token.content).strip())
    return "\n\n".join(line for line in lines if line.strip()) + "\n"


def _visible(token: object) -> str:
    kind = getattr(token, "type", "")
    if kind in ("softbreak", "hardbreak"):
        return "\n"
    return str(getattr(token, "content", "")) if kind in ("text", "code_inline") else ""
