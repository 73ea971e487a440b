"""From correction to rule: what is proposed, how it is written, and that the pipeline has learnt it then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
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
from pipeline.extractor import Extractor
from pipeline.knowledge.shipped import RULES
from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.decisions import Add, Reject, parse_operation
from pipeline.review.store import Filter, Store
from pipeline.suggest.proposal import LOADER, Proposal
from pipeline.suggest.proposals import suggest
from pipeline.suggest.writing import accept, append

TITLE = "Beim Empfang dankte Obersthofmeisterin Hedwig Brandl den Gästen aus Regensburg. Es war schön."
ELSEWHERE = "Im Jahr 1910 war die Obersthofmeisterin noch am Hof. Später kam eine andere."
STOP = "Das Fest am Bärensee war gut besucht, sagte Hans Kofler."


def read_yaml(text: str) -> Any:
    return yaml.load(text, Loader=LOADER)


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
    for path in paths[:: max(1, len(paths) // 4)]:
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
    with pytest.raises(
        JumelageError, match=r"title:X cannot be written \('rules.officials.nowhere.examples'\)"
    ):
        accept(wrong, rules)
    assert (rules / "officials.yaml").read_text("utf-8") == before


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


TIE = "Stadt Fulda\n\nSeit 1960 sind Fulda und Como verschwippschwägert. Im Mai fährt der Chor nach Como."
REST = "Die Ruhephase der Städtepartnerschaft zwischen Fulda und Como dauert an."


def put(store: Store, name: str, data: dict[str, Any]) -> str:
    entries.settle(data)
    record = Record.model_validate(data)
    (store.root / f"{name}.json").write_text(record.to_json(), "utf-8")
    store.refresh()
    return record.id


def pair(text: str, evidence: str, **more: Any) -> dict[str, Any]:
    return {"id": "", "cities": ["geonames:2925533", "geonames:3178229"], "type": "twinning", "instrument": None, "status": "active",
            "signed": None, "since": None, "until": None, "officials": [], "topics": [], "evidence": [{k: span(text, evidence)[k] for k in ("start", "end", "text")}],
            "by": "review", "confidence": 1.0, **more}  # fmt: skip


def fulda_and_como(name: str, text: str) -> dict[str, Any]:
    towns = [city(text, "Fulda", 2925533, "Fulda", "DE"), city(text, "Como", 3178229, "Como", "IT")]
    return {**blank(name, text), "cities": towns}


def test_a_corrected_status_becomes_a_cue_for_it(store: Store) -> None:
    data = fulda_and_como("rest", REST)
    data["partnerships"] = [pair(REST, REST)]
    record = put(store, "rest", data)
    entry = store.load(record)[0].model_dump(mode="json")["partnerships"][0]
    edit = {
        "op": "edit",
        "kind": "partnership",
        "key": entry["id"],
        "changes": {"status": "dormant"},
        "entry": entry,
    }
    store.decide(record, 0, "anna", [parse_operation(edit)])
    proposals = {p.id: p for p in suggest(store)}
    assert set(proposals) == {"status:Ruhephase"}
    assert proposals["status:Ruhephase"].path == ("cues", "partnerships.dormant", "words")
    assert proposals["status:Ruhephase"].entry == "ruhephase*"


def test_a_word_that_looks_like_no_cue_must_be_seen_twice(store: Store) -> None:
    """`Tsunami` says nothing of a tie; the word of two corrections might."""
    for number, expected in ((1, []), (2, ["tie:Seeglück"])):
        text = f"Seit {1960 + number} haben Fulda und Como ihr Seeglück, heißt es."
        record = put(store, f"sea{number}", fulda_and_como(f"sea{number}", text))
        store.decide(record, 0, "anna", [Add(op="add", kind="partnership", entry=pair(text, text))])
        assert [proposal.id for proposal in suggest(store)] == expected


def test_words_that_many_articles_use_are_no_cues(store: Store) -> None:
    for number in range(4):
        text = f"Nachricht {number}: Die Gästezimmer sind verschwippschwägert."
        put(store, f"common{number}", blank(f"common{number}", text))
    record = put(store, "tie", fulda_and_como("tie", TIE))
    evidence = "Seit 1960 sind Fulda und Como verschwippschwägert."
    store.decide(record, 0, "anna", [Add(op="add", kind="partnership", entry=pair(TIE, evidence))])
    assert suggest(store) == []


@pytest.mark.parametrize(
    ("text", "words", "edtf", "published", "kind", "entry"),
    [
        ("Im Scheiding 1953 reiste der Chor.", "Scheiding 1953", "1953-09", None, "month", ("scheiding", 9)),
        ("Im Nachwinter 1953 lag Schnee.", "Nachwinter 1953", "1953-24", None, "season", ("nachwinter", 24)),
        ("Am Antlasstag 2019 zog man aus.", "Antlasstag 2019", "2019-06-20", None, "holiday", ("antlasstag", "corpus_christi")),
        ("Seit der Schlüsselwende ist vieles anders.", "Schlüsselwende", "1961-03-02", "2020-05-01", "era", ("schlüsselwende", "1961-03-02")),
        ("Am 3. Oktober 1990 war Feier.", "3. Oktober 1990", "1990-10-03", None, "", ()),  # every word is known
        ("Am Chortag sang man.", "Chortag", "2020-07-09", "2020-07-11", "", ()),  # no feast falls on that day
    ],
)  # fmt: skip
def test_a_missed_date_becomes_a_word_of_its_kind(
    store: Store, text: str, words: str, edtf: str, published: str | None, kind: str, entry: tuple[Any, ...]
) -> None:
    record = put(store, "date", {**blank("date", text), "published": published})
    date = {**span(text, words), "edtf": edtf, "modifier": None, "role": None}
    store.decide(record, 0, "anna", [Add(op="add", kind="date", entry=date)])
    found = [(p.path, p.entry) for p in suggest(store)]
    assert found == ([(("lexicon", kind), entry)] if kind else [])


@pytest.mark.parametrize(
    ("text", "words", "other", "guard", "word"),
    [
        ("Das Programm Leitlinie 2030 gilt.", "2030", "Die Leitlinie 2030 hilft.", "memorial", "leitlinie"),
        ("Es kamen 2010 Schnecken.", "2010", "Im Wald sind 2010 Schnecken.", "counts", "schnecken"),
        ("Siehe Merkblatt 3.12. dazu.", "3.12.", "Das Merkblatt 3.12. fehlt.", "reference", "merkblatt"),
    ],
)  # fmt: skip
def test_a_rejected_date_becomes_a_stop_word_with_a_counter_example(
    store: Store, text: str, words: str, other: str, guard: str, word: str
) -> None:
    ids = []
    for name, content in (("date", text), ("other", other)):
        date = {**span(content, words), "by": "dates.year", "edtf": "2010", "modifier": None, "role": None}
        ids.append(put(store, name, {**blank(name, content), "dates": [date]}))
    entry = store.load(ids[0])[0].model_dump(mode="json")["dates"][0]
    key = f"{entry['start']}-{entry['end']}"
    store.decide(ids[0], 0, "anna", [Reject(op="reject", kind="date", key=key, entry=entry)])
    (proposal,) = suggest(store)
    assert (proposal.path, proposal.entry) == (("guards", guard), word)
    assert proposal.example == text.replace(words, f"[{words}]") and proposal.negative
    assert (proposal.hit_count, proposal.hits[0].words) == (1, words)


EVIDENCE = "Seit 1960 sind Fulda und Como verschwippschwägert."
SCHEIDING = "Im Scheiding 1953 reiste der Chor nach Como."
PROGRAMME = "Das Programm Leitlinie 2030 gilt seit 2019."


def test_a_missed_partnership_becomes_a_cue(store: Store) -> None:
    """The verb is new; `Chor` stands in another sentence, and the towns are no cues."""
    record = put(store, "tie", fulda_and_como("tie", TIE))
    store.decide(record, 0, "anna", [Add(op="add", kind="partnership", entry=pair(TIE, EVIDENCE))])
    (proposal,) = suggest(store)
    assert (proposal.id, proposal.entry) == ("tie:verschwippschwägert", "verschwippschwägert")
    assert (proposal.path, proposal.hit_count) == (("cues", "partnerships.tied", "words"), 0)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory, extractor: Extractor) -> Iterator[Path]:
    """The whole way: four mistakes of a real run corrected, and what is proposed then accepted on the command line."""
    folder = tmp_path_factory.mktemp("learnt")
    rules = Path(shutil.copytree(RULES, folder / "rules"))
    out = folder / "out"
    out.mkdir()
    for text in (TITLE, TIE, SCHEIDING, PROGRAMME):
        record = extractor.extract(text)
        (out / f"{record.id}.json").write_text(record.to_json(), "utf-8")
    store = Store(out)
    store.refresh()

    def of(text: str) -> Record:
        return next(
            record for row in store.page(Filter(), 1)[0] if (record := store.load(row["id"])[0]).text == text
        )

    assert "Hedwig Brandl" not in {official.name for official in of(TITLE).officials}
    store.decide(of(TITLE).id, 0, "anna", [official(TITLE)])
    assert of(TIE).partnerships == []
    towns = [city.id for city in of(TIE).cities]
    store.decide(
        of(TIE).id, 0, "anna", [Add(op="add", kind="partnership", entry=pair(TIE, EVIDENCE, cities=towns))]
    )
    date = {**span(SCHEIDING, "Scheiding 1953"), "edtf": "1953-09", "modifier": None, "role": None}
    store.decide(of(SCHEIDING).id, 0, "anna", [Add(op="add", kind="date", entry=date)])
    wrong = of(PROGRAMME).model_dump(mode="json")["dates"][0]
    assert wrong["text"] == "2030"
    key = f"{wrong['start']}-{wrong['end']}"
    store.decide(of(PROGRAMME).id, 0, "anna", [Reject(op="reject", kind="date", key=key, entry=wrong)])

    run = CliRunner().invoke
    listed = run(app, ["suggest", str(out), "--rules", str(rules)])
    assert listed.exit_code == 0, (listed.output, listed.exception)
    ids = ["title:Obersthofmeisterin", "tie:verschwippschwägert", "date:Scheiding", "date_stop:Leitlinie"]
    assert [line for line in listed.output.splitlines() if line in ids and line] and all(
        i in listed.output for i in ids
    )
    accepted = run(
        app, ["suggest", str(out), "--rules", str(rules), *(part for i in ids for part in ("--accept", i))]
    )
    assert accepted.exit_code == 0, (accepted.output, accepted.exception)
    assert suggest(store, rules) == [], "what the rules know is not proposed again"
    yield rules


@pytest.fixture(scope="module")
def taught(learnt: Path) -> Extractor:
    return pipeline.load(rules=learnt)


def test_the_new_title_is_found_in_the_next_run(taught: Extractor) -> None:
    found = next(o for o in taught.extract(ELSEWHERE + " " + TITLE).officials if o.name == "Hedwig Brandl")
    assert (found.title, found.role) == ("Obersthofmeisterin", "other")


def test_the_new_cue_is_found_in_the_next_run(taught: Extractor, learnt: Path) -> None:
    text = "Seit 1971 sind Kassel und Florenz verschwippschwägert."
    (found,) = taught.extract(text).partnerships
    assert (found.type, found.since) == ("twinning", "1971")
    rules = read_yaml((learnt / "partnerships.yaml").read_text("utf-8"))["rules"]
    rule = next(rule for rule in rules if rule["id"] == found.by)
    assert rule["examples"][-1] == {"text": EVIDENCE, "expect": ["Fulda -- Como twinning active"]}


def test_the_new_date_word_is_found_in_the_next_run(taught: Extractor, learnt: Path) -> None:
    (found,) = taught.extract("Der Scheiding 1960 war warm.").dates
    assert (found.text, found.edtf) == ("Scheiding 1960", "1960-09")
    rules = read_yaml((learnt / "dates.yaml").read_text("utf-8"))["rules"]
    assert (
        "Im [Scheiding 1953|1953-09] reiste der Chor nach Como."
        in next(r for r in rules if r["id"] == found.by)["examples"]
    )


def test_the_new_stop_word_keeps_the_next_run_from_the_mistake(taught: Extractor) -> None:
    found = taught.extract("Die Leitlinie 2030 gilt seit 2019.").dates
    assert [date.text for date in found] == ["2019"]


def test_a_word_that_does_not_make_the_pair_found_is_not_written(store: Store, rules: Path) -> None:
    """Nobody finds a pair in this, whatever `Mondfinsternis` may mean."""
    text = (
        "Die Mondfinsternis von Fulda war schön. Sie dauerte lang.\n\nIn Como regnete es, sagte Hans Kofler."
    )
    record = put(store, "moon", fulda_and_como("moon", text))
    wrong = pair(text, "Die Mondfinsternis von Fulda war schön.")
    store.decide(record, 0, "anna", [Add(op="add", kind="partnership", entry=wrong)])
    (proposal,) = suggest(store, rules)
    before = (rules / "partnerships.yaml").read_text("utf-8")
    with pytest.raises(JumelageError, match="tie:Mondfinsternis: not written; it takes more than this word"):
        accept(proposal, rules)
    assert (rules / "partnerships.yaml").read_text("utf-8") == before
