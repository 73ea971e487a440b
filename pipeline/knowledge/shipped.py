"""Where the things that ship with the package lie: rules and the German model."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder: inside the installed package, else in the checkout beside it."""
    installed = _PACKAGE.joinpath("shipped", *parts)
    return installed if installed.exists() else _PACKAGE.parent.joinpath(*parts)


RULES = shipped("rules")
MODEL = shipped("models", "de_jumelage_core")
