"""The record's invariants, on build and on load; its schema, its round trip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.record import Record, RecordError, json_schema

ROOT = Path(__file__).parent.parent
TEXT = "Seit 1974 sind Fulda und Como Partnerstädte."


def mention(text: str, at: int | None = None) -> dict[str, Any]:
    start = TEXT.index(text) if at is None else at
    return {"start": start, "end": start + len(text), "text": text, "by": "test.rule", "confidence": 0.9}


def city(name: str, geonames_id: int) -> dict[str, Any]:
    return {
        "id": f"geonames:{geonames_id}", "name": name, "kind": "city", "country": "DE", "geonames_id": geonames_id,
        "geonames_name": name, "latitude": 50.5, "longitude": 9.7, "population": 68000, "partner": True,
        "mentions": [mention(name)],
    }  # fmt: skip


@pytest.fixture
def valid() -> dict[str, Any]:
    return {
        "schema_version": "1.0",
        "id": "0123456789abcdef",
        "source": {"uri": "a.txt", "sha256": "0" * 64, "media_type": "text/plain", "encoding": "utf-8"},
        "title": None, "published": "2024-05-01", "language": "de", "text": TEXT,
        "cities": [city("Fulda", 2923822), city("Como", 3178229)],
        "officials": [],
        "dates": [{**mention("1974"), "edtf": "1974", "modifier": None, "role": "start"}],
        "agreements": [{"type": "twinning", "instrument": None, "mentions": [mention("Partnerstädte")]}],
        "topics": [],
        "partnerships": [{
            "id": "geonames:2923822--geonames:3178229--twinning",
            "cities": ["geonames:2923822", "geonames:3178229"],
            "type": "twinning", "instrument": None, "status": "active", "signed": None, "since": "1974", "until": None,
            "officials": [], "topics": [], "evidence": [{"start": 0, "end": len(TEXT), "text": TEXT}],
            "by": "test.rule", "confidence": 0.9,
        }],
        "warnings": [],
        "provenance": {"pipeline": "0.1.0", "model": "m", "rules": "r", "gazetteer": "g"},
    }  # fmt: skip


def test_a_valid_record_survives_a_round_trip_byte_for_byte(valid: dict[str, Any]) -> None:
    record = Record.from_json(json.dumps(valid))
    once = record.to_json()
    assert Record.from_json(once).to_json() == once


def _spoil(record: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target: Any = record
    for part in parents:
        target = target[part]
    target[last] = value


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("cities.0.mentions.0.text", "Fulde", "the text 'Fulda'"),
        ("cities.0.mentions.0.end", 999, "span"),
        ("cities.0.mentions", [], "at least 1"),
        ("cities.0.mentions", [mention("Fulda")] * 2, "or one twice"),
        ("cities.0.partner", False, "partner is False"),
        ("cities.0.kind", "village", "'city', 'district'"),
        ("cities.0.country", "Deutschland", "pattern"),
        ("cities.1.id", "geonames:2923822", "two cities of one id"),
        ("dates.0.edtf", "1974-13", "is no EDTF date"),
        ("dates.0.edtf", "2023-02-29", "is no EDTF date"),
        ("published", "gestern", "is no EDTF date"),
        ("partnerships.0.cities.1", "geonames:5", "does not name cities and type"),
        ("partnerships.0.cities", ["geonames:2923822"] * 2, "with itself"),
        ("partnerships.0.status", "planned", "since 1974 while planned"),
        ("partnerships.0.officials", ["Niemand"], "is no entry of officials"),
        ("partnerships.0.topics", ["sport"], "is no entry of topics"),
        ("partnerships.0.confidence", 1.2, "less than or equal to 1"),
        ("unheard_of", 1, "Extra inputs"),
        ("schema_version", "0.9", "'1.0'"),
    ],
)
def test_a_broken_record_is_refused_in_one_line(
    valid: dict[str, Any], path: str, value: Any, complaint: str
) -> None:
    _spoil(valid, path, value)
    with pytest.raises(RecordError, match=complaint) as error:
        Record.from_json(json.dumps(valid))
    assert "\n" not in str(error.value)


def test_an_official_belongs_to_a_city_of_the_record(valid: dict[str, Any]) -> None:
    valid["officials"] = [
        {"name": "Como", "title": None, "role": "mayor", "city": "name:nirgendwo", "organisation": None,
         "mentions": [mention("Como")]}
    ]  # fmt: skip
    with pytest.raises(RecordError, match="name:nirgendwo is no entry of cities"):
        Record.from_json(json.dumps(valid))


def test_lists_are_in_order_of_first_mention(valid: dict[str, Any]) -> None:
    valid["cities"].reverse()
    with pytest.raises(RecordError, match="cities are not in order"):
        Record.from_json(json.dumps(valid))


def test_one_pair_and_type_stands_once(valid: dict[str, Any]) -> None:
    twin = dict(valid["partnerships"][0])
    twin["cities"] = twin["cities"][::-1]
    twin["id"] = "geonames:3178229--geonames:2923822--twinning"
    valid["partnerships"].append(twin)
    with pytest.raises(RecordError, match="stands twice"):
        Record.from_json(json.dumps(valid))


def test_the_committed_schema_is_current_and_fits(valid: dict[str, Any]) -> None:
    committed = json.loads((ROOT / "schema" / "record.schema.json").read_text("utf-8"))
    assert committed == json_schema(), "run: jumelage schema > schema/record.schema.json"
    jsonschema.Draft202012Validator.check_schema(committed)
    record = json.loads(Record.from_json(json.dumps(valid)).to_json())
    jsonschema.validate(record, committed, cls=jsonschema.Draft202012Validator)
