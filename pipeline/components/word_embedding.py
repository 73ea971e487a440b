"""The embedding of a word in the shipped model: its affixes, its shape, its vector, and itself if it is common.

spaCy's MultiHashEmbed also learns a vector for every word form of the training texts. Half of the names
in new text are in no corpus of ours: what such a form finds in the table is noise, and what a rare form
of the training texts learns there is that one text by heart. Rare forms share one entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from spacy.attrs import intify_attr  # type: ignore[import-not-found]
from spacy.ml.featureextractor import FeatureExtractor
from spacy.ml.staticvectors import StaticVectors
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    with_array,
)

RARE = get_string_id("<rare>")
SEED = 8  # as in spaCy's MultiHashEmbed


def word_features(columns: list[str]) -> Model[list[Doc], list[Any]]:
    """The attributes of each word; the first of a rare one is that of every rare word."""
    model: Model[list[Doc], list[Any]] = FeatureExtractor([*columns, "ORTH"])
    model.name = "word_features"
    model._func = _word_features
    return model


def _word_features(
    model: Model[list[Doc], list[Any]], docs: list[Doc], is_train: bool
) -> tuple[list[Any], Callable[[list[Any]], list[Doc]]]:
    columns = [intify_attr(name) for name in model.attrs["columns"]]
    features = []
    for doc in docs:
        rows = np.asarray(doc.to_array(columns), dtype=np.uint64).reshape(len(doc), len(columns))
        common = doc.vocab.vectors.common(rows[:, -1])
        rows[~common, 0] = RARE
        features.append(rows[:, :-1])
    return features, lambda gradient: []


@registry.architectures("jumelage.WordEmbed.v1")  # type: ignore[untyped-decorator]
def word_embed(width: int, attrs: list[str], rows: list[int]) -> Model[list[Doc], list[Any]]:
    """Hash embeddings of the attributes, the first one for common words only, mixed with the word's vector.

    width: of each table and of the result; rows: of each attribute's table.
    """
    tables: list[Model[Any, Any]] = [
        HashEmbed(width, count, column=column, seed=SEED + column, dropout=0.0)
        for column, count in enumerate(rows)
    ]
    attributes: Model[list[Doc], Any] = chain(
        word_features(attrs), list2ragged(), with_array(concatenate(*tables))
    )
    mixed: Model[Any, Any] = with_array(
        Maxout(width, width * (len(tables) + 1), nP=3, dropout=0.0, normalize=True)
    )
    return chain(concatenate(attributes, StaticVectors(width, dropout=0.0)), mixed, ragged2list())
