"""The report: what it counts, how it merges, and that it keeps to itself."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from desk_records import blank, record_of, seen_names, write_records
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.record import Record
from pipeline.report.aggregate import Relation, _network, aggregate
from pipeline.report.build import build_report
from pipeline.report.network import positions
from pipeline.report.world import outline
from pipeline.review import entries


def said(text: str, published: str | None, **parts: Any) -> Record:
    """A record of `text` in which Bochum and Tsukuba are partners."""
    data = blank("said", text)
    data["published"] = published
    for name, number, lat in (("Bochum", 1, 51.48), ("Tsukuba", 2, 36.08)):
        at = text.index(name)
        span = {"start": at, "end": at + len(name), "text": name, "by": "test", "confidence": 0.9}
        data["cities"].append({"id": f"geonames:{number}", "name": name, "kind": "city", "country": "DE" if number == 1 else "JP",
                               "geonames_id": number, "geonames_name": name, "latitude": lat, "longitude": 7.2,
                               "population": None, "partner": False, "mentions": [span]})  # fmt: skip
    pair = {"id": "", "cities": ["geonames:2", "geonames:1"], "type": "twinning", "instrument": None, "status": "active",
            "signed": None, "since": None, "until": None, "officials": [], "topics": [], "by": "test", "confidence": 0.8,
            "evidence": [{"start": 0, "end": len(text), "text": text}], **parts}  # fmt: skip
    data["partnerships"] = [pair]
    entries.settle(data)
    return Record.model_validate(data)


def page_data(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert found
    return json.loads(found[1])


def test_articles_about_one_partnership_are_drawn_together_and_the_newest_has_the_word() -> None:
    old = said("Bochum und Tsukuba seit 2010.", "2010-05", since="2010")
    new = said("Bochum kündigt Tsukuba.", "2021-03-02", status="ended", until="2021")
    for order in ([old, new], [new, old]):
        (relation,) = aggregate(order)["relations"]
        assert (relation["status"], relation["since"], relation["until"], relation["year"]) == (
            "ended",
            "2010",
            "2021",
            2010,
        )
        assert {quote["quote"] for quote in relation["evidence"]} == {
            "Bochum und Tsukuba seit 2010.",
            "Bochum kündigt Tsukuba.",
        }


def test_every_partnership_of_every_record_is_there_with_its_evidence() -> None:
    records = [record_of(name) for name in seen_names()[:50]]
    data = aggregate(records)
    pairs = {(frozenset(p.cities), p.type) for r in records for p in r.partnerships}
    assert len(data["relations"]) == len(pairs) == data["totals"]["partnerships"]
    quotes = {quote["quote"] for relation in data["relations"] for quote in relation["evidence"]}
    assert quotes == {span.text[:600] for r in records for p in r.partnerships for span in p.evidence}


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_page_is_whole_and_allows_exactly_its_own_script(lang: Any) -> None:
    html = build_report([record_of(name) for name in seen_names()[:5]], lang)
    assert not re.search(r"(?:src|href)\s*=|@import|url\(", html)
    script = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}" in html
    assert page_data(html)["totals"]["articles"] == 5


def test_hostile_text_cannot_leave_its_place() -> None:
    text = "</script><script>alert(1)</script><!-- Bochum & Tsukuba \u2028 <img src=x onerror=alert(2)>"
    html = build_report([said(text, None)], heading="<b>x</b>")
    assert "alert(1)</script>" not in html and "<b>x</b>" not in html
    assert page_data(html)["relations"][0]["evidence"][0]["quote"] == text


def test_no_partnership_is_said() -> None:
    assert "wurde keine Partnerschaft gefunden" in build_report(
        [Record.model_validate(blank("x", "Ein Text."))]
    )


@given(st.integers(0, 30), st.data())
def test_the_network_stays_in_its_frame_and_is_always_drawn_the_same(nodes: int, data: st.DataObject) -> None:
    node = st.integers(0, max(nodes - 1, 0))
    edges = (
        data.draw(st.lists(st.tuples(node, node).filter(lambda e: e[0] < e[1]), max_size=40))
        if nodes > 1
        else []
    )
    drawn = positions(nodes, edges)
    assert len(drawn) == nodes and all(0 <= x <= 1 and 0 <= y <= 1 for x, y in drawn)
    assert drawn == positions(nodes, edges)


def test_the_outline_is_small_and_within_the_world() -> None:
    assert sum(map(len, outline().values())) < 100_000
    starts = re.findall(r"M(-?[\d.]+) (-?[\d.]+)", outline()["land"])
    assert len(starts) > 100 and all(-541 <= float(x) <= 541 and -90 <= float(y) <= 90 for x, y in starts)


def test_the_command_writes_the_page_with_corrections_where_asked(tmp_path: Path) -> None:
    from pipeline.review.decisions import parse_operation
    from pipeline.review.store import Store

    out, page = write_records(tmp_path / "out", ["b-brixen-regensburg"]), tmp_path / "r.html"
    store = Store(out)
    store.refresh()
    record = record_of("b-brixen-regensburg")
    store.decide(
        record.id, 0, "anna", [parse_operation({"op": "reject", "kind": "city", "key": "geonames:3181550"})]
    )
    for flags, expected in ([], len(record.partnerships)), (["--reviewed"], 1):
        assert CliRunner().invoke(app, ["report", str(out), "-o", str(page), *flags]).exit_code == 0
        assert page_data(page.read_text("utf-8"))["totals"]["partnerships"] == expected


def test_the_network_draws_towns_with_all_their_partners() -> None:
    """Three of a kind fill the page; what would only fit without its partners is left out."""
    pairs = [(hub, f"{hub}{n}") for hub in "abc" for n in range(80)] + [("d", "e")]
    index = {name: number for number, name in enumerate(sorted({town for pair in pairs for town in pair}))}
    (best,) = said("Bochum und Tsukuba seit 2010.", None).partnerships
    relations = [Relation(pair, best, "") for pair in pairs]
    network = _network(relations, index)
    places = [node["place"] for node in network["nodes"]]
    assert {index["a"], index["b"], index["d"], index["e"]} <= set(places) and index["c"] not in places
    linked = {end for edge in network["edges"] for end in edge}
    assert linked == set(range(len(places))), "nobody stands alone"
    assert network["left_out"] == 81
