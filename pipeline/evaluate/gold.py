"""Gold: annotated articles (`NAME.json` beside `NAME.txt`), or records that analysts have accepted.

In a gold file a value may be `{"any": [a, b]}` (each is right), an entry with `"optional": true` costs nothing
when missing and nothing when found, and a trailing `?` marks an optional id in a set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import JumelageError
from pipeline.record import Record
from pipeline.review import corpus

Data = dict[str, Any]
LISTS = ("cities", "officials", "dates", "partnerships", "topics")


class GoldError(JumelageError):
    """Gold that cannot be read; the message is one line."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """One annotated article; `genre` is the gold's `kind`."""

    name: str
    genre: str
    text: str
    data: Data


def load_gold(path: Path, names: frozenset[str] | None = None) -> list[GoldArticle]:
    """The gold under `path`, in order of name; `names` limits it. Raises GoldError."""
    if (path / "reviews.sqlite").is_file():
        found = list(_reviewed(path))
    elif path.is_dir():
        texts = {
            p.stem: p
            for folder in (path.parent / "raw", path)
            for p in sorted(folder.glob("*"))
            if _is_text(p)
        }
        found = [_annotated(p, texts[p.stem]) for p in sorted(path.glob("*.json")) if p.stem in texts]
    else:
        raise GoldError(f"{path}: is no folder of gold")
    found = [article for article in found if names is None or article.name in names]
    if not found:
        raise GoldError(
            f"{path}: no gold here; NAME.json beside NAME.txt, or a folder with accepted reviews, is expected"
        )
    return found


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix in (".txt", ".md", ".html")


def _annotated(path: Path, source: Path) -> GoldArticle:
    try:
        data = json.loads(path.read_text("utf-8"))
        text = source.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: {error}") from None
    missing = [name for name in (*LISTS, "agreements") if not isinstance(data, dict) or name not in data]
    if missing:
        raise GoldError(f"{path}: {missing[0]!r} is missing; this is no gold annotation")
    return GoldArticle(path.stem, str(data.get("kind", "–")), text, data)


def _reviewed(path: Path) -> Iterator[GoldArticle]:
    from pipeline.review.store import Store

    store = Store(path)
    with store.connect() as db:
        accepted = db.execute(
            "SELECT id, name FROM queue WHERE state = 'accepted' ORDER BY name, id"
        ).fetchall()
    for record, name in accepted:
        reviewed = store.review(record)[1].record
        yield GoldArticle(name, "reviewed", reviewed.text, as_gold(reviewed))


def as_gold(record: Record) -> Data:
    """An accepted record in the terms of a gold annotation; nothing in it is optional."""
    names: dict[str, str] = {}
    for city in record.cities:
        names[city.id] = city.name if city.name not in names.values() else city.id
    return {
        "kind": "reviewed",
        "published": record.published,
        "cities": [
            {"name": names[c.id], "aliases": sorted({c.name, *(m.text for m in c.mentions)}), "country": c.country,
             "geonames_id": c.geonames_id, "lat": c.latitude, "lon": c.longitude, "kind": c.kind}
            for c in record.cities
        ],
        "officials": [
            {"name": o.name, "role": o.role, "city": names[o.city] if o.city else None} for o in record.officials
        ],
        "dates": [
            {"text": d.text, "span": [d.start, d.end], "edtf": d.edtf, "modifier": d.modifier} for d in record.dates
        ],
        "agreements": {
            "types": [a.type for a in record.agreements if a.type],
            "instruments": [a.instrument for a in record.agreements if a.instrument],
        },
        "topics": [t.id for t in record.topics],
        "partnerships": [
            {"cities": [names[c] for c in p.cities], "type": p.type, "status": p.status, "instrument": p.instrument,
             "signed": p.signed, "since": p.since, "until": p.until}
            for p in record.partnerships
        ],
    }  # fmt: skip


def load_records(path: Path) -> dict[str, Record]:
    """Records under `path` by the stem of their source; of several of one name the last counts."""
    if not path.exists():
        raise GoldError(f"{path}: there is no such file or folder")
    return {Path(record.source.uri.split("#")[0]).stem: record for record in corpus.records(path)}
