"""Our own annotated articles as training text: names of places and officials matched to spans."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from training.corpus import text_of
from training.sources import Text

BEFORE = r"(?<![\w-])"
AFTER = r"(?:'?s)?(?![\w-])"


def _names(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Every listed name with its label, longest first."""
    names: set[tuple[str, str]] = set()
    for city in record.get("cities", []):
        for name in [city["name"], *city.get("aliases", [])]:
            names.add((re.sub(r"\s*\(.*\)$", "", name), "LOC"))
    for official in record.get("officials", []):
        for name in [official["name"], *official.get("aliases", [])]:
            names.add((name, "PER"))
            parts = name.split()
            if len(parts) > 1 and len(parts[-1]) > 3:
                names.add((parts[-1], "PER"))
    return sorted((pair for pair in names if len(pair[0]) > 2), key=lambda pair: -len(pair[0]))


def matched(text: str, record: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Spans of the listed names in a text; the longest name wins, the genitive -s belongs to it.

    >>> matched("Bochums OB Jan Kohl", {"cities": [{"name": "Bochum"}], "officials": [{"name": "Jan Kohl"}]})
    [(0, 7, 'LOC'), (11, 19, 'PER')]
    """
    spans: list[tuple[int, int, str]] = []
    for name, label in _names(record):
        pattern = BEFORE + re.escape(name).replace(r"\ ", r"[ \u00a0]") + AFTER
        for match in re.finditer(pattern, text):
            start, end = match.span()
            if not any(start < other[1] and other[0] < end for other in spans):
                spans.append((start, end, label))
    return sorted(spans)


def articles(folder: Path, names: list[str]) -> list[Text]:
    """The named articles of the gold folder with matched spans."""
    texts: list[Text] = []
    for name in names:
        annotation = folder / f"{name}.json"
        record = json.loads(annotation.read_text(encoding="utf-8"))
        text = text_of(annotation).read_text(encoding="utf-8")
        texts.append(Text(name, text, matched(text, record)))
    return texts
