"""Rebuild the shipped model from the data folder: `make model DATA=/path/to/shared/data`.

DATA.md says what the data folder holds and where the public gets it; the articles are the repository's
own. Steps whose result is already in the work folder are skipped, so a build that was stopped goes on
where it was. `--quick` tries every step with a scrap of training; its model is of no use.
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
ARTICLES = HERE.parent / "corpus/gold"
SHIPPED = HERE.parent / "models/de_jumelage_core"
VERSION = "1.2.0"

TUNING: dict[str, Any] = {
    "training.max_steps": 1600,
    "training.eval_frequency": 200,
    "training.dropout": 0.2,
    "training.seed": 2,
    "training.optimizer.learn_rate.initial_rate": 0.001,
    "training.optimizer.learn_rate.total_steps": 1600,
    "training.optimizer.learn_rate.warmup_steps": 50,
}
"""The second round: it starts from the weights of the first, on better documents, with a falling rate."""

QUICK: dict[str, Any] = {"training.max_steps": 4, "training.eval_frequency": 2, "corpora.train.limit": 200}
QUICK_LINES = 20_000


def make_vectors(data: Path, work: Path, *, quick: bool) -> Path:
    """Subword vectors and name table."""
    target = work / "name_vectors"
    if not target.exists():
        corpus, table = work / "corpus.txt", work / "floret.txt"
        if not table.exists():
            vectors.write_corpus(data, corpus, limit=QUICK_LINES if quick else None)
            vectors.train(corpus, table, epochs=1 if quick else vectors.EPOCHS)
        assert len(names.MARKS) == MARK_COUNT
        filled = NameVectors()
        filled.fill(*vectors.read_table(table), *names.name_table(data, corpus), names.clusters())
        target.mkdir()
        filled.to_disk(target)
    return target


def make_model(data: Path, gold: Path, work: Path, *, quick: bool) -> Path:
    """Two rounds; the model of the first is the teacher of the second, and its starting point."""
    vectors_path = {"paths.name_vectors": str(make_vectors(data, work, quick=quick))}
    scrap = QUICK if quick else {}

    def documents(name: str, recipe: prepare.Recipe, teacher: Path | None) -> dict[str, Any]:
        folder = work / name
        if not (folder / "smartdata.spacy").exists():
            folder.mkdir(exist_ok=True)
            nlp = evaluate.fast(spacy.load(teacher)) if teacher else None
            prepare.prepare(data, gold, folder, recipe, nlp)
        paths = {"paths.train": str(folder / "train.spacy"), "paths.dev": str(folder / "dev.spacy")}
        return vectors_path | paths

    first = work / "model-1/model-best"
    if not first.exists():
        paths = documents("round-1", prepare.FIRST, None)
        train.train(HERE / "model.cfg", work / "model-1", paths | scrap)
    second = work / "model-2/model-best"
    if not second.exists():
        paths = documents("round-2", prepare.SECOND, first)
        train.tune(first, work / "model-2", paths | TUNING | scrap)
    return second


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the data folder")
    parser.add_argument("--gold", type=Path, default=ARTICLES, help="annotated articles and unseen.list")
    parser.add_argument("--work", type=Path, default=Path("build/model"), help="where intermediate files go")
    parser.add_argument("--fresh", action="store_true", help="start anew")
    parser.add_argument("--quick", action="store_true", help="try the steps; give --work and --output too")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="where the model goes")
    arguments = parser.parse_args()
    if not (arguments.data / "ner").is_dir():
        parser.error(f"{arguments.data} has no folder ner/: see training/DATA.md")
    if arguments.quick and arguments.output == SHIPPED:
        parser.error("--quick makes a model of no use: say --output with it")
    if arguments.fresh:
        shutil.rmtree(arguments.work, ignore_errors=True)
    arguments.work.mkdir(parents=True, exist_ok=True)
    model = make_model(arguments.data, arguments.gold, arguments.work, quick=arguments.quick)
    ship.ship(model, arguments.output, VERSION, {})
    held_out = arguments.work / "round-2/smartdata.spacy"
    figures = evaluate.report(arguments.output, arguments.data, arguments.gold, held_out)
    ship.ship(model, arguments.output, VERSION, figures)
    print(evaluate.shown(figures))
    (arguments.work / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
