"""Where the text of an annotated article lies: beside its annotation, or in `raw/` beside the annotations' folder."""

from __future__ import annotations

from pathlib import Path


def text_of(annotation: Path) -> Path:
    """The article's file for `gold/NAME.json`: `gold/NAME.txt` or `raw/NAME.txt`."""
    beside = annotation.with_suffix(".txt")
    return beside if beside.exists() else annotation.parent.parent / "raw" / beside.name
