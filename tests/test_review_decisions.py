"""Decisions on records: what each does, what the log keeps, what a new extraction run makes of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from desk_records import record_of, seen_names, write_records
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import JumelageError
from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.decisions import Decision, DecisionError, in_force, parse_operation, replay
from pipeline.review.store import Store, VersionConflict
from pipeline.writers.lines import write_jsonl, write_jsonl_zst

BRIXEN, REGENSBURG, BROD = "geonames:3181550", "geonames:2849483", "geonames:3075919"
PAIR = f"{REGENSBURG}--{BRIXEN}--twinning"


@pytest.fixture
def record() -> Record:
    return record_of("b-brixen-regensburg")


def log(*operations: dict[str, Any], digest: str = "old") -> list[Decision]:
    return [
        Decision("r", version, digest, "anna", "2026-01-01T00:00:00+00:00", parse_operation(operation))
        for version, operation in enumerate(operations, 1)
    ]


def partnership(record: Record, key: str = PAIR) -> Any:
    return next(p for p in record.partnerships if entries.key_of("partnership", p.model_dump()) == key)


def test_an_edit_changes_the_reviewed_record_and_not_the_extracted_one(record: Record) -> None:
    edited = replay(
        record, log({"op": "edit", "kind": "partnership", "key": PAIR, "changes": {"status": "ended"}})
    )
    assert partnership(edited.record).status == "ended"
    assert partnership(record).status == "active"
    assert ("partnership", PAIR) in edited.touched


def test_rejecting_a_city_takes_its_partnerships_along_and_frees_its_officials(record: Record) -> None:
    reviewed = replay(record, log({"op": "reject", "kind": "city", "key": BRIXEN})).record
    assert BRIXEN not in {city.id for city in reviewed.cities}
    assert not any(BRIXEN in p.cities for p in reviewed.partnerships)
    assert next(o for o in reviewed.officials if o.name == "Paul Kerschbaumer").city is None
    assert not next(c for c in reviewed.cities if c.id == REGENSBURG).partner


def test_a_city_linked_to_another_place_is_followed_by_all_that_names_it(record: Record) -> None:
    change = {"id": "geonames:1", "geonames_id": 1, "geonames_name": "Elsewhere"}
    reviewed = replay(record, log({"op": "edit", "kind": "city", "key": BRIXEN, "changes": change})).record
    assert any(p.id.startswith("geonames:1--") for p in reviewed.partnerships)
    assert next(o for o in reviewed.officials if o.name == "Paul Kerschbaumer").city == "geonames:1"


def test_a_city_linked_to_one_already_there_is_merged_into_it(record: Record) -> None:
    before = {city.id: len(city.mentions) for city in record.cities}
    reviewed = replay(
        record, log({"op": "edit", "kind": "city", "key": BROD, "changes": {"id": REGENSBURG}})
    ).record
    merged = next(city for city in reviewed.cities if city.id == REGENSBURG)
    assert len(merged.mentions) == before[REGENSBURG] + before[BROD]
    assert BROD not in {city.id for city in reviewed.cities}


def test_undo_takes_back_and_undoing_the_undo_restores(record: Record) -> None:
    reject = {"op": "reject", "kind": "city", "key": BRIXEN}
    assert replay(record, log(reject, {"op": "undo", "version": 1})).record == record
    again = log(reject, {"op": "undo", "version": 1}, {"op": "undo", "version": 2})
    assert [d.version for d in in_force(again)] == [1]
    assert replay(record, again).record != record


def test_an_addition_that_the_contract_forbids_is_refused(record: Record) -> None:
    wrong = {"start": 0, "end": 4, "text": "Bonn", "by": "review", "confidence": 1.0, "edtf": "2019-02-30",
             "modifier": None, "role": None}  # fmt: skip
    with pytest.raises(DecisionError, match="not in the text"):
        replay(record, log({"op": "add", "kind": "date", "entry": wrong}), strict=True)
    wrong["text"] = record.text[:4]
    with pytest.raises(DecisionError, match="EDTF"):
        replay(record, log({"op": "add", "kind": "date", "entry": wrong}), strict=True)


class TestNewRun:
    """The same decisions on what another version of the rules extracts."""

    def standing(self, record: Record, *operations: dict[str, Any]) -> list[str]:
        return [outcome.standing for outcome in replay(record, log(*operations), "new").outcomes]

    def test_it_agrees_by_now(self, record: Record) -> None:
        data = record.model_dump(mode="json")
        entries.find(data, "partnership", PAIR)["status"] = "ended"  # type: ignore[index]
        better = Record.model_validate(data)
        before = entries.find(record.model_dump(mode="json"), "partnership", PAIR)
        edit = {
            "op": "edit",
            "kind": "partnership",
            "key": PAIR,
            "changes": {"status": "ended"},
            "entry": before,
        }
        assert self.standing(better, edit) == ["agrees"]
        assert self.standing(record, edit) == ["applied"]

    def test_it_says_a_third_thing(self, record: Record) -> None:
        data = record.model_dump(mode="json")
        entries.find(data, "partnership", PAIR)["status"] = "dormant"  # type: ignore[index]
        before = entries.find(record.model_dump(mode="json"), "partnership", PAIR)
        edit = {
            "op": "edit",
            "kind": "partnership",
            "key": PAIR,
            "changes": {"status": "ended"},
            "entry": before,
        }
        assert self.standing(Record.model_validate(data), edit) == ["differs"]
        assert partnership(replay(Record.model_validate(data), log(edit), "new").record).status == "ended"

    def test_a_confirmed_entry_that_is_gone_is_kept_and_reported(self, record: Record) -> None:
        entry = entries.find(record.model_dump(mode="json"), "city", BROD)
        data = record.model_dump(mode="json")
        entries.remove(data, "city", BROD)
        entries.settle(data)
        accept = {"op": "accept", "kind": "city", "key": BROD, "entry": entry}
        result = replay(Record.model_validate(data), log(accept), "new")
        assert [o.standing for o in result.outcomes] == ["differs"]
        assert BROD in {city.id for city in result.record.cities}

    def test_a_rejected_entry_that_is_gone_agrees(self, record: Record) -> None:
        assert self.standing(record, {"op": "reject", "kind": "city", "key": "geonames:99"}) == ["agrees"]

    def test_a_text_that_a_new_reader_has_shifted_keeps_its_additions(self, record: Record) -> None:
        at = record.text.index("Haidplatz")
        entry = {"name": "Haidplatz", "id": "name:haidplatz", "kind": "district", "country": None, "geonames_id": None,
                 "geonames_name": None, "latitude": None, "longitude": None, "population": None, "partner": False,
                 "mentions": [{"start": at, "end": at + 9, "text": "Haidplatz", "by": "review", "confidence": 1.0}]}  # fmt: skip
        data = record.model_dump(mode="json")
        data["text"] = "Kopfzeile\n" + data["text"]
        for name in ("cities", "officials", "dates", "agreements", "topics", "partnerships"):
            data[name] = []
        shifted = replay(
            Record.model_validate(data), log({"op": "add", "kind": "city", "entry": entry}), "new"
        ).record
        assert [(m.start, m.text) for m in shifted.cities[0].mentions] == [(at + 10, "Haidplatz")]


class TestStore:
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        store = Store(write_records(tmp_path / "out", seen_names()[:12]))
        store.refresh()
        return store

    def first(self, store: Store) -> str:
        with store.connect() as db:
            return str(db.execute("SELECT id FROM queue WHERE name = 'b-brixen-regensburg'").fetchone()[0])

    def reject(self) -> Any:
        return parse_operation({"op": "reject", "kind": "city", "key": BRIXEN})

    def test_two_analysts_do_not_overwrite_each_other(self, store: Store) -> None:
        record = self.first(store)
        store.decide(record, 0, "anna", [self.reject()])
        with pytest.raises(VersionConflict, match="anna has changed this record"):
            store.decide(record, 0, "ben", [parse_operation({"op": "verdict", "value": "accepted"})])
        assert [d.user for d in store.log(record)] == ["anna"]

    def test_the_log_cannot_be_rewritten(self, store: Store) -> None:
        store.decide(self.first(store), 0, "anna", [self.reject()])
        for statement in ("DELETE FROM decisions", "UPDATE decisions SET user = 'ben'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"), store.connect() as db:
                db.execute(statement)

    def test_record_files_stay_as_they_are(self, store: Store) -> None:
        before = {path: path.read_bytes() for path in store.root.glob("*.json")}
        store.decide(self.first(store), 0, "anna", [self.reject()])
        assert before == {path: path.read_bytes() for path in store.root.glob("*.json")}

    def test_a_refused_decision_leaves_no_trace(self, store: Store) -> None:
        with pytest.raises(DecisionError):
            store.decide(self.first(store), 0, "anna",
                         [self.reject(), parse_operation({"op": "edit", "kind": "city", "key": "x", "changes": {}})])  # fmt: skip
        assert store.log() == []

    def test_a_new_run_keeps_the_reviews(self, store: Store) -> None:
        record = self.first(store)
        store.decide(
            record, 0, "anna", [self.reject(), parse_operation({"op": "verdict", "value": "accepted"})]
        )
        path = store.root / "b-brixen-regensburg.json"
        path.write_text(path.read_text("utf-8").replace('"confidence": 0.95', '"confidence": 0.5'), "utf-8")
        assert store.refresh() == 1
        assert BRIXEN not in {city.id for city in store.review(record)[1].record.cities}
        with store.connect() as db:
            assert db.execute("SELECT state, version FROM queue WHERE id = ?", (record,)).fetchone() == (
                "accepted",
                2,
            )

    @pytest.mark.parametrize("packed", [False, True])
    def test_records_in_one_file(self, tmp_path: Path, packed: bool) -> None:
        lines = [record_of(name).to_json(indent=None).encode() for name in seen_names()[:5]]
        path = tmp_path / ("part-0.jsonl.zst" if packed else "all.jsonl")
        if packed:
            pytest.importorskip("zstandard")
            write_jsonl_zst(path, lines)
        else:
            write_jsonl(path, lines)
        store = Store(tmp_path)
        assert store.refresh() == 5 and store.refresh() == 0
        for name in seen_names()[:5]:
            record = record_of(name)
            assert store.load(record.id)[0] == record
            store.decide(record.id, 0, "anna", [parse_operation({"op": "verdict", "value": "accepted"})])
        assert store.counts()["accepted"] == 5

    @pytest.mark.parametrize("content", ["{", '{"schema_version": "1.0", "text": "", "partnerships": []}\n'])
    def test_a_broken_file_is_named_in_one_line(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "x.jsonl").write_text(content, "utf-8")
        with pytest.raises(JumelageError, match=r"x\.jsonl, byte 0: "):
            Store(tmp_path).refresh()

    def test_no_folder_and_no_records_are_said(self, tmp_path: Path) -> None:
        with pytest.raises(JumelageError, match="there is no such file or folder"):
            Store(tmp_path / "nowhere")
        with pytest.raises(JumelageError, match="no records here"):
            Store(tmp_path).refresh()

    def test_the_queue_filters_and_walks(self, store: Store) -> None:
        from pipeline.review.store import Filter

        everything, total = store.page(Filter(order="name"), 1)
        assert total == 12
        ids = [row["id"] for row in everything]
        walked = [ids[0]]
        while found := store.neighbour(Filter(order="name"), walked[-1], 1):
            walked.append(found)
        assert walked == ids
        for order in ("confidence", "newest", "oldest"):
            listed = [row["id"] for row in store.page(Filter(order=order), 1)[0]]
            assert [store.neighbour(Filter(order=order), one, 1) for one in listed] == [*listed[1:], None]
            assert [store.neighbour(Filter(order=order), one, -1) for one in listed] == [None, *listed[:-1]]
        found, _ = store.page(Filter(search="havlickuv"), 1)
        assert [row["name"] for row in found] == ["b-brixen-regensburg"]
        assert store.page(Filter(search='"; DROP TABLE queue --'), 1)[1] == 0
        assert store.page(Filter(warnings=True), 1)[1] == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_decided_the_record_holds_its_contract(data: st.DataObject) -> None:
    record = record_of(data.draw(st.sampled_from(["b-brixen-regensburg", "halle-ronchin"])))
    plain = record.model_dump(mode="json")
    operations = []
    for _ in range(data.draw(st.integers(1, 6))):
        kind = data.draw(st.sampled_from([k for k in entries.LISTS if plain[entries.LISTS[k]]]))
        entry = data.draw(st.sampled_from(plain[entries.LISTS[kind]]))
        key = entries.key_of(kind, entry)
        op = data.draw(st.sampled_from(["reject", "accept", "edit", "add", "verdict"]))
        if op == "edit":
            other = data.draw(st.sampled_from(plain[entries.LISTS[kind]]))
            field = data.draw(
                st.sampled_from(sorted(set(entry) - {"mentions", "evidence", "start", "end", "text"}))
            )
            operations.append({"op": "edit", "kind": kind, "key": key, "changes": {field: other[field]}})
        elif op == "add":
            operations.append({"op": "add", "kind": kind, "entry": entry})
        elif op == "verdict":
            operations.append({"op": "verdict", "value": "unsure"})
        else:
            operations.append({"op": op, "kind": kind, "key": key, "entry": entry})
    reviewed = replay(record, log(*operations)).record
    assert Record.from_json(reviewed.to_json()) == reviewed
