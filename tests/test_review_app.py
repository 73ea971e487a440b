"""The desk over HTTP: who gets in, what is escaped, what the forms mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from desk_records import blank, write_records
from starlette.testclient import TestClient

from pipeline.record import Record
from pipeline.review.app import create_app
from pipeline.review.store import Store

HOST = "127.0.0.1:8765"
ORIGIN = {"origin": f"http://{HOST}"}
NASTY = (
    "<script>document.title='owned'</script>\n\n"
    'Ein "Zitat" & <img src=x onerror=alert(1)> aus Bochum 🎉👨‍👩‍👧 in Tsukuba.\n'
    "\u202eRTL-Zeichen\u202c und \u200fשלום\u200e und " + "Donau" * 2000 + " Ende."
)


def nasty_record() -> Record:
    data = blank("nasty", NASTY)
    for name, city_id in (("Bochum", "geonames:2947416"), ("Tsukuba", "geonames:2110681")):
        at = NASTY.index(name)
        mention = {
            "start": at,
            "end": at + len(name),
            "text": name,
            "by": "cities.gazetteer",
            "confidence": 0.9,
        }
        data["cities"].append({"id": city_id, "name": name, "kind": "city", "country": None, "geonames_id": int(city_id[9:]),
                               "geonames_name": name, "latitude": 1.0, "longitude": 2.0, "population": 5, "partner": False,
                               "mentions": [mention]})  # fmt: skip
    data["warnings"] = [{"code": "odd", "message": "<b>bold</b>"}]
    return Record.model_validate(data)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = write_records(tmp_path_factory.mktemp("desk") / "out", ["b-brixen-regensburg", "halle-ronchin"])
    (root / "nasty.json").write_text(nasty_record().to_json(), "utf-8")
    (root / "ledger.json").write_text('{"done": 3}', "utf-8")
    store = Store(root)
    store.refresh()
    return store


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    app = create_app(store, "secret", frozenset({HOST}), "anna")
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as client:
        yield client


@pytest.fixture
def inside(client: TestClient) -> TestClient:
    assert client.get("/?token=secret").status_code == 303
    return client


def record_id(store: Store, name: str) -> str:
    with store.connect() as db:
        return str(db.execute("SELECT id FROM queue WHERE name = ?", (name,)).fetchone()[0])


class TestDoor:
    @pytest.mark.parametrize(
        "path", ["/", "/records/x", "/static/0/desk.js", "/places?q=Bonn", "/edtf?value=2019", "/nowhere"]
    )
    def test_nothing_without_the_token(self, client: TestClient, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 403
        assert "Schlüssel" in answer.text
        assert client.get(path, headers={"cookie": "jumelage_8765=guess"}).status_code == 403
        assert client.get(path + ("&" if "?" in path else "?") + "token=guess").status_code == 403

    def test_the_token_leaves_the_address_and_becomes_a_cookie_no_script_reads(
        self, client: TestClient
    ) -> None:
        answer = client.get("/?token=secret&q=Bonn")
        assert answer.status_code == 303 and answer.headers["location"] == "/?q=Bonn"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie
        assert client.get("/").status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9999", "127.0.0.1", "evil.example:8765", ""])
    def test_another_host_is_refused(self, inside: TestClient, host: str) -> None:
        assert inside.get("/", headers={"host": host}).status_code == 421

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "null", "https://127.0.0.1:8765", "http://127.0.0.1:9999"]
    )
    def test_another_origin_is_refused(self, inside: TestClient, store: Store, origin: str) -> None:
        path = f"/records/{record_id(store, 'halle-ronchin')}/decisions"
        body = {"version": 0, "decision": {"op": "verdict", "value": "accepted"}}
        assert inside.post(path, json=body, headers={"origin": origin}).status_code == 403
        assert inside.get("/", headers={"origin": origin}).status_code == 403
        assert inside.post(path, json=body).status_code == 403
        assert store.log() == []

    def test_a_huge_body_is_refused(self, inside: TestClient) -> None:
        assert inside.post("/settings", content=b"x" * 2_000_000, headers=ORIGIN).status_code == 413

    def test_pages_may_load_nothing_from_elsewhere(self, inside: TestClient) -> None:
        policy = inside.get("/").headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy

    def test_a_redirect_never_leaves_the_desk(self, inside: TestClient) -> None:
        for back in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
            answer = inside.post("/settings", data={"lang": "en", "back": back}, headers=ORIGIN)
            assert re.match(r"/(?![/\\])", answer.headers["location"]), answer.headers["location"]


class Shown(HTMLParser):
    """The text that a page shows inside the article."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.tags: set[str] = set()
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if dict(attrs).get("id") == "paper":
            self.depth = 1
        elif self.depth:
            self.tags.add(tag)
            if tag == "p":
                self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self.depth = 0

    def handle_data(self, data: str) -> None:
        if self.depth and self.lines:
            self.lines[-1] += data.rstrip("\n") if data.isspace() else data


def test_hostile_text_is_shown_whole_and_as_text(inside: TestClient, store: Store) -> None:
    page = inside.get(f"/records/{record_id(store, 'nasty')}").text
    shown = Shown()
    shown.feed(page)
    assert shown.tags == {"p", "span"}
    assert [line for line in shown.lines if line] == [line for line in NASTY.split("\n") if line]
    assert "<b>bold" not in page and "<script>document" not in page and "onerror=alert(1)&gt;" in page


def test_every_piece_says_at_which_code_point_it_begins(inside: TestClient, store: Store) -> None:
    page = inside.get(f"/records/{record_id(store, 'nasty')}").text
    found = re.findall(r'<span data-o="(\d+)"[^>]*>([^<]*)</span>', page)
    assert found and all(NASTY.startswith(unescape(text), int(start)) for start, text in found)


def test_forms_become_decisions(inside: TestClient, store: Store) -> None:
    record = record_id(store, "b-brixen-regensburg")
    path = f"/records/{record}/decisions"
    text = store.load(record)[0].text
    at = text.index("Bürgermeister Paul Kerschbaumer")

    def send(decision: dict[str, Any]) -> dict[str, Any]:
        answer = inside.post(
            path, json={"version": len(store.log(record)), "decision": decision}, headers=ORIGIN
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    key = "geonames:2849483--geonames:3181550--twinning"
    values = {"first": "geonames:2849483", "second": "geonames:3181550", "type": "friendship", "status": "ended",
              "instrument": "treaty", "since": "15. Juni 1969", "signed": "", "until": "2019"}  # fmt: skip
    send({"op": "form", "kind": "partnership", "key": key, "values": values})
    changed = store.review(record)[1].record.partnerships[0]
    assert (changed.type, changed.status, changed.since, changed.until) == (
        "friendship",
        "ended",
        "1969-06-15",
        "2019",
    )
    span = {"start": text.index("Domdekan"), "end": text.index("Domdekan") + len("Domdekan Ulrich Obrist")}
    send(
        {
            "op": "form",
            "kind": "official",
            "values": {"name": "Ulrich Obrist", "title": "Domdekan", "role": "clergy", "city": ""},
            **span,
        }
    )
    send({"op": "form", "kind": "date", "values": {"edtf": "Herbst 2018", "modifier": "", "role": "event"},
          "start": at, "end": at + 13})  # fmt: skip
    send({"op": "form", "kind": "city", "values": {"place": "Regensburg", "place_id": "geonames:2849483", "kind": "city"},
          "start": text.index("Donau"), "end": text.index("Donau") + 5})  # fmt: skip
    send({"op": "form", "kind": "topic", "values": {"id": "sport"}, "start": at, "end": at + 13})
    send({"op": "form", "kind": "agreement", "values": {"value": "charter"}, "start": at, "end": at + 13})
    send({"op": "form", "kind": "head", "values": {"title": "Fünfzig Jahre", "published": "07.2019"}})
    reviewed = store.review(record)[1].record
    assert (reviewed.title, reviewed.published) == ("Fünfzig Jahre", "2019-07")
    assert [d.edtf for d in reviewed.dates if d.text == "Bürgermeister"] == ["2018-23"]
    assert "Donau" in {m.text for c in reviewed.cities if c.name == "Regensburg" for m in c.mentions}
    assert "sport" in {t.id for t in reviewed.topics} and "charter" in {
        a.instrument for a in reviewed.agreements
    }
    for _ in range(7):
        send({"op": "undo"})
    assert store.review(record)[1].record == store.load(record)[0]
    assert len(store.log(record)) == 14


def test_a_stale_version_is_told_who_was_faster(inside: TestClient, store: Store) -> None:
    record = record_id(store, "halle-ronchin")
    body = {"version": 0, "decision": {"op": "verdict", "value": "accepted"}}
    assert inside.post(f"/records/{record}/decisions", json=body, headers=ORIGIN).status_code == 200
    answer = inside.post(f"/records/{record}/decisions", json=body, headers=ORIGIN)
    assert answer.status_code == 409
    assert "anna hat diesen Artikel" in answer.json()["message"] and answer.json()["version"] == 1


@pytest.mark.parametrize(
    "decision",
    [None, [], {"op": "drop"}, {"op": "edit", "kind": "city", "key": "nobody", "changes": {}},
     {"op": "form", "kind": "date", "start": 5, "end": 4, "values": {"edtf": "2019"}},
     {"op": "form", "kind": "date", "start": 0, "end": 4, "values": {"edtf": "gestern"}},
     {"op": "form", "kind": "city", "start": 0, "end": 4, "values": {"place": "Bonn", "place_id": "geonames:1"}},
     {"op": "edit", "kind": "city", "key": "geonames:2947416", "changes": {"mentions": []}}],
)  # fmt: skip
def test_a_senseless_decision_is_refused_in_one_line(inside: TestClient, store: Store, decision: Any) -> None:
    record = record_id(store, "nasty")
    answer = inside.post(
        f"/records/{record}/decisions", json={"version": 0, "decision": decision}, headers=ORIGIN
    )
    assert answer.status_code == 422 and answer.json()["error"] and "\n" not in answer.json()["error"]
    assert store.log(record) == []


def test_places_come_from_the_gazetteer(inside: TestClient) -> None:
    found = inside.get("/places?q=Klausenburg").json()
    assert found[0]["country"] == "RO" and found[0]["id"].startswith("geonames:")
    assert any(place["name"].startswith("Gelsenkirchen") for place in inside.get("/places?q=gelsenki").json())
    assert inside.get("/places?q=").json() == []


def test_an_unknown_article_is_a_clear_page(inside: TestClient) -> None:
    answer = inside.get("/records/0000000000000000")
    assert answer.status_code == 404 and "gibt es hier nicht" in answer.text
