"""Articles by the thousand, made by varying those of the corpus: same language, no two alike."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

RAW = Path(__file__).resolve().parent.parent / "corpus" / "raw"
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\d.])\d{2,3}(?![\d.])")


def corpus() -> list[str]:
    """The texts of the corpus."""
    texts = [path.read_text("utf-8") for path in sorted(RAW.glob("*.txt"))]
    if not texts:
        raise SystemExit(f"{RAW}: no articles to vary")
    return texts


def varied(count: int, longest: int | None = None) -> Iterator[str]:
    """`count` articles: paragraphs of one text, a third of them exchanged for others', years and figures shifted.

    `longest`: at most so many characters, cut between paragraphs. The same count gives the same articles.
    """
    paragraphs = [[part for part in text.split("\n\n") if part.strip()] for text in corpus()]
    for number in range(count):
        chance = random.Random(number)
        own = list(paragraphs[number % len(paragraphs)])
        for place in range(1, len(own)):
            if chance.random() < 1 / 3:
                own[place] = chance.choice(chance.choice(paragraphs))
        text = f"{own[0]} ({number})\n\n" + "\n\n".join(own[1:]) + "\n"
        shift = chance.randint(-9, 9)
        text = _YEAR.sub(lambda year, shift=shift: str(int(year[0]) + shift), text)  # type: ignore[misc]
        text = _NUMBER.sub(lambda found, chance=chance: str(chance.randint(10, 999)), text)  # type: ignore[misc]
        if longest is not None and len(text) > longest:
            cut = text.rfind("\n\n", 0, longest)
            text = text[: cut if cut > 0 else longest].rstrip() + "\n"
        yield text
