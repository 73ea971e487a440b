"""Puts the rules and the model inside the wheel; an editable install finds them in the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("rules", "models/de_jumelage_core")


class ShipRulesAndModel(BuildHookInterface[Any]):
    """Maps each shipped folder to `pipeline/shipped/` (see `pipeline.knowledge.shipped`)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before each build; `version` is "standard" or "editable"."""
        if version == "editable":
            return
        for folder in SHIPPED:
            source = Path(self.root, folder)
            if not source.is_dir():
                raise FileNotFoundError(f"{source} is missing: a wheel without it would not work")
            build_data["force_include"][str(source)] = f"pipeline/shipped/{folder}"
