"""Records made from the gold annotation, for the tests of what people and tools do with records.

Real `Record`s, checked by the contract; what the gold does not say (offsets of names, evidence) is looked up in the
text. Articles of `corpus/gold/unseen.list` are left alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

from pipeline.record import Record, partnership_id
from pipeline.review import entries
from pipeline.review.places import slug
from pipeline.review.texts import label

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
GOLD = CORPUS / "gold"
PROVENANCE = {"pipeline": "0.1.0", "model": "gold", "rules": "sha256:0", "gazetteer": "gold"}


def seen_names() -> list[str]:
    unseen = set((GOLD / "unseen.list").read_text("utf-8").split())
    return sorted(path.stem for path in GOLD.glob("*.json") if path.stem not in unseen)


def gold_of(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((GOLD / f"{name}.json").read_text("utf-8"))
    return data


def text_of(name: str) -> str:
    return (CORPUS / "raw" / f"{name}.txt").read_text("utf-8")


def first(value: Any) -> Any:
    return value["any"][0] if isinstance(value, dict) and "any" in value else value


def mentions(text: str, forms: list[str], by: str) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for form in sorted(forms, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?:s(?!\w))?", text):
            if not any(m["start"] < match.end() and match.start() < m["end"] for m in found.values()):
                found[match.start()] = {"start": match.start(), "end": match.end(), "text": match[0], "by": by,
                                        "confidence": 0.9}  # fmt: skip
    return [found[at] for at in sorted(found)]


def blank(name: str, text: str) -> dict[str, Any]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = {
        "uri": f"corpus/raw/{name}.txt",
        "sha256": digest,
        "media_type": "text/plain",
        "encoding": "utf-8",
    }
    title = next((line.strip() for line in text.splitlines() if line.strip()), None)
    return {
        "schema_version": "1.0", "id": digest[:16], "source": source, "title": title, "published": None, "language": "de",
        "text": text, "boilerplate": [], "cities": [], "officials": [], "organisations": [], "dates": [],
        "agreements": [], "topics": [], "partnerships": [], "warnings": [], "provenance": PROVENANCE,
    }  # fmt: skip


_BREAK = re.compile(r"(?<=[.!?“])(?<!\d\.)(?<!Dr\.) (?=[A-ZÄÖÜ„])|\n")


def sentence(text: str, places: list[int], other: str) -> dict[str, Any]:
    """The sentence around one of the places: the first that names the other town, else the first."""
    spans = []
    for at in places:
        starts = [match.end() for match in _BREAK.finditer(text, 0, at)]
        stop = _BREAK.search(text, at)
        start, end = starts[-1] if starts else 0, stop.start() if stop else len(text)
        spans.append((start, start + len(text[start:end].rstrip())))
    start, end = next((span for span in spans if other in text[span[0] : span[1]]), spans[0])
    return {"start": start, "end": end, "text": text[start:end]}


def record_data(name: str) -> dict[str, Any]:
    gold, text = gold_of(name), text_of(name)
    data = blank(name, text)
    data["published"] = first(gold.get("published"))
    ids: dict[str, str] = {}
    for city in gold["cities"]:
        found = mentions(text, [city["name"], *city.get("aliases", [])], "cities.gazetteer")
        geonames = first(city.get("geonames_id"))
        city_id = f"geonames:{geonames}" if geonames else f"name:{slug(city['name'])}"
        if not found or any(other["id"] == city_id for other in data["cities"]):
            continue
        ids[city["name"]] = city_id
        data["cities"].append(
            {"id": city_id, "name": city["name"], "kind": first(city.get("kind", "city")), "country": first(city.get("country")),
             "country_name": Locale("de").territories.get(first(city.get("country")) or ""), "geonames_id": geonames, "geonames_name": city["name"] if geonames else None, "latitude": city.get("lat"),
             "longitude": city.get("lon"), "population": None, "partner": False, "mentions": found}
        )  # fmt: skip
    for official in gold["officials"]:
        found = mentions(text, [official["name"], *official.get("aliases", [])], "officials.title")
        if not found:
            surname = official["name"].split()[-1]
            found = mentions(text, [surname], "officials.title")
        if found and not any(other["name"] == official["name"] for other in data["officials"]):
            city = first(official.get("city"))
            data["officials"].append({"name": official["name"], "title": None, "role": first(official["role"]),
                                      "city": ids.get(city) if city else None, "organisation": None, "mentions": found})  # fmt: skip
    for date in gold["dates"]:
        at = -1
        for _ in range(date.get("nth", 0) + 1):
            at = text.find(date["text"], at + 1)
        data["dates"].append({"start": at, "end": at + len(date["text"]), "text": date["text"], "edtf": first(date["edtf"]),
                              "modifier": first(date.get("modifier")), "role": None, "by": "dates.gold", "confidence": 0.95})  # fmt: skip
    words = {"twinning": "artner", "friendship": "reundschaft", "sponsorship": "aten"}
    for field, name_ in (("type", "types"), ("instrument", "instruments")):
        for value in gold["agreements"][name_]:
            value = value.rstrip("?")
            match = re.search(rf"\w*{words.get(value, 'artner')}\w*", text) or re.search(r"\w+", text)
            assert match
            mention = {
                "start": match.start(),
                "end": match.end(),
                "text": match[0],
                "by": "agreements.gold",
                "confidence": 0.8,
            }
            entry = {"type": None, "instrument": None, field: value, "mentions": [mention]}
            data["agreements"].append(entry)
    for topic in gold["topics"]:
        data["topics"].append(
            {"id": topic.rstrip("?"), "label": label(topic.rstrip("?"), "de"), "score": 0.7, "mentions": []}
        )
    by_id = {city["id"]: city for city in data["cities"]}
    for number, gold_pair in enumerate(gold["partnerships"]):
        pair = [ids.get(city, "") for city in gold_pair["cities"]]
        if "" in pair or len(set(pair)) < 2:
            continue
        type_, status = first(gold_pair["type"]), first(gold_pair["status"])
        data["partnerships"].append(
            {"id": partnership_id(pair, type_), "cities": pair, "type": type_, "instrument": first(gold_pair.get("instrument")),
             "status": status, "signed": first(gold_pair.get("signed")), "since": first(gold_pair.get("since")),
             "until": first(gold_pair.get("until")), "officials": [], "topics": [],
             "evidence": [sentence(text, [m["start"] for m in by_id[pair[1]]["mentions"]], by_id[pair[0]]["mentions"][0]["text"])], "by": "partnerships.gold",
             "confidence": round(0.95 - 0.07 * (number % 7), 2)}
        )  # fmt: skip
    entries.settle(data)
    return data


@lru_cache(maxsize=256)
def record_of(name: str) -> Record:
    return Record.model_validate(record_data(name))


def seen_records() -> Iterator[Record]:
    for name in seen_names():
        yield record_of(name)


def write_records(folder: Path, names: list[str] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or seen_names():
        (folder / f"{name}.json").write_text(record_of(name).to_json() + "\n", "utf-8")
    return folder
