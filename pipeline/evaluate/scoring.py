"""Scores one article: counts per field, what is wrong where, and how sure the record was of what is right."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pipeline.evaluate.gold import GoldArticle
from pipeline.evaluate.matching import (
    Data,
    Match,
    in_record,
    linked_right,
    nth_span,
    options,
    pair_dates,
    pair_partnerships,
    pair_up,
    right,
    same_city,
    same_person,
)
from pipeline.record import Record

FIELDS = (
    "cities", "city_links", "officials", "official_roles", "official_cities", "dates", "date_values", "published",
    "agreement_types", "instruments", "topics", "partnerships", "partnership_typed", "partnership_full",
    "partnership_signed", "partnership_since",
)  # fmt: skip
HEADLINE = (
    "cities", "city_links", "officials", "official_roles", "date_values", "agreement_types", "topics",
    "partnership_full",
)  # fmt: skip
_EMPTY: Data = {
    "cities": [],
    "officials": [],
    "dates": [],
    "agreements": [],
    "topics": [],
    "partnerships": [],
}


@dataclass(frozen=True, slots=True)
class Error:
    """Something missed, invented or wrong; `span` in the record's text, where it has one."""

    field: str
    kind: str  # missed | invented | wrong
    what: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry of the record: what kind, how sure, and whether it is right."""

    kind: str
    confidence: float
    right: bool


@dataclass(slots=True)
class ArticleScore:
    """The score of one article; `counts`: field -> (true positives, entries of the record, entries of the gold)."""

    name: str
    genre: str
    text: str
    missing: bool = False
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    errors: list[Error] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)


def score_article(article: GoldArticle, record: Record | None) -> ArticleScore:
    """Compare a record with its gold; without a record everything is missed."""
    data = record.model_dump(mode="json") if record else {**_EMPTY, "text": article.text, "published": None}
    score = ArticleScore(article.name, article.genre, data["text"] or article.text, missing=record is None)
    names = _cities(score, article.data, data)
    _officials(score, article.data, data, names)
    _dates(score, article, data)
    published = right(article.data.get("published"), data["published"])
    score.counts["published"] = (int(published), 1, 1)
    if not published:
        score.errors.append(
            Error("published", "wrong", _instead(data["published"], article.data.get("published")))
        )
    _sets(score, article.data, data)
    _partnerships(score, article.data, data, names)
    return score


def _count(gold: list[Data], system: list[Data], match: Match) -> tuple[int, int, int]:
    """Counts with optional gold entries taken out of both sides."""
    optional = {i for i, wanted in enumerate(gold) if wanted.get("optional")}
    free = sum(1 for i in match if i in optional)
    return len(match) - free, len(system) - free, len(gold) - len(optional)


def _cities(score: ArticleScore, gold: Data, data: Data) -> dict[str, str]:
    wanted, got = gold["cities"], data["cities"]
    match = pair_up(wanted, got, same_city)
    score.counts["cities"] = _count(wanted, got, match)
    linkable = [
        (i, j) for i, j in match.items() if wanted[i].get("geonames_id") and not wanted[i].get("optional")
    ]
    hits = sum(linked_right(wanted[i], got[j]) for i, j in linkable)
    score.counts["city_links"] = (hits, len(linkable), len(linkable))
    for i, city in enumerate(wanted):
        if i not in match and not city.get("optional"):
            span = _find(score.text, [city["name"], *city.get("aliases", [])])
            score.errors.append(Error("cities", "missed", city["name"], span))
        elif i in match and city.get("geonames_id") and not linked_right(city, got[match[i]]):
            found = got[match[i]]
            what = f"{found['geonames_name'] or found['name']} ({found['country']}) instead of {city['name']}"
            score.errors.append(Error("city_links", "wrong", what, _first(found)))
    back = {j: i for i, j in match.items()}
    for j, city in enumerate(got):
        if j not in back:
            score.errors.append(
                Error("cities", "invented", f"{city['name']} {city['country']}", _first(city))
            )
        good = j in back and (not wanted[back[j]].get("geonames_id") or linked_right(wanted[back[j]], city))
        best = max(mention["confidence"] for mention in city["mentions"])
        score.judged.append(Judged("cities", best * city.get("confidence", 1.0), good))
    return {wanted[i]["name"]: got[j]["id"] for i, j in match.items()}


def _officials(score: ArticleScore, gold: Data, data: Data, names: dict[str, str]) -> None:
    wanted, got = gold["officials"], data["officials"]
    match = pair_up(wanted, got, same_person)
    score.counts["officials"] = _count(wanted, got, match)
    firm = [(i, j) for i, j in match.items() if not wanted[i].get("optional")]

    def right_city(person: Data, found: Data) -> bool:
        return any(
            (names.get(city) if city else None) == found["city"] for city in options(person.get("city"))
        )

    roles = sum(right(wanted[i]["role"], got[j]["role"]) for i, j in firm)
    score.counts["official_roles"] = (roles, len(firm), len(firm))
    score.counts["official_cities"] = (
        sum(right_city(wanted[i], got[j]) for i, j in firm),
        len(firm),
        len(firm),
    )
    for i, person in enumerate(wanted):
        if i not in match:
            if not person.get("optional"):
                span = _find(
                    score.text, [person["name"], *person.get("aliases", []), person["name"].split()[-1]]
                )
                score.errors.append(
                    Error("officials", "missed", f"{person['name']} ({_shown(person['role'])})", span)
                )
            continue
        found = got[match[i]]
        if not right(person["role"], found["role"]):
            what = f"{person['name']}: {_instead(found['role'], person['role'])}"
            score.errors.append(Error("official_roles", "wrong", what, _first(found)))
        if not right_city(person, found):
            what = f"{person['name']}: {_instead(found['city'], person.get('city'))}"
            score.errors.append(Error("official_cities", "wrong", what, _first(found)))
    back = {j: i for i, j in match.items()}
    for j, found in enumerate(got):
        if j not in back:
            score.errors.append(
                Error("officials", "invented", f"{found['name']} ({found['role']})", _first(found))
            )
        good = j in back and right(wanted[back[j]]["role"], found["role"])
        score.judged.append(Judged("officials", max(m["confidence"] for m in found["mentions"]), good))


def _dates(score: ArticleScore, article: GoldArticle, data: Data) -> None:
    wanted = []
    for date in article.data["dates"]:
        span = (
            tuple(date["span"])
            if "span" in date
            else nth_span(article.text, date["text"], date.get("nth", 0))
        )
        wanted.append({**date, "span": in_record(article.text, score.text, (span[0], span[1]))})
    got = data["dates"]
    match = pair_dates(wanted, got)
    counts = _count(wanted, got, match)
    score.counts["dates"] = counts

    def right_value(date: Data, found: Data) -> bool:
        return right(date["edtf"], found["edtf"]) and right(date.get("modifier"), found["modifier"])

    good = {i for i, j in match.items() if right_value(wanted[i], got[j])}
    score.counts["date_values"] = (sum(not wanted[i].get("optional") for i in good), *counts[1:])
    for i, date in enumerate(wanted):
        if i not in match:
            if not date.get("optional"):
                score.errors.append(
                    Error("dates", "missed", f"{date['text']} = {_shown(date['edtf'])}", date["span"])
                )
        elif i not in good:
            found = got[match[i]]
            what = f"{date['text']}: {_dated(found)} instead of {_dated(date)}"
            score.errors.append(Error("date_values", "wrong", what, (found["start"], found["end"])))
    back = {j: i for i, j in match.items()}
    for j, found in enumerate(got):
        if j not in back:
            span = (found["start"], found["end"])
            score.errors.append(Error("dates", "invented", f"{found['text']} = {found['edtf']}", span))
        score.judged.append(Judged("dates", found["confidence"], j in back and back[j] in good))


def _sets(score: ArticleScore, gold: Data, data: Data) -> None:
    agreements = data["agreements"]
    for name, wanted, entries, key in (
        ("agreement_types", gold["agreements"]["types"], agreements, "type"),
        ("instruments", gold["agreements"]["instruments"], agreements, "instrument"),
        ("topics", gold["topics"], data["topics"], "id"),
    ):
        got = {entry[key]: entry for entry in entries if entry[key]}
        must = {value for value in wanted if not value.endswith("?")}
        may = {value.rstrip("?") for value in wanted}
        score.counts[name] = (len(must & got.keys()), len(got.keys() - (may - must)), len(must))
        score.errors += [Error(name, "missed", value) for value in sorted(must - got.keys())]
        for value in sorted(got.keys() - may):
            score.errors.append(Error(name, "invented", value, _first(got[value])))


def _partnerships(score: ArticleScore, gold: Data, data: Data, names: dict[str, str]) -> None:
    wanted, got = gold["partnerships"], data["partnerships"]
    match = pair_partnerships(
        wanted, got, lambda pair: {names.get(city, f"?{city}") for city in pair["cities"]}
    )
    counts = _count(wanted, got, match)
    score.counts["partnerships"] = counts
    firm = {i: j for i, j in match.items() if not wanted[i].get("optional")}
    typed = {i: j for i, j in firm.items() if right(wanted[i]["type"], got[j]["type"])}
    full = {i: j for i, j in typed.items() if right(wanted[i]["status"], got[j]["status"])}
    score.counts["partnership_typed"] = (len(typed), *counts[1:])
    score.counts["partnership_full"] = (len(full), *counts[1:])
    for name in ("signed", "since"):
        _partnership_date(score, name, [(wanted[i], got[j]) for i, j in firm.items()])
    for i, pair in enumerate(wanted):
        title = " – ".join(pair["cities"])
        if i not in match:
            if not pair.get("optional"):
                what = f"{title} {_shown(pair['type'])} {_shown(pair['status'])}"
                score.errors.append(
                    Error("partnerships", "missed", what, _find(score.text, pair["cities"][::-1]))
                )
            continue
        found = got[match[i]]
        span = (found["evidence"][0]["start"], found["evidence"][0]["end"])
        for name, key in (("partnership_typed", "type"), ("partnership_full", "status")):
            if not right(pair[key], found[key]):
                score.errors.append(Error(name, "wrong", f"{title}: {_instead(found[key], pair[key])}", span))
    shown = {city["id"]: city["name"] for city in data["cities"]}
    back = {j: i for i, j in match.items()}
    for j, found in enumerate(got):
        span = (found["evidence"][0]["start"], found["evidence"][0]["end"])
        if j not in back:
            what = f"{' – '.join(shown.get(city, city) for city in found['cities'])} {found['type']} {found['status']}"
            score.errors.append(Error("partnerships", "invented", what, span))
        pair = wanted[back[j]] if j in back else None
        good = (
            pair is not None and right(pair["type"], found["type"]) and right(pair["status"], found["status"])
        )
        score.judged.append(Judged("partnerships", found["confidence"], good))


def _partnership_date(score: ArticleScore, name: str, pairs: list[tuple[Data, Data]]) -> None:
    """A date is asked for where the gold demands one or the record gives one."""
    asked = [(w, g) for w, g in pairs if g[name] is not None or None not in options(w.get(name))]
    hits = sum(right(w.get(name), g[name]) for w, g in asked)
    wanted = sum(None not in options(w.get(name)) or right(w.get(name), g[name]) for w, g in asked)
    score.counts[f"partnership_{name}"] = (hits, sum(g[name] is not None for _, g in asked), wanted)
    for pair, found in asked:
        if not right(pair.get(name), found[name]):
            what = f"{' – '.join(pair['cities'])}: {_instead(found[name], pair.get(name))}"
            span = (found["evidence"][0]["start"], found["evidence"][0]["end"])
            score.errors.append(Error(f"partnership_{name}", "wrong", what, span))


def _shown(value: Any) -> str:
    return " / ".join("–" if option is None else str(option) for option in options(value))


def _instead(found: Any, gold: Any) -> str:
    """What is wrong and what would be right: `dormant instead of active`."""
    return f"{_shown(found)} instead of {_shown(gold)}"


def _dated(date: Data) -> str:
    modifier = _shown(date.get("modifier"))
    return _shown(date["edtf"]) + (f" ({modifier})" if modifier != "–" else "")


def _first(entry: Data) -> tuple[int, int] | None:
    mentions = entry["mentions"]
    return (mentions[0]["start"], mentions[0]["end"]) if mentions else None


def _find(text: str, names: list[str]) -> tuple[int, int] | None:
    for name in names:
        if match := re.search(rf"(?<!\w){re.escape(name)}", text):
            return match.start(), match.end()
    return None
