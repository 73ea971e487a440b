"""How sure, how right: reliability of the partnerships' confidence on annotated articles, and the curves of the docs.

    python -m benchmarks.partnerships --gold DIR [--only FILE] [--svg docs/images/partnerships.svg]

`--only` names a file of stems: take articles that the model was not trained on. Prints Markdown tables: of ten pairs
with confidence 0.9, nine should be right; and what precision and recall a `--min-confidence` gives.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pipeline.components.partnerships import Partnerships
from pipeline.findings import findings_of
from training.partnerships_gold import from_components, matching

_STEPS = [number / 20 for number in range(20)]
_WIDTH, _HEIGHT, _EDGE = 420, 260, 36


def judged(paths: list[Path]) -> tuple[list[tuple[float, bool]], int]:
    """(confidence, right?) of every pair that is found with any confidence, and how many there should be."""
    import spacy
    from spacy.tokens import Doc

    component = Partnerships(minimum=0.0)
    vocab = spacy.blank("de").vocab
    found: list[tuple[float, bool]] = []
    wanted = 0
    for path, (text, findings) in zip(paths, from_components(paths), strict=True):
        gold = json.loads(path.read_text("utf-8"))
        doc = Doc(vocab, words=[text], spaces=[False])
        doc.user_data["jumelage"] = findings
        component(doc)
        cities = findings_of(doc).cities
        named = matching(gold["cities"], cities, text)
        right: set[frozenset[str]] = set()
        free: set[frozenset[str]] = set()
        for number, pair in enumerate(gold["partnerships"]):
            places = [named.get(name) for name in pair["cities"]]
            ids = frozenset(
                cities[place].id if place is not None else f"{number}-{name}"
                for name, place in enumerate(places)
            )
            (free if pair.get("optional") else right).add(ids)
        wanted += len(right)
        for partnership in findings_of(doc).partnerships:
            pair_ids = frozenset(partnership.cities)
            if pair_ids in right or pair_ids not in free:
                found.append((partnership.confidence, pair_ids in right))
    return found, wanted


def reliability(found: list[tuple[float, bool]]) -> str:
    """A Markdown table: of the pairs with this confidence, how many are right."""
    lines = ["| confidence | pairs | right |", "|---|---:|---:|"]
    for low in range(10):
        inside = [
            right for sure, right in found if low / 10 <= sure < (low + 1) / 10 or (low == 9 and sure == 1)
        ]
        if inside:
            lines.append(
                f"| {low / 10:.1f} to {(low + 1) / 10:.1f} | {len(inside)} | {sum(inside) / len(inside):.2f} |"
            )
    return "\n".join(lines)


def curve(found: list[tuple[float, bool]], wanted: int) -> list[tuple[float, float, float]]:
    """(minimum, precision, recall) for each step."""
    points = []
    for minimum in _STEPS:
        kept = [right for sure, right in found if sure >= minimum]
        if kept:
            points.append((minimum, sum(kept) / len(kept), sum(kept) / max(1, wanted)))
    return points


def table(points: list[tuple[float, float, float]]) -> str:
    """The curves as a Markdown table."""
    lines = ["| `--min-confidence` | precision | recall | F |", "|---|---:|---:|---:|"]
    for minimum, precision, recall in points[::2]:
        both = precision + recall
        lines.append(
            f"| {minimum:.1f} | {precision:.2f} | {recall:.2f} | {2 * precision * recall / both if both else 0:.2f} |"
        )
    return "\n".join(lines)


def svg(points: list[tuple[float, float, float]]) -> str:
    """Precision and recall against confidence, drawn."""

    def line(index: int) -> str:
        return " ".join(
            f"{_EDGE + point[0] * (_WIDTH - 2 * _EDGE):.0f},{_HEIGHT - _EDGE - point[index] * (_HEIGHT - 2 * _EDGE):.0f}"
            for point in points
        )

    left, right, top, bottom = _EDGE, _WIDTH - _EDGE, _EDGE, _HEIGHT - _EDGE
    marks = "".join(
        f'<text x="{left - 6}" y="{bottom - share * (bottom - top) + 4:.0f}" text-anchor="end">{share:.1f}</text>'
        f'<text x="{left + share * (right - left):.0f}" y="{bottom + 16}" text-anchor="middle">{share:.1f}</text>'
        for share in (0.0, 0.5, 1.0)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="11" '
        'role="img" aria-label="Precision and recall of pairs against the least confidence">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
        f'<path d="M{left},{top}V{bottom}H{right}" fill="none" stroke="#666"/>{marks}'
        f'<polyline points="{line(1)}" fill="none" stroke="#1b6ca8" stroke-width="2"/>'
        f'<polyline points="{line(2)}" fill="none" stroke="#c0561f" stroke-width="2" stroke-dasharray="6 3"/>'
        f'<text x="{left + 8}" y="{top - 12}" fill="#1b6ca8">precision</text>'
        f'<text x="{left + 78}" y="{top - 12}" fill="#c0561f">recall (dashed)</text>'
        f'<text x="{right}" y="{bottom + 30}" text-anchor="end">least confidence</text></svg>\n'
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Reliability of the confidence of partnerships.")
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--only", type=Path, help="file with stems to take")
    parser.add_argument("--svg", type=Path, help="where to draw the curves")
    options = parser.parse_args(arguments)
    only = set(options.only.read_text("utf-8").split()) if options.only else None
    paths = [path for path in sorted(options.gold.glob("*.json")) if only is None or path.stem in only]
    found, wanted = judged(paths)
    points = curve(found, wanted)
    print(f"{len(paths)} articles, {wanted} pairs\n\n{reliability(found)}\n\n{table(points)}")
    if options.svg:
        options.svg.parent.mkdir(parents=True, exist_ok=True)
        options.svg.write_text(svg(points), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
