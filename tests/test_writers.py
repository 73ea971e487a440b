"""Files appear whole or not at all, and every form gives back the record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runs import text_of

from pipeline.extractor import Extractor
from pipeline.record import Record
from pipeline.writers.files import WriteError, atomic, make_folder, write_atomic
from pipeline.writers.lines import write_jsonl, write_jsonl_zst


@pytest.fixture
def records(extractor: Extractor) -> list[bytes]:
    return [extractor.extract(text_of(number)).to_json(indent=None).encode() for number in range(5)]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"old")
    with pytest.raises(RuntimeError), atomic(path) as stream:
        stream.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match=r"file/a\.json: cannot be written"):
        write_atomic(tmp_path / "file" / "a.json", b"x")
    with pytest.raises(WriteError, match="cannot be written"):
        make_folder(tmp_path / "file" / "out")


def test_json_lines(records: list[bytes], tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", records)
    assert [Record.from_json(line) for line in (tmp_path / "a.jsonl").open("rb")] == [
        Record.from_json(record) for record in records
    ]


def test_compressed_json_lines_are_one_frame_with_a_checksum(records: list[bytes], tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    write_jsonl_zst(tmp_path / "a.jsonl.zst", records)
    data = (tmp_path / "a.jsonl.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().stream_reader(data).read().splitlines()
    assert lines == records
    broken = bytearray(data)
    broken[-1] ^= 1
    with pytest.raises(zstandard.ZstdError):
        zstandard.ZstdDecompressor().stream_reader(bytes(broken)).read()


def test_parquet_is_nested_as_the_record_is(records: list[bytes], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    from pipeline.writers.parquet import schema, write_parquet

    write_parquet(tmp_path / "a.parquet", records)
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.to_pylist() == [json.loads(record) for record in records]
    assert table.schema.names == list(Record.model_fields)
    assert schema().field("source").type.field("uri").nullable is False
    assert schema().field("title").nullable is True


def test_the_same_records_give_the_same_bytes(records: list[bytes], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pipeline.writers.parquet import write_parquet

    for name in ("a", "b"):
        write_parquet(tmp_path / f"{name}.parquet", records)
        write_jsonl_zst(tmp_path / f"{name}.zst", records)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert (tmp_path / "a.zst").read_bytes() == (tmp_path / "b.zst").read_bytes()
