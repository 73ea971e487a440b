"""Measure sentence boundaries on UD German GSD's test part, in documents of ten sentences."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import spacy
from spacy.language import Language

SENTENCES_A_DOCUMENT = 10


def documents(path: Path) -> list[tuple[str, set[int]]]:
    """Texts of ten sentences with the offsets at which a sentence begins, the first left out."""
    texts = [
        line.removeprefix("# text = ").strip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("# text = ")
    ]
    result = []
    for start in range(0, len(texts), SENTENCES_A_DOCUMENT):
        text, starts = "", set()
        for sentence in texts[start : start + SENTENCES_A_DOCUMENT]:
            if text:
                text += " "
                starts.add(len(text))
            text += sentence
        result.append((text, starts))
    return result


def measure(nlp: Language, path: Path, shown: int = 0) -> tuple[float, float, float]:
    """Precision, recall and F of boundaries between sentences."""
    right = wanted = found = 0
    for text, starts in documents(path):
        doc = nlp(text)
        predicted = {sentence.start_char for sentence in doc.sents} - {0}
        right += len(predicted & starts)
        wanted += len(starts)
        found += len(predicted)
        for offset in sorted(predicted ^ starts)[:shown]:
            kind = "extra" if offset in predicted else "missed"
            print(f"{kind:7}{text[max(0, offset - 40) : offset]}|{text[offset : offset + 30]}")
    precision, recall = right / found, right / wanted
    return precision, recall, 2 * precision * recall / (precision + recall)


if __name__ == "__main__":
    nlp = spacy.load(sys.argv[2]) if len(sys.argv) > 2 else spacy.blank("de")
    import pipeline.components.sentences  # noqa: F401

    nlp.add_pipe("jumelage_sentences")
    started = time.perf_counter()
    precision, recall, f1 = measure(nlp, Path(sys.argv[1]))
    seconds = time.perf_counter() - started
    print(f"P {precision:.4f} R {recall:.4f} F {f1:.4f} in {seconds:.1f} s")
