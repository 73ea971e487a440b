"""The report of a run: JSON for machines, one page of HTML for people."""

from __future__ import annotations

from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from pipeline.run.ledger import LedgerView
from pipeline.writers.files import write_atomic

MOST_REASONS = 1_000
"""Failures that the report lists one by one."""

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
    "td,th{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".bar{background:#2b6cb0;height:.7rem;min-width:1px}td.b{width:40%}"
    "@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}td,th{border-color:#444}}"
)


def write_report(home: Path) -> Path:
    """Write `report.json` and `report.html` of the newest run into the ledger's folder; returns the page's path."""
    view = LedgerView(home)
    try:
        run = view.last_run() or {}
        failures = [
            {"uri": uri, "reason": reason, "attempts": attempts}
            for uri, reason, attempts in islice(view.unsuccessful("failed"), MOST_REASONS)
        ]
        report = {**run, "articles": view.counts(), "failures": failures}
    finally:
        view.close()
    write_atomic(home / "report.json", orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
    write_atomic(home / "report.html", _page(report).encode())
    return home / "report.html"


def _page(report: dict[str, Any]) -> str:
    summary: dict[str, Any] = report.get("summary") or {}
    counts: dict[str, int] = report["articles"]
    seconds: dict[str, float] = summary.get("seconds") or {}
    total = sum(seconds.values()) or 1.0
    words = summary.get("words", 0)
    facts = [
        ("begun", report.get("started")),
        ("ended", report.get("finished") or "not yet"),
        ("stopped by hand", "yes" if summary.get("interrupted") else "no"),
        ("new records", f"{summary.get('done', 0):,}"),
        ("unchanged", f"{summary.get('unchanged', 0):,}"),
        ("failed", f"{summary.get('failed', 0):,}"),
        ("passed over (another language)", f"{summary.get('skipped', 0):,}"),
        ("duplicates among them", f"{summary.get('duplicates', 0):,}"),
        ("partnerships in the new records", f"{summary.get('partnerships', 0):,}"),
        ("words read", f"{words:,}"),
        ("seconds", f"{summary.get('elapsed', 0):,.1f}"),
        ("words per second", f"{summary.get('words_per_second', 0):,.0f}"),
        ("processes", f"{summary.get('jobs', 1)}"),
        ("records here altogether", f"{counts.get('done', 0):,}"),
        ("failures here altogether", f"{counts.get('failed', 0):,}"),
    ]
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in facts)
    parts = "".join(
        f'<tr><td>{escape(name.removeprefix("jumelage_"))}</td><td class="n">{value:,.2f}</td>'
        f'<td class="n">{value / total:.1%}</td>'
        f'<td class="b"><div class="bar" style="width:{value / total:.1%}"></div></td></tr>'
        for name, value in sorted(seconds.items(), key=lambda pair: -pair[1])
    )
    reasons = "".join(
        f"<tr><td>{escape(failure['uri'])}</td><td>{escape(failure['reason'])}</td></tr>"
        for failure in report["failures"]
    )
    timing = (
        f"<h2>Time by component</h2><p>Processor seconds of the workers, added up.</p><table><tr><th>component</th>"
        f'<th class="n">s</th><th class="n">share</th><th></th></tr>{parts}</table>'
        if parts
        else ""
    )
    failed = (
        f"<h2>Failures</h2><table><tr><th>article</th><th>reason</th></tr>{reasons}</table>"
        if reasons
        else ""
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Run {report.get("number", "")}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>Jumelage: run {report.get('number', '')}</h1><table>{rows}</table>{timing}{failed}</body></html>\n"
    )
