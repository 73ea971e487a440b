"""From annotated sentences to training documents that look like raw web text.

Corpora come as tokenised single sentences; articles come as running text with headings, blank lines
and datelines. Sentences are therefore written out as text, joined into documents of several lines,
sometimes put in capitals, given a dateline or a genitive, and tokenised again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc, Span

from training.sources import Sentence

NO_SPACE_BEFORE = re.compile(r"[.,;:!?)\]}»“’…%]+|''|\.\.\.")
NO_SPACE_AFTER = frozenset({"(", "[", "{", "«", "„", "‚", "/", "``"})
GENITIVE = re.compile(r"[A-ZÄÖÜ][a-zäöüß]+[^szxß\W\d_]$")


@dataclass(slots=True)
class Piece:
    """A text with entity spans in characters and, where known, the starts of its sentences."""

    text: str = ""
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def add(self, text: str, spans: Sequence[tuple[int, int, str]], *, glue: str, start: bool = True) -> None:
        """Append another text, `glue` between the two."""
        if self.text:
            self.text += glue
        offset = len(self.text)
        if start:
            self.starts.append(offset)
        self.text += text
        self.spans.extend((begin + offset, end + offset, label) for begin, end, label in spans)


def spaces(words: Sequence[str]) -> list[bool]:
    """Whether a space follows each word when the words are written out as German text.

    >>> spaces(["Er", "sagte", ":", '"', "Ja", '"', "."])
    [True, False, True, False, False, False, True]
    """
    result = [True] * len(words)
    open_quote = False
    for position, word in enumerate(words):
        if word in ('"', "''", "“") and not (word == "“" and not open_quote):
            if open_quote and position:
                result[position - 1] = False
            elif not open_quote:
                result[position] = False
            open_quote = not open_quote
        elif NO_SPACE_BEFORE.fullmatch(word) and position:
            result[position - 1] = False
        if word in NO_SPACE_AFTER:
            result[position] = False
            open_quote = open_quote or word == "„"
        if word == "/" and position:
            result[position - 1] = False
    return result


def written(sentence: Sentence) -> tuple[str, list[tuple[int, int, str]]]:
    """A sentence as text with entity spans in characters."""
    pieces: list[str] = []
    offsets: list[tuple[int, int]] = []
    length = 0
    for word, space in zip(sentence.words, spaces(sentence.words), strict=True):
        offsets.append((length, length + len(word)))
        pieces.append(word + " " if space else word)
        length += len(pieces[-1])
    spans = [(offsets[start][0], offsets[end - 1][1], label) for start, end, label in sentence.entities]
    return "".join(pieces).rstrip(), spans


def genitive(sentence: Sentence, rng: random.Random, rate: float) -> Sentence:
    """Put some place and person names into the genitive: Dortmund → Dortmunds."""
    words = list(sentence.words)
    for start, end, label in sentence.entities:
        last = words[end - 1]
        alone = end - start == 1 and not (start and words[start - 1].lower() in {"in", "nach", "aus", "bei"})
        if label in {"LOC", "PER"} and alone and rng.random() < rate and GENITIVE.fullmatch(last):
            words[end - 1] = last + "s"
    return Sentence(words, sentence.entities)


def pretokenised(nlp: Language, sentence: Sentence) -> Doc:
    """A document with the corpus's own tokens."""
    doc = Doc(nlp.vocab, words=sentence.words, spaces=spaces(sentence.words))
    spans = [Span(doc, start, end, label=label) for start, end, label in sentence.entities]
    missing = [span for span in spans if span.label_ == "SKIP"]
    doc.set_ents([span for span in spans if span.label_ != "SKIP"], missing=missing, default="outside")
    doc[0].is_sent_start = True
    for token in doc[1:]:
        token.is_sent_start = False
    return doc


def tokenised(nlp: Language, piece: Piece, *, unlisted: bool = False) -> Doc:
    """A document tokenised from its text.

    Spans labelled SKIP, and spans that the tokenizer cuts elsewhere, have no known label. With
    `unlisted`, only what cannot be a name (no capital letter) counts as known to be outside.
    """
    doc = nlp.make_doc(piece.text)
    entities: list[Span] = []
    missing: list[Span] = []
    for start, end, label in sorted(piece.spans):
        span = doc.char_span(start, end, label=label)
        if span is None or label == "SKIP" or any(token.is_space for token in span):
            span = doc.char_span(start, end, alignment_mode="expand")
            target = missing
        else:
            target = entities
        if span is not None and not any(
            span.start < o.end and o.start < span.end for o in entities + missing
        ):
            target.append(span)
    if unlisted:
        taken = {token.i for span in entities for token in span} | {t.i for s in missing for t in s}
        for token in doc:
            if token.i not in taken and any(char.isupper() for char in token.text):
                missing.append(doc[token.i : token.i + 1])
    doc.set_ents(entities, missing=missing, default="outside")
    if piece.starts:
        starts = set(piece.starts)
        for token in doc:
            token.is_sent_start = token.idx in starts or token.i == 0
    return doc


def joined(sentences: Sequence[Sentence], rng: random.Random, datelines: Sequence[str]) -> Piece:
    """Several sentences as one raw text, with line breaks, capitals and a dateline now and then."""
    piece = Piece()
    for position, sentence in enumerate(sentences):
        text, spans = written(sentence)
        capitals = rng.random() < 0.04 and len(text.upper()) == len(text)
        if capitals:
            text = text.upper()
        glue = rng.choices([" ", "\n", "\n\n"], [0.7, 0.15, 0.15])[0]
        if datelines and rng.random() < (0.12 if position == 0 else 0.02):
            place = rng.choice(datelines)
            prefix = place.upper() if rng.random() < 0.5 else place
            tail = rng.choice(
                [". ", " (ots) - ", " (dpa) - ", " - ", " – ", ": ", ", 12. Mai. ", " | ", " (red). ", ".\n"]
            )
            piece.add(prefix, [(0, len(prefix), "LOC")], glue=glue)
            glue = tail
            if tail not in (". ", ".\n"):
                piece.add(text, spans, glue=glue, start=tail in (", 12. Mai. ", " (red). "))
                continue
        piece.add(text, spans, glue=glue)
    return piece


def grouped(sentences: Sequence[Sentence], rng: random.Random, longest: int) -> list[list[Sentence]]:
    """Consecutive sentences in groups of one to `longest`."""
    groups: list[list[Sentence]] = []
    position = 0
    while position < len(sentences):
        size = rng.randint(1, longest)
        groups.append(list(sentences[position : position + size]))
        position += size
    return groups
