"""The report in Chromium: every figure leads to its evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import serious
from desk_records import record_of, seen_names
from playwright.sync_api import Page, expect

from pipeline.report.build import build_report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(build_report([record_of(name) for name in seen_names()[::6]]), "utf-8")
    return path


def test_every_figure_leads_to_its_evidence(report: Path, new_page: Callable[..., Page]) -> None:
    page = new_page(width=1240, height=1000)
    page.goto(report.as_uri())
    total = page.locator("#table tbody tr").count()
    page.locator('[data-status="dormant"]').click()
    expect(page.locator("#table tbody tr").first).to_contain_text("ruhend")
    assert page.locator("#table tbody tr").count() < total
    page.locator("#table tbody tr").first.click()
    expect(page.locator("#detail blockquote").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".chip").click()
    page.locator("#timeline rect").first.click()
    expect(page.locator(".chip")).to_have_count(2)
    for chip in page.locator(".chip").all()[::-1]:
        chip.click()
    page.locator("#topics button").first.click()
    expect(page.locator(".chip")).to_have_count(2)
    for chip in page.locator(".chip").all()[::-1]:
        chip.click()
    page.locator("#net circle").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator("[data-total=partnerships]").click()
    page.locator("#q").fill("Regensburg")
    expect(page.locator("#table tbody tr").first).to_contain_text("Regensburg")
    before = page.locator("#map").get_attribute("viewBox")
    page.locator('[data-zoom="0.6"]').click()
    assert page.locator("#map").get_attribute("viewBox") != before


def test_sorting_by_keyboard(report: Path, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(report.as_uri())
    button = page.locator("[data-sort=confidence]")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    shown = [
        int(text.rstrip(" %")) for text in page.locator("#table tbody td:nth-child(7)").all_inner_texts()
    ]
    assert shown == sorted(shown, reverse=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_and_narrow(report: Path, new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(scheme=scheme)
    page.goto(report.as_uri())
    assert serious(page, scheme) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_it_prints(report: Path, new_page: Callable[..., Page], tmp_path: Path) -> None:
    page = new_page()
    page.goto(report.as_uri())
    pdf = page.pdf(format="A4")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") + pdf.count(b"/Type /Page ") >= 2
