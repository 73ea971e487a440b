"""From correction to rule: what is proposed, how it is written, and that the pipeline has learnt it then."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from desk_records import blank
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import pipeline
from pipeline.cli import app
from pipeline.errors import JumelageError
from pipeline.knowledge.shipped import RULES
from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.decisions import Add, Reject, parse_operation
from pipeline.review.store import Store
from pipeline.suggest.proposals import Proposal, suggest
from pipeline.suggest.writing import append, write_proposal

TITLE = "Beim Empfang dankte Obersthofmeisterin Hedwig Brandl den Gästen aus Regensburg. Es war schön."
ELSEWHERE = "Im Jahr 1910 war die Obersthofmeisterin noch am Hof. Später kam eine andere."
STOP = "Das Fest am Bärensee war gut besucht, sagte Hans Kofler."


def read_yaml(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def span(text: str, words: str) -> dict[str, Any]:
    at = text.index(words)
    return {"start": at, "end": at + len(words), "text": words, "by": "review", "confidence": 1.0}


def city(
    text: str, words: str, geonames: int | None = None, name: str = "", country: str | None = None
) -> dict[str, Any]:
    return {"id": f"geonames:{geonames}" if geonames else "name:x", "name": name or words, "kind": "city", "country": country,
            "geonames_id": geonames, "geonames_name": name or None, "latitude": None, "longitude": None, "population": None,
            "partner": False, "confidence": 1.0, "mentions": [span(text, words)]}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    folder = tmp_path / "out"
    folder.mkdir()
    for number, text in enumerate((TITLE, ELSEWHERE, STOP, TITLE + " Zugabe.")):
        data = blank(f"a{number}", text)
        if text is STOP:
            data["cities"] = [city(text, "Bärensee")]
        entries.settle(data)
        (folder / f"a{number}.json").write_text(Record.model_validate(data).to_json(), "utf-8")
    store = Store(folder)
    store.refresh()
    return store


def ids(store: Store) -> list[str]:
    with store.connect() as db:
        return [row[0] for row in db.execute("SELECT id FROM queue ORDER BY name")]


def official(text: str) -> Add:
    entry = {"name": "Hedwig Brandl", "title": "Obersthofmeisterin", "role": "other", "city": None, "organisation": None,
             "mentions": [span(text, "Hedwig Brandl")]}  # fmt: skip
    return Add(op="add", kind="official", entry=entry)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def test_a_missed_title_with_its_support_and_what_else_it_would_hit(store: Store) -> None:
    first, _, _, last = ids(store)
    store.decide(first, 0, "anna", [official(TITLE)])
    store.decide(last, 0, "ben", [official(TITLE)])
    (proposal,) = suggest(store)
    assert proposal.id == "title:Obersthofmeisterin" and proposal.entry["role"] == "other"
    assert (
        proposal.example
        == "Beim Empfang dankte Obersthofmeisterin [Hedwig Brandl|other] den Gästen aus Regensburg."
    )
    assert (proposal.support, len(proposal.records), proposal.hit_count) == (2, 2, 1)
    assert proposal.hits[0].left.endswith("war die") and proposal.hits[0].right.startswith("noch am Hof")


def test_a_title_that_the_rules_know_is_no_proposal(store: Store) -> None:
    entry = official(TITLE).entry | {"title": "Bürgermeisterin"}
    store.decide(ids(store)[0], 0, "anna", [Add(op="add", kind="official", entry=entry)])
    assert suggest(store) == []


def test_what_was_taken_back_is_no_proposal(store: Store) -> None:
    first = ids(store)[0]
    store.decide(first, 0, "anna", [official(TITLE)])
    store.decide(first, 1, "anna", [parse_operation({"op": "undo", "version": 1})])
    assert suggest(store) == []


def test_a_rejected_place_becomes_a_stop_word_with_a_counter_example(store: Store) -> None:
    record = ids(store)[2]
    entry = store.load(record)[0].model_dump(mode="json")["cities"][0]
    store.decide(record, 0, "anna", [Reject(op="reject", kind="city", key="name:x", entry=entry)])
    (proposal,) = suggest(store)
    assert (proposal.id, proposal.negative, proposal.path) == ("stop:Bärensee", True, ("landscapes",))
    assert proposal.example == "Das Fest am [Bärensee] war gut besucht, sagte Hans Kofler."


def test_a_name_the_gazetteer_lacks_becomes_an_alias_and_one_it_has_does_not(store: Store) -> None:
    record = ids(store)[0]
    new = Add(op="add", kind="city", entry=city(TITLE, "Gästen", 2849483, "Regensburg", "DE"))
    store.decide(record, 0, "anna", [new])
    (proposal,) = suggest(store)
    assert (proposal.id, proposal.entry) == ("alias:Gästen", "Gästen\tRegensburg\tDE")
    known = Add(op="add", kind="city", entry=city(TITLE, "Regensburg", 2849483, "Regensburg", "DE"))
    store.decide(record, 1, "anna", [parse_operation({"op": "undo", "version": 1}), known])
    assert suggest(store) == []


def test_cues_and_topics(store: Store) -> None:
    record = ids(store)[1]
    mention = [span(ELSEWHERE, "Hof")]
    store.decide(record, 0, "anna", [
        Add(op="add", kind="agreement", entry={"type": "twinning", "instrument": None, "mentions": mention}),
        Add(op="add", kind="topic", entry={"id": "culture", "label": "Kultur", "score": 1.0, "mentions": [span(ELSEWHERE, "Obersthofmeisterin")]}),
    ])  # fmt: skip
    assert {p.id: (p.path, p.entry) for p in suggest(store)} == {
        "cue:hof": (("rules", "agreements.twinning", "words"), "hof*"),
        "topic:obersthofmeisterin": (("rules", "topics.culture", "clear"), "obersthofmeisterin"),
    }


@pytest.mark.parametrize("name", sorted(p.stem for p in RULES.glob("*.yaml")))
def test_appending_adds_the_item_and_nothing_else(name: str) -> None:
    """To every list of every shipped rules file, whatever its layout."""
    text = (RULES / f"{name}.yaml").read_text("utf-8")
    data = read_yaml(text)
    paths = [
        (key,)
        for key, value in data.items()
        if isinstance(value, list) and key != "rules" and all(isinstance(v, str) for v in value)
    ]
    paths += [
        ("rules", rule["id"], key)
        for rule in data.get("rules", [])
        for key, value in rule.items()
        if isinstance(value, list)
    ]
    paths += [("rules", rule["id"], "not") for rule in data.get("rules", [])]
    for path in paths[:: max(1, len(paths) // 6)]:
        changed = append(text, path, 'Ein "neues": Wort, [Müller|mayor] #1')
        expected = read_yaml(text)
        holder = expected if len(path) == 1 else next(r for r in expected["rules"] if r["id"] == path[1])
        holder.setdefault(path[-1], []).append('Ein "neues": Wort, [Müller|mayor] #1')
        assert read_yaml(changed) == expected, path
        kept = changed.splitlines()
        assert sum(line not in kept for line in text.splitlines()) <= 1, path


def test_a_path_that_leads_nowhere_is_an_error() -> None:
    with pytest.raises(KeyError):
        append("a: [1]\n", ("b", "c"), "x")


@given(
    st.lists(st.text(min_size=1, max_size=12).filter(str.isprintable), max_size=4),
    st.text(min_size=1, max_size=20).filter(str.isprintable),
)
def test_any_text_survives_being_written(items: list[str], new: str) -> None:
    block = "# head\nlist:\n" + "".join(
        f"  - {yaml.safe_dump(i, allow_unicode=True, default_style=chr(34)).strip()}  # c\n" for i in items
    )
    if not items:
        block = "list: []\n"
    assert read_yaml(append(block + "# tail\nother: 1\n", ("list",), new)) == {
        "list": [*items, new],
        "other": 1,
    }


def test_a_proposal_that_cannot_be_written_changes_nothing(rules: Path) -> None:
    before = (rules / "officials.yaml").read_text("utf-8")
    wrong = Proposal("title", "X", "officials.yaml", ("titles",), {"word": "X"}, "officials.nowhere", "x")
    with pytest.raises(JumelageError, match="title:X cannot be written"):
        write_proposal(wrong, rules)
    assert (rules / "officials.yaml").read_text("utf-8") == before


def test_from_correction_to_a_rule_that_works(store: Store, rules: Path) -> None:
    """The whole way: corrected, proposed, accepted, checked by its own example, and found in the next run."""
    store.decide(ids(store)[0], 0, "anna", [official(TITLE)])
    run = CliRunner().invoke
    listed = run(app, ["suggest", str(store.root), "--rules", str(rules)])
    assert (
        listed.exit_code == 0
        and "title:Obersthofmeisterin" in listed.output
        and "1 other places" not in listed.output.split("\n")[0]
    )
    before = pipeline.load(rules=rules).extract(ELSEWHERE + " " + TITLE)
    assert "Hedwig Brandl" not in {o.name for o in before.officials}
    accepted = run(
        app, ["suggest", str(store.root), "--rules", str(rules), "--accept", "title:Obersthofmeisterin"]
    )
    assert accepted.exit_code == 0, (accepted.output, accepted.exception)
    after = pipeline.load(rules=rules).extract(ELSEWHERE + " " + TITLE)
    found = next(o for o in after.officials if o.name == "Hedwig Brandl")
    assert (found.title, found.role) == ("Obersthofmeisterin", "other")
    assert run(app, ["suggest", str(store.root), "--rules", str(rules)]).output.startswith("0 proposals")


def test_an_entry_whose_example_fails_is_taken_back(store: Store, rules: Path) -> None:
    """'den Gästen' is no name, whatever stands before it."""
    entry = official(TITLE).entry | {
        "name": "den Gästen",
        "title": "Brandl",
        "mentions": [span(TITLE, "den Gästen")],
    }
    store.decide(ids(store)[0], 0, "anna", [Add(op="add", kind="official", entry=entry)])
    before = (rules / "officials.yaml").read_text("utf-8")
    ran = CliRunner().invoke(
        app, ["suggest", str(store.root), "--rules", str(rules), "--accept", "title:Brandl"]
    )
    assert isinstance(ran.exception, JumelageError), ran.output
    assert "not written" in str(ran.exception)
    assert (rules / "officials.yaml").read_text("utf-8") == before
