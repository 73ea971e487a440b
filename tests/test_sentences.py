"""Where sentences begin in raw web text. In the texts a bar stands at every boundary."""

from __future__ import annotations

import time

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.sentences import Sentences, load

RULES = load()


@pytest.fixture(scope="module")
def blank() -> Language:
    """A German pipeline without any model."""
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_sentences")
    return nlp


def plain(marked: str) -> tuple[str, list[int]]:
    """A text without its bars, and where they stood."""
    parts = marked.split("| ")
    offsets, length = [], 0
    for part in parts[:-1]:
        length += len(part)
        offsets.append(length)
    return "".join(parts), offsets


def marked(text: str, offsets: list[int]) -> str:
    """The inverse of `plain`, so that a failing test shows bars."""
    ends = [*offsets, len(text)]
    return "| ".join(text[start:end] for start, end in zip([0, *offsets], ends, strict=True))


@pytest.mark.parametrize("example", [text for case in RULES.cases for text in case.texts])
def test_cases_of_the_rules_file(example: str) -> None:
    text, _ = plain(example)
    assert marked(text, Sentences(RULES).boundaries(text)) == example


@pytest.mark.parametrize(
    "example",
    [
        "Der 1. Vorsitzende, Hr. Kohl, und die 2. Bürgermeisterin kamen am 5. Juni.",
        "Der Vertrag gilt bis 31.12.2024. | Er verlängert sich um 5 Jahre.",
        "Frankfurt a. M. Ist Gastgeber.",
    ],
)
def test_text_without_line_breaks(example: str) -> None:
    text, _ = plain(example)
    assert marked(text, Sentences(RULES).boundaries(text)) == example


@pytest.mark.parametrize("abbreviation", ["Dr", "St", "3", "z. B", "Prof", "d. J", "40", "II", "ca"])
def test_never_a_break_after(abbreviation: str, blank: Language) -> None:
    doc = blank(f"Im Ort {abbreviation}. Jubiläum gefeiert. Danach war Schluss.")
    assert [sentence.text for sentence in doc.sents][1:] == ["Danach war Schluss."]


def test_a_model_decides_on_full_stops_but_not_against_the_rules() -> None:
    nlp = spacy.blank("de")
    doc = nlp.make_doc("Um acht. Dr. Meyer kam.\n\nEnde")
    for token in doc:
        token.is_sent_start = token.text in {"Um", "Meyer"}
    found = [sentence.text.strip() for sentence in Sentences(RULES)(doc).sents]
    assert found == ["Um acht. Dr. Meyer kam.", "Ende"]


def test_empty_and_odd_documents(blank: Language) -> None:
    assert list(blank("").sents) == []
    assert len(list(blank(" \n ").sents)) == 1
    assert len(list(blank("\n\nStadt\n\n").sents)) >= 1
    Sentences(RULES)(Doc(blank.vocab, words=["Ein", "Wort", "."], spaces=[False, False, False]))


def test_every_token_has_a_decision(blank: Language) -> None:
    doc = blank("Titel\n\nDer Rat tagte. Es gab Kaffee.")
    assert doc.has_annotation("SENT_START", require_complete=True)


def test_it_is_cheap(blank: Language) -> None:
    text = (
        "Die Stadt Bottrop und Dr. Meyer feiern am 3. Mai das 40. Jubiläum. Danach gibt es Kaffee.\n\n" * 500
    )
    doc = blank.make_doc(text)
    component = Sentences(RULES)
    best = min(_seconds(component, doc) for _ in range(3))
    assert len(doc) / best > 100_000  # ten times as fast as any model; over 500,000 on a quiet machine


def _seconds(component: Sentences, doc: Doc) -> float:
    started = time.perf_counter()
    component(doc)
    return time.perf_counter() - started
