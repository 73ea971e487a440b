"""The error browser in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import serious
from desk_records import gold_of, record_data, seen_names, text_of
from playwright.sync_api import Page, expect

from pipeline.evaluate.browser import error_page
from pipeline.evaluate.gold import GoldArticle
from pipeline.evaluate.scoring import FIELDS, score_article
from pipeline.evaluate.statistics import summarise
from pipeline.record import Record
from pipeline.review import entries


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records that have only every third date and place."""
    scores = []
    for name in seen_names()[:12]:
        data = record_data(name)
        data["dates"], data["cities"] = data["dates"][1::3], data["cities"][1::3]
        entries.settle(data)
        scores.append(
            score_article(
                GoldArticle(name, "news", text_of(name), gold_of(name)), Record.model_validate(data)
            )
        )
    path = tmp_path_factory.mktemp("errors") / "errors.html"
    path.write_text(error_page(scores, [summarise(scores, field) for field in FIELDS]), "utf-8")
    return path


def test_each_miss_is_shown_in_its_text(page_file: Path, new_page: Callable[..., Page]) -> None:
    page = new_page(width=1100, height=900)
    page.goto(page_file.as_uri())
    every = page.locator("li:visible").count()
    page.select_option("#field", "dates")
    assert 0 < page.locator("li:visible").count() < every
    item = page.locator("li:visible", has=page.locator("a")).first
    words = item.locator("bdi").inner_text().split(" = ")[0]
    item.locator("a").click()
    mark = page.locator("mark:visible", has=page.locator("sup:target"))
    expect(mark).to_contain_text(words)
    expect(mark).to_be_in_viewport()
    page.fill("#words", "nichts dergleichen")
    expect(page.locator("#count")).to_have_text("0 errors")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page_file: Path, new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(scheme=scheme)
    page.goto(page_file.as_uri())
    page.locator("summary").first.click()
    assert serious(page, scheme) == []
