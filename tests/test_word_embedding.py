"""The embedding of words: a rare form shares its entry with every other rare form."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from pipeline.components.name_vectors import NameVectors
from pipeline.components.word_embedding import RARE, word_embed, word_features

COLUMNS = ["NORM", "SHAPE"]


@pytest.fixture
def nlp() -> spacy.language.Language:
    """A German tokenizer whose name table knows one common word."""
    made = spacy.blank("de")
    table = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    settings = {"minn": 3, "maxn": 5, "hash_count": 2, "hash_seed": 2166136261, "bow": "<", "eow": ">"}
    made.vocab.vectors = NameVectors(strings=made.vocab.strings)
    made.vocab.vectors.fill(table, settings, {}, {"Stadt": 20}, {"Xanten": 0b10111})
    return made


def test_rare_words_differ_in_shape_only(nlp: spacy.language.Language) -> None:
    doc = Doc(nlp.vocab, words=["Stadt", "Xanten", "Yxtal", ","])
    (features,) = word_features(COLUMNS, [16, 3]).predict([doc])
    assert features.shape == (4, 4)
    assert features[1, 0] == features[2, 0] == RARE
    assert features[0, 0] == doc[0].norm
    assert features[3, 0] == doc[3].norm
    assert features[1, 1] == doc[1].shape


def test_rare_words_are_told_apart_by_their_clusters(nlp: spacy.language.Language) -> None:
    doc = Doc(nlp.vocab, words=["Xanten", "XANTEN", "Yxtal"])
    (features,) = word_features(COLUMNS, [16, 3]).predict([doc])
    assert features[:, 2:].tolist() == [[0b10111, 0b111], [0b10111, 0b111], [0, 0]]


def test_empty_documents_stay_empty(nlp: spacy.language.Language) -> None:
    model = word_embed(16, COLUMNS, [50, 50], [16, 3], [20, 20])
    docs = [Doc(nlp.vocab, words=["Stadt", "Xanten"]), Doc(nlp.vocab, words=[])]
    model.initialize(X=docs)
    assert [array.shape for array in model.predict(docs)] == [(2, 16), (0, 16)]
