"""Parquet: a row a record, nested as the record contract has it, so that DuckDB, pandas or Spark read it as it is.

The schema is derived from the record's Pydantic models, hence always the contract's: objects become structs, lists
become lists, enumerations and EDTF dates strings. Compression is zstd.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import orjson
from pydantic import BaseModel

from pipeline.record import Record
from pipeline.writers.files import WriteError, atomic

ROW_GROUP = 1_000
"""Records in a row group."""


def require_parquet() -> Any:
    """The module `pyarrow`. Raises WriteError with what to install."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise WriteError("writing Parquet needs pyarrow: pip install 'jumelage[parquet]'") from None
    return pyarrow


def schema() -> Any:
    """The Arrow schema of a record."""
    pa = require_parquet()
    return pa.schema(_fields(Record))


def table(records: Iterable[bytes]) -> Any:
    """Records (JSON) as one Arrow table."""
    pa = require_parquet()
    return pa.Table.from_pylist([orjson.loads(record) for record in records], schema=schema())


def write_parquet(path: Path, records: Iterable[bytes]) -> None:
    """Write `records` (JSON) to `path`, whole or not at all. Raises WriteError."""
    pa = require_parquet()
    with atomic(path) as stream, pa.parquet.ParquetWriter(stream, schema(), compression="zstd") as writer:
        for chunk in _chunks(iter(records), ROW_GROUP):
            writer.write_table(table(chunk))


def _chunks(records: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    while chunk := list(islice(records, size)):
        yield chunk


def _fields(model: type[BaseModel]) -> list[Any]:
    pa = require_parquet()
    return [pa.field(name, *_type(info.annotation)) for name, info in model.model_fields.items()]


def _type(annotation: Any) -> tuple[Any, bool]:
    """(Arrow type, may it be null) of a field's annotation."""
    pa = require_parquet()
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin in (Union, types.UnionType):
        inner = next(argument for argument in arguments if argument is not type(None))
        return _type(inner)[0], len(arguments) > len([a for a in arguments if a is not type(None)])
    if origin is list:
        inner_type, nullable = _type(arguments[0])
        return pa.list_(pa.field("element", inner_type, nullable)), False
    if origin is Literal:
        return pa.string(), False
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct(_fields(annotation)), False
    plain = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    if annotation not in plain:
        raise TypeError(f"no Arrow type for {annotation!r}")
    return plain[annotation], False
