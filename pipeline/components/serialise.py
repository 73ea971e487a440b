"""Lets findings travel with a `Doc` that spaCy serialises (`Doc.to_bytes`, `DocBin`, `nlp.pipe(n_process=2)`).

spaCy packs `doc.user_data` with srsly's msgpack, which asks the registered encoders about types it does not know.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import srsly

from pipeline import findings

_TAG = "__jumelage__"
_TYPES: dict[str, type[Any]] = {
    name: kind
    for name, kind in vars(findings).items()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}


def encode(obj: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """A finding as a dictionary with its type's name; anything else as the next encoder has it."""
    name = type(obj).__name__
    if _TYPES.get(name) is type(obj):
        return {_TAG: name} | {field.name: getattr(obj, field.name) for field in dataclasses.fields(obj)}
    return obj if chain is None else chain(obj)


def decode(obj: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """The finding that `encode` made a dictionary of; anything else as the next decoder has it."""
    if isinstance(obj, dict) and _TAG in obj:
        values = dict(obj)
        kind = _TYPES[values.pop(_TAG)]
        for name, value in values.items():  # msgpack knows one kind of sequence; spaCy reads it as tuples
            if isinstance(value, tuple) and name != "cities":
                values[name] = list(value)
        if kind is findings.Partnership:
            values["cities"] = tuple(values["cities"])
            values["evidence"] = [tuple(span) for span in values["evidence"]]
        elif kind is findings.Findings:
            values["cities"] = list(values["cities"])
        return kind(**values)
    return obj if chain is None else chain(obj)


srsly.msgpack_encoders("jumelage", func=encode)
srsly.msgpack_decoders("jumelage", func=decode)
