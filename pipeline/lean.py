"""Imports spaCy without its command line, before anything else imports it.

`import spacy` brings along what `python -m spacy` needs (project tools, HTTP clients, templates): a third of its time,
and nothing here uses it. It stays importable: whoever wants `spacy.cli` afterwards gets it.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_CLI = ("spacy.cli", "spacy.cli.info")


def _info(*arguments: Any, **options: Any) -> Any:
    """`spacy.info`, by the true one."""
    from spacy.cli.info import info

    return info(*arguments, **options)


def _import_spacy() -> None:
    for name in _CLI:
        stub = ModuleType(name)
        stub.info = _info  # type: ignore[attr-defined]
        stub.__path__ = []
        sys.modules[name] = stub
    try:
        import spacy  # noqa: F401
    finally:
        for name in _CLI:
            del sys.modules[name]


if "spacy" not in sys.modules:
    _import_spacy()
