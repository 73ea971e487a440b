"""Which date is the beginning of a tie, and which the signing: every date near a pair, described for a learnt decision."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from pipeline.components.partnerships.roles import ANY_TIE, BIT

if TYPE_CHECKING:
    from pipeline.components.partnerships.context import Context
    from pipeline.findings import DateExpression, Findings

_ROLES = (
    "tie", "tie_bare", "partner", "tied", "deed", "sign", "paper", "join", "exist", "jubilee", "plan", "agree", "decide", "dormant",
    "suspend", "end", "undo", "reject", "travel", "alive", "bond",
)  # fmt: skip
DATE_NAMES: tuple[str, ...] = (
    "after", "gap", "clause", "sentences", "mentions", "between", "closer", "owned", "bracket", "main", "a.sentence", "row", "since", "paper",
    "in", "on", "to", "until", "from", "earliest", "latest", "count", "precision", "modifier", "anniversary", "age", "future", "old",
    "heading", "start", "announced", "first",
    *(f"c.{role}" for role in _ROLES), *(f"s.{role}" for role in _ROLES),
)  # fmt: skip
_MOST_DATES = 14
_MOST_MENTIONS = 6
_REACH = 2
"""Sentences before and after a mention whose dates are looked at."""
_LEFT = 34
_SINCE = re.compile(r"\b[Ss]eit(?:\s(?:dem|der|den|Anfang|Ende|Mitte))*\s*$")
_PAPER = re.compile(
    r"(?:[Vv]ertrag|[Uu]rkunde|[Vv]ereinbarung|[Aa]bkommen|unterzeichnet|unterschrieben|geschlossen|besiegelt|gegründet|begründet"
    r"|[Gg]ründung|verschwistert|[Pp]artnerschaft)\s(?:\w+\s)?(?:vom|am|von|im|aus dem Jahr)?\s*$"
)
_WORD = {"in": "im", "on": "am", "to": "zum", "until": "bis", "from": "von|vom"}
_PREPOSITION = {
    key: re.compile(rf"\b(?:{word})(?:\s(?:Jahre?|den|dem))?\s*$", re.I) for key, word in _WORD.items()
}
_BRACKET = re.compile(r"[^()\n]{0,40}\([^()\n]{0,40}")


def value_of(date: DateExpression) -> str | None:
    """The date, or None where it can be no beginning of a tie."""
    if date.edtf is None or "/" in date.edtf or not date.edtf[:2].isdigit() or date.role == "publication":
        return None
    return date.edtf


def dates_near(context: Context, a: int, b: int) -> list[tuple[int, list[float]]]:
    """Dates that may tell when the tie of a and b began, by index, each with the values of DATE_NAMES."""
    mentions, layout = context.places.mentions, context.layout
    numbers = [n for n in context.by_city[b] if mentions[n].kind == "name" and not mentions[n].apposed]
    numbers = (numbers or context.by_city[b])[:_MOST_MENTIONS]
    near: dict[int, int] = {}
    main = _main(context, a, b)
    for n in numbers:
        sentence = mentions[n].sentence
        low = layout.sentences[max(0, sentence - _REACH)][0]
        high = layout.sentences[min(len(layout.sentences) - 1, sentence + _REACH)][1]
        for index in range(bisect_left(context.date_starts, low), bisect_left(context.date_starts, high)):
            known = near.get(index)
            if known is None or _distance(context, n, index) < _distance(context, known, index):
                near[index] = n
    if main and len(near) < _MOST_DATES:
        for index in range(len(context.date_starts)):
            near.setdefault(index, numbers[0])
    dated = [(index, n) for index, n in near.items() if value_of(context.findings.dates[index]) is not None]
    dated = sorted(dated, key=lambda item: (_distance(context, item[1], item[0]), item[0]))[:_MOST_DATES]
    values = [context.findings.dates[index].edtf or "" for index, _ in dated]
    first, last = min(values, default=""), max(values, default="")
    return [
        (index, _describe(context, a, b, n, index, main, (first, last, len(dated)))) for index, n in dated
    ]


def _main(context: Context, a: int, b: int) -> bool:
    """Is b the partner that the article is mainly about: named more often than any other but a?"""
    count = context.spoken.get(b, 0)
    others = context.more_spoken(count - 1) - 1 - (context.spoken.get(a, 0) >= count)
    return count >= 2 and others == 0


def _distance(context: Context, number: int, index: int) -> int:
    """Characters between a mention and a date; a sentence end counts as a hundred."""
    place, date = context.places.mentions[number], context.findings.dates[index]
    gap = max(0, date.start - place.end, place.start - date.end)
    return gap + 100 * abs(context.layout.sentence(date.start) - place.sentence)


def _describe(
    context: Context, a: int, b: int, number: int, index: int, main: bool, all_dates: tuple[str, str, int]
) -> list[float]:
    layout, mentions, text = context.layout, context.places.mentions, context.layout.text
    place, date = mentions[number], context.findings.dates[index]
    sentence, clause = layout.sentence(date.start), layout.clause(date.start)
    start, _, block = layout.sentences[sentence]
    before = text[max(start, date.start - _LEFT) : date.start]
    gap = text[place.end : date.start] if date.start >= place.end else ""
    low, high = min(place.end, date.end), max(place.start, date.start)
    others = [
        m
        for at in range(min(sentence, place.sentence), max(sentence, place.sentence) + 1)
        for m in context.by_sentence.get(at, ())
        if mentions[m].city not in (a, b) and mentions[m].kind == "name" and not mentions[m].apposed
    ]
    value = date.edtf or ""
    year = _year(value)
    published = context.year
    mine = _distance(context, number, index)
    row = {
        "after": float(date.start >= place.end),
        "gap": math.log1p(max(0, date.start - place.end, place.start - date.end)),
        "clause": float(clause == place.clause),
        "sentences": float(max(-3, min(3, sentence - place.sentence))),
        "mentions": float(min(4, len(context.by_city[b]))),
        "between": float(min(4, sum(low <= mentions[m].start < high for m in others))),
        "closer": float(any(_distance(context, m, index) < mine for m in others)),
        "owned": float(any(0 <= date.start - mentions[m].end < 30 for m in others)),
        "bracket": float(bool(gap) and bool(_BRACKET.fullmatch(gap))),
        "main": float(main),
        "a.sentence": float(
            any(mentions[m].city == a for m in context.by_sentence.get(sentence, ()))
            or bool(context.sentence_mask[sentence] & (BIT["own"] | BIT["both"]))
        ),
        "row": float(layout.blocks[block].kind in ("row", "item")),
        "since": float(bool(_SINCE.search(before))),
        "paper": float(bool(_PAPER.search(before))),
        "earliest": float(value == all_dates[0]),
        "latest": float(value == all_dates[1]),
        "count": float(all_dates[2]),
        "precision": float(len(value)),
        "modifier": float(date.modifier is not None or "~" in value or "X" in value),
        "anniversary": float(date.by == "dates.anniversary"),
        "age": float(min(80, published - year)) if published and year else -1.0,
        "future": float(bool(published) and year > published),
        "old": float(0 < year < 1945),
        "heading": float(layout.blocks[block].kind == "heading"),
        "start": float(date.start - start < 8),
        "announced": float(bool(context.intro_mask[block] & ANY_TIE)),
        "first": float(number == context.by_city[b][0]),
    }
    for key, pattern in _PREPOSITION.items():
        row[key] = float(bool(pattern.search(before)))
    for role in _ROLES:
        row[f"c.{role}"] = float(bool(context.clause_mask[clause] & BIT[role]))
        row[f"s.{role}"] = float(bool(context.sentence_mask[sentence] & BIT[role]))
    return [row[name] for name in DATE_NAMES]


def year_of(findings: Findings) -> int:
    """The year in which an article was written: of its publication, else the latest that it names; 0 where there is none."""
    return _year(findings.published or "") or max(
        (_year(date.edtf or "") for date in findings.dates), default=0
    )


def _year(value: str) -> int:
    return int(value[:4]) if value[:4].isdigit() else 0
