"""Loads and validates `rules/*.yaml`; every complaint names file and line.

One YAML file per component, described by a Pydantic model that the component owns. All of them share the shape
of a rule: an `id`, which comes out again as `by` in the record, and `examples` and `not` lines, which the test
suite runs (`jumelage rules test`).

In an example, square brackets mark what the rule must find, `[25.11.2019]`, with its value after a bar where
that matters: `[25.11.2019|2019-11-25]`. A `not` line without brackets says that the rule must not fire at all;
with brackets, that it must not find what they mark.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import JumelageError
from pipeline.knowledge.shipped import RULES

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads our rules in a tenth of the time


class RulesError(JumelageError):
    """A mistake in a rules file; the message is one line: file, line and what was expected."""


class StrictModel(BaseModel):
    """A part of a rules file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Example(StrictModel):
    """A text with marks and what it takes to read it; a bare string in YAML is the text alone."""

    text: str
    published: str | None = None
    expect: list[str] = Field(default_factory=list)


class Rule(StrictModel):
    """What every rule has; components add their own fields in a subclass."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z0-9_]+)+$")]
    about: str | None = None
    examples: list[str | Example] = Field(default_factory=list)
    not_: list[str | Example] = Field(default_factory=list, alias="not")


ModelT = TypeVar("ModelT", bound=BaseModel)


def load_rules(name: str, model: type[ModelT], directory: Path | str | None = None) -> ModelT:
    """Read `<directory>/<name>.yaml` (None: the shipped rules) into `model`.

    Raises RulesError with file, line and expectation for anything that is wrong.
    """
    path = Path(directory or RULES) / f"{name}.yaml"
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise RulesError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise RulesError(f"{path}: is not UTF-8 text") from None
    try:
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
            data = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RulesError(f"{path}:{line}: not valid YAML: {error.problem or error}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RulesError(f"{path}:1: not valid YAML: {error}") from None
    try:
        rules = model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        line = _line_of(node, first["loc"])
        raise RulesError(f"{path}:{line}: {where}: {first['msg']}") from None
    _check_ids_once(path, node, data)
    return rules


def _line_of(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line on which the deepest part of `loc` that exists in the file stands."""
    line = 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    node, line = value, key.start_mark.line + 1
                    break
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _check_ids_once(path: Path, node: yaml.Node | None, data: Any) -> None:
    seen: set[str] = set()
    rules = data.get("rules", []) if isinstance(data, dict) else []
    for index, rule in enumerate(rules):
        rule_id = rule.get("id") if isinstance(rule, dict) else None
        if rule_id in seen:
            line = _line_of(node, ("rules", index))
            raise RulesError(f"{path}:{line}: rules.{index}.id: {rule_id!r} is used twice; ids must differ")
        if rule_id is not None:
            seen.add(rule_id)
