"""Trees that choose the date of a tie's beginning and of its signing, for `training.partnerships`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.components.partnerships.dating import DATE_NAMES, dates_near
from training.partnerships_gold import options
from training.partnerships_trees import calibrated, fitted_trees, held_out

if TYPE_CHECKING:
    from training.partnerships import Seen

_MODELS = 1


def date_models(seen: list[Seen]) -> dict[str, Any]:
    """`since` and `signed`: each date near an annotated pair is one row, right where the annotation has its value."""
    rows: list[list[float]] = []
    folds: list[int] = []
    labels: dict[str, list[bool]] = {"since": [], "signed": []}
    for view in seen:
        known = set()
        for candidate in view.candidates:
            cities = frozenset((candidate.first, candidate.second))
            if cities in known or view.label(candidate) != 1:
                continue
            known.add(cities)
            pair = next(pair for pair in view.pairs[cities] if not pair.get("optional"))
            for index, row in dates_near(view.context, candidate.first, candidate.second):
                rows.append(row)
                folds.append(view.fold)
                for name, column in labels.items():
                    column.append(view.context.findings.dates[index].edtf in options(pair.get(name)))
    x, f = np.array(rows), np.array(folds)
    found = {}
    for name, column in labels.items():
        y = np.array(column, dtype=np.int64)
        curve = calibrated(held_out(x, y, f, _MODELS), y)
        found[name] = fitted_trees(x, y, DATE_NAMES, curve, _MODELS)
        print(f"{name}: {y.sum()} of {len(y)} dates near a pair")
    return found
