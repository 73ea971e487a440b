"""The window layers of a spaCy encoder, predicting in fewer passes over memory, with the same result to the last bit.

Each layer of a MaxoutWindowEncoder looks at a word and its neighbours: residual(expand_window >> maxout >> layernorm).
thinc makes a new array for each of those steps. Here the matrix product's columns are ordered so that the maximum runs
over whole rows, and the rest works in place. As with remembered words, only the way of predicting is exchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.api import Model

_LAYER = "residual(expand_window>>maxout>>layernorm>>dropout)"
_LITTLE = np.float32(1e-8)
"""What thinc adds to a variance."""

Floats = npt.NDArray[np.float32]


def quicken_windows(model: Model[Any, Any]) -> int:
    """Let the window layers of `model` predict in place; returns how many there are."""
    count = 0
    for layer in list(model.walk()):
        if layer.name == _LAYER and (made := _Window.of(layer)) is not None:
            layer._func = made
            count += 1
    return count


class _Window:
    """The forward pass of one layer."""

    def __init__(self, layer: Model[Any, Any], maxout: Model[Any, Any], norm: Model[Any, Any]) -> None:
        self._forward: Callable[..., Any] = layer._func
        self._maxout, self._norm = maxout, norm
        self._weights: tuple[Floats, Floats] | None = None

    @staticmethod
    def of(layer: Model[Any, Any]) -> _Window | None:
        """The layer's quick form; None where its parts are not those known here."""
        parts = {part.name: part for part in layer.walk() if not part.layers}
        if sorted(parts) != ["dropout", "expand_window", "layernorm", "maxout"]:
            return None
        if parts["expand_window"].attrs.get("window_size") != 1:
            return None
        pieces: Model[Any, Any] = parts["maxout"]
        if pieces.get_dim("nP") < 2 or pieces.get_dim("nI") != 3 * pieces.get_dim("nO"):
            return None
        return _Window(layer, pieces, parts["layernorm"])

    def __call__(self, model: Model[Any, Any], words: Any, is_train: bool) -> tuple[Any, Callable[..., Any]]:
        """A row for each word, out of its own and its neighbours'."""
        if is_train or not isinstance(words, np.ndarray) or not len(words):
            self._weights = None  # they are about to change
            return self._forward(model, words, is_train)  # type: ignore[no-any-return]
        return self._predicted(words), lambda gradient: gradient

    def _predicted(self, words: Floats) -> Floats:
        weights, bias = self._weights or self._arranged()
        count, width = words.shape
        wide = np.empty((count, 3 * width), np.float32)
        wide[0, :width] = 0
        wide[1:, :width] = words[:-1]
        wide[:, width : 2 * width] = words
        wide[:-1, 2 * width :] = words[1:]
        wide[-1, 2 * width :] = 0
        pieces = wide @ weights.T
        pieces += bias
        out: Floats = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
        for start in range(2 * width, pieces.shape[1], width):
            np.maximum(out, pieces[:, start : start + width], out=out)
        size = np.float32(width)
        out -= np.add.reduce(out, axis=1, keepdims=True) / size
        variance = np.add.reduce(out * out, axis=1, keepdims=True) / size
        out *= (variance + _LITTLE) ** np.float32(-0.5)
        out *= np.asarray(self._norm.get_param("G"))
        out += np.asarray(self._norm.get_param("b"))
        out += words
        return out

    def _arranged(self) -> tuple[Floats, Floats]:
        """The maxout's weights and bias, piece by piece rather than column by column."""
        weights: Floats = np.asarray(self._maxout.get_param("W"))
        bias: Floats = np.asarray(self._maxout.get_param("b"))
        columns = weights.shape[0] * weights.shape[1]
        self._weights = (
            np.ascontiguousarray(weights.transpose(1, 0, 2)).reshape(columns, -1),
            np.ascontiguousarray(bias.T).reshape(columns),
        )
        return self._weights
