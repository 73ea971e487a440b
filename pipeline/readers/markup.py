"""HTML → all its visible text: fragments, as feeds and mails carry them, and pages without a main text."""

from __future__ import annotations

import re

from lxml import etree, html

from pipeline.readers.decode import clean

_BLOCKS = frozenset(
    [
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
        "blockquote",
        "pre",
        "br",
        "dd",
        "dt",
        "td",
        "th",
        "table",
        "ul",
        "ol",
        "figure",
        "figcaption",
    ]
)
_DROPPED = frozenset(["script", "style", "template", "noscript", "head", "title"])
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")


def fragment_text(markup: str) -> str:
    """The visible text of `markup`, a line for each block; what holds no markup comes back as it is."""
    if not _TAG.search(markup):
        return clean(markup).strip()
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        tree = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    pieces: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _BLOCKS:
            pieces.append("\n")
        if event == "start":
            if element.text and element.tag not in _DROPPED:
                pieces.append(re.sub(r"\s+", " ", element.text))
        elif element.tail:
            pieces.append(re.sub(r"\s+", " ", element.tail))
    text = re.sub(r"[ \t]*\n\s*", "\n", "".join(pieces))
    return clean(text).strip()
