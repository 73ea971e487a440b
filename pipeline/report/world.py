"""The outline of the world's land, as an SVG path in plate carrée (x = longitude, y = -latitude, degrees).

Made from Natural Earth 1:110m (public domain) as packed in the npm package world-atlas 2.0.2 (ISC, Michael Bostock):

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m pipeline.report.world package/countries-110m.json > pipeline/report/world.json
"""

from __future__ import annotations

import itertools
import json
import sys
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

ANTARCTICA = "010"  # ISO 3166-1 numeric; no town there, and it takes a fifth of the picture


@lru_cache(maxsize=1)
def outline() -> dict[str, str]:
    """`land` (filled areas, one subpath a ring) and `borders` (lines between countries) as SVG path data."""
    text = (resources.files("pipeline.report") / "world.json").read_text("utf-8")
    data: dict[str, str] = json.loads(text)
    return data


def from_topojson(topology: dict[str, Any]) -> dict[str, str]:
    """SVG path data of a world-atlas topology; coordinates rounded to a tenth of a degree (11 km)."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[tuple[int, int]]] = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round((x * scale[0] + shift[0]) * 10), round(-(y * scale[1] + shift[1]) * 10)))
        arcs.append(points)

    def line(index: int) -> list[tuple[int, int]]:
        return arcs[index] if index >= 0 else arcs[~index][::-1]

    land: list[str] = []
    seen: dict[int, int] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        if country.get("id") == ANTARCTICA or not country.get("type"):
            continue
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                points = []
                for index in ring:
                    seen[index if index >= 0 else ~index] = seen.get(index if index >= 0 else ~index, 0) + 1
                    points += line(index)[1 if points else 0 :]
                land += [_path(copy, closed=True) for copy in _unwrapped(points)]
    shared = [index for index, uses in sorted(seen.items()) if uses > 1]
    return {"land": "".join(land), "borders": "".join(_path(arcs[index], closed=False) for index in shared)}


def _unwrapped(points: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The ring without jumps at the antimeridian; a ring that crosses it comes twice, for either edge of the map."""
    turn, ring = 0, [points[0]]
    for (before, _), (x, y) in itertools.pairwise(points):
        if abs(x - before) > 1800:
            turn += 3600 if x < before else -3600
        ring.append((x + turn, y))
    if all(-1800 <= x <= 1800 for x, _ in ring):
        return [ring]
    other = -3600 if max(x for x, _ in ring) > 1800 else 3600
    return [ring, [(x + other, y) for x, y in ring]]


def _path(points: list[tuple[int, int]], *, closed: bool) -> str:
    kept = [points[0]]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    if len(kept) < (3 if closed else 2):
        return ""
    x, y = kept[0]
    parts = [f"M{_tenth(x)} {_tenth(y)}l"]
    steps = []
    for px, py in kept[1:]:
        steps.append(f"{_tenth(px - x)} {_tenth(py - y)}")
        x, y = px, py
    return parts[0] + " ".join(steps).replace(" -", "-") + ("z" if closed else "")


def _tenth(value: int) -> str:
    text = f"{value / 10:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


if __name__ == "__main__":
    json.dump(from_topojson(json.loads(Path(sys.argv[1]).read_text("utf-8"))), sys.stdout)
