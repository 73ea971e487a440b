"""Proposals from corrected dates: a word that the calendar lacks, and a word beside which figures are no date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from pipeline.knowledge.calendar import FEASTS, feast
from pipeline.record import Record
from pipeline.review.entries import Data
from pipeline.suggest.proposal import Knowledge, Proposal, Spans, example, plain

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_BEFORE = re.compile(r"([^\W\d_]{3,})[ \u00a0]$")
_BEHIND = re.compile(r"[ \u00a0]([^\W\d_]{3,})")
_SEASONS = range(21, 25)
_FIGURES = re.compile(r"[\d./-]+")


def date_words(entry: Data, record: Record, known: Knowledge) -> Iterator[Proposal]:
    """The one word of a missed date that the lexicon does not know, with the value that the analyst gave it."""
    text, value = entry["text"], entry.get("edtf")
    unknown = [word for word in _WORD.findall(text) if not _in_lexicon(word, known)]
    if len(unknown) != 1 or not value or not any(c.isdigit() for c in value):
        return
    word = unknown[0]
    found = _type_and_value(text, value, record.published)
    if found is None or found[0] not in known.file("dates")["lexicon"]:
        return
    # A word with a fixed date says its year itself; others take it from the text or from the day of publication.
    needs_day = found[0] != "era" and not _YEAR.search(text)
    yield Proposal(
        "date", word, "dates.yaml", ("lexicon", found[0]), (word.lower(), found[1]), "",
        example(record.text, entry["start"], entry["end"], value),
        published=record.published if needs_day else None, marked="date",
    )  # fmt: skip


def date_stops(entry: Data, record: Record, known: Knowledge) -> Iterator[Proposal]:
    """The word before (Agenda 2030) or behind (2000 Exemplare) what was taken for a date."""
    start, end, guards = entry["start"], entry["end"], known.file("dates")["guards"]
    before = _BEFORE.search(record.text, max(0, start - 40), start)
    behind = _BEHIND.match(record.text, end)
    year_only = _YEAR.fullmatch(entry["text"]) is not None
    if before and before[1][0].isupper() and not _in_lexicon(before[1], known):
        figures = _FIGURES.fullmatch(entry["text"]) and not year_only
        word, name, side = before[1], "reference" if figures else "memorial", "before"
    elif year_only and behind and behind[1][0].isupper() and not _in_lexicon(behind[1], known):
        word, name, side = behind[1], "counts", "behind"
    else:
        return
    if plain(word) not in {plain(listed) for listed in guards[name]}:
        yield Proposal(
            "date_stop", word, "dates.yaml", ("guards", name), word.lower(), entry["by"],
            example(record.text, start, end), negative=True, strikes=partial(_struck, word, side),
        )  # fmt: skip


def _struck(word: str, side: str, record: Record) -> Spans:
    """The dates of a record that stand beside the word."""
    for date in record.dates:
        beside = (
            _BEFORE.search(record.text, max(0, date.start - 40), date.start)
            if side == "before"
            else _BEHIND.match(record.text, date.end)
        )
        if beside and plain(beside[1]) == plain(word):
            yield date.start, date.end


def _in_lexicon(word: str, known: Knowledge) -> bool:
    data = known.file("dates")
    folded = plain(word)
    for type_, words in data["lexicon"].items():
        if folded in {plain(str(listed)) for listed in words}:
            return True
        if type_.endswith(("_stem", "_adj_stem")) and any(
            folded == plain(str(stem)) + ending for stem in words for ending in data["adjective_endings"]
        ):
            return True
    return False


def _type_and_value(text: str, value: str, published: str | None) -> tuple[str, int | str] | None:
    """Which kind of word it must be: one of a season, month or feast of any year, or of one date in history."""
    year = _YEAR.search(text)
    near = year is not None or (published is not None and value[:3] == published[:3])
    if not near:
        return "era", value
    if match := _DAY.fullmatch(value):
        feasts = sorted(name for name in FEASTS if _falls_on(name, int(match[1]), value))
        return ("holiday", feasts[0]) if len(feasts) == 1 else None
    if match := _MONTH.fullmatch(value):
        number = int(match[2])
        return ("season" if number in _SEASONS else "month", number)
    return None


def _falls_on(name: str, year: int, day: str) -> bool:
    span = feast(name, year)
    return span is not None and span[0] == span[1] and span[0].isoformat() == day
