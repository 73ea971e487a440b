"""There and back through four annotation tools."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from desk_records import blank, record_of, seen_names, write_records
from test_review_app import nasty_record
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.interchange.registry import FORMATS
from pipeline.interchange.standoff import (
    EVIDENCE,
    Document,
    InterchangeError,
    Link,
    Note,
    from_record,
    pack,
    to_record,
    unpack,
)
from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.decisions import Decision, replay
from pipeline.review.diff import difference
from pipeline.review.store import Store

TOOLS = sorted(FORMATS)


def emoji_record() -> Record:
    """Places after characters beyond the basic plane, a name over two lines, a zero-width joiner."""
    text = "🎉👨‍👩‍👧\x0c Bochum und\nBad\nHomburg: „Tsukuba“ 𝔾rüßt\r\nam 3. Mai 2019.\n"
    data = blank("emoji", text)
    for name, number in (("Bochum", 1), ("Bad\nHomburg", 2), ("Tsukuba", 3)):
        at = text.index(name)
        span = {"start": at, "end": at + len(name), "text": name, "by": "t", "confidence": 0.5}
        data["cities"].append({"id": f"geonames:{number}", "name": name.replace("\n", " "), "kind": "city", "country": "DE", "geonames_id": number,
                               "geonames_name": "A;b=c\\n", "latitude": 1.5, "longitude": -2.25, "population": 7, "partner": False,
                               "mentions": [span]})  # fmt: skip
    at = text.index("3. Mai 2019")
    data["dates"].append({"start": at, "end": at + 11, "text": "3. Mai 2019", "edtf": "2019-05-03", "modifier": None, "role": "event",
                          "by": "dates", "confidence": 1.0})  # fmt: skip
    pair = {"id": "", "cities": ["geonames:1", "geonames:2"], "type": "friendship", "instrument": "treaty", "status": "ended",
            "signed": None, "since": "1984~", "until": "2020", "officials": [], "topics": [], "by": "t", "confidence": 0.25,
            "evidence": [{"start": 0, "end": at, "text": text[:at]}]}  # fmt: skip
    data["partnerships"].append(pair)
    entries.settle(data)
    return Record.model_validate(data)


def there_and_back(tool: str, records: list[Record], folder: Path) -> list[Document]:
    assert FORMATS[tool].write(map(from_record, records), folder) == len(records)
    documents = {document.record: document for document in FORMATS[tool].read(folder)}
    return [documents[record.id] for record in records]


def bare(record: Record) -> Record:
    """The same text without any entry."""
    data = record.model_dump(mode="json")
    for name in ("cities", "officials", "organisations", "dates", "agreements", "partnerships"):
        data[name] = []
    data["topics"] = [topic for topic in data["topics"] if not topic["mentions"]]
    return Record.model_validate(data)


@pytest.mark.parametrize("tool", TOOLS)
def test_every_record_comes_back_as_it_was(tool: str, tmp_path: Path) -> None:
    names = seen_names()[:: 4 if tool != "inception" else 25]
    records = [record_of(name) for name in names] + [emoji_record(), nasty_record()]
    for record, document in zip(records, there_and_back(tool, records, tmp_path), strict=True):
        assert to_record(document, record) == record


@pytest.mark.parametrize("tool", TOOLS)
def test_the_annotation_alone_holds_the_record(tool: str, tmp_path: Path) -> None:
    """Onto the bare text: all comes back but who found a mention, how sure that was, and the order of what one sentence says."""

    def essence(record: Record) -> Any:
        data = record.model_dump(mode="json")
        for name in ("cities", "officials", "organisations", "agreements", "topics"):
            for entry in data[name]:
                for mention in entry["mentions"]:
                    mention["by"], mention["confidence"] = "", 0
        data["partnerships"].sort(key=lambda partnership: str(partnership["id"]))
        return data

    records = [record_of(name) for name in seen_names()[:8]] + [emoji_record()]
    for record, document in zip(records, there_and_back(tool, records, tmp_path), strict=True):
        assert essence(to_record(document, bare(record))) == essence(record)


@pytest.mark.parametrize("tool", TOOLS)
def test_what_an_annotator_adds_and_removes(tool: str, tmp_path: Path) -> None:
    record = record_of("b-brixen-regensburg")
    document = from_record(record)
    at = record.text.index("Hofburggarten")
    document.notes = [n for n in document.notes if n.entity != "geonames:2849483" and EVIDENCE not in n.label]
    gone = {
        link.id for link in document.links if not {link.source, link.target} <= {n.id for n in document.notes}
    }
    document.links = [link for link in document.links if link.id not in gone]
    document.notes.append(Note("T900", at, at + 13, "CITY"))
    brod = next(n for n in document.notes if n.entity == "geonames:3075919")
    document.links.append(Link("R90", "T900", brod.id, "cooperation"))
    FORMATS[tool].write([document], tmp_path)
    (back,) = FORMATS[tool].read(tmp_path)
    changed = to_record(back, record)
    assert "geonames:2849483" not in {city.id for city in changed.cities}
    assert next(c for c in changed.cities if c.id == "name:hofburggarten").mentions[0].text == "Hofburggarten"
    added = next(p for p in changed.partnerships if p.type == "cooperation")
    assert (
        set(added.cities) == {"name:hofburggarten", "geonames:3075919"}
        and "Hofburggarten" in added.evidence[0].text
    )


def test_a_new_mark_on_known_words_joins_their_entry() -> None:
    record = record_of("b-brixen-regensburg")
    document = from_record(record)
    cut = next(n for n in document.notes if n.entity == "geonames:3181550")
    cut.entity, values = "", cut.values
    others = [
        n
        for n in document.notes
        if n.entity == "geonames:3181550" and record.text[n.start : n.end] == "Brixen"
    ]
    assert others and values
    joined = next(c for c in to_record(document, record).cities if c.id == "geonames:3181550")
    assert (cut.start, cut.end) in {(m.start, m.end) for m in joined.mentions}


def test_another_text_is_refused() -> None:
    record = record_of("halle-ronchin")
    document = from_record(record)
    document.text += " "
    with pytest.raises(InterchangeError, match="not the text"):
        to_record(document, record)


def test_older_label_studio_exports_count_utf_16_units(tmp_path: Path) -> None:
    record = emoji_record()
    FORMATS["label-studio"].write([from_record(record)], tmp_path)
    path = tmp_path / "tasks.json"
    tasks = json.loads(path.read_text("utf-8"))
    for region in tasks[0]["predictions"][0]["result"]:
        if "value" in region:
            value = region["value"]
            value["start"], value["end"] = (
                len(record.text[: value[e]].encode("utf-16-le")) // 2 for e in ("start", "end")
            )
    path.write_text(json.dumps(tasks), "utf-8")
    (document,) = FORMATS["label-studio"].read(path)
    assert to_record(document, record) == record


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("content", ["", "{", "[1]", "T1\tCITY\n", "<a/>"])
def test_rubbish_is_refused_in_one_line(tool: str, content: str, tmp_path: Path) -> None:
    for name in ("tasks.json", "doccano.jsonl", "x.ann", "x.txt", "x.xmi", "TypeSystem.xml"):
        (tmp_path / name).write_text(content, "utf-8")
    try:
        assert list(FORMATS[tool].read(tmp_path)) == []
    except InterchangeError as error:
        assert "\n" not in str(error) and str(tmp_path) in str(error)


def test_values_survive_packing() -> None:
    note = Note("T1", 0, 1, "CITY", "geonames:1", {"name": "a;b=c\\n\nd\te\\s", "country": "DE"})
    other = Note("T2", 0, 1, "CITY")
    unpack(other, "; ".join(pack(note)).split("; "))
    assert (other.entity, other.values) == (note.entity, note.values)


def test_a_difference_is_a_list_of_decisions_that_leads_there() -> None:
    names = seen_names()[:30]
    for name in names:
        record = record_of(name)
        data = record.model_dump(mode="json")
        data["dates"], data["officials"] = data["dates"][::2], data["officials"][1:]
        for city in data["cities"][::3]:
            city["mentions"] = city["mentions"][-1:]
            city["name"] += " neu"
        for partnership in data["partnerships"][::2]:
            partnership["status"] = "ended"
        entries.settle(data)
        goal = Record.model_validate(data)
        log = [Decision("r", n, "", "a", "", op) for n, op in enumerate(difference(record, goal), 1)]
        assert replay(record, log).record == goal
        assert difference(goal, goal) == []


def test_export_and_import_by_command(tmp_path: Path) -> None:
    out = write_records(tmp_path / "out", ["b-brixen-regensburg", "halle-ronchin"])
    run = CliRunner().invoke
    assert run(app, ["export", str(out), "-o", str(tmp_path / "brat"), "-f", "brat"]).exit_code == 0
    again = run(app, ["import", str(tmp_path / "brat"), str(out), "-f", "brat"])
    assert again.exit_code == 0 and "0 records changed, 2 as they were" in again.output
    path = next((tmp_path / "brat").glob("b-brixen*.ann"))
    lines = [line for line in path.read_text("utf-8").split("\n") if "Josef Plaseller" not in line]
    path.write_text("\n".join(lines), "utf-8")
    changed = run(
        app, ["import", str(tmp_path / "brat"), str(out), "-f", "brat", "--user", "ben", "--accept"]
    )
    assert changed.exit_code == 0 and "1 records changed, 1 as they were" in changed.output
    store = Store(out)
    record = record_of("b-brixen-regensburg").id
    assert [d.user for d in store.log(record)] == ["ben", "ben"]
    assert "Josef Plaseller" not in {o.name for o in store.review(record)[1].record.officials}
    for form, target in (("json", tmp_path / "json"), ("jsonl", tmp_path / "all.jsonl")):
        assert run(app, ["export", str(out), "-o", str(target), "-f", form, "--accepted"]).exit_code == 0
    lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 2 and len(list((tmp_path / "json").glob("*.json"))) == 2
    assert any("Josef Plaseller" not in {o.name for o in Record.from_json(line).officials} for line in lines)


def test_a_label_studio_export_names_its_predictions_by_number(tmp_path: Path) -> None:
    """As Label Studio 1.23 exports a task that was imported with pre-annotations, submitted once and skipped once."""
    record = record_of(seen_names()[0])
    FORMATS["label-studio"].write([from_record(record)], tmp_path)
    (task,) = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    result = task["predictions"][0]["result"]
    task |= {
        "annotations": [{"was_cancelled": True, "result": []}, {"was_cancelled": False, "result": result}],
        "predictions": [1],
    }
    (tmp_path / "tasks.json").write_text(json.dumps([task]), "utf-8")
    (document,) = FORMATS["label-studio"].read(tmp_path)
    assert to_record(document, record) == record


def test_brat_accepts_every_line(tmp_path: Path) -> None:
    """By the rules of its server (nlplab/brat, server/src/annotation.py, TextAnnotations), which drops other lines."""
    broken = blank("broken", "Bad\x0cHomburg\u2028und\r\nBochum.")
    span = {"start": 0, "end": 11, "text": broken["text"][:11], "by": "t", "confidence": 0.5}
    broken["cities"] = [{"id": "name:bad-homburg", "name": "Bad Homburg", "kind": "city", "country": "DE", "geonames_id": None,
                         "geonames_name": None, "latitude": None, "longitude": None, "population": None, "partner": False,
                         "mentions": [span]}]  # fmt: skip
    records = [record_of(name) for name in seen_names()[:20]] + [
        emoji_record(),
        Record.model_validate(broken),
    ]
    FORMATS["brat"].write(map(from_record, records), tmp_path)
    kinds: dict[str, int] = {}
    for path in tmp_path.glob("*.ann"):
        text = path.with_suffix(".txt").read_bytes().decode()
        known: set[str] = set()
        for line in path.read_bytes().decode().splitlines():
            name, data, tail = [*line.split("\t", 2), ""][:3]
            assert re.fullmatch(r"[TRN#]\d+", name) and name not in known
            known.add(name)
            kinds[name[0]] = kinds.get(name[0], 0) + 1
            if name[0] == "T":
                places = [tuple(map(int, place.split(" "))) for place in data.split(" ", 1)[1].split(";")]
                assert places == sorted(places) and all(a < b <= len(text) for a, b in places)
                assert all(first[1] < second[0] for first, second in itertools.pairwise(places))
                assert tail == " ".join(text[start:end] for start, end in places)
            elif name[0] == "N":
                assert re.match(r"(\S+) (\S+) (\S+?):(\S+)", data)
            else:
                assert len(data.split()) == (2 if name[0] == "#" else 3)
    assert kinds["T"] > 500 and min(kinds.values()) > 10
