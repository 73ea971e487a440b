"""Measure a model: names per label and domain, recall of gold names, speed."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import pipeline.components.name_vectors  # noqa: F401  (registers the word vectors)
from training import gold
from training.documents import written
from training.sources import Sentence, germeval_dev

LABELS = ("LOC", "PER", "ORG")
Spans = set[tuple[int, int, str]]


def fast(nlp: Language) -> Language:
    """Use numpy's BLAS for every matrix product of the pipeline."""
    from thinc.api import NumpyOps

    ops = NumpyOps(use_blis=False)
    for _, pipe in nlp.pipeline:
        if hasattr(pipe, "model"):
            for node in pipe.model.walk():
                node.ops = ops
    return nlp


def scores(pairs: Iterable[tuple[Spans, Spans]]) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F per label from (gold, predicted) spans, exact match."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for expected, predicted in pairs:
        for counter, spans in ((wanted, expected), (found, predicted), (right, expected & predicted)):
            for *_, label in spans:
                if label in LABELS:
                    counter[label] += 1
                    counter["all"] += 1
    table = {}
    for label in (*LABELS, "all"):
        precision = right[label] / max(found[label], 1)
        recall = right[label] / max(wanted[label], 1)
        table[label] = (precision, recall, 2 * precision * recall / max(precision + recall, 1e-9))
    return table


def token_spans(doc: Doc) -> Spans:
    return {(ent.start, ent.end, ent.label_) for ent in doc.ents}


def on_tokens(nlp: Language, sentences: Sequence[Sentence]) -> dict[str, tuple[float, float, float]]:
    """Scores with the corpus's own tokens."""
    docs = [Doc(nlp.vocab, words=sentence.words) for sentence in sentences]
    predicted = nlp.pipe(docs)
    return scores((set(s.entities), token_spans(doc)) for s, doc in zip(sentences, predicted, strict=True))


def on_text(nlp: Language, sentences: Sequence[Sentence]) -> dict[str, tuple[float, float, float]]:
    """Scores on the sentences written out as text, by character offsets."""
    texts = [written(sentence) for sentence in sentences]
    docs = nlp.pipe(text for text, _ in texts)
    return scores(
        (set(spans), {(e.start_char, e.end_char, e.label_) for e in doc.ents})
        for (_, spans), doc in zip(texts, docs, strict=True)
    )


def on_docbin(nlp: Language, path: Path) -> dict[str, tuple[float, float, float]]:
    """Scores on prepared documents, on their raw text."""
    wanted = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    found = nlp.pipe(doc.text for doc in wanted)
    return scores(
        (
            {(e.start_char, e.end_char, e.label_) for e in a.ents},
            {
                (e.start_char, e.end_char, e.label_)
                for e in b.ents
                if not _unknown(a, e.start_char, e.end_char)
            },
        )
        for a, b in zip(wanted, found, strict=True)
    )


def _unknown(doc: Doc, start: int, end: int) -> bool:
    span = doc.char_span(start, end, alignment_mode="expand")
    return span is None or any(token.ent_iob == 0 for token in span)


def gold_recall(nlp: Language, folder: Path, names: Sequence[str]) -> dict[str, float]:
    """How many matched gold names the model finds: exactly with the right label, and at all."""
    counts: Counter[str] = Counter()
    for text in gold.articles(folder, list(names)):
        doc = nlp(text.text)
        found = {(e.start_char, e.end_char, e.label_) for e in doc.ents}
        for start, end, label in text.entities:
            counts[f"{label} all"] += 1
            counts[f"{label} exact"] += (start, end, label) in found
            counts[f"{label} overlap"] += any(a < end and start < b and k == label for a, b, k in found)
        counts["over a line break"] += sum("\n" in ent.text for ent in doc.ents)
    result = {key: float(value) for key, value in counts.items() if key == "over a line break"}
    for label in ("LOC", "PER"):
        for kind in ("exact", "overlap"):
            result[f"{label} {kind}"] = counts[f"{label} {kind}"] / max(counts[f"{label} all"], 1)
    return result


def speed(nlp: Language, texts: Sequence[str]) -> float:
    """Words a second of processor time on one core, best of three, tokenizer left out."""
    docs = [nlp.make_doc(text) for text in texts]
    words = sum(not token.is_space for doc in docs for token in doc)
    best = 0.0
    for _ in range(3):
        copies = [
            Doc(nlp.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc])
            for doc in docs
        ]
        started = time.process_time()
        for _doc in nlp.pipe(copies, batch_size=64):
            pass
        best = max(best, words / (time.process_time() - started))
    return best


def report(model: Path, data: Path, gold_folder: Path, held_out: Path | None) -> dict[str, object]:
    """All figures of one model."""
    started = time.process_time()
    nlp = spacy.load(model)
    loading = time.process_time() - started
    dev = germeval_dev(data)
    unseen = (gold_folder / "unseen.list").read_text(encoding="utf-8").split()
    figures: dict[str, object] = {
        "germeval_dev_tokens": on_tokens(nlp, dev),
        "germeval_dev_text": on_text(nlp, dev),
    }
    if held_out is not None:
        figures["smartdata_held_out"] = on_docbin(nlp, held_out)
    figures["gold_unseen"] = gold_recall(nlp, gold_folder, unseen)
    texts = [written(sentence)[0] for sentence in dev]
    lines = ["\n".join(texts[start : start + 20]) for start in range(0, len(texts), 20)]
    figures["words_per_second_blis"] = round(speed(nlp, lines))
    figures["words_per_second"] = round(speed(fast(nlp), lines))
    figures["load_seconds"] = round(loading, 2)
    figures["megabytes"] = round(sum(f.stat().st_size for f in model.rglob("*") if f.is_file()) / 1e6, 1)
    return figures


def shown(figures: dict[str, object]) -> str:
    """The figures as lines of text."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            parts = (
                f"{key} {v[2]:.3f} (P {v[0]:.3f} R {v[1]:.3f})" if isinstance(v, tuple) else f"{key} {v:.3f}"
                for key, v in value.items()
            )
            lines.append(f"{name}: " + "; ".join(parts))
        else:
            lines.append(f"{name}: {value}")
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    model_path, data_path, gold_path = (Path(argument) for argument in sys.argv[1:4])
    held = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    measured = report(model_path, data_path, gold_path, held)
    print(shown(measured))
    if len(sys.argv) > 5:
        Path(sys.argv[5]).write_text(json.dumps(measured, indent=1), encoding="utf-8")
