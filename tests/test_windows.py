"""A quickened encoder gives what spaCy's gives, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.language import Language

from pipeline.components.windows import quicken_windows
from pipeline.language import use_numpy

TEXTS = (
    "Fulda",
    "Fulda und Como.",
    "Die Gäste aus der Partnerstadt Como reisten nach vier Tagen wieder ab. " * 9,
)


def vectors(nlp: Language, text: str) -> np.ndarray:
    return nlp.get_pipe("tok2vec").model.predict([nlp.make_doc(text)])[0]


def small(pieces: int = 3, window: int = 1) -> Language:
    nlp = spacy.blank("de")
    model = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2", "width": 32, "attrs": ["NORM", "SHAPE"], "rows": [500, 100],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 32, "depth": 2, "window_size": window,
            "maxout_pieces": pieces,
        },
    }  # fmt: skip
    nlp.add_pipe("tok2vec", config={"model": model})
    nlp.initialize()
    use_numpy(nlp)
    return nlp


@pytest.mark.parametrize("pieces", [2, 3, 4])
def test_the_result_is_the_same_to_the_last_bit(pieces: int) -> None:
    nlp = small(pieces)
    before = [vectors(nlp, text) for text in TEXTS]
    assert quicken_windows(nlp.get_pipe("tok2vec").model) == 2
    for text, vector in zip(TEXTS, before, strict=True):
        assert np.array_equal(vectors(nlp, text), vector)


def test_wider_windows_are_left_alone() -> None:
    nlp = small(window=2)
    assert quicken_windows(nlp.get_pipe("tok2vec").model) == 0


def test_after_training_the_new_weights_count() -> None:
    nlp, other = small(), small()
    other.from_bytes(nlp.to_bytes())
    quicken_windows(nlp.get_pipe("tok2vec").model)
    for one in (nlp, other):
        model = one.get_pipe("tok2vec").model
        vectors(one, TEXTS[1])
        model([one.make_doc(TEXTS[1])], is_train=True)
        for layer in model.walk():
            if layer.name == "maxout":
                layer.set_param("W", layer.get_param("W") * 2)
    assert np.array_equal(vectors(nlp, TEXTS[1]), vectors(other, TEXTS[1]))
