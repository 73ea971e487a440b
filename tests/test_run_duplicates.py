"""Near-duplicates: which texts count as one release, and how a record is marked."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import text_of

from pipeline.extractor import Extractor
from pipeline.record import Record
from pipeline.run.duplicates import THRESHOLD, Originals, marked, signature, similarity
from pipeline.run.task import file_bytes, line_bytes
from pipeline.run.version import fingerprint

LONG = "\n\n".join(text_of(number) for number in (1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    "edited",
    [
        LONG,
        "Eine andere Überschrift\n\n" + LONG + "\n(red)",
        LONG.replace("beschlossen", "entschieden"),
        LONG.upper(),
        LONG.replace("\n", " "),
        "\n\n".join(text_of(number) for number in (1, 2, 3, 5)),
    ],
)
def test_edited_releases_are_duplicates(edited: str) -> None:
    assert similarity(signature(LONG), signature(edited)) >= THRESHOLD


@pytest.mark.parametrize("other", ["\n\n".join(text_of(n) for n in range(6, 11)), "Kurz.", ""])
def test_other_articles_are_not(other: str) -> None:
    assert similarity(signature(LONG), signature(other)) < THRESHOLD


def test_short_texts_are_duplicates_only_when_equal() -> None:
    assert similarity(signature("Bochum und Tsukuba."), signature("bochum und tsukuba")) == 1
    assert similarity(signature("Bochum und Tsukuba."), signature("Bochum und Dortmund.")) == 0


@given(st.text(), st.text())
def test_similarity_is_symmetric_and_of_itself_one(one: str, other: str) -> None:
    a, b = signature(one), signature(other)
    assert similarity(a, a) == 1
    assert similarity(a, b) == similarity(b, a)


@given(st.permutations(list(range(8))))
def test_the_lowest_number_is_the_original_in_whatever_order_they_are_placed(order: list[int]) -> None:
    originals = Originals(sqlite3.connect(":memory:"))
    texts = [LONG + f"\n{number}" for number in range(8)]
    for _ in range(2):  # a second walk settles what a changed order left
        found = {
            n: originals.place(n, f"id{n}", signature(texts[n])) for n in (order if _ == 0 else sorted(order))
        }
    assert found == {n: None if n == 0 else "id0" for n in range(8)}


HOSTILE = (
    '"duplicate_of":null,\n  "duplicate_of": null, \\"duplicate_of\\":null,"provenance":{ Bochum und Tsukuba.'
)


@pytest.mark.parametrize("form", [file_bytes, line_bytes])
def test_marking_changes_the_mark_alone(extractor: Extractor, form: object) -> None:
    record = extractor.extract(HOSTILE, title=HOSTILE)
    data = form(record)  # type: ignore[operator]
    assert marked(data, None) == data
    twin = Record.from_json(marked(data, "0123456789abcdef"))
    assert twin.duplicate_of == "0123456789abcdef"
    assert {**json.loads(data), "duplicate_of": twin.duplicate_of} == json.loads(twin.to_json())


def test_a_fingerprint_names_model_rules_and_options(tmp_path: Path) -> None:
    for name in ("model", "rules"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("one")
    seen = {fingerprint(tmp_path / "model", tmp_path / "rules")}
    assert fingerprint(tmp_path / "model", tmp_path / "rules") in seen
    seen.add(fingerprint(tmp_path / "model", tmp_path / "rules", published="2019"))
    (tmp_path / "rules" / "file").write_text("two")
    seen.add(fingerprint(tmp_path / "model", tmp_path / "rules"))
    (tmp_path / "model" / "file").write_text("two")
    seen.add(fingerprint(tmp_path / "model", tmp_path / "rules"))
    (tmp_path / "rules" / "file").rename(tmp_path / "rules" / "other")
    seen.add(fingerprint(tmp_path / "model", tmp_path / "rules"))
    assert len(seen) == 5
