"""A review is a log of decisions; this module says what a decision is and applies a log to a record.

The extracted record is never changed. Decisions name an entry by what it says (a city's id, an official's name, a
date's span), not by its place in a list, so they hold for the next extraction run too: `replay` then reports for
each whether the new record agrees with the analyst by now, still needs the correction, or differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.errors import JumelageError
from pipeline.record import Record
from pipeline.review import entries
from pipeline.review.entries import Data, Kind

Verdict = Literal["accepted", "rejected", "unsure", "open"]
Standing = Literal["applied", "agrees", "differs"]


GONE, MOVED = "gone", "moved"  # why a decision differs: the entry is not found now, or says a third thing


class DecisionError(JumelageError):
    """A decision that cannot be carried out; the message is one line for the analyst."""


class _Op(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accept(_Op):
    """The entry is right. `entry` is how it looked."""

    op: Literal["accept"]
    kind: Kind
    key: str
    entry: Data | None = None


class Reject(_Op):
    """The entry is wrong and does not belong in the record."""

    op: Literal["reject"]
    kind: Kind
    key: str
    entry: Data | None = None


class Edit(_Op):
    """Fields of the entry are to have other values; `entry` is how it looked before."""

    op: Literal["edit"]
    kind: Kind
    key: str
    changes: Data
    entry: Data | None = None


class Add(_Op):
    """An entry that the extraction missed, or a further mention of one that it has."""

    op: Literal["add"]
    kind: Kind
    entry: Data


class Unmention(_Op):
    """One mention does not belong to the entry."""

    op: Literal["unmention"]
    kind: Kind
    key: str
    start: int
    end: int


class Head(_Op):
    """Title or publication date of the article."""

    op: Literal["head"]
    changes: Data
    entry: Data | None = None


class Judge(_Op):
    """The verdict on the whole record."""

    op: Literal["verdict"]
    value: Verdict
    note: str = Field(default="", max_length=2000)


class Undo(_Op):
    """Takes back an earlier decision on the same record, by its version. Nothing is deleted from the log."""

    op: Literal["undo"]
    version: int


Operation = Annotated[
    Accept | Reject | Edit | Add | Unmention | Head | Judge | Undo, Field(discriminator="op")
]
_ADAPTER: TypeAdapter[Operation] = TypeAdapter(Operation)


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log: who decided what and when, on which extraction (`digest`); `version` counts from 1."""

    record: str
    version: int
    digest: str
    user: str
    at: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision when it was replayed on a record."""

    decision: Decision
    standing: Standing
    message: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A record with the decisions applied."""

    record: Record
    verdict: Verdict
    outcomes: list[Outcome]
    accepted: frozenset[tuple[str, str]]
    touched: frozenset[tuple[str, str]]


def parse_operation(data: object) -> Operation:
    """Read an operation; raises DecisionError with one line."""
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DecisionError(f"{where}: {first['msg']}") from None


def in_force(log: Iterable[Decision]) -> list[Decision]:
    """The decisions that no later one takes back; an undone undo restores."""
    log = list(log)
    undone: set[int] = set()
    for decision in reversed(log):
        if isinstance(decision.operation, Undo) and decision.version not in undone:
            undone.add(decision.operation.version)
    return [d for d in log if d.version not in undone and not isinstance(d.operation, Undo)]


def replay(record: Record, log: Sequence[Decision], digest: str = "", *, strict: bool = False) -> Reviewed:
    """Apply the log to a freshly extracted record, whose file has this `digest`.

    A decision that cannot be applied to this record is reported as `differs`; with `strict` (used when a new
    decision is made) it raises DecisionError instead.
    """
    valid = in_force(log)
    if not valid:
        return Reviewed(record, "open", [], frozenset(), frozenset())
    try:
        return _replayed(record, valid, digest, None, careful=False)
    except _FAULTS:
        return _replayed(record, valid, digest, log[-1] if strict else None, careful=True)


_FAULTS = (ValidationError, ValueError, KeyError, TypeError, IndexError)


def _replayed(
    record: Record, valid: list[Decision], digest: str, newest: Decision | None, *, careful: bool
) -> Reviewed:
    """The decisions applied one by one; checked once at the end, or, when `careful`, each and dropped at a fault.

    A fault of the `newest` one is a DecisionError. Checking each costs as much as reading the record anew.
    """
    data = record.model_dump(mode="json")
    outcomes: list[Outcome] = []
    verdict: Verdict = "open"
    accepted: set[tuple[str, str]] = set()
    touched: set[tuple[str, str]] = set()
    for decision in valid:
        operation = decision.operation
        if isinstance(operation, Judge):
            verdict = operation.value
            outcomes.append(Outcome(decision, "applied"))
            continue
        before = entries.copy(data) if careful else data
        try:
            standing, message = _apply(data, operation, record.text, accepted, touched)
            entries.settle(data)
            if careful:
                Record.model_validate(data)
        except _FAULTS as error:
            if not careful:
                raise
            data = before
            text = _one_line(error)
            if decision is newest:
                raise DecisionError(text) from None
            standing, message = "differs", text
        else:
            if standing == "differs" and decision.digest == digest:
                standing, message = "applied", ""  # a later correction of the same extraction, no news
        outcomes.append(Outcome(decision, standing, message))
    return Reviewed(Record.model_validate(data), verdict, outcomes, frozenset(accepted), frozenset(touched))


def _apply(
    data: Data, operation: Operation, text: str, accepted: set[tuple[str, str]], touched: set[tuple[str, str]]
) -> tuple[Standing, str]:
    match operation:
        case Accept(kind=kind, key=key, entry=entry):
            accepted.add((kind, key))
            if entries.find(data, kind, key) is not None:
                return "agrees", ""
            if entry is None:
                return "differs", GONE
            entries.insert(data, kind, entries.relocated(entry, text))
            return "differs", GONE
        case Reject(kind=kind, key=key):
            return ("applied", "") if entries.remove(data, kind, key) else ("agrees", "")
        case Edit(kind=kind, key=key, changes=changes, entry=entry):
            return _edit(data, kind, key, changes, entry, text, touched)
        case Add(kind=kind, entry=entry):
            entry = entries.relocated(entry, text)
            key = entries.key_of(kind, entry)
            touched.add((kind, key))
            accepted.add((kind, key))
            return ("applied", "") if entries.insert(data, kind, entry) else ("agrees", "")
        case Unmention(kind=kind, key=key, start=start, end=end):
            return ("applied", "") if entries.unmention(data, kind, key, start, end) else ("agrees", "")
        case Head(changes=changes, entry=entry):
            if unknown := set(changes) - {"title", "published"}:
                raise ValueError(f"{sorted(unknown)[0]} cannot be edited")
            agrees = all(data[name] == value for name, value in changes.items())
            differs = entry is not None and any(data[name] != entry.get(name) for name in changes)
            data.update(changes)
            touched.add(("head", ""))
            return ("agrees" if agrees else "differs" if differs else "applied"), ""
    raise ValueError(f"{operation.op} is not applied to a record")


def _edit(
    data: Data,
    kind: Kind,
    key: str,
    changes: Data,
    entry: Data | None,
    text: str,
    touched: set[tuple[str, str]],
) -> tuple[Standing, str]:
    current = entries.find(data, kind, key)
    if current is None:
        wanted = {**entry, **changes} if entry else None
        new = entries.find(data, kind, entries.key_of(kind, wanted)) if wanted else None
        if wanted and new is not None and all(new.get(name) == value for name, value in changes.items()):
            touched.add((kind, entries.key_of(kind, new)))
            return "agrees", ""
        if wanted is None:
            raise ValueError(f"no {kind} {key} in this record")
        entries.insert(data, kind, entries.relocated(wanted, text))
        touched.add((kind, entries.key_of(kind, wanted)))
        return "differs", GONE
    if all(current.get(name) == value for name, value in changes.items()):
        touched.add((kind, key))
        return "agrees", ""
    moved = entry is not None and any(current.get(name) != entry.get(name) for name in changes)
    new_key = entries.change(data, kind, key, changes)
    touched.add((kind, new_key))
    return ("differs", MOVED) if moved else ("applied", "")


def _one_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
        return f"{where}: {message}" if where else message
    return str(error.args[0]) if error.args else type(error).__name__


def as_json(operation: Operation) -> dict[str, Any]:
    """The operation as it stands in the log."""
    return operation.model_dump(mode="json", exclude_none=True)
