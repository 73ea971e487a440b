"""Gold articles as the partnerships component would meet them: findings out of our components, or out of the gold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.extractor import load
from pipeline.findings import City, DateExpression, Findings, Mention, Official, PlaceClue, findings_of
from pipeline.readers import read_path
from training.corpus import text_of

_HOME = {"DE", "AT", "CH", "LU", "LI", "IT", "BE"}


def from_components(paths: list[Path]) -> Iterator[tuple[str, Findings]]:
    """Text and findings of our own components (all that run before the partnerships)."""
    extractor = load()
    if "jumelage_partnerships" in extractor.nlp.pipe_names:
        extractor.nlp.remove_pipe("jumelage_partnerships")
    for path in paths:
        article = next(iter(read_path(text_of(path))))
        doc = extractor.nlp.make_doc(article.text)
        findings = findings_of(doc)
        findings.title, findings.published = article.title, article.published
        for _, component in extractor.nlp.pipeline:
            doc = component(doc)
        yield article.text, findings


def from_gold(paths: list[Path]) -> Iterator[tuple[str, Findings]]:
    """Text and findings of the annotation, its names matched in the text."""
    for path in paths:
        yield _matched(json.loads(path.read_text("utf-8")), text_of(path).read_text("utf-8"))


def matching(gold: list[dict[str, Any]], cities: list[City], text: str) -> dict[str, int]:
    """Which of `cities` is which of the annotation's: by GeoNames id, or by a name in no other country."""
    found: dict[str, int] = {}
    for entry in gold:
        names = {_fold(name) for name in (entry["name"], *entry.get("aliases", []))}
        for number, city in enumerate(cities):
            if number in found.values():
                continue
            same = bool(city.geonames_id) and city.geonames_id in options(entry.get("geonames_id"))
            forms = {_fold(city.name), _fold(city.geonames_name or "")}
            forms |= {_fold(text[mention.start : mention.end]) for mention in city.mentions}
            country = entry.get("country")
            near = city.country is None or country is None or city.country in options(country)
            if same or (near and names & (forms - {""})):
                found[entry["name"]] = number
                break
    return found


def options(value: Any) -> list[Any]:
    """The values of an annotation that are right: one, or each of `{"any": […]}`."""
    return list(value["any"]) if isinstance(value, dict) else [value]


def first(value: Any) -> Any:
    """The first of the right values."""
    return options(value)[0]


def _one(value: Any) -> Any:
    return next((option for option in options(value) if option is not None), None)


def _fold(name: str) -> str:
    return re.sub(r"\W+", " ", name.replace("ß", "ss")).strip().lower()


def _matched(gold: dict[str, Any], text: str) -> tuple[str, Findings]:
    findings = Findings(published=_one(gold.get("published")))
    cities = [_city(entry, number) for number, entry in enumerate(gold["cities"])]
    taken = bytearray(len(text))
    for length, start, end, number, named in sorted(
        _spans(gold, text), key=lambda span: (-span[0], span[1], not span[4], span[3])
    ):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\1" * length
        if named:
            cities[number].mentions.append(Mention(start, end, "gold"))
        else:
            findings.clues.append(PlaceClue(start, end, "adjective", city=cities[number]))
    for city in cities:
        city.mentions.sort(key=lambda mention: mention.start)
        if not city.mentions and city.country in _HOME:
            findings.clues.append(PlaceClue(0, min(8, len(text)), "dateline", city=city))
    findings.cities = sorted(
        (city for city in cities if city.mentions), key=lambda city: city.mentions[0].start
    )
    findings.clues.sort(key=lambda clue: clue.start)
    for date in gold["dates"]:
        at = -1
        for _ in range(date.get("nth", 0) + 1):
            at = text.find(date["text"], at + 1)
        if at >= 0:
            findings.dates.append(
                DateExpression(at, at + len(date["text"]), _one(date["edtf"]), _one(date.get("modifier")))
            )
    findings.dates.sort(key=lambda date: date.start)
    ids = {entry["name"]: city.id for entry, city in zip(gold["cities"], cities, strict=True)}
    for person in gold["officials"]:
        at = text.find(person["name"])
        if at >= 0:
            mention = Mention(at, at + len(person["name"]), "gold")
            town = ids.get(_one(person.get("city")))
            findings.officials.append(
                Official(person["name"], None, _one(person["role"]), town, mentions=[mention])
            )
    return text, findings


def _city(entry: dict[str, Any], number: int) -> City:
    geonames = _one(entry.get("geonames_id"))
    return City(
        id=f"geonames:{geonames}-{number}" if geonames else f"name:{number}",
        name=entry["name"],
        kind=_one(entry.get("kind", "city")) or "city",
        country=_one(entry.get("country")),
        geonames_id=geonames,
        latitude=entry.get("lat"),
        longitude=entry.get("lon"),
    )


def _spans(gold: dict[str, Any], text: str) -> Iterator[tuple[int, int, int, int, bool]]:
    """(length, start, end, city, is it a name): names with the genitive and across line ends, and their adjectives."""
    for number, entry in enumerate(gold["cities"]):
        for name in (entry["name"], *entry.get("aliases", [])):
            letters = (
                (r"\s+" if char == " " else re.escape(char)) + (r"(?:-\n\s*)?" if char.isalpha() else "")
                for char in name
            )
            broken = "".join(letters) if len(name) > 4 else re.escape(name)
            for match in re.finditer(rf"(?<!\w){broken}s?(?!\w)", text):
                yield match.end() - match.start(), match.start(), match.end(), number, True
            for adjective in _adjectives(name):
                for match in re.finditer(rf"(?<!\w){re.escape(adjective)}(?:n|innen|in|s)?(?!\w)", text):
                    yield match.end() - match.start(), match.start(), match.end(), number, False


def _adjectives(name: str) -> set[str]:
    stem = name.split(" (")[0]
    found = {stem + "er"}
    if stem.endswith("e"):
        found.add(stem + "r")
    if stem.endswith("en"):
        found |= {stem[:-2] + "er", stem[:-2] + "ener"}
    return found - {name}
