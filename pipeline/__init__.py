"""Jumelage: reads German articles about municipal partnerships into validated, structured records.

>>> import pipeline
>>> extractor = pipeline.load()
>>> record = extractor.extract("Bochum und Tsukuba sind seit 2019 Partnerstädte.")
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.article import Article
from pipeline.record import Record, RecordError

if TYPE_CHECKING:
    from pipeline.extractor import Extractor

__all__ = ["Article", "Record", "RecordError", "load"]


def load(
    model: str | Path | None = None, rules: str | Path | None = None, min_confidence: float | None = None
) -> Extractor:
    """An `Extractor` with `model` (a spaCy package's name or a folder) and the `rules` folder; None: the shipped ones.

    Partnerships less sure than `min_confidence` (0 to 1) are left out of its records.
    Raises ModelError or RulesError, each with a one-line message.
    """
    from pipeline.extractor import load as load_extractor  # spaCy takes half a second: only who extracts pays

    return load_extractor(model, rules, min_confidence)
