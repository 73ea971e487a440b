"""Train one pipeline from a config file, on one core, with the fastest matrix product at hand.

Does what `spacy train` does; the difference is numpy's own BLAS in place of BLIS, which is several
times as fast on current processors.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import spacy
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_loop
from spacy.util import load_config
from thinc.api import NumpyOps, set_current_ops

import training.callbacks  # noqa: F401  (names used in the configs)


def train(config_path: Path, output: Path, overrides: dict[str, Any]) -> Path:
    """Train into `output/model-best`; overrides are dotted config keys."""
    set_current_ops(NumpyOps(use_blis=False))
    output.mkdir(parents=True, exist_ok=True)
    config = load_config(config_path, overrides=overrides, interpolate=False)
    train_loop(init_nlp(config, use_gpu=-1), output, use_gpu=-1, stdout=sys.stdout, stderr=sys.stderr)
    return output / "model-best"


def tune(model: Path, output: Path, overrides: dict[str, Any]) -> Path:
    """Go on with a trained pipeline, under other settings, into `output/model-best`."""
    set_current_ops(NumpyOps(use_blis=False))
    output.mkdir(parents=True, exist_ok=True)
    nlp = spacy.load(model, config=overrides)
    train_loop(nlp, output, use_gpu=-1, stdout=sys.stdout, stderr=sys.stderr)
    return output / "model-best"


def settings(arguments: list[str]) -> dict[str, Any]:
    """`key=value` arguments as a dictionary; numbers become numbers.

    >>> settings(["training.max_steps=100", "paths.dev=a.spacy"])
    {'training.max_steps': 100, 'paths.dev': 'a.spacy'}
    """
    result: dict[str, Any] = {}
    for argument in arguments:
        key, value = argument.split("=", 1)
        number = value.replace(".", "", 1).isdigit()
        result[key] = (float(value) if "." in value else int(value)) if number else value
    return result


if __name__ == "__main__":
    action, start, goal, *rest = sys.argv[1:]
    (tune if action == "tune" else train)(Path(start), Path(goal), settings(rest))
