"""What the browser tests share: a running desk, screenshots for the docs, axe-core."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


@dataclass
class Desk:
    """A running desk: its address with the token, and the records it shows."""

    url: str
    root: Path

    @property
    def origin(self) -> str:
        return self.url.split("/?")[0]


StartDesk = Callable[[Path], Desk]


def serious(page: Page, scheme: str = "light") -> list[str]:
    """What axe-core finds wrong on the page, serious or critical. In the dark, only colours can differ."""
    page.evaluate((Path(__file__).parent / "axe.min.js").read_text("utf-8"))
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} if scheme == "dark" else {}
    found = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **rules})
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
