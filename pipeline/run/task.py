"""What a worker does: an item in, a finished record's bytes out, or the reason for none."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import thread_time

from pipeline.article import Article
from pipeline.errors import JumelageError
from pipeline.extractor import Extractor
from pipeline.knowledge.langid import language_of
from pipeline.readers import Source, read_source
from pipeline.readers import read_file as read_document
from pipeline.record import Record
from pipeline.run.duplicates import signature

SURE = 0.8
"""Probability from which on a crawled page is taken to be in another language."""

REMARKABLE = ("not_german",)
"""Warnings of a record that are said aloud."""


@dataclass(frozen=True, slots=True)
class Task:
    """An item as it goes to a worker; `published` overrides the article's own date."""

    content: Path | Source | Article
    uri: str
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What comes back. `status`: done (then with the record in its forms), failed or skipped (then with a `reason`).

    `remark`: a warning that whoever runs it should see at once.
    """

    status: str
    reason: str | None = None
    id: str | None = None
    sha256: str | None = None
    body: bytes | None = None
    compact: bytes | None = None
    signature: bytes | None = None
    words: int = 0
    partnerships: int = 0
    remark: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)


Handler = Callable[[Task], Result]


class Work:
    """Reads, extracts, validates, serialises; one article at a time, so that a crash is that article's.

    `files`: the record comes as a file's content; `lines`: as a line instead; `exports`: as a compressed line, too.
    """

    def __init__(self, extractor: Extractor, files: bool, exports: bool, lines: bool = False) -> None:
        self._extractor = extractor
        self._files = files
        self._exports = exports
        self._lines = lines

    def __call__(self, task: Task) -> Result:
        """The result of one item; never raises for what the input can cause."""
        start = thread_time()
        try:
            article = _read(task)
            read = thread_time() - start
            if isinstance(task.content, Source) and task.content.german_only:
                language, probability = language_of(article.text)
                if language != "de" and probability >= SURE:
                    return Result("skipped", f"not German but {language!r}", sha256=article.sha256)
            self._extractor.seconds.clear()
            record = self._extractor.extract(article, published=task.published)
        except JumelageError as error:
            return Result("failed", str(error))
        return self._finished(record, read, start)

    def _finished(self, record: Record, read: float, start: float) -> Result:
        components = dict(self._extractor.seconds)
        before = thread_time()
        sign = signature(_without_boilerplate(record))
        after = thread_time()
        body = file_bytes(record) if self._files else line_bytes(record) if self._lines else None
        compact = zlib.compress(line_bytes(record), 1) if self._exports else None
        end = thread_time()
        seconds = {"reading": read, **components, "fingerprint": after - before}
        seconds["record"] = end - start - sum(seconds.values())
        return Result(
            status="done",
            id=record.id,
            sha256=record.source.sha256,
            body=body,
            compact=compact,
            signature=sign,
            words=len(record.text.split()),
            partnerships=len(record.partnerships),
            remark=next((w.message for w in record.warnings if w.code in REMARKABLE), None),
            seconds=seconds,
        )


def file_bytes(record: Record) -> bytes:
    """A record as the content of its own file."""
    return record.to_json().encode() + b"\n"


def line_bytes(record: Record) -> bytes:
    """A record as one line, without the line's end."""
    return record.to_json(indent=None).encode()


def _read(task: Task) -> Article:
    content = task.content
    if isinstance(content, Article):
        return content
    source = read_document(content, task.uri) if isinstance(content, Path) else content
    return next(read_source(source))


def _without_boilerplate(record: Record) -> str:
    """The text that papers share: each has its own navigation around it."""
    pieces: list[str] = []
    position = 0
    for span in record.boilerplate:
        if span.end > position:
            pieces.append(record.text[position : max(position, span.start)])
            position = span.end
    return "".join((*pieces, record.text[position:]))
