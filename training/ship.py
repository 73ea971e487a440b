"""Put a trained pipeline where the package finds it: name, version and description in its meta.json."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from thinc.api import Config

NAME = "jumelage_core"
KEPT = ("config.cfg", "meta.json", "tokenizer", "vocab", "tok2vec", "ner")


def ship(trained: Path, target: Path, version: str, performance: dict[str, Any]) -> None:
    """Copy `trained` to `target`, without what only training needs, and sign it."""
    target.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        source, destination = trained / name, target / name
        if source.is_dir():
            shutil.rmtree(destination, ignore_errors=True)
            shutil.copytree(source, destination)
        else:
            shutil.copy2(source, destination)
    _clear_paths(target / "config.cfg")
    strings = target / "vocab/strings.json"
    strings.write_text("[]\n", encoding="utf-8")  # the words of the corpora; none is needed to load
    meta = json.loads((target / "meta.json").read_text(encoding="utf-8"))
    meta.update(
        name=NAME,
        lang="de",
        version=version,
        description="German places, persons and organisations in web text on municipal partnerships.",
        author="Jumelage",
        email="",
        url="",
        license="CC BY-SA 4.0",
        spacy_version=">=3.8.7,<3.9.0",
        performance=performance,
    )
    (target / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _clear_paths(path: Path) -> None:
    """Take the paths of the training machine out of a config."""
    config = Config().from_disk(path, interpolate=False)
    config["paths"] = dict.fromkeys(config["paths"])
    config["initialize"]["before_init"] = None
    config.to_disk(path)
