"""A real Chromium and a real `jumelage review`, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="pip install playwright")

from chromium import CHROMIUM, Desk, StartDesk
from playwright.sync_api import Browser, Page, Request, sync_playwright


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def start_desk() -> Iterator[StartDesk]:
    running: list[subprocess.Popen[str]] = []

    def start(root: Path) -> Desk:
        process = subprocess.Popen(
            [sys.executable, "-c", "from pipeline.cli import main; main()", "review", str(root), "--user", "Anna Weber"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        running.append(process)
        assert process.stdout
        for line in process.stdout:
            if match := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line):
                return Desk(match[0], root)
        raise AssertionError("the desk did not start")

    yield start
    for process in running:
        process.terminate()
        process.wait(10)


@pytest.fixture
def watched() -> list[str]:
    """Requests that left this machine, and errors in the page: to stay empty."""
    return []


@pytest.fixture
def new_page(browser: Browser, watched: list[str]) -> Iterator[Callable[..., Page]]:
    contexts = []

    def make(width: int = 1360, height: int = 860, lang: str = "de-DE", scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=lang, color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()

        def see(request: Request) -> None:
            if not request.url.startswith(("http://127.0.0.1:", "file://", "data:", "blob:")):
                watched.append(request.url)

        page.on("request", see)
        page.on("pageerror", lambda error: watched.append(str(error)))
        page.on(
            "console",
            lambda message: (
                watched.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert watched == []
