"""Learns what speaks for a place as the one whose article it is: weights of `rules/own_town.yaml`.

    python -m training.own_town [--gold corpus/gold] [--without corpus/gold/unseen.list] [--out rules/own_town.yaml] [--folds 8]

Each gold article whose own town is known is a choice among the places that our components find in it. Never run it on
articles that are to stay unseen. Prints the accuracy under cross-validation by article, and how often the likeliest
place is right by how sure the model is of it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.components.own_town import features, softmax
from pipeline.findings import Findings
from training.choice import Choice, Floats, fit
from training.partnerships_gold import from_components, matching

DECAY = 0.03


def names_of(rows: Sequence[dict[str, float]]) -> list[str]:
    """The names of the features, in their order."""
    return list(rows[0])


def matrix(rows: Sequence[dict[str, float]]) -> Floats:
    """The features as numbers, a row for each place."""
    return np.array([list(row.values()) for row in rows])


@lru_cache(maxsize=1)
def _told() -> dict[str, str]:
    """By article, its own town where it is not the one with most partnerships; "" where none is."""
    told: dict[str, str] = json.loads(Path(__file__).with_name("own_towns.json").read_text("utf-8"))
    return told


def own_town(stem: str, gold: dict[str, Any]) -> str:
    """The town whose article it is, as `own_towns.json` says, else the one with most partnerships; "" where none is."""
    if stem in _told():
        return _told()[stem]
    counts = Counter(
        name for pair in gold["partnerships"] if not pair.get("optional") for name in pair["cities"]
    )
    top = [name for name, count in counts.items() if count == max(counts.values())]
    return top[0] if len(top) == 1 else ""


def choice(stem: str, gold: dict[str, Any], text: str, findings: Findings) -> tuple[Choice, list[str]] | None:
    """The choice of an article's own town, and the names of its features; None where it is not known or not found."""
    town = own_town(stem, gold)
    cities, rows = features(text, findings)
    right = matching(gold["cities"], cities, text).get(town) if town else None
    return None if right is None else (Choice(stem, matrix(rows), right), names_of(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn rules/own_town.yaml.")
    parser.add_argument("--gold", type=Path, default=Path("corpus/gold"))
    parser.add_argument("--without", type=Path, default=Path("corpus/gold/unseen.list"))
    parser.add_argument("--out", type=Path, default=Path("rules/own_town.yaml"))
    parser.add_argument("--folds", type=int, default=8)
    options = parser.parse_args()
    without = set(options.without.read_text("utf-8").split())
    paths = [path for path in sorted(options.gold.glob("*.json")) if path.stem not in without]
    choices: list[Choice] = []
    names: list[str] = []
    for path, (text, findings) in zip(paths, from_components(paths), strict=True):
        found = choice(path.stem, json.loads(path.read_text("utf-8")), text, findings)
        if found is not None:
            choices.append(found[0])
            names = found[1]
    print(f"{len(paths)} articles; in {len(choices)} the own town is known and among the places found")
    held_out(choices, options.folds)
    lines = [
        "# What speaks for a place as the one whose article it is; learnt by training/own_town.py, not by hand."
    ]
    lines += ["version: 1", "weights:"]
    lines += [f"  {name}: {weight:.3f}" for name, weight in zip(names, fit(choices, DECAY), strict=True)]
    options.out.write_text("\n".join(lines) + "\n", "utf-8")


def held_out(choices: Sequence[Choice], folds: int) -> None:
    """Print how often weights learnt on the other articles are right, by how sure they are."""
    stems = sorted(choice.stem for choice in choices)
    random.Random(7).shuffle(stems)
    judged: list[tuple[float, bool]] = []
    for fold in range(folds):
        held = set(stems[fold::folds])
        weights = fit([choice for choice in choices if choice.stem not in held], DECAY)
        for asked in choices:
            if asked.stem in held:
                chances = softmax((asked.rows @ weights).tolist())
                best = int(np.argmax(chances))
                judged.append((chances[best], best == asked.right))
    print(f"right, held out: {sum(right for _, right in judged) / max(1, len(judged)):.3f}")
    for low in np.arange(0.0, 1.0, 0.1):
        inside = [right for sure, right in judged if low <= sure < low + 0.1]
        if inside:
            print(
                f"  {low:.1f} to {low + 0.1:.1f}: {len(inside):4} articles, {sum(inside) / len(inside):.2f} right"
            )


if __name__ == "__main__":
    main()
