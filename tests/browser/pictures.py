"""Takes the pictures of the docs: the desk, the report and the error browser on articles extracted as a user would.

    python tests/browser/pictures.py            # needs Chromium; writes docs/images/*.png

Look at each picture afterwards: would you show it to a customer?
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]

from chromium import CHROMIUM, IMAGES  # noqa: E402
from desk_records import seen_names  # noqa: E402

SHOWN = "worms-mobile"


RUNNING: list[subprocess.Popen[str]] = []


def jumelage(*arguments: str) -> list[str]:
    return [sys.executable, "-u", "-c", "from pipeline.cli import main; main()", *arguments]


def extract(folder: Path) -> Path:
    """The seen articles, extracted by the command line."""
    articles, out = folder / "articles", folder / "out"
    articles.mkdir()
    for name in seen_names():
        shutil.copy(ROOT / "corpus" / "raw" / f"{name}.txt", articles)
    subprocess.run(jumelage("extract", str(articles), "--output", str(out)), check=True)
    return out


def desk_of(out: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        jumelage("review", str(out), "--user", "Anna Weber"), stdout=subprocess.PIPE, text=True
    )
    RUNNING.append(process)
    assert process.stdout
    for line in process.stdout:
        if "token=" in line:
            return process, line.strip()
    raise SystemExit("the desk did not start")


def shot(page: Page, name: str) -> None:
    page.wait_for_timeout(900)  # until it has scrolled
    page.screenshot(path=IMAGES / f"{name}.png")


def open_article(page: Page, origin: str, name: str) -> None:
    page.goto(f"{origin}/?q={name}")
    page.locator(".row a.to").first.click()
    expect(page.locator("html[data-ready]")).to_have_count(1)


def take_desk(context: BrowserContext, url: str) -> None:
    page, origin = context.new_page(), url.split("/?")[0]
    page.goto(url)
    shot(page, "queue")
    page.goto(f"{origin}/?q=Feuerwehr+Ukraine")
    shot(page, "search")
    open_article(page, origin, SHOWN)
    page.keyboard.press("6")
    shot(page, "article")
    page.keyboard.press("e")
    page.locator("#f-partnership-since").fill("1998-06")
    expect(page.locator("output", has_text="Juni 1998")).to_be_visible()
    shot(page, "edit")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("[role=option]").first).to_be_visible(timeout=90_000)
    shot(page, "places")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("w")
    for _ in range(600):
        if page.evaluate("getSelection().toString()") == "Berufsschüler":
            break
        page.keyboard.press("ArrowRight")
    shot(page, "select")
    page.keyboard.press("Escape")
    ben = context.new_page()
    open_article(ben, origin, SHOWN)
    ben.locator(".who input").fill("Ben Örtel")
    ben.locator(".who input").press("Tab")
    expect(ben.locator(".who input")).to_have_value("Ben Örtel")
    expect(ben.locator("html[data-ready]")).to_have_count(1)
    ben.keyboard.press("6")
    ben.keyboard.press("a")
    expect(ben.locator(".card.accepted")).to_have_count(1)
    page.bring_to_front()
    page.keyboard.press("6")
    page.keyboard.press("x")
    expect(page.locator("#toast")).to_contain_text("Ben Örtel hat")
    shot(page, "conflict")
    ben.close()
    page.close()


def take_new_run(context: BrowserContext, out: Path, folder: Path) -> None:
    """Decisions on one extraction, and another that says something else now."""
    again = folder / "again"
    again.mkdir()
    record = next(path for path in out.rglob("*.json") if path.stem == SHOWN)
    shutil.copy(record, again)
    process, url = desk_of(again)
    page = context.new_page()
    page.goto(url)
    page.locator(".row a.to").click()
    expect(page.locator("html[data-ready]")).to_have_count(1)
    for number, status in enumerate(("ruhend", "beendet")):
        page.keyboard.press("6")
        for _ in range(number):
            page.keyboard.press("j")
        page.keyboard.press("e")
        page.keyboard.type(status)
        page.keyboard.press("Enter")
        expect(page.locator(".card.here .facts").first).to_contain_text(status)
    process.terminate()
    data = json.loads((again / record.name).read_text("utf-8"))
    data["partnerships"][0]["status"], data["partnerships"][1]["status"] = "dormant", "suspended"
    (again / record.name).write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    process, url = desk_of(again)
    page.goto(url)
    page.locator(".row a.to").click()
    expect(page.locator(".news li")).to_have_count(2)
    shot(page, "new-run")
    page.close()
    process.terminate()


def take_pages(context: BrowserContext, out: Path, folder: Path) -> None:
    report, errors = folder / "report.html", folder / "errors.html"
    subprocess.run(jumelage("report", str(out), "-o", str(report)), check=True)
    page = context.new_page()
    page.set_viewport_size({"width": 1240, "height": 1000})
    page.goto(report.as_uri())
    shot(page, "report")
    page.evaluate("window.scrollTo(0, 840)")
    shot(page, "report-figures")
    page.locator('[data-status="dormant"]').click()
    page.locator("#table tbody tr").first.click()
    expect(page.locator("#detail blockquote").first).to_be_visible()
    shot(page, "report-evidence")
    gold = str(ROOT / "corpus" / "gold")
    names = folder / "names.txt"
    names.write_text("\n".join(path.stem for path in sorted(out.rglob("*.json"))), "utf-8")
    subprocess.run(
        jumelage("evaluate", str(out), gold, "--names", str(names), "--html", str(errors)),
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    page.goto(errors.as_uri())
    page.select_option("#field", "partnerships")
    item = page.locator("li:visible", has=page.locator("a")).first
    item.locator("a").click()
    shot(page, "errors")
    page.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as started:
        folder = Path(name)
        out = Path(sys.argv[1]) if len(sys.argv) > 1 else extract(folder)
        for old in out.glob("reviews.sqlite*"):
            old.unlink()
        process, url = desk_of(out)
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = {"width": 1360, "height": 860}
        take_desk(browser.new_context(viewport=view, locale="de-DE"), url)
        dark = browser.new_context(viewport=view, locale="en-GB", color_scheme="dark").new_page()
        narrow = browser.new_context(
            viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="de-DE"
        ).new_page()
        for page, picture in ((dark, "dark"), (narrow, "narrow")):
            page.goto(url)
            open_article(page, re.sub(r"/\?.*", "", url), SHOWN)
            if page is narrow:
                page.locator("[data-tab=data]").click()
            page.keyboard.press("6")
            shot(page, picture)
        process.terminate()
        take_new_run(browser.new_context(viewport=view, locale="de-DE"), out, folder)
        take_pages(browser.new_context(viewport=view, locale="de-DE"), out, folder)
        browser.close()


if __name__ == "__main__":
    try:
        main()
    finally:
        for running in RUNNING:
            running.terminate()
