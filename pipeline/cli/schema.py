"""`jumelage schema`: the record's JSON Schema."""

from __future__ import annotations

import json

from pipeline.record import json_schema


def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of the record."""
    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
