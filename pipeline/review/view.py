"""What the panel beside the article shows: every entry as a card, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.edtf import is_edtf
from pipeline.record import Partnership, Record, Warning_
from pipeline.review import entries
from pipeline.review.decisions import GONE, MOVED, Decision, Edit, Head, Judge, Reviewed, Undo, in_force
from pipeline.review.edtf_words import Lang, in_words
from pipeline.review.entries import Kind
from pipeline.review.texts import keys, label, text

_SHOWN_FIELDS = frozenset(
    [
        "type",
        "status",
        "instrument",
        "signed",
        "since",
        "until",
        "name",
        "title",
        "role",
        "kind",
        "edtf",
        "modifier",
        "published",
    ]
)
SECTIONS: tuple[Kind, ...] = ("partnership", "city", "official", "date", "agreement", "topic", "organisation")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person at the desk has chosen; `theme` empty: as the system has it."""

    lang: Lang
    theme: str
    user: str
    anonymous: bool = False


@dataclass(slots=True)
class Card:
    """One entry: its name, what is said of it, where it stands (start, end), how sure (0 to 1)."""

    kind: Kind
    key: str
    name: str
    facts: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    confidence: float = 1.0
    by: str = ""
    mark: str = ""
    pair: tuple[str, str] | None = None
    status: str = ""
    unlinked: bool = False

    @property
    def tone(self) -> str:
        """How sure, in three steps."""
        return "high" if self.confidence >= 0.85 else "middle" if self.confidence >= 0.6 else "low"

    @property
    def percent(self) -> int:
        """How sure, in hundredths."""
        return int(self.confidence * 100)

    @property
    def places(self) -> str:
        """The spans as the page's script reads them."""
        return " ".join(f"{start}-{end}" for start, end in self.spans)


@dataclass(slots=True)
class Section:
    """The entries of one kind."""

    kind: Kind
    cards: list[Card]


def number(value: int, lang: Lang) -> str:
    """A number with its thousands grouped as the language does."""
    return f"{value:,}".replace(",", "." if lang == "de" else ",")


def panel(reviewed: Reviewed, lang: Lang) -> list[Section]:
    """All sections of the panel."""
    record = reviewed.record
    names = {city.id: city.name for city in record.cities}
    cards: dict[Kind, list[Card]] = {kind: [] for kind in SECTIONS}
    for partnership in record.partnerships:
        cards["partnership"].append(_partnership(partnership, names, lang))
    for city in record.cities:
        facts = [label(city.kind, lang)] if city.kind != "city" else []
        facts += [part for part in (city.admin, city.country_name or city.country) if part]
        if city.population:
            facts.append(f"{number(city.population, lang)} {text('population', lang)}")
        cards["city"].append(Card("city", city.id, city.name, facts, unlinked=city.geonames_id is None))
    for official in record.officials:
        place = names.get(official.city or "", "")
        facts = [official.title or label(official.role, lang), *([place] if place else [])]
        facts += [official.organisation] if official.organisation else []
        cards["official"].append(Card("official", official.name, official.name, facts))
    for date in record.dates:
        facts = [in_words(date.edtf, lang, date.modifier)] + ([label(date.role, lang)] if date.role else [])
        key = f"{date.start}-{date.end}"
        cards["date"].append(
            Card(
                "date",
                key,
                date.text,
                facts,
                spans=[(date.start, date.end)],
                confidence=date.confidence,
                by=date.by,
            )
        )
    for agreement in record.agreements:
        key = entries.key_of("agreement", {"type": agreement.type, "instrument": agreement.instrument})
        what = text("type" if agreement.type else "instrument", lang)
        cards["agreement"].append(
            Card("agreement", key, label(agreement.type or agreement.instrument, lang), [what])
        )
    for topic in record.topics:
        cards["topic"].append(Card("topic", topic.id, label(topic.id, lang), confidence=topic.score))
    for body in record.organisations:
        facts = [body.kind] + ([names[body.city]] if body.city else [])
        cards["organisation"].append(Card("organisation", body.name, body.name, facts))
    for kind in ("city", "official", "agreement", "topic", "organisation"):
        for card, entry in zip(cards[kind], getattr(record, entries.LISTS[kind]), strict=True):
            card.spans = [(mention.start, mention.end) for mention in entry.mentions]
            if entry.mentions:
                best = max(entry.mentions, key=lambda mention: mention.confidence)
                card.by = best.by
                if kind != "topic":
                    card.confidence = best.confidence * getattr(entry, "confidence", 1.0)
    for kind in SECTIONS:
        for card in cards[kind]:
            place_key = (kind, card.key)
            card.mark = (
                "touched"
                if place_key in reviewed.touched
                else "accepted"
                if place_key in reviewed.accepted
                else ""
            )
    return [Section(kind, cards[kind]) for kind in SECTIONS if cards[kind] or kind != "organisation"]


def _partnership(partnership: Partnership, names: dict[str, str], lang: Lang) -> Card:
    first, second = (names[city] for city in partnership.cities)
    facts = [label(partnership.type, lang), label(partnership.status, lang)]
    for name in ("since", "until", "signed"):
        if value := getattr(partnership, name):
            facts.append(f"{text(name, lang)} {in_words(value, lang)}")
    if partnership.instrument:
        facts.append(label(partnership.instrument, lang))
    return Card(
        "partnership", entries.key_of("partnership", vars(partnership)), f"{first} ⟷ {second}", facts, partnership.officials,
        [(span.start, span.end) for span in partnership.evidence], [span.text for span in partnership.evidence],
        partnership.confidence, partnership.by, pair=(first, second), status=partnership.status,
    )  # fmt: skip


def local_time(at: str) -> str:
    """A time of the log, which is in UTC, by this machine's clock: `2026-11-25 15:58`."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"


def history(log: Sequence[Decision], record: Record, lang: Lang) -> list[dict[str, Any]]:
    """The log in words, newest first."""
    valid = {decision.version for decision in in_force(log)}
    names = {city.id: city.name for city in record.cities}
    lines = []
    for decision in reversed(log):
        operation = decision.operation
        what = text(f"op.{operation.op}", lang)
        if isinstance(operation, Judge):
            what += f" {label(operation.value, lang)}"
        elif isinstance(operation, Undo):
            what += f" {operation.version}"
        else:
            what = f"{_subject(operation, names, lang)} {what}".strip()
        if isinstance(operation, Edit | Head):
            what += f": {_changes(operation.changes, lang)}"
        taken_back = decision.version not in valid and not isinstance(operation, Undo)
        lines.append({"version": decision.version, "user": decision.user, "at": local_time(decision.at),
                      "what": what, "undone": taken_back})  # fmt: skip
    return lines


def _subject(operation: Any, names: dict[str, str], lang: Lang) -> str:
    """The entry that a decision speaks of: `Partnerschaft „Lüneburg ⟷ Clamart“`."""
    kind = getattr(operation, "kind", None)
    if kind is None:
        return ""
    entry = getattr(operation, "entry", None) or {}
    key = getattr(operation, "key", "")
    if kind == "partnership" and "cities" in entry:
        name = " ⟷ ".join(names.get(city, city) for city in entry["cities"])
    elif kind == "city" and not entry:
        name = names.get(key, key)
    else:
        code = entry.get("type") or entry.get("instrument") or entry.get("id")
        name = entry.get("name") or entry.get("text") or (label(code, lang) if code else key)
    return f"{text(kind, lang)} „{name}“"


def _changes(changes: dict[str, Any], lang: Lang) -> str:
    """`Status ruhend, seit 25. November 1974`."""
    return ", ".join(
        f"{text(name, lang)} {_value(value, lang)}"
        for name, value in changes.items()
        if name in _SHOWN_FIELDS
    )


def _value(value: Any, lang: Lang) -> str:
    if isinstance(value, str) and is_edtf(value):
        return in_words(value, lang)
    return label(value, lang) if value is None or isinstance(value, str) else str(value)


_SELF_EVIDENT = frozenset({"no_publication_date"})  # whose message says nothing more than the code does


def warned(warning: Warning_, lang: Lang) -> str:
    """A warning of the extraction in the interface's language, with its particulars."""
    key = f"warn.{warning.code}"
    if key not in keys():
        return warning.message
    shown = text(key, lang)
    return shown if warning.code in _SELF_EVIDENT else f"{shown}: {warning.message}"


def news(reviewed: Reviewed, extracted: Record, digest: str, lang: Lang) -> list[dict[str, str]]:
    """How the decisions made on an earlier extraction stand in this one."""
    earlier = [outcome for outcome in reviewed.outcomes if outcome.decision.digest != digest]
    if not earlier:
        return []
    names = {city.id: city.name for city in (*extracted.cities, *reviewed.record.cities)}
    data = extracted.model_dump(mode="json")
    lines = []
    for outcome in earlier:
        operation = outcome.decision.operation
        if isinstance(operation, Judge):
            continue
        why = outcome.message
        if why == GONE:
            why = text("new_run_gone", lang)
        elif why == MOVED and isinstance(operation, Edit):
            now = entries.find(data, operation.kind, operation.key) or {}
            why = text("new_run_moved", lang).format(
                yours=_changes(operation.changes, lang),
                now=_changes({k: now.get(k) for k in operation.changes}, lang),
            )
        lines.append({"standing": outcome.standing, "what": _subject(operation, names, lang), "message": why,
                      "says": text(f"new_run_{outcome.standing}", lang)})  # fmt: skip
    return lines


def title_of(record: Record) -> str:
    """The title, or the beginning of the text's first line."""
    first = next((line.strip() for line in record.text.split("\n", 20) if line.strip()), record.id)
    return record.title or (first if len(first) <= 120 else first[:120].rsplit(" ", 1)[0] + " …")
