"""Where the towns of a network are drawn: a force-directed layout, the same for the same network.

Fruchterman and Reingold, Graph Drawing by Force-directed Placement (1991), with gravity towards the middle so that
separate components stay in the picture, and a spiral as the start in place of chance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_STEPS = 220
_GOLDEN_ANGLE = 2.399963


def positions(nodes: int, edges: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Coordinates between 0 and 1 for each node."""
    if nodes == 0:
        return []
    count = np.arange(nodes, dtype=float)
    radius = np.sqrt((count + 0.5) / nodes)
    place = np.column_stack((radius * np.cos(count * _GOLDEN_ANGLE), radius * np.sin(count * _GOLDEN_ANGLE)))
    ends = np.array(edges, dtype=int).reshape(-1, 2)
    ideal = 1.9 / np.sqrt(nodes)
    for step in range(_STEPS):
        apart = place[:, None, :] - place[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2)) + 1e-6
        move = (apart / distance[..., None] ** 2 * ideal**2).sum(axis=1)
        pull = place[ends[:, 0]] - place[ends[:, 1]]
        pull *= (np.sqrt((pull**2).sum(axis=1)) / ideal)[:, None]
        np.add.at(move, ends[:, 0], -pull)
        np.add.at(move, ends[:, 1], pull)
        move -= place * 2.4 * ideal
        length = np.sqrt((move**2).sum(axis=1)) + 1e-9
        limit = 0.12 * (1 - step / _STEPS) + 0.001
        place += move / length[:, None] * np.minimum(length, limit)[:, None]
    low, high = place.min(axis=0), place.max(axis=0)
    scaled = (place - low) / np.maximum(high - low, 1e-9)
    return [(round(float(x), 4), round(float(y), 4)) for x, y in scaled]
