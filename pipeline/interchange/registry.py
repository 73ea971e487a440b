"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.interchange import brat, doccano, inception, label_studio
from pipeline.interchange.standoff import Document


class Format(NamedTuple):
    """How documents are written to a folder and read from one (or from one file)."""

    write: Callable[[Iterable[Document], Path], int]
    read: Callable[[Path], Iterator[Document]]


FORMATS: dict[str, Format] = {
    "label-studio": Format(label_studio.write, label_studio.read),
    "doccano": Format(doccano.write, doccano.read),
    "brat": Format(brat.write, brat.read),
    "inception": Format(inception.write, inception.read),
}
