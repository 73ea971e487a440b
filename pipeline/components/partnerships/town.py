"""Whose article it is: what speaks for each town that the text names as the one that speaks, or is spoken for."""

from __future__ import annotations

import math
import re

from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.frames import readings
from pipeline.components.partnerships.places import HOME
from pipeline.components.partnerships.roles import BIT, STRONG

_OFFICE = re.compile(
    r"\b(?:Stadt|Gemeinde|Marktgemeinde|Stadtgemeinde|Landkreis|Kreis|Magistrat|Rathaus|Bezirksamt|Rat der Stadt|Hansestadt|Seestadt)\s+$"
)
_DATELINE = re.compile(r"[A-ZÄÖÜ/ ()]*(?:\s\([^)\n]{1,20}\))?\s?(?:\.|:|[–-]|,\s(?:den|im|\d)|\n)")
_SIGNED = re.compile(r",\s(?:den|im|\d)")
_OUR = re.compile(r"\b(?:unser\w*|der|die)\s+(?:Stadt|Gemeinde|Kreis|Landkreis|Bezirk)\b")
_OWNER = re.compile(
    r"(?:[Pp]artner(?:städte|staedte|gemeinden|kommunen|stadt|gemeinde|schaften|schaft)|[Pp]artner|Jumelages?|Verschwisterung(?:en)?)\s"
    r"(?:der\s(?:\w+\s)?(?:Stadt|Gemeinde)|des\s(?:\w+\s)?(?:Landkreises|Kreises)|von)\s(?:\w+\s)?\Z"
)
_SPEAKS = STRONG | BIT["tie_bare"]

TOWN_FEATURES = (
    "share",
    "log_count",
    "first",
    "in_head",
    "title",
    "caps",
    "office",
    "dateline",
    "line_start",
    "sign_off",
    "adjective_share",
    "adjectives",
    "own_town",
    "name_part",
    "partner_head",
    "prep_mit",
    "prep_aus_nach",
    "prep_in",
    "free",
    "home",
    "half_home",
    "region",
    "county",
    "district",
    "apposed",
    "officials",
    "our_near",
    "genitive",
    "abroad_alone",
    "top_count",
    "tie_subject",
    "hosts",
    "guests",
    "host_share",
    "owner",
    "free_share",
)
_COUNTED = (
    "partner_head",
    "prep_mit",
    "prep_aus_nach",
    "prep_in",
    "free",
    "apposed",
    "genitive",
    "our_near",
    "tie_subject",
)


def town_features(context: Context) -> list[list[float]]:
    """One row of TOWN_FEATURES for each city: what speaks for it as the town whose article this is."""
    places, layout, findings = context.places, context.layout, context.findings
    heads = partner_heads(context)
    text = layout.text
    size = max(1, len(text))
    rows = [dict.fromkeys(TOWN_FEATURES, 0.0) for _ in places.cities]
    counts = [0] * len(places.cities)
    names = [0] * len(places.cities)
    for number, place in enumerate(places.mentions):
        row = rows[place.city]
        counts[place.city] += 1
        if counts[place.city] == 1:
            row["first"] = 1 - place.start / size
            row["in_head"] = float(place.start < 300)
        if place.kind != "name":
            row[
                {"adjective": "adjectives", "dateline": "dateline", "own_town": "own_town"}.get(
                    place.kind, "name_part"
                )
            ] += 1
            continue
        names[place.city] += 1
        if place.apposed or place.bracket:
            row["apposed"] += 1
            continue
        left, right = text[max(0, place.start - 30) : place.start], text[place.end : place.end + 30]
        if number in heads:
            row["partner_head"] += 1
        if place.left == "mit" or place.left == "zwischen":
            row["prep_mit"] += 1
        elif place.left in ("nach", "aus"):
            row["prep_aus_nach"] += 1
        elif place.left == "in":
            row["prep_in"] += 1
        elif place.left == "":
            row["free"] += 1
            if context.sentence_mask[place.sentence] & _SPEAKS:
                row["tie_subject"] += 1
        if _OWNER.search(text[max(0, place.start - 60) : place.start]):
            row["owner"] += 1
        if _OFFICE.search(left) and place.left in ("", "von"):
            row["office"] += 1
        line_start = text.rfind("\n", 0, place.start) + 1
        if place.start - line_start <= 3 and _DATELINE.match(right):
            row["line_start"] += 1
        if place.end > size - 250 and _SIGNED.match(right):
            row["sign_off"] = 1.0
        if text[place.start : place.end].isupper():
            row["caps"] = 1.0
        if _OUR.search(text, max(0, place.start - 120), place.end + 120):
            row["our_near"] += 1
        if (
            text[place.end - 1] == "s"
            and place.city < places.named
            and places.cities[place.city].name[-1] != "s"
        ):
            row["genitive"] += 1
    hosts, guests = _roles(context)
    total, most = max(1, sum(counts)), max(counts, default=1)
    abroad = sum(1 for city in places.cities if city.country not in HOME)
    for number, (city, row) in enumerate(zip(places.cities, rows, strict=True)):
        of_names = max(1, names[number])
        for key in _COUNTED:
            row[key] = math.log1p(row[key])
        row["free_share"] = row["free"] / math.log1p(of_names)
        row["share"] = counts[number] / total
        row["top_count"] = float(counts[number] == most)
        row["log_count"] = math.log1p(counts[number])
        row["adjective_share"] = row["adjectives"] / max(1, counts[number])
        row["adjectives"] = math.log1p(row["adjectives"])
        row["owner"] = math.log1p(row["owner"])
        row["office"] = math.log1p(row["office"])
        row["title"] = float(bool(findings.title) and city.name in (findings.title or ""))
        row["home"] = float(city.country in ("DE", "AT", "CH", "LI", "LU", None))
        row["half_home"] = float(city.country in ("IT", "BE"))
        row["region"] = float(city.kind == "region")
        row["county"] = float(city.kind == "county")
        row["district"] = float(city.kind == "district")
        row["hosts"] = math.log1p(hosts[number])
        row["guests"] = math.log1p(guests[number])
        row["host_share"] = hosts[number] / max(1, hosts[number] + guests[number])
        row["abroad_alone"] = float(city.country not in HOME and abroad == 1)
        row["officials"] = math.log1p(sum(1 for official in findings.officials if official.city == city.id))
    return [[row[key] for key in TOWN_FEATURES] for row in rows]


def partner_heads(context: Context) -> set[int]:
    """The mentions that stand right after a word for partner town, alone or in a list."""
    places, text = context.places, context.layout.text
    found = set()
    ends = [(hit.end, hit) for hit in context.hits if hit.rule.role == "partner"]
    position = 0
    heads: set[int] = set()
    for number, place in enumerate(places.mentions):
        while position < len(ends) and ends[position][0] <= place.start:
            position += 1
        if position and place.kind == "name" and place.start - ends[position - 1][0] <= 30:
            between = text[ends[position - 1][0] : place.start]
            previous = places.mentions[number - 1] if number else None
            free = previous is None or previous.start < ends[position - 1][0]
            if free and not set(between) & set(".;:!?\n"):
                heads.add(number)
    for number, place in enumerate(places.mentions):
        first = places.groups[place.group][0] if place.group >= 0 else number
        if place.kind == "name" and first in heads:
            found.add(number)
    return found


def _roles(context: Context) -> tuple[list[int], list[int]]:
    """How often each city stands where a host stands, and where its partner stands, in the readings of sentences."""
    hosts, guests = [0] * len(context.places.cities), [0] * len(context.places.cities)
    for frame in readings(context):
        if frame.kind in ("joint", "ring", "between", "dash", "of", "row") or frame.denied:
            continue
        if frame.host >= 0 and frame.host_mention >= 0:
            hosts[frame.host] += 1
        guests[frame.guest] += 1
    return hosts, guests
