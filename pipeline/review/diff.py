"""What was changed from one state of a record to another, as decisions for the log."""

from __future__ import annotations

from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.decisions import Add, Edit, Operation, Reject, Unmention
from pipeline.review.entries import Data, Kind

_DERIVED = {"mentions", "evidence", "partner", "id"}


def difference(old: Record, new: Record) -> list[Operation]:
    """Decisions that lead from `old` to `new` (same text): removals first, then changes and additions."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    found: list[Operation] = []
    kinds: list[Kind] = ["partnership", "topic", "agreement", "date", "official", "organisation", "city"]
    for kind in kinds:
        keep = {entries.key_of(kind, entry) for entry in after[entries.LISTS[kind]]}
        for entry in before[entries.LISTS[kind]]:
            key = entries.key_of(kind, entry)
            if key not in keep:
                found.append(Reject(op="reject", kind=kind, key=key, entry=entry))
    for kind in reversed(kinds):
        for entry in after[entries.LISTS[kind]]:
            found += _changes(kind, entries.find(before, kind, entries.key_of(kind, entry)), entry)
    return found


def _changes(kind: Kind, old: Data | None, new: Data) -> list[Operation]:
    if old is None:
        return [Add(op="add", kind=kind, entry=new)]
    key = entries.key_of(kind, new)
    place = "evidence" if kind == "partnership" else "mentions"
    spans = {(span["start"], span["end"]) for span in new.get(place, [])}
    gone = [span for span in old.get(place, []) if (span["start"], span["end"]) not in spans]
    if kind == "partnership" and gone:
        return [Reject(op="reject", kind=kind, key=key, entry=old), Add(op="add", kind=kind, entry=new)]
    found: list[Operation] = []
    had = {(span["start"], span["end"]) for span in old.get(place, [])}
    fresh = [span for span in new.get(place, []) if (span["start"], span["end"]) not in had]
    if fresh:
        found.append(Add(op="add", kind=kind, entry={**new, place: fresh}))
    found += [
        Unmention(op="unmention", kind=kind, key=key, start=span["start"], end=span["end"]) for span in gone
    ]
    changed = {name: value for name, value in new.items() if name not in _DERIVED and old.get(name) != value}
    if kind == "partnership" and set(old["cities"]) == set(new["cities"]):
        changed.pop("cities", None)
    if changed:
        found.append(Edit(op="edit", kind=kind, key=key, changes=changed, entry=old))
    return found
