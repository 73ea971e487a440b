"""What a model makes of a word is remembered, and is the same as if it were not."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.components import word_cache
from pipeline.components.word_cache import WordCache, remember_words
from pipeline.extractor import Extractor
from pipeline.knowledge.shipped import MODEL

TEXTS = (
    "Die Bürgermeisterin der Stadt Fulda begrüßte gestern zwanzig Gäste aus der Partnerstadt Como im Rathaus.",
    "Como liegt am See, Fulda an der Fulda. Die Gäste aus der Partnerstadt reisten nach vier Tagen wieder ab.",
)


def embed(nlp: spacy.Language) -> object:
    return nlp.get_pipe("tok2vec").model.get_ref("embed")


def rows(nlp: spacy.Language, text: str) -> np.ndarray:
    return nlp.get_pipe("tok2vec").model.get_ref("embed").predict([nlp.make_doc(text)])[0]


@pytest.fixture
def plain() -> spacy.Language:
    return spacy.load(MODEL)


@pytest.fixture
def remembering() -> spacy.Language:
    nlp = spacy.load(MODEL)
    assert remember_words(nlp.get_pipe("tok2vec").model)
    return nlp


def test_a_remembered_word_is_what_the_model_makes_of_it(
    plain: spacy.Language, remembering: spacy.Language
) -> None:
    for text in TEXTS * 2:
        assert np.allclose(rows(remembering, text), rows(plain, text), atol=1e-5)


def test_a_word_does_not_depend_on_the_company_it_was_met_in(remembering: spacy.Language) -> None:
    other = spacy.load(MODEL)
    remember_words(other.get_pipe("tok2vec").model)
    for word in TEXTS[0].split():  # one after the other, and all at once, to the last bit
        rows(remembering, word)
    assert np.array_equal(rows(remembering, TEXTS[0]), rows(other, TEXTS[0]))


def test_when_there_are_too_many_words_it_begins_anew(
    plain: spacy.Language, remembering: spacy.Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_cache, "WORDS", 20)
    cache = embed(remembering)._func  # type: ignore[attr-defined]
    assert isinstance(cache, WordCache)
    for text in TEXTS * 2:
        assert np.allclose(rows(remembering, text), rows(plain, text), atol=1e-5)
        assert len(cache._places) <= 20


def test_a_token_with_a_norm_of_its_own_is_another_word(remembering: spacy.Language) -> None:
    spaced = Doc(remembering.vocab, words=["Stadt", "Stadt"])  # a common word: rare ones share one norm
    spaced[1].norm_ = "gemeinde"
    first, second = remembering.get_pipe("tok2vec").model.get_ref("embed").predict([spaced])[0]
    assert not np.array_equal(first, second)


def test_training_makes_it_forget(remembering: spacy.Language) -> None:
    layer = embed(remembering)
    before = rows(remembering, TEXTS[0])
    layer(  # type: ignore[operator]
        [remembering.make_doc(TEXTS[0])], is_train=True
    )
    for node in layer.walk():  # type: ignore[attr-defined]
        if node.has_param("W"):
            node.set_param("W", node.get_param("W") * 2)
    assert not np.allclose(rows(remembering, TEXTS[0]), before)


def test_what_is_saved_is_the_model(plain: spacy.Language, remembering: spacy.Language) -> None:
    rows(remembering, TEXTS[0])
    again = spacy.load(MODEL).get_pipe("tok2vec").from_bytes(remembering.get_pipe("tok2vec").to_bytes())
    for one, other in zip(again.model.walk(), plain.get_pipe("tok2vec").model.walk(), strict=True):
        assert one.name == other.name
        for name in one.param_names:
            assert np.array_equal(one.get_param(name), other.get_param(name))


def test_a_layer_that_looks_at_neighbours_is_left_alone() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("tok2vec")
    model = nlp.get_pipe("tok2vec").model
    nlp.initialize()
    model.set_ref("embed", model)  # as if all of it, windows included, were the embedding
    assert not remember_words(model)


def test_an_empty_text_has_no_words(remembering: spacy.Language) -> None:
    empty = remembering.get_pipe("tok2vec").model.get_ref("embed").predict([Doc(remembering.vocab)])[0]
    assert len(empty) == 0


def test_the_shipped_pipeline_remembers(extractor: Extractor) -> None:
    assert isinstance(extractor.nlp.get_pipe("tok2vec").model.get_ref("embed")._func, WordCache)
    assert isinstance(extractor.nlp.vocab, Vocab)
