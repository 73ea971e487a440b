"""The embedding of a word in the shipped model: affixes, shape, cluster, vector, and the word itself if it is common.

spaCy's MultiHashEmbed also learns a vector for every word form of the training texts. Half of the names
in new text are in no corpus of ours: what such a form finds in the table is noise, and what a rare form
of the training texts learns there is that one text by heart. Rare forms share one entry here, and are told apart
by the Brown cluster they belong to and by those above it.
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


def word_features(columns: list[str], cluster_bits: list[int]) -> Model[list[Doc], list[Any]]:
    """The attributes of each word, the first of a rare one that of every rare word, and the clusters it belongs to.

    cluster_bits: the length of path of each cluster given, 16 for the word's own.
    """
    model: Model[list[Doc], list[Any]] = FeatureExtractor([*columns, "ORTH"])
    model.attrs["cluster_bits"] = cluster_bits
    model.name = "word_features"
    model._func = _word_features
    return model


def _word_features(
    model: Model[list[Doc], list[Any]], docs: list[Doc], is_train: bool
) -> tuple[list[Any], Callable[[list[Any]], list[Doc]]]:
    columns = [intify_attr(name) for name in model.attrs["columns"]]
    masks = np.array([(1 << bits) - 1 for bits in model.attrs["cluster_bits"]], dtype=np.uint64)
    features = []
    for doc in docs:
        rows = np.asarray(doc.to_array(columns), dtype=np.uint64).reshape(len(doc), len(columns))
        vectors, words = doc.vocab.vectors, rows[:, -1]
        common = vectors.common(words)
        clusters = vectors.clusters(words).astype(np.uint64)
        rows[~common, 0] = RARE
        features.append(np.hstack([rows[:, :-1], clusters[:, None] & masks]))
    return features, lambda gradient: []


@registry.architectures("jumelage.WordEmbed.v2")  # type: ignore[untyped-decorator]
def word_embed(
    width: int, attrs: list[str], rows: list[int], cluster_bits: list[int], cluster_rows: list[int]
) -> Model[list[Doc], list[Any]]:
    """Hash embeddings of attributes, the first one for common words only, and clusters, mixed with the word's vector.

    width: of each table and of the result; rows, cluster_rows: of each attribute's and each cluster's table;
    cluster_bits: the length of path of each cluster.
    """
    tables: list[Model[Any, Any]] = [
        HashEmbed(width, count, column=column, seed=SEED + column, dropout=0.0)
        for column, count in enumerate([*rows, *cluster_rows])
    ]
    attributes: Model[list[Doc], Any] = chain(
        word_features(attrs, cluster_bits), list2ragged(), with_array(concatenate(*tables))
    )
    mixed: Model[Any, Any] = with_array(
        Maxout(width, width * (len(tables) + 1), nP=3, dropout=0.0, normalize=True)
    )
    return chain(concatenate(attributes, StaticVectors(width, dropout=0.0)), mixed, ragged2list())
