"""Search in the articles: what is found, how it is shown, and that the index keeps up with the records."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from desk_records import blank
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record import Record
from pipeline.review.decisions import parse_operation
from pipeline.review.search import found_in, match_expression, snippet
from pipeline.review.store import Filter, Store

TEXTS = {
    "a": "Fest in Tübingen\n\nDie Feuerwehren fuhren 1974 nach Cluj-Napoca.",
    "b": "Niederschrift\n\nDer Gemeinderat von Tuebingen beschloß am 25.11.1953 die Städtepartnerschaft.",
    "c": "Bauernmarkt\n\nNach Napoca fährt niemand, nur Cluj ist nah. Die Straße zur Quelle ist neu.",
}


def put(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.json").write_text(Record.model_validate(blank(name, text)).to_json(), "utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    for name, text in TEXTS.items():
        put(tmp_path, name, text)
    store = Store(tmp_path)
    store.refresh()
    return store


def hits(store: Store, search: str) -> str:
    rows, total = store.page(Filter(order="name", search=search), 1)
    assert len(rows) == total
    return "".join(row["name"] for row in rows)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("Feuerwehr", "a"),
        ("feuer cluj", "a"),
        ("Cluj Napoca", "ac"),
        ("Cluj-Napoca", "a"),
        ('"nach Napoca"', "c"),
        ("„nach Napoca“", "c"),
        ('"Feuerwehr"', ""),  # in quotation marks a word is whole
        ("Tübingen", "ab"),
        ("Tuebingen", "ab"),
        ("TUEBINGEN", "ab"),
        ("beschloss", "b"),
        ("Strasse", "c"),
        ("Städte", "b"),
        ("25.11.1953", "b"),
        ("11.25.1953", ""),
        ("Bauern", "c"),
        ("Quelle neue", ""),
        ("Quelle neu", "c"),
        ("OR", ""),
        ("NEAR(", ""),
        ("*", "abc"),  # nothing to look for: everything
        ('"', "abc"),
        ("'; DROP TABLE queue; --", ""),
    ],
)
def test_what_is_found(store: Store, search: str, found: str) -> None:
    assert hits(store, search) == found
    shown = {name for name, text in TEXTS.items() if found_in(text, search)}
    assert set(found) <= shown or search in ("*", '"'), "what the index finds is also marked in the text"


def test_a_snippet_ends_at_words_and_keeps_to_one_line() -> None:
    text = "Anfang. " + "Wort " * 40 + "Feuer-\nwehr und Spritze " + "Wort " * 40
    before, words, after = snippet(text, "wehr", 30) or ("", "", "")
    assert (before[:6], words, after[:4]) == ("… Wort", "wehr", " und")
    assert before.endswith("Feuer- ") and after.endswith("Wort …") and "\n" not in before
    assert snippet(text, "Löschzug") is None


def test_offsets_count_code_points_past_emoji_and_combining_letters() -> None:
    text = "🎉🎉 İzmir und Tu\u0308bingen grüßen Tübingen"
    assert [text[start:end] for start, end in found_in(text, "tübingen")] == ["Tübingen"]
    assert [text[start:end] for start, end in found_in(text, "izmir")] == ["İzmir"]


@given(st.text(max_size=40), st.text(max_size=60))
def test_any_query_is_understood(search: str, text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
    )
    if asked := match_expression(search):
        db.execute("SELECT rowid FROM words WHERE words MATCH ?", (asked,)).fetchall()
    assert all(0 <= start < end <= len(text) for start, end in found_in(text, search))
    db.close()


def test_what_a_new_run_replaced_is_not_found_any_more(store: Store) -> None:
    put(store.root, "a", "Ein ganz anderer Text über Como.")
    (store.root / "c.json").unlink()
    store.refresh()
    assert (hits(store, "Feuerwehr"), hits(store, "Cluj"), hits(store, "Como")) == ("", "", "a")


def test_an_index_of_mostly_replaced_texts_is_made_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.review.store._SPARE", 0)
    for number in range(6):
        put(store.root, "a", f"Fassung {number} über Como und Arles.")
        store.refresh()
    with store.connect() as db:
        assert db.execute("SELECT count(*) FROM words").fetchone()[0] < 9
    assert hits(store, "Como") == "a" and hits(store, "Tübingen") == "b"


def test_an_index_of_an_earlier_version_is_replaced_and_the_decisions_stay(store: Store) -> None:
    record = store.page(Filter(order="name"), 1)[0][0]["id"]
    store.decide(record, 0, "anna", [parse_operation({"op": "verdict", "value": "accepted"})])
    with store.connect() as db:
        db.executescript("DROP TABLE words; CREATE TABLE words(id, title); PRAGMA user_version = 1;")
    again = Store(store.root)
    again.refresh()
    assert hits(again, "Feuerwehr") == "a"
    assert again.page(Filter(state="accepted"), 1)[1] == 1 and len(again.log(record)) == 1
