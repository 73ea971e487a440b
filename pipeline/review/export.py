"""Records with the analysts' decisions applied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.record import Record
from pipeline.review.decisions import Verdict
from pipeline.review.store import Filter, Store

_PAGE = 1000


def reviewed_records(root: Path, verdicts: frozenset[Verdict] | None = None) -> Iterator[Record]:
    """Every record under `root` with its decisions applied, in order of name.

    Rejected records are left out. `verdicts` limits it further, for instance to `accepted` ones. Raises CorpusError.
    """
    store = Store(root)
    store.refresh()
    page = 1
    while rows := store.page(Filter(order="name"), page, _PAGE)[0]:
        for row in rows:
            reviewed = store.review(row["id"])[1] if row["version"] else None
            verdict: Verdict = reviewed.verdict if reviewed else "open"
            if verdict == "rejected" or (verdicts is not None and verdict not in verdicts):
                continue
            yield reviewed.record if reviewed else store.load(row["id"])[0]
        page += 1
