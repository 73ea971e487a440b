"""Rebuild the shipped model from the data folder: `make model DATA=/path/to/shared`.

DATA holds `data/` and `gold/`; DATA.md says where the public gets them. Steps whose result is
already in the work folder are skipped, so a build that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from pathlib import Path
from typing import Any

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import spacy  # noqa: E402

from pipeline.components.name_vectors import MARKS as MARK_COUNT  # noqa: E402
from pipeline.components.name_vectors import NameVectors  # noqa: E402
from training import evaluate, names, prepare, ship, train, vectors  # noqa: E402

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "models/de_jumelage_core"
VERSION = "1.0.0"


TUNING: dict[str, Any] = {
    "training.max_steps": 600,
    "training.eval_frequency": 300,
    "training.optimizer.learn_rate.initial_rate": 0.0008,
    "training.optimizer.learn_rate.total_steps": 1800,
    "training.optimizer.learn_rate.warmup_steps": 50,
}
VARIANTS: tuple[dict[str, Any], ...] = (
    {"training.dropout": 0.15, "training.seed": 2},
    {"training.dropout": 0.2, "training.seed": 3},
)
"""The second round is run twice, and the weights of the two are averaged."""


def make_vectors(data: Path, work: Path) -> Path:
    """Subword vectors and name table."""
    target = work / "name_vectors"
    if not target.exists():
        corpus, table = work / "corpus.txt", work / "floret.txt"
        if not table.exists():
            vectors.write_corpus(data, corpus)
            vectors.train(corpus, table)
        assert len(names.MARKS) == MARK_COUNT
        filled = NameVectors()
        filled.fill(*vectors.read_table(table), *names.name_table(data, corpus))
        target.mkdir()
        filled.to_disk(target)
    return target


def make_model(data: Path, gold: Path, work: Path) -> Path:
    """Two rounds; the model of the first is the teacher of the second, and its starting point."""
    vectors_path = {"paths.name_vectors": str(make_vectors(data, work))}

    def documents(name: str, recipe: prepare.Recipe, teacher: Path | None) -> dict[str, Any]:
        folder = work / name
        if not (folder / "smartdata.spacy").exists():
            folder.mkdir(exist_ok=True)
            nlp = evaluate.fast(spacy.load(teacher)) if teacher else None
            prepare.prepare(data, gold, folder, recipe, nlp)
        paths = {"paths.train": str(folder / "train.spacy"), "paths.dev": str(folder / "dev.spacy")}
        return vectors_path | paths

    model = work / "model-1/model-best"
    if not model.exists():
        train.train(HERE / "model.cfg", work / "model-1", documents("round-1", prepare.FIRST, None))
    goal = work / "model-2"
    if not goal.exists():
        paths = documents("round-2", prepare.SECOND, model)
        tuned = [
            train.tune(model, work / f"tuned-{number}", paths | TUNING | changes)
            for number, changes in enumerate(VARIANTS)
        ]
        train.averaged(tuned).to_disk(goal)
    return goal


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="folder with data/ and gold/")
    parser.add_argument("--work", type=Path, default=Path("build/model"), help="where intermediate files go")
    parser.add_argument("--fresh", action="store_true", help="start anew")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="where the model goes")
    arguments = parser.parse_args()
    if arguments.fresh:
        shutil.rmtree(arguments.work, ignore_errors=True)
    arguments.work.mkdir(parents=True, exist_ok=True)
    data, gold = arguments.shared / "data", arguments.shared / "gold"
    model = make_model(data, gold, arguments.work)
    ship.ship(model, arguments.output, VERSION, {})
    figures = evaluate.report(arguments.output, data, gold, arguments.work / "round-2/smartdata.spacy")
    ship.ship(model, arguments.output, VERSION, figures)
    print(evaluate.shown(figures))
    (arguments.work / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
