"""Records drawn together for the report: each partnership once, with all its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pipeline.edtf import bounds, year_of
from pipeline.record import City, Partnership, Record
from pipeline.report.network import positions

MAX_NODES = 200  # towns in the network; more cannot be told apart on a page
MAX_QUOTE = 600  # characters of evidence


@dataclass(slots=True)
class Relation:
    """One pair and type over all records; `best` is the statement of the newest article, then the surest."""

    cities: tuple[str, str]
    best: Partnership
    newest: str
    topics: Counter[str] = field(default_factory=Counter)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    since: str | None = None
    signed: str | None = None
    until: str | None = None


def aggregate(records: Iterable[Record]) -> dict[str, Any]:
    """What the page shows, as plain data: places, relations, articles, totals, network."""
    places: dict[str, City] = {}
    relations: dict[tuple[str, str, str], Relation] = {}
    articles = with_partnership = officials = mentions = 0
    for record in records:
        articles += 1
        officials += len(record.officials)
        mentions += sum(1 for _ in record.spans())
        with_partnership += bool(record.partnerships)
        cities = {city.id: city for city in record.cities}
        for partnership in record.partnerships:
            first, second = sorted(partnership.cities)
            for city_id in (first, second):
                known = places.get(city_id)
                if known is None or (known.latitude is None and cities[city_id].latitude is not None):
                    places[city_id] = cities[city_id]
            _add(relations, (first, second, partnership.type), partnership, record)
    ordered = sorted(
        relations.values(), key=lambda r: (places[r.cities[0]].name, places[r.cities[1]].name, r.best.type)
    )
    used = list(dict.fromkeys(city for relation in ordered for city in relation.cities))
    index = {city: number for number, city in enumerate(used)}
    return {
        "places": [_place(places[city]) for city in used],
        "relations": [_relation(relation, index) for relation in ordered],
        "network": _network(ordered, index),
        "totals": {"articles": articles, "with_partnership": with_partnership, "partnerships": len(ordered), "places": len(used),
                   "countries": len({places[c].country for c in used if places[c].country}), "officials": officials,
                   "mentions": mentions},
    }  # fmt: skip


def _add(
    relations: dict[tuple[str, str, str], Relation],
    key: tuple[str, str, str],
    found: Partnership,
    record: Record,
) -> None:
    newest = str(bounds(record.published)[1]) if record.published and bounds(record.published) else ""  # type: ignore[index]
    relation = relations.get(key)
    if relation is None:
        relation = relations[key] = Relation((key[0], key[1]), found, newest)
    elif (newest, found.confidence) > (relation.newest, relation.best.confidence):
        relation.best, relation.newest = found, newest
    for name in ("since", "signed", "until"):
        if getattr(relation, name) is None or relation.best is found:
            setattr(relation, name, getattr(found, name) or getattr(relation, name))
    relation.topics.update(found.topics or [topic.id for topic in record.topics])
    for span in found.evidence:
        relation.evidence.append(
            {"quote": span.text[:MAX_QUOTE], "title": record.title or "", "source": record.source.uri.rsplit("/", 1)[-1],
             "published": record.published, "status": found.status, "by": found.by, "confidence": found.confidence}
        )  # fmt: skip


def _place(city: City) -> dict[str, Any]:
    return {"name": city.name, "country": city.country, "country_name": city.country_name or city.country, "kind": city.kind,
            "lat": city.latitude, "lon": city.longitude}  # fmt: skip


def _relation(relation: Relation, index: dict[str, int]) -> dict[str, Any]:
    best = relation.best
    start = relation.since or relation.signed
    since = relation.since if best.status not in ("planned", "agreed", "rejected") else None
    return {
        "a": index[relation.cities[0]], "b": index[relation.cities[1]], "type": best.type, "status": best.status,
        "instrument": best.instrument, "since": since, "signed": relation.signed, "until": relation.until,
        "year": year_of(start) if start else None, "topics": sorted(relation.topics), "confidence": best.confidence,
        "evidence": relation.evidence,
    }  # fmt: skip


def _network(relations: list[Relation], index: dict[str, int]) -> dict[str, Any]:
    """The towns with most partners, each with all of its partners, as long as there is room."""
    partners: dict[int, set[int]] = {}
    pairs = sorted({(index[r.cities[0]], index[r.cities[1]]) for r in relations})
    for a, b in pairs:
        partners.setdefault(a, set()).add(b)
        partners.setdefault(b, set()).add(a)
    degree = Counter({node: len(others) for node, others in partners.items()})
    kept: dict[int, None] = {}
    refused: set[int] = set()
    for node in sorted(degree, key=lambda node: (-degree[node], node)):
        group = [town for town in (node, *sorted(partners[node])) if town not in kept]
        if len(kept) + len(group) <= MAX_NODES and not partners[node] <= refused:
            kept.update(dict.fromkeys(group))
        else:
            refused.add(node)
    local = {node: number for number, node in enumerate(kept)}
    edges = [(local[a], local[b]) for a, b in pairs if a in local and b in local]
    return {
        "nodes": [{"place": node, "degree": degree[node], "x": x, "y": y}
                  for node, (x, y) in zip(kept, positions(len(kept), edges), strict=True)],
        "edges": edges, "left_out": len(degree) - len(kept),
    }  # fmt: skip
