"""A first model's opinion on what the gold articles leave open: they name cities and officials only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Span as SpacySpan

from training.names import BIT
from training.sources import Text

Span = tuple[int, int, str]


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end, _ in others)


def filled_in(texts: Sequence[Text], teacher: Language, marks: dict[str, int]) -> Iterator[Text]:
    """Articles with the teacher's names beside the listed ones; what it is not sure to know is SKIP.

    A listed place within a longer name that the teacher takes for an organisation is part of that name.
    """
    docs = teacher.pipe([text.text for text in texts], batch_size=8)
    for text, doc in zip(texts, docs, strict=True):
        predicted = [
            (ent.start_char, ent.end_char, ent.label_ if _trusted(ent, marks) else "SKIP")
            for ent in doc.ents
            if "\n" not in ent.text
        ]
        organisations = [span for span in predicted if span[2] == "ORG"]
        listed = [
            span
            for span in text.entities
            if not any(
                start <= span[0] and span[1] <= end and end - start > span[1] - span[0]
                for start, end, _ in organisations
            )
        ]
        others = [span for span in predicted if not _touches(span, listed)]
        yield Text(text.name, text.text, sorted(listed + others))


def _trusted(name: SpacySpan, marks: dict[str, int]) -> bool:
    """Is a name that the articles do not list one that we would label as the teacher does?

    Towns are all listed, so of other places only countries and regions are certain; of persons, only
    those with a given name; an organisation must be more than a single word in capitals.
    """
    words = [token.text for token in name]
    if name.label_ == "LOC":
        return any(marks.get(word, 0) & BIT["region"] for word in words)
    if name.label_ == "PER":
        given = BIT["given_male"] | BIT["given_female"]
        return len(words) > 1 and bool(marks.get(words[0], 0) & given)
    return name.label_ == "ORG" and not (len(words) == 1 and marks.get(words[0], 0) & BIT["common_noun"])
