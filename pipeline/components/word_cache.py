"""Remembers what a model's embedding layer makes of a word, which is the same wherever the word stands.

Hashing, looking up and mixing a word's attributes and its vector is a third of what a small model costs, and nearly
every word of an article has stood in an earlier one. Only the layer's way of predicting is exchanged: its weights,
its place in the model and what is saved to disk stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import ORTH, intify_attr  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import Model

WORDS = 20_000
"""Words remembered; then all are forgotten and it begins anew."""

BLOCK = 64
"""Words are computed in multiples of this. A matrix product of few rows takes another way through BLAS and rounds
differently, and what a word's row is must not depend on the company in which it was met first."""

_LEXICAL = frozenset(
    {
        "extract_features", "word_features", "static_vectors", "hashembed", "ints-getitem", "maxout", "layernorm",
        "dropout", "list2ragged", "ragged2list",
    }
)  # fmt: skip
"""Layers whose output for a word depends on that word alone."""

Rows = npt.NDArray[np.uint64]
Forward = Callable[[Model[Any, Any], list[Doc], bool], tuple[list[Any], Callable[..., Any]]]


def remember_words(model: Model[Any, Any]) -> bool:
    """Let the embedding layer of `model` (a Tok2Vec) remember words; False where it has none that could."""
    if not model.has_ref("embed"):
        return False
    embed = model.get_ref("embed")
    if any(not layer.layers and layer.name not in _LEXICAL for layer in embed.walk()):
        return False
    columns = {intify_attr(name) for layer in embed.walk() for name in layer.attrs.get("columns", ())}
    embed._func = WordCache(embed._func, [ORTH, *sorted(columns - {ORTH})])
    return True


class WordCache:
    """The forward pass of an embedding layer, of which each word is computed once."""

    def __init__(self, forward: Forward, columns: list[int | str]) -> None:
        self._forward = forward
        self._columns = columns
        self._places: dict[bytes, int] = {}
        self._table: npt.NDArray[np.float32] = np.zeros((0, 0), np.float32)

    def __call__(
        self, model: Model[Any, Any], docs: list[Doc], is_train: bool
    ) -> tuple[list[Any], Callable[..., Any]]:
        """A row for each word of each document."""
        if is_train or not all(isinstance(doc, Doc) for doc in docs):
            self._places.clear()  # the weights are about to change
            return self._forward(model, docs, is_train)
        return [self._rows(model, doc) for doc in docs], lambda gradient: []

    def _rows(self, model: Model[Any, Any], doc: Doc) -> npt.NDArray[np.float32]:
        attributes: Rows = np.ascontiguousarray(doc.to_array(self._columns), dtype=np.uint64)
        attributes = attributes.reshape(len(doc), len(self._columns))
        keys: list[bytes] = attributes.view(f"V{attributes.itemsize * len(self._columns)}").ravel().tolist()
        new = {key: place for place, key in enumerate(keys) if key not in self._places}
        if new and len(self._places) + len(new) > WORDS:
            self._places.clear()
            new = {key: place for place, key in enumerate(keys)}
        if new:
            self._learn(model, list(new), attributes[list(new.values())], doc.vocab)
        return self._table[[self._places[key] for key in keys]]

    def _learn(self, model: Model[Any, Any], keys: list[bytes], attributes: Rows, vocab: Vocab) -> None:
        padded = np.resize(attributes, (-(-len(keys) // BLOCK) * BLOCK, attributes.shape[1]))
        computed = self._forward(model, [_Words(padded, self._columns, vocab)], False)[0][0]  # type: ignore[list-item]
        start = len(self._places)
        needed = start + len(keys)
        if needed > len(self._table):
            # at its full size at once: pages that nothing was written to cost nothing, and copies that grow are not
            # all given back by the C library
            table = np.zeros((max(needed, WORDS), computed.shape[1]), np.float32)
            if start:
                table[:start] = self._table[:start]
            self._table = table
        self._table[start:needed] = computed[: len(keys)]
        self._places.update(zip(keys, range(start, needed), strict=True))


class _Words:
    """Words without a text, for layers that ask a `Doc` for attributes only."""

    def __init__(self, attributes: Rows, columns: list[int | str], vocab: Vocab) -> None:
        self._attributes = attributes
        self._columns = columns
        self.vocab = vocab

    def __len__(self) -> int:
        return len(self._attributes)

    def to_array(self, wanted: Any) -> Rows:
        """The attributes asked for, as `Doc.to_array` gives them."""
        if isinstance(wanted, list | tuple):
            return self._attributes[:, [self._columns.index(intify_attr(name)) for name in wanted]]
        return self._attributes[:, self._columns.index(intify_attr(wanted))]
