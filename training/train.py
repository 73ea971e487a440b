"""Train one pipeline from a config file, on one core, with the fastest matrix product at hand.

Does what `spacy train` does; the difference is numpy's own BLAS in place of BLIS, which is several
times as fast on current processors.
"""

from __future__ import annotations

import sys
from pathlib import Path

from spacy.training.initialize import init_nlp
from spacy.training.loop import train as train_loop
from spacy.util import load_config
from thinc.api import NumpyOps, set_current_ops

import training.callbacks  # noqa: F401  (names used in the configs)


def train(config_path: Path, output: Path, **overrides: object) -> None:
    """Train into `output/model-best` and `output/model-last`; overrides are dotted config keys."""
    set_current_ops(NumpyOps(use_blis=False))
    config = load_config(config_path, overrides=dict(overrides), interpolate=False)
    nlp = init_nlp(config, use_gpu=-1)
    train_loop(nlp, output, use_gpu=-1, stdout=sys.stdout, stderr=sys.stderr)


if __name__ == "__main__":
    pairs = [argument.split("=", 1) for argument in sys.argv[3:]]
    train(Path(sys.argv[1]), Path(sys.argv[2]), **dict(pairs))
