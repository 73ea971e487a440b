"""Reads the log of decisions and proposes entries for word lists and rules.

A proposal says what is to be written where, which corrections ask for it (its support), an example taken from one of
them, and where else the new entry would strike in the corpus, so that a linguist can judge it. What the rules know
already is not proposed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.knowledge.shipped import RULES
from pipeline.record import Record
from pipeline.review import corpus, entries
from pipeline.review.decisions import Add, Decision, Edit, Operation, Reject, Unmention, in_force
from pipeline.review.entries import Data
from pipeline.review.store import Store
from pipeline.suggest import dates, ties
from pipeline.suggest.proposal import Hit, Knowledge, Proposal, Spans, example, matches, plain

MAX_CONTEXTS = 5
_WIDTH = 60  # characters of context on either side
_TIE_KINDS = ("tie", "status")


def suggest(store: Store, rules: Path | None = None) -> list[Proposal]:
    """Proposals from all decisions in force, those with most support first."""
    known = Knowledge(rules or RULES)
    logs: dict[str, list[Decision]] = {}
    for decision in store.log():
        logs.setdefault(decision.record, []).append(decision)
    found: dict[str, Proposal] = {}
    for record, log in logs.items():
        try:
            extracted, reviewed, _ = store.review(record)
        except KeyError:
            continue  # reviewed once, gone from the corpus since
        for decision in in_force(log):
            made = [
                *_proposals(decision.operation, extracted.text, known),
                *_ties_and_dates(decision.operation, reviewed.record, known),
            ]
            for proposal in made:
                kept = found.setdefault(proposal.id, proposal)
                kept.support += 1
                if record not in kept.records:
                    kept.records.append(record)
    if not found:
        return []
    proposals = _sift(list(found.values()), store.root)
    return sorted(proposals, key=lambda p: (-len(p.records), -p.support, p.kind in _TIE_KINDS, *p.rank, p.id))


def _ties_and_dates(operation: Operation, record: Record, known: Knowledge) -> Iterator[Proposal]:
    match operation:
        case Add(kind="partnership", entry=entry):
            yield from ties.tie_cues(entry, record, known)
        case Edit(kind="partnership", changes=changes, entry=entry) if entry and "type" in changes:
            yield from ties.tie_cues({**entry, **changes}, record, known)
        case Edit(kind="partnership", changes=changes, entry=entry) if entry and "status" in changes:
            yield from ties.status_cues({**entry, **changes}, record, known)
        case Add(kind="date", entry=entry):
            yield from dates.date_words(entry, record, known)
        case Reject(kind="date", entry=entry) if entry:
            yield from dates.date_stops(entry, record, known)


def _proposals(operation: Operation, text: str, known: Knowledge) -> Iterator[Proposal]:
    match operation:
        case Add(kind="official", entry=entry):
            yield from _title(entry, text, known)
        case Edit(kind="official", changes=changes, entry=entry) if (
            entry and {"title", "role"} & changes.keys()
        ):
            yield from _title({**entry, **changes}, text, known)
        case Add(kind="city", entry=entry):
            yield from _alias(entry, text)
        case Edit(kind="city", changes=changes, entry=entry) if entry and "id" in changes:
            yield from _alias({**entry, **changes}, text)
        case Reject(kind="city", entry=entry) if entry:
            yield from _stop(entry["mentions"], text, known)
        case Unmention(kind="city", start=start, end=end):
            yield from _stop([{"start": start, "end": end, "text": text[start:end]}], text, known)
        case Add(kind="agreement", entry=entry):
            yield from _cue(entry, text, known)
        case Add(kind="topic", entry=entry):
            yield from _topic(entry, text, known, "clear")
        case Reject(kind="topic", entry=entry) if entry:
            yield from _topic(entry, text, known, "never")


def _title(entry: Data, text: str, known: Knowledge) -> Iterator[Proposal]:
    title = (entry.get("title") or "").split()
    if not title:
        return
    word = title[-1].strip(".,:;")
    listed = {plain(item["word"]) for item in known.file("officials")["titles"]}
    folded = plain(word)
    if len(folded) < 3 or any(
        folded == item or folded.removesuffix("in") == item or folded.endswith(item) for item in listed
    ):
        return
    span = _with_title(entry["mentions"][0], word, text)
    if span is None:
        return
    shown = example(text, span["start"], span["end"], str(entry["role"]))
    wanted = {"word": word, "bends": "inv", "role": entry["role"]}
    yield Proposal(
        "title", word, "officials.yaml", ("titles",), wanted, "officials.title", shown, marked="official"
    )


def _with_title(span: Data, word: str, text: str) -> Data | None:
    """The name alone, where the title stands right before it or inside the marked span."""
    inside = text.find(word, span["start"], span["end"])
    if inside >= 0:
        start = inside + len(word)
        start += len(text[start : span["end"]]) - len(text[start : span["end"]].lstrip(" ."))
        return {"start": start, "end": span["end"]} if start < span["end"] else None
    return span if text[: span["start"]].rstrip().endswith(word) else None


def _alias(entry: Data, text: str) -> Iterator[Proposal]:
    from pipeline.knowledge.gazetteer import gazetteer

    if not entry.get("geonames_id") or not entry.get("country"):
        return
    for span in entry["mentions"]:
        words = " ".join(text[span["start"] : span["end"]].split())
        if any(place.gid == entry["geonames_id"] for place in gazetteer().find(words)):
            continue
        line = f"{words}\t{entry['geonames_name'] or entry['name']}\t{entry['country']}"
        shown = example(text, span["start"], span["end"])
        yield Proposal(
            "alias", words, "places/exonyms.tsv", (), line, "cities.gazetteer", shown, marked="city"
        )
        return


def _stop(spans: Iterable[Data], text: str, known: Knowledge) -> Iterator[Proposal]:
    listed = {plain(word) for word in known.file("cities")["landscapes"]}
    for span in spans:
        words = " ".join(span["text"].split())
        if plain(words) not in listed:
            shown = example(text, span["start"], span["end"])
            yield Proposal(
                "stop",
                words,
                "cities.yaml",
                ("landscapes",),
                words,
                "cities.gazetteer",
                shown,
                negative=True,
            )
            return


def _cue(entry: Data, text: str, known: Knowledge) -> Iterator[Proposal]:
    field_name = "type" if entry.get("type") else "instrument"
    rule = known.rule_where("agreements", lambda r: r.get(field_name) == entry[field_name] and "words" in r)
    span = entry["mentions"][0]
    words = " ".join(span["text"].split()).lower()
    if rule is None or not re.fullmatch(r"[\w' -]+", words):
        return
    name = "phrases" if " " in words else "words"
    if not any(matches(pattern, words) for pattern in rule.get(name, [])):
        shown = example(text, span["start"], span["end"], entry[field_name])
        entry_ = words if name == "phrases" else f"{words}*"
        yield Proposal(
            "cue", words, "agreements.yaml", ("rules", rule["id"], name), entry_, rule["id"], shown
        )


def _topic(entry: Data, text: str, known: Knowledge, level: str) -> Iterator[Proposal]:
    rule = known.rule_where("topics", lambda r: r["id"] == f"topics.{entry['id']}")
    if rule is None:
        return
    for span in entry["mentions"]:
        words = " ".join(span["text"].split()).lower()
        listed = (
            [*rule.get("never", [])]
            if level == "never"
            else [*rule.get("strong", []), *rule.get("clear", [])]
        )
        if len(words) < 4 or any(matches(pattern, words) for pattern in listed):
            continue
        shown = example(text, span["start"], span["end"])
        kind = "not_topic" if level == "never" else "topic"
        yield Proposal(
            kind,
            words,
            "topics.yaml",
            ("rules", rule["id"], level),
            words,
            rule["id"],
            shown,
            level == "never",
        )
        return


def _sift(proposals: list[Proposal], root: Path) -> list[Proposal]:
    """Count where else in the corpus the entries would strike, and leave out words for ties that are common."""
    patterns = {
        p.id: re.compile(rf"(?<!\w){re.escape(p.words)}(?!\w)", re.I if p.file != "cities.yaml" else 0)
        for p in proposals
    }
    words: Counter[str] = Counter()
    articles = 0
    for record in corpus.records(root):
        articles += 1
        words.update(ties.words_of(record.text))
        for proposal in proposals:
            if record.id in proposal.records:
                continue
            taken = _marked(record, proposal.marked) if proposal.marked else []
            for start, end in _strikes(proposal, patterns[proposal.id], record):
                if not any(first <= start < last for first, last in taken):
                    _note(proposal, record, start, end)
    cues = ties.strip_common([p for p in proposals if p.kind in _TIE_KINDS], words, articles)
    return [p for p in proposals if p.kind not in _TIE_KINDS] + cues


def _strikes(proposal: Proposal, pattern: re.Pattern[str], record: Record) -> Spans:
    if proposal.strikes is not None:
        return proposal.strikes(record)
    return (match.span() for match in pattern.finditer(record.text))


def _note(proposal: Proposal, record: Record, start: int, end: int) -> None:
    proposal.hit_count += 1
    if len(proposal.hits) < MAX_CONTEXTS:
        left, right = record.text[max(0, start - _WIDTH) : start], record.text[end : end + _WIDTH]
        words = " ".join(record.text[start:end].split())
        proposal.hits.append(Hit(record.id, " ".join(left.split()), words, " ".join(right.split())))


def _marked(record: Record, kind: entries.Kind) -> list[tuple[int, int]]:
    if kind == "date":
        return [(date.start, date.end) for date in record.dates]
    return [(m.start, m.end) for entry in getattr(record, entries.LISTS[kind]) for m in entry.mentions]
