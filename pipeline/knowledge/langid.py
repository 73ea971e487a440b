"""Which language a text is in.

German is settled by its own function words, which costs nothing; only a text that fails that asks py3langid
(Lui & Baldwin 2012, langid.py; its model takes a second to load).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SAMPLE = 6000
"""Characters looked at."""

_WORD = re.compile(r"[^\W\d_]+")
_GERMAN = frozenset((
    "und", "der", "das", "dem", "des", "ist", "nicht", "mit", "für", "fuer", "auf", "ein", "eine",
    "einer", "einem", "wurde", "wird", "werden", "zwischen", "sich", "auch", "nach", "zum", "zur", "vom",
    "bei", "aus", "seit", "über", "ueber", "wir", "ich", "haben", "hat", "sind", "war", "waren", "als",
    "im", "am",
))  # fmt: skip
_ENOUGH = 0.12
_VARIETY = 5


def language_of(text: str) -> tuple[str, float]:
    """ISO 639-1 code of the language of `text` and the probability (0 to 1) of it; ("de", 0.0) without words."""
    sample = text[:SAMPLE]
    words = _WORD.findall(sample.lower())
    if not words:
        return "de", 0.0
    german = [word for word in words if word in _GERMAN]
    if len(german) >= _ENOUGH * len(words) and len(set(german)) >= _VARIETY:
        return "de", 1.0
    code, probability = _identifier().classify(sample)
    return (str(code), float(probability)) if len(code) == 2 else ("de", 0.0)  # "zxx": no language at all


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
