"""One line of the queue: what a record says, in short, and where it is least sure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

_LONGEST_TITLE = 140  # characters


@dataclass(frozen=True, slots=True)
class Summary:
    """`partnerships`: "Bochum ⟷ Tsukuba · …"; `confidence`: the lowest of all entries; `words`: names to search by."""

    name: str
    title: str
    published: str | None
    partnerships: str
    count: int
    warnings: int
    confidence: float
    words: str


def summarise(data: dict[str, Any]) -> Summary:
    """Summarise a record given as plain data."""
    names = {city["id"]: city["name"] for city in data["cities"]}
    pairs = [" ⟷ ".join(names.get(city, city) for city in p["cities"]) for p in data["partnerships"]]
    pairs = list(dict.fromkeys(pairs))
    uri = str(data["source"]["uri"])
    first_line = next((line.strip() for line in data["text"].split("\n", 20) if line.strip()), "")
    words = [form for city in data["cities"] for form in (city["name"], city.get("geonames_name") or "")]
    words += [official["name"] for official in data["officials"]]
    return Summary(
        name=PurePath(uri.split("#")[0]).stem or uri,
        title=_cut(str(data.get("title") or first_line)),
        published=data.get("published"),
        partnerships=" · ".join(pairs[:3]) + (f" · +{len(pairs) - 3}" if len(pairs) > 3 else ""),
        count=len(data["partnerships"]),
        warnings=len(data["warnings"]),
        confidence=min(_confidences(data), default=1.0),
        words=" ".join(dict.fromkeys(words)),
    )


def _cut(title: str) -> str:
    """A title, or a first line that may be a whole paragraph, cut at a word."""
    return title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rpartition(" ")[0] + " …"


def _confidences(data: dict[str, Any]) -> Iterator[float]:
    """How sure each entry is: its best mention, for a city times its link to the gazetteer."""
    for partnership in data["partnerships"]:
        yield partnership["confidence"]
    for date in data["dates"]:
        yield date["confidence"]
    for name in ("cities", "officials", "agreements"):
        for entry in data[name]:
            best = max((mention["confidence"] for mention in entry["mentions"]), default=1.0)
            yield best * entry.get("confidence", 1.0)
