"""Every flow of the analyst's desk in Chromium, mostly by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import Desk, StartDesk, serious
from desk_records import record_of, write_records
from playwright.sync_api import Page, Route, expect

from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.decisions import parse_operation
from pipeline.review.store import Store

NAMES = [
    "b-brixen-regensburg",
    "e-haan-eu",
    "halle-ronchin",
    "lueneburg-naruto",
    "norden-bradford",
    "stade-partner",
]


@pytest.fixture(scope="module")
def desk(start_desk: StartDesk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return start_desk(write_records(tmp_path_factory.mktemp("desk") / "out", NAMES))


@pytest.fixture
def article(desk: Desk, new_page: Callable[..., Page]) -> Callable[..., Page]:
    def open_article(name: str = "b-brixen-regensburg", **how: object) -> Page:
        page = new_page(**how)
        page.goto(desk.url)
        page.goto(f"{desk.origin}/records/{record_id(desk, name)}")
        ready(page)
        return page

    return open_article


def ready(page: Page) -> None:
    expect(page.locator("html[data-ready]")).to_have_count(1)


def record_id(desk: Desk, name: str) -> str:
    with Store(desk.root).connect() as db:
        return str(db.execute("SELECT id FROM queue WHERE name = ?", (name,)).fetchone()[0])


def reviewed(desk: Desk, name: str) -> Record:
    return Store(desk.root).review(record_id(desk, name))[1].record


def test_the_queue_by_keyboard(desk: Desk, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(desk.url)
    assert "token" not in page.url
    expect(page.locator(".row")).to_have_count(len(NAMES))
    page.keyboard.press("/")
    page.keyboard.type("Havlickuv")
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    ready(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h1")).to_have_text("INFO BRIXEN")
    ready(page)
    page.keyboard.press("q")
    expect(page.locator("#search")).to_have_value("Havlickuv")


def test_evidence_is_shown_on_focus_and_hover_and_found_by_click(article: Callable[..., Page]) -> None:
    page = article()
    page.keyboard.press("6")
    lit = page.locator("#paper .lit")
    assert "Haidplatz in Regensburg" in "".join(lit.all_inner_texts())
    page.locator(".card.partnership").nth(3).hover()
    assert "mit Brixen im Thale" in "".join(lit.all_inner_texts())
    page.locator(".card.partnership").nth(3).locator(".quote").click()
    expect(page.locator("#paper .lit").first).to_be_in_viewport()
    page.locator("#paper .k-official").first.click()
    expect(page.locator(".card.here .name")).to_contain_text("Paul Kerschbaumer")


def test_a_correction_by_keyboard_takes_under_five_seconds(desk: Desk, article: Callable[..., Page]) -> None:
    """Typed without a pause: what comes before the form is open is meant for the form."""
    page = article("lueneburg-naruto")
    start = time.perf_counter()
    page.keyboard.press("6")
    page.keyboard.press("e")
    page.keyboard.type("ruhend")
    page.keyboard.press("Enter")
    expect(page.locator(".card.here .facts")).to_contain_text("ruhend")
    assert time.perf_counter() - start < 5
    page.keyboard.press("e")
    expect(page.locator("form.entry")).to_be_visible()
    for key in ("Tab", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("25.11.1974")
    expect(page.locator("output").filter(has_text="25. November 1974")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".card.here .facts")).to_contain_text("seit 25. November 1974")
    changed = reviewed(desk, "lueneburg-naruto").partnerships[0]
    assert (changed.status, changed.since) == ("dormant", "1974-11-25")
    page.keyboard.press("z")
    expect(page.locator(".card.here .facts")).not_to_contain_text("seit 25. November 1974")
    page.keyboard.press("z")
    expect(page.locator(".card.here .facts")).not_to_contain_text("ruhend")
    page.locator(".history summary").click()
    expect(page.locator(".history li")).to_have_count(4)


def test_keys_typed_ahead_are_no_commands(desk: Desk, article: Callable[..., Page]) -> None:
    """`e`, then a date, then the next entry: however slow the server, no letter of it rejects or undoes anything."""
    page = article("norden-bradford")

    def slow(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/form?*", slow)
    page.route("**/decisions", slow)
    page.keyboard.press("3")
    page.keyboard.press("e")
    page.keyboard.type("xax1974zux")  # no date: refused, and the form stays
    page.keyboard.press("Enter")
    expect(page.locator("form.entry .error")).not_to_be_empty()
    expect(page.locator("#f-date-edtf")).to_have_value("xax1974zux")
    assert Store(desk.root).log(record_id(desk, "norden-bradford")) == []
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.keyboard.press("e")
    page.keyboard.type("1974x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Tab")
    page.keyboard.type("ende")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator('[data-section="date"] .touched .facts')).to_contain_text("Ende 1974")
    expect(page.locator('[data-section="date"] .accepted')).to_have_count(1)
    log = Store(desk.root).log(record_id(desk, "norden-bradford"))
    assert [decision.operation.op for decision in log] == ["edit", "accept"]
    page.keyboard.press("z")
    page.keyboard.press("z")
    expect(page.locator('[data-section="date"] .touched')).to_have_count(0)


def test_the_text_is_searched_and_the_words_are_shown(desk: Desk, new_page: Callable[..., Page]) -> None:
    page = new_page(height=400)
    page.goto(desk.url)
    page.locator("#search").fill("Hofburggarten")
    page.locator("#search").press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".snippet mark")).to_have_text("Hofburggarten")
    page.locator(".row a").click()
    ready(page)
    word = page.locator("#paper [data-o]", has_text="Hofburggarten").first
    expect(word).to_be_in_viewport()
    marked = page.evaluate("[...CSS.highlights.get('found')].map(range => range.toString())")
    assert set(marked) == {"Hofburggarten"}


def test_accept_reject_undo(desk: Desk, article: Callable[..., Page]) -> None:
    page = article("halle-ronchin")
    before = len(reviewed(desk, "halle-ronchin").cities)
    page.keyboard.press("1")
    page.keyboard.press("a")
    expect(page.locator(".card.accepted")).to_have_count(1)
    name = page.locator(".card.here .name").inner_text()
    page.keyboard.press("x")
    expect(page.locator("#toast")).to_have_text("Gesichert")
    expect(page.locator('[data-section="city"] .name', has_text=name)).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator('[data-section="city"] .card')).to_have_count(before)
    page.keyboard.press("z")
    expect(page.locator(".card.accepted")).to_have_count(0)


def test_one_mention_of_several_is_taken_out(desk: Desk, article: Callable[..., Page]) -> None:
    page = article("stade-partner")
    several = next(c for c in reviewed(desk, "stade-partner").cities if len(c.mentions) > 1)
    page.locator('[data-section="city"] .card', has_text=several.name).first.click()
    page.keyboard.press("m")
    page.keyboard.press("m")
    page.keyboard.press("d")
    expect(page.locator("#toast")).to_have_text("Gesichert")
    left = next(c for c in reviewed(desk, "stade-partner").cities if c.id == several.id)
    assert [m.start for m in left.mentions] == [
        m.start for m in several.mentions if m is not several.mentions[1]
    ]
    page.keyboard.press("z")
    expect(page.locator("#toast")).to_have_text("Zurückgenommen")


def test_adding_by_selecting_with_the_keyboard(desk: Desk, article: Callable[..., Page]) -> None:
    page = article()
    page.keyboard.press("1")
    page.keyboard.press("w")
    for _ in range(400):
        if page.evaluate("getSelection().toString()") == "Domdekan":
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("getSelection().toString()") == "Domdekan Ulrich Obrist"
    expect(page.locator("#chooser")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#f-official-name")).to_have_value("Ulrich Obrist")
    expect(page.locator("#f-official-title")).to_have_value("Domdekan")
    page.locator("#f-official-role").select_option("clergy")
    page.keyboard.press("Enter")
    expect(page.locator('[data-section="official"] .touched')).to_contain_text("Ulrich Obrist")
    added = next(o for o in reviewed(desk, "b-brixen-regensburg").officials if o.name == "Ulrich Obrist")
    assert "Domdekan Ulrich Obrist" in {mention.text for mention in added.mentions}
    page.keyboard.press("z")


def test_adding_by_mouse_counts_in_code_points(desk: Desk, article: Callable[..., Page]) -> None:
    page = article()
    box = page.evaluate(
        """() => { const piece = [...document.querySelectorAll('#paper [data-o]')].find(e => e.textContent.includes('Hofburggarten'));
        const range = document.createRange(), at = piece.firstChild.data.indexOf('Hofburggarten');
        range.setStart(piece.firstChild, at); range.setEnd(piece.firstChild, at + 13);
        const r = range.getBoundingClientRect(); return [r.left, r.right, r.top + r.height / 2] }"""
    )
    page.mouse.move(box[0] + 1, box[2])
    page.mouse.down()
    page.mouse.move(box[1], box[2], steps=5)
    page.mouse.up()
    page.locator('[data-add="city"]').click()
    expect(page.locator("#f-city-place")).to_have_value("Hofburggarten")
    expect(page.locator("[role=option]")).to_have_count(1, timeout=90_000)
    page.locator("#f-city-kind").select_option("district")
    page.locator("form.entry button.main").click()
    expect(page.locator('[data-section="city"] .touched')).to_contain_text("nicht zugeordnet")
    added = next(c for c in reviewed(desk, "b-brixen-regensburg").cities if c.name == "Hofburggarten")
    assert (added.id, added.kind) == ("name:hofburggarten", "district")
    page.keyboard.press("z")
    expect(page.locator('[data-section="city"] .touched')).to_have_count(0)


def test_the_place_picker_links_a_city(desk: Desk, article: Callable[..., Page]) -> None:
    page = article("norden-bradford")
    page.keyboard.press("1")
    page.keyboard.press("e")
    field = page.locator("#f-city-place")
    expect(field).to_be_focused()
    page.keyboard.type("Klausenburg")
    expect(page.locator("[role=option]").first).to_contain_text("Rumänien", timeout=90_000)
    expect(page.locator(".map .at")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".card.here .facts")).to_contain_text("Rumänien")
    assert any(c.country == "RO" and c.geonames_id for c in reviewed(desk, "norden-bradford").cities)
    page.keyboard.press("z")


def test_two_analysts_at_once(desk: Desk, article: Callable[..., Page]) -> None:
    anna, ben = article("e-haan-eu"), article("e-haan-eu")
    ben.locator(".who input").fill("Ben Örtel")
    ben.locator(".who input").press("Tab")
    expect(ben.locator(".who input")).to_have_value("Ben Örtel")
    ready(ben)
    for page in (anna, ben):
        page.keyboard.press("1")
    ben.locator("#panel .card").first.click()
    ben.keyboard.press("a")
    expect(ben.locator(".card.accepted")).to_have_count(1)
    anna.keyboard.press("x")
    expect(anna.locator("#toast")).to_contain_text("Ben Örtel hat diesen Artikel")
    expect(anna.locator(".card.accepted")).to_have_count(1)
    log = Store(desk.root).log(record_id(desk, "e-haan-eu"))
    assert [(d.user, d.operation.op) for d in log] == [("Ben Örtel", "accept")]


def test_a_whole_article_is_judged_and_the_next_one_opens(desk: Desk, article: Callable[..., Page]) -> None:
    page = article("stade-partner")
    first = page.url
    page.keyboard.press("A")
    page.wait_for_url(lambda url: url != first)
    page.goto(f"{desk.origin}/?state=accepted")
    expect(page.locator(".row")).to_have_count(1)
    page.locator(".row a").click()
    page.get_by_role("button", name="Wieder öffnen").click()
    expect(page.get_by_role("button", name="Alles richtig")).to_be_visible()


def test_help_and_switching_keys_off(article: Callable[..., Page]) -> None:
    page = article()
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    assert serious(page) == []
    page.locator("#keys-off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator(".card.here")).to_have_count(0)


def test_english_dark_and_narrow(desk: Desk, article: Callable[..., Page]) -> None:
    page = article(lang="en-GB", scheme="dark")
    expect(page.locator("h2", has_text="Partnerships")).to_be_visible()
    page.keyboard.press("6")
    assert serious(page, "dark") == []
    page.keyboard.press("l")
    expect(page.locator("h2", has_text="Partnerschaften")).to_be_visible()
    narrow = article(width=360, height=740)
    assert narrow.evaluate("document.documentElement.scrollWidth") == 360
    expect(narrow.locator("#panel")).to_be_hidden()
    narrow.locator("#paper .k-official").first.click()
    expect(narrow.locator(".card.here .name")).to_contain_text("Paul Kerschbaumer")
    expect(narrow.locator(".card.here")).to_be_in_viewport(ratio=0.9)
    assert narrow.evaluate("document.documentElement.scrollWidth") == 360
    narrow.goto(desk.origin)
    assert narrow.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(desk: Desk, article: Callable[..., Page], scheme: str) -> None:
    page = article(scheme=scheme)
    assert serious(page, scheme) == []
    page.keyboard.press("6")
    page.keyboard.press("e")
    expect(page.locator("form.entry")).to_be_visible()
    assert serious(page, scheme) == []
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("e")
    expect(page.locator("[role=option]").first).to_be_visible(timeout=90_000)
    assert serious(page, scheme) == []
    page.goto(f"{desk.origin}/")
    assert serious(page, scheme) == []


def test_hostile_text_runs_nothing(
    start_desk: StartDesk, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    from test_review_app import NASTY, nasty_record

    (tmp_path / "nasty.json").write_text(nasty_record().to_json(), "utf-8")
    desk = start_desk(tmp_path)
    page = new_page(width=700)
    page.goto(desk.url)
    page.locator(".row a").click()
    expect(page.locator("#paper")).to_be_visible()
    assert page.evaluate("document.title") != "owned"
    shown = page.evaluate("[...document.querySelectorAll('#paper p')].map(p => p.textContent).join('\\n')")
    assert shown == "\n".join(line for line in NASTY.split("\n") if line)
    assert page.evaluate("document.documentElement.scrollWidth") <= 700


def test_a_new_run_says_where_it_agrees_and_differs(
    start_desk: StartDesk, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    name = "lueneburg-naruto"
    store = Store(write_records(tmp_path / "out", [name]))
    store.refresh()
    record = record_of(name)
    first, second = record.partnerships[:2]
    for version, (partnership, status) in enumerate(((first, "dormant"), (second, "ended"))):
        data = partnership.model_dump(mode="json")
        key = entries.key_of("partnership", data)
        edit = {"op": "edit", "kind": "partnership", "key": key, "changes": {"status": status}, "entry": data}
        store.decide(record.id, version, "anna", [parse_operation(edit)])
    path = store.root / f"{name}.json"
    data = record.model_dump(mode="json")
    data["partnerships"][0]["status"], data["partnerships"][1]["status"] = "dormant", "suspended"
    path.write_text(Record.model_validate(data).to_json(), "utf-8")
    desk = start_desk(store.root)
    page = new_page()
    page.goto(desk.url)
    page.locator(".row a").click()
    expect(page.locator(".news .agrees")).to_contain_text("stimmt jetzt mit der Korrektur überein")
    expect(page.locator(".news .differs")).to_contain_text(
        "Clamart“ weicht ab (Sie: Status beendet; die Auswertung jetzt: Status ausgesetzt"
    )
    assert serious(page) == []
