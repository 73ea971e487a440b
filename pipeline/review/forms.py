"""The forms in which an entry is edited or added, and the decisions that a sent form means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from pipeline.record import (
    AgreementType,
    DateRole,
    Instrument,
    Kind,
    Modifier,
    Record,
    Role,
    Status,
    TopicId,
    partnership_id,
)
from pipeline.review import entries
from pipeline.review.decisions import Accept, Add, DecisionError, Edit, Head, Operation, Reject, Unmention
from pipeline.review.edtf_words import Lang, in_words, read_date
from pipeline.review.entries import Data
from pipeline.review.places import PlaceFinder, unlinked
from pipeline.review.texts import label, text

FormKind = Literal["city", "official", "organisation", "date", "agreement", "topic", "partnership", "head"]
BY = "review"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `options` are (value, shown)."""

    name: str
    label: str
    type: Literal["text", "select", "date", "place", "check"]
    value: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    hint: str = ""


def fields(record: Record, kind: FormKind, key: str, start: int, end: int, lang: Lang) -> list[Field]:
    """The form for the entry of that key, or, where the key is empty, for a new one at start-end.

    Raises KeyError when there is no such entry.
    """
    if kind == "head":
        return [Field("title", text("title", lang), "text", record.title or ""),
                _date("published", text("published", lang), record.published, lang)]  # fmt: skip
    data = record.model_dump(mode="json")
    entry = entries.find(data, kind, key) if key else {}
    if entry is None:
        raise KeyError(key)
    selected = record.text[start:end] if not key and 0 <= start < end else ""
    return _FIELDS[kind](record, entry, " ".join(selected.split()), lang)


def _choices(values: tuple[str, ...], lang: Lang, *, empty: bool = False) -> list[tuple[str, str]]:
    shown = [(value, label(value, lang)) for value in values]
    return [("", text("none", lang)), *shown] if empty else shown


def _date(name: str, shown: str, value: str | None, lang: Lang) -> Field:
    return Field(name, shown, "date", value or "", hint=in_words(value, lang) if value else "")


def _cities(record: Record, lang: Lang, *, empty: bool = True) -> list[tuple[str, str]]:
    shown = [
        (city.id, f"{city.name} ({city.country})" if city.country else city.name) for city in record.cities
    ]
    return [("", text("none", lang)), *shown] if empty else shown


def _city(record: Record, entry: Data, selected: str, lang: Lang) -> list[Field]:
    found = [
        Field(
            "place", text("place", lang), "place", entry.get("name", selected), [(entry.get("id", ""), "")]
        ),
        Field(
            "kind", text("kind", lang), "select", entry.get("kind", "city"), _choices(get_args(Kind), lang)
        ),
    ]
    if not entry:
        found.append(Field("all", text("all_occurrences", lang), "check", "1"))
    return found


def _official(record: Record, entry: Data, selected: str, lang: Lang) -> list[Field]:
    title, name = _split_title(selected)
    return [
        Field("name", text("name", lang), "text", entry.get("name", name)),
        Field("title", text("title", lang), "text", entry.get("title", title) or ""),
        Field(
            "role", text("role", lang), "select", entry.get("role", "mayor"), _choices(get_args(Role), lang)
        ),
        Field("city", text("city_of", lang), "select", entry.get("city") or "", _cities(record, lang)),
    ]


def _split_title(selected: str) -> tuple[str, str]:
    """`Oberbürgermeisterin Dr. Beate Krahl` as title and name: the name is the last two capitalised words."""
    words = selected.split()
    if len(words) < 3:
        return "", selected
    cut = len(words) - 2
    while cut > 1 and re.fullmatch(r"(Dr|Prof|h\.c|Dipl)\.?.*|von|van|de|zu|der", words[cut - 1]):
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _organisation(record: Record, entry: Data, selected: str, lang: Lang) -> list[Field]:
    return [
        Field("name", text("name", lang), "text", entry.get("name", selected)),
        Field("kind", text("kind", lang), "text", entry.get("kind", "association")),
        Field("city", text("city_of", lang), "select", entry.get("city") or "", _cities(record, lang)),
    ]


def _date_form(record: Record, entry: Data, selected: str, lang: Lang) -> list[Field]:
    guess = entry.get("edtf")
    if not entry:
        try:
            guess = read_date(selected)
        except ValueError:
            guess = None
    return [
        _date("edtf", text("edtf", lang), guess, lang),
        Field("modifier", text("modifier", lang), "select", entry.get("modifier") or "",
              _choices(get_args(Modifier), lang, empty=True)),
        Field("role", text("date_role", lang), "select", entry.get("role") or "",
              _choices(get_args(DateRole), lang, empty=True)),
    ]  # fmt: skip


def _agreement(record: Record, entry: Data, selected: str, lang: Lang) -> list[Field]:
    values = get_args(AgreementType) + get_args(Instrument)
    value = entry.get("type") or entry.get("instrument") or "twinning"
    return [Field("value", text("agreement", lang), "select", value, _choices(values, lang))]


def _topic(record: Record, entry: Data, selected: str, lang: Lang) -> list[Field]:
    return [
        Field(
            "id", text("topic", lang), "select", entry.get("id", "culture"), _choices(get_args(TopicId), lang)
        )
    ]


def _partnership(record: Record, entry: Data, selected: str, lang: Lang) -> list[Field]:
    cities = entry.get("cities") or [city.id for city in record.cities][:2]
    cities = [*cities, "", ""][:2]
    options = _cities(record, lang, empty=False)
    places = [
        Field("first", text("first_city", lang), "select", cities[0], options),
        Field("second", text("second_city", lang), "select", cities[1], options),
    ]
    said = [
        Field("status", text("status", lang), "select", entry.get("status", "active"), _choices(get_args(Status), lang)),
        Field("type", text("type", lang), "select", entry.get("type", "twinning"), _choices(get_args(AgreementType), lang)),
        _date("since", text("since", lang), entry.get("since"), lang),
        _date("signed", text("signed", lang), entry.get("signed"), lang),
        _date("until", text("until", lang), entry.get("until"), lang),
        Field("instrument", text("instrument", lang), "select", entry.get("instrument") or "",
              _choices(get_args(Instrument), lang, empty=True)),
    ]  # fmt: skip
    return said + places if entry else places + said  # what is corrected most comes first


_FIELDS = {
    "city": _city, "official": _official, "organisation": _organisation, "date": _date_form, "agreement": _agreement,
    "topic": _topic, "partnership": _partnership,
}  # fmt: skip


def with_entry(record: Record, operation: Operation) -> Operation:
    """The operation with a picture of the entry as it is now, so that it can be judged against later extractions."""
    if isinstance(operation, Accept | Reject | Edit | Unmention):
        entry = entries.find(record.model_dump(mode="json"), operation.kind, operation.key)
        if entry is None:
            raise DecisionError(f"{operation.key}: the record has no such entry")
        if isinstance(operation, Unmention):
            return operation
        return operation.model_copy(update={"entry": entry})
    if isinstance(operation, Head):
        return operation.model_copy(update={"entry": {"title": record.title, "published": record.published}})
    return operation


def operations(record: Record, sent: Data, finder: PlaceFinder, lang: Lang) -> list[Operation]:
    """What a sent form means: one edit with the fields that changed, or one addition; empty when nothing changed.

    Raises DecisionError, which names the field.
    """
    wanted_kind, key, values = sent.get("kind"), str(sent.get("key") or ""), sent.get("values")
    if wanted_kind not in get_args(FormKind) or not isinstance(values, dict):
        raise DecisionError("kind and values expected")
    values = {str(name): str(value).strip() for name, value in values.items()}
    if wanted_kind == "head":
        new: Data = {"title": values.get("title") or None, "published": _read(values, "published", lang)}
        changes = {name: value for name, value in new.items() if value != getattr(record, name)}
        return [with_entry(record, Head(op="head", changes=changes))] if changes else []
    kind = cast(entries.Kind, wanted_kind)
    wanted = _entry(record, kind, values, finder, lang)
    if key:
        entry = entries.find(record.model_dump(mode="json"), kind, key)
        if entry is None:
            raise DecisionError(f"{key}: the record has no such entry")
        changes = {name: value for name, value in wanted.items() if value != entry.get(name)}
        if kind == "partnership" and set(wanted["cities"]) == set(entry["cities"]):
            changes.pop("cities", None)
        return [Edit(op="edit", kind=kind, key=key, changes=changes, entry=entry)] if changes else []
    return [Add(op="add", kind=kind, entry=_new(record, kind, wanted, sent, values))]


def _read(values: dict[str, str], name: str, lang: Lang) -> str | None:
    try:
        return read_date(values.get(name, ""))
    except ValueError as error:
        shown = text(name, lang) if name != "edtf" else text("date", lang)
        raise DecisionError(f"{shown}: {error}") from None


def _entry(
    record: Record, kind: entries.Kind, values: dict[str, str], finder: PlaceFinder, lang: Lang
) -> Data:
    get = values.get
    match kind:
        case "city":
            return {
                **_place(record, get("place", ""), get("place_id", ""), finder),
                "kind": get("kind", "city"),
            }
        case "official":
            if not get("name"):
                raise DecisionError(f"{text('name', lang)}: …?")
            return {
                "name": get("name"),
                "title": get("title") or None,
                "role": get("role"),
                "city": get("city") or None,
            }
        case "organisation":
            return {"name": get("name"), "kind": get("kind"), "city": get("city") or None}
        case "date":
            return {
                "edtf": _read(values, "edtf", lang),
                "modifier": get("modifier") or None,
                "role": get("role") or None,
            }
        case "agreement":
            value = get("value")
            is_type = value in get_args(AgreementType)
            return {"type": value if is_type else None, "instrument": None if is_type else value}
        case "topic":
            return {"id": get("id"), "label": label(get("id"), "de")}
        case "partnership":
            return {
                "cities": [get("first", ""), get("second", "")], "type": get("type"), "status": get("status"),
                "instrument": get("instrument") or None, "since": _read(values, "since", lang),
                "signed": _read(values, "signed", lang), "until": _read(values, "until", lang),
            }  # fmt: skip


def _place(record: Record, name: str, place_id: str, finder: PlaceFinder) -> Data:
    """The chosen candidate, looked up again here: the browser only says which."""
    present = next((city for city in record.cities if city.id == place_id), None)
    if present is not None and (name == present.name or not place_id):
        dumped = present.model_dump(mode="json", exclude={"mentions", "partner", "confidence", "kind"})
        return dumped
    if place_id.startswith("geonames:"):
        for candidate in finder.find(name, limit=50):
            if candidate.id == place_id:
                return {**candidate.as_entry(), "confidence": 1.0}
        raise DecisionError(f"{name}: {place_id} is not among the candidates")
    if not name:
        raise DecisionError("…?")
    return unlinked(name).as_entry()


def _new(record: Record, kind: entries.Kind, wanted: Data, sent: Data, values: dict[str, str]) -> Data:
    try:
        start, end = int(sent["start"]), int(sent["end"])
    except (KeyError, ValueError, TypeError):
        raise DecisionError("start and end expected") from None
    while start < end and record.text[start : start + 1].isspace():
        start += 1
    while end > start and record.text[end - 1 : end].isspace():
        end -= 1
    if not 0 <= start < end <= len(record.text):
        raise DecisionError(f"{start}-{end} is no span of the text")
    span = {"start": start, "end": end, "text": record.text[start:end]}
    mention = {**span, "by": BY, "confidence": 1.0}
    if kind == "date":
        return {**mention, **wanted}
    if kind == "partnership":
        return {**wanted, "id": partnership_id(wanted["cities"], wanted["type"]), "officials": [], "topics": [],
                "evidence": [span], "by": BY, "confidence": 1.0}  # fmt: skip
    mentions = [mention]
    if values.get("all") == "1":
        mentions = [{**mention, "start": at, "end": at + end - start} for at in _others(record, kind, span)]
    entry = {**wanted, "mentions": mentions}
    if kind == "city":
        entry = {"confidence": 1.0, "partner": False, **entry}
    elif kind == "official":
        entry["organisation"] = None
    elif kind == "topic":
        entry["score"] = 1.0
    return entry


def _others(record: Record, kind: entries.Kind, span: Data) -> list[int]:
    """Where the same words stand as whole words, outside other entries' mentions of that kind; `span` included."""
    pattern = rf"(?<!\w){re.escape(span['text'])}(?!\w)"
    taken = [(m.start, m.end) for entry in getattr(record, entries.LISTS[kind]) for m in entry.mentions]
    places = [m.start() for m in re.finditer(pattern, record.text)]
    length = span["end"] - span["start"]
    free = [at for at in places if not any(at < end and start < at + length for start, end in taken)]
    return sorted({span["start"], *free})
