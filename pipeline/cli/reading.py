"""A record for the commands that show one: read from a record's file, or extracted from an article's."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.cli.options import load_extractor
from pipeline.errors import JumelageError
from pipeline.readers import ReadError, Source, read_path, read_source
from pipeline.record import Record, RecordError


def record_of(name: str, model: str | None, rules: Path | None, published: str | None) -> Record:
    """The record in the file `name` (`*.json`), or of the article in it; `-` is an article on standard input."""
    if name == "-":
        articles = read_source(Source(uri="stdin:", data=sys.stdin.buffer.read()), ".txt")
    elif name.endswith(".json"):
        try:
            return Record.from_json(Path(name).read_bytes())
        except OSError as error:
            raise JumelageError(f"{name}: cannot be read: {error.strerror}") from None
        except RecordError as error:
            raise JumelageError(f"{name}: {error}") from None
    else:
        articles = read_path(Path(name))
    try:
        article = next(articles)
    except ReadError as error:
        raise JumelageError(f"{name}: {error}") from None
    record: Record = load_extractor(model, rules).extract(article, published=published)
    return record
