"""How fast the analyst's desk is: an article of 20,000 characters with 400 spans, and a queue of 100,000 records.

    python benchmarks/desk.py            # needs Chromium and playwright

The article's time is the browser's own: from the start of navigation until the page can be worked with.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from desk_records import blank, record_of, seen_names
from playwright.sync_api import sync_playwright

from pipeline.record import Record
from pipeline.review.search import snippet
from pipeline.review.store import Filter, Store

RECORDS = 100_000
TIMING = """() => { const n = performance.getEntriesByType('navigation')[0];
  return [n.domContentLoadedEventEnd, n.responseEnd, n.domContentLoadedEventEnd - n.responseEnd,
          performance.getEntriesByName('first-contentful-paint')[0].startTime] }"""


def long_record() -> Record:
    """20,000 characters, 100 dates, 100 places with three mentions each: 400 spans."""
    words = [f"Ort{n % 100:02d} und {1900 + n % 100} in Musterdorf{n:03d} sowie" for n in range(800)]
    text = ""
    for n, word in enumerate(words):
        text += word + ("\n\n" if n % 12 == 11 else " ")
    text = (text * 2)[:20_000]
    data = blank("long", text)
    for n in range(100):
        name, spans, at = f"Ort{n:02d}", [], -1
        while len(spans) < 3 and (at := text.find(name, at + 1)) >= 0:
            spans.append(
                {"start": at, "end": at + 5, "text": name, "by": "cities.gazetteer", "confidence": 0.9}
            )
        data["cities"].append({"id": f"name:{name.lower()}", "name": name, "kind": "city", "country": "DE", "geonames_id": None,
                               "geonames_name": None, "latitude": None, "longitude": None, "population": None,
                               "partner": False, "mentions": spans})  # fmt: skip
    at = 0
    for _ in range(100):
        at = text.index(" und 19", at + 1)
        year = text[at + 5 : at + 9]
        data["dates"].append({"start": at + 5, "end": at + 9, "text": year, "edtf": year, "modifier": None, "role": None,
                              "by": "dates.year", "confidence": 0.9})  # fmt: skip
    return Record.model_validate(data)


def big_queue(path: Path) -> int:
    """100,000 records of real articles in one file, each with its own id and a place of its own; returns the bytes."""
    lines = []
    for name in seen_names():
        record = record_of(name)
        if len(record.text) < 6000:
            lines.append((record.to_json(indent=None), record.id))
    with path.open("w", encoding="utf-8") as out:
        for number in range(RECORDS):
            line, own = lines[number % len(lines)]
            line = line.replace(f'"id":"{own}"', f'"id":"{number:016x}"', 1)
            line = line.replace('"confidence":0.95', f'"confidence":{number % 97 / 100}')
            out.write(line + "\n")
    return path.stat().st_size


def main() -> None:
    """Measure and print JSON."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "one"
        root.mkdir()
        record = long_record()
        (root / "long.json").write_text(record.to_json(), "utf-8")
        found["spans"] = sum(1 for _ in record.spans())
        found["characters"] = len(record.text)
        script = "from pipeline.cli import main; main()"
        desk = subprocess.Popen(
            [sys.executable, "-u", "-c", script, "review", str(root)], stdout=subprocess.PIPE, text=True
        )
        assert desk.stdout
        url = desk.stdout.readline().strip()
        with sync_playwright() as started:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            page = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page()
            page.goto(url)
            target = url.split("/?")[0] + f"/records/{record.id}"
            times = []
            for _ in range(21):
                page.goto(target)
                page.wait_for_selector("html[data-ready]", state="attached")
                page.wait_for_timeout(150)  # until it is painted
                times.append(page.evaluate(TIMING))
            for name, column in zip(
                ("open_article", "of_it_server", "of_it_browser", "first_paint"),
                zip(*times[1:], strict=True),
                strict=True,
            ):
                found[f"{name}_ms_min"] = round(min(column))
                found[f"{name}_ms_median"] = round(statistics.median(column))
        desk.terminate()
        queue = Path(folder) / "queue.jsonl"
        found["queue_mb"] = round(big_queue(queue) / 1e6)
        store = Store(queue)
        start = time.perf_counter()
        store.refresh()
        found["index_100k_s"] = round(time.perf_counter() - start, 1)
        found["index_mb"] = round(store.database.stat().st_size / 1e6)
        start = time.perf_counter()
        store.refresh()
        found["reopen_100k_ms"] = round((time.perf_counter() - start) * 1000)
        for name, wanted, number in (
            ("first_page", Filter(), 1), ("page_1500", Filter(), 1500), ("newest", Filter(order="newest"), 1),
            ("search_few", Filter(search="Ombudsstelle"), 1), ("search_many", Filter(search="Partnerschaft"), 1),
            ("search_all", Filter(search="der"), 1), ("search_all_page_1500", Filter(search="der"), 1500),
            ("search_phrase", Filter(search='"mit der Partnerstadt"'), 1), ("state_open", Filter(state="open"), 1), ("warnings", Filter(warnings=True), 1),
        ):  # fmt: skip
            start = time.perf_counter()
            rows, total = store.page(wanted, number)
            store.counts()
            if wanted.search:
                for text in store.texts([row["id"] for row in rows]).values():
                    snippet(text, wanted.search)
                found[f"queue_{name}_hits"] = total
            found[f"queue_{name}_ms"] = round((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        store.neighbour(Filter(), f"{50_000:016x}", 1)
        found["next_article_ms"] = round((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        store.neighbour(Filter(search="der"), f"{50_000:016x}", 1)
        found["next_found_article_ms"] = round((time.perf_counter() - start) * 1000)
    found["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
