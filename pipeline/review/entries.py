"""The entries of a record as plain data: found by key, added, changed and removed without breaking the contract.

Works on `Record.model_dump(mode="json")`. After a change, `settle` restores what the contract derives: parties,
ids of partnerships, references to removed entries, order of first mention.
"""

from __future__ import annotations

import copy as _copy
import re
from typing import Any, Literal

from pipeline.record import UNBEGUN, partnership_id

Data = dict[str, Any]
Kind = Literal["city", "official", "organisation", "date", "agreement", "topic", "partnership"]
LISTS: dict[Kind, str] = {
    "city": "cities", "official": "officials", "organisation": "organisations", "date": "dates",
    "agreement": "agreements", "topic": "topics", "partnership": "partnerships",
}  # fmt: skip


def copy(data: Data) -> Data:
    """A copy that can be changed; the text, which never changes, is shared."""
    return {key: value if isinstance(value, str) else _copy.deepcopy(value) for key, value in data.items()}


def key_of(kind: Kind, entry: Data) -> str:
    """What names the entry within its record, whatever its place in the list."""
    match kind:
        case "city" | "topic":
            return str(entry["id"])
        case "official" | "organisation":
            return str(entry["name"])
        case "date":
            return f"{entry['start']}-{entry['end']}"
        case "agreement":
            return f"type:{entry['type']}" if entry.get("type") else f"instrument:{entry.get('instrument')}"
        case "partnership":
            return partnership_id(sorted(entry["cities"]), entry["type"])


def find(data: Data, kind: Kind, key: str) -> Data | None:
    """The entry of that key, or None."""
    found: list[Data] = data[LISTS[kind]]
    return next((entry for entry in found if key_of(kind, entry) == key), None)


def insert(data: Data, kind: Kind, entry: Data) -> bool:
    """Add the entry, or its mentions to the one of the same key; False where nothing was new."""
    present = find(data, kind, key_of(kind, entry))
    if present is None:
        data[LISTS[kind]].append(_copy.deepcopy(entry))
        return True
    field = "evidence" if kind == "partnership" else "mentions"
    if kind == "date":
        changed = any(present.get(name) != entry.get(name) for name in ("edtf", "modifier", "role"))
        present.update({name: entry.get(name) for name in ("edtf", "modifier", "role")})
        return changed
    have = {(span["start"], span["end"]) for span in present[field]}
    new = [span for span in entry.get(field, []) if (span["start"], span["end"]) not in have]
    present[field] += _copy.deepcopy(new)
    return bool(new)


def remove(data: Data, kind: Kind, key: str) -> bool:
    """Remove the entry; False where there was none."""
    before = data[LISTS[kind]]
    data[LISTS[kind]] = [entry for entry in before if key_of(kind, entry) != key]
    return len(before) != len(data[LISTS[kind]])


def unmention(data: Data, kind: Kind, key: str, start: int, end: int) -> bool:
    """Remove one mention, and the entry with its last one."""
    entry = find(data, kind, key)
    if entry is None or "mentions" not in entry:
        return False
    kept = [span for span in entry["mentions"] if (span["start"], span["end"]) != (start, end)]
    if len(kept) == len(entry["mentions"]):
        return False
    entry["mentions"] = kept
    if not kept:
        remove(data, kind, key)
    return True


def change(data: Data, kind: Kind, key: str, changes: Data) -> str:
    """Change fields of an entry and what refers to it; returns its new key.

    A city that becomes another city of the record is merged into that one. Raises ValueError for unknown fields.
    """
    entry = find(data, kind, key)
    if entry is None:
        raise ValueError(f"no {kind} {key} in this record")
    if unknown := set(changes) - set(entry):
        raise ValueError(f"a {kind} has no field {sorted(unknown)[0]}")
    new = {**entry, **changes}
    new_key = key_of(kind, new)
    twin = find(data, kind, new_key) if new_key != key else None
    if twin is not None and kind not in ("city", "official", "topic"):
        raise ValueError(f"{new_key} is in the record already")
    if kind == "city" and new["id"] != entry["id"]:
        _repoint(data, entry["id"], new["id"])
    if kind == "official" and new["name"] != entry["name"]:
        for partnership in data["partnerships"]:
            partnership["officials"] = [
                new["name"] if n == entry["name"] else n for n in partnership["officials"]
            ]
    entry.update(_copy.deepcopy(changes))
    if twin is not None:
        twin["mentions"] += entry["mentions"]
        data[LISTS[kind]] = [other for other in data[LISTS[kind]] if other is not entry]
    return new_key


def _repoint(data: Data, old: str, new: str) -> None:
    for holder in (*data["officials"], *data["organisations"]):
        if holder["city"] == old:
            holder["city"] = new
    for partnership in data["partnerships"]:
        partnership["cities"] = [new if city == old else city for city in partnership["cities"]]


def settle(data: Data) -> None:
    """Restore what the contract derives after entries came, went or changed."""
    cities = {city["id"] for city in data["cities"]}
    officials = {official["name"] for official in data["officials"]}
    topics = {topic["id"] for topic in data["topics"]}
    for holder in (*data["officials"], *data["organisations"]):
        if holder["city"] not in cities:
            holder["city"] = None
    merged: dict[str, Data] = {}
    for partnership in data["partnerships"]:
        if not set(partnership["cities"]) <= cities or len(set(partnership["cities"])) < 2:
            continue
        partnership["id"] = partnership_id(partnership["cities"], partnership["type"])
        partnership["officials"] = [
            name for name in dict.fromkeys(partnership["officials"]) if name in officials
        ]
        partnership["topics"] = [topic for topic in dict.fromkeys(partnership["topics"]) if topic in topics]
        if partnership["status"] in UNBEGUN:
            partnership["since"] = None
        partnership["evidence"] = _in_order(partnership["evidence"])
        merged.setdefault(key_of("partnership", partnership), partnership)
    data["partnerships"] = sorted(merged.values(), key=lambda p: int(p["evidence"][0]["start"]))
    parties = {city for partnership in data["partnerships"] for city in partnership["cities"]}
    for city in data["cities"]:
        city["partner"] = city["id"] in parties
    for name in ("cities", "officials", "organisations", "agreements", "topics"):
        for entry in data[name]:
            entry["mentions"] = _in_order(entry["mentions"])
        if name != "topics":
            data[name] = sorted(data[name], key=lambda entry: int(entry["mentions"][0]["start"]))
    data["dates"] = sorted(data["dates"], key=lambda date: (date["start"], date["end"]))


def _in_order(spans: list[Data]) -> list[Data]:
    once: dict[tuple[int, int], Data] = {}
    for span in spans:
        once.setdefault((span["start"], span["end"]), span)
    return [once[place] for place in sorted(once)]


def relocated(entry: Data, text: str) -> Data:
    """The entry with spans that stand where the text has them, should a new reader have shifted it.

    Raises ValueError where a mention's text is gone.
    """
    entry = _copy.deepcopy(entry)
    spans = [entry] if "start" in entry else []
    for span in (*spans, *entry.get("mentions", []), *entry.get("evidence", [])):
        start, end = span["start"], span["end"]
        if not 0 <= start < end:
            raise ValueError(f"{start}-{end} is no span of the text")
        if "text" not in span:
            span["text"] = text[start:end]
        if text[start:end] == span["text"]:
            continue
        places = [match.start() for match in re.finditer(re.escape(span["text"]), text)]
        if not places:
            raise ValueError(f"{span['text'][:60]!r} is not in the text")
        span["start"] = min(places, key=lambda place: abs(place - start))
        span["end"] = span["start"] + len(span["text"])
    return entry
