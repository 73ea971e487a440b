"""Put a trained pipeline where the package finds it: name, version and description in its meta.json."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

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
        performance=performance,
    )
    (target / "meta.json").write_text(
        json.dumps(meta, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
