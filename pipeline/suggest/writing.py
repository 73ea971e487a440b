"""Writes an accepted proposal into a rules folder, touching no line that is there: comments and layout stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import JumelageError
from pipeline.suggest.proposals import Proposal


def write_proposal(proposal: Proposal, rules: Path) -> list[Path]:
    """Write the entry and its example; returns the changed files. Raises JumelageError and leaves all as it was."""
    changed = {
        path: path.read_text("utf-8") for path in {rules / proposal.file, rules / _rule_file(proposal)}
    }
    try:
        target = rules / proposal.file
        if target.suffix == ".tsv":
            text = changed[target]
            target.write_text(text + ("" if text.endswith("\n") else "\n") + f"{proposal.entry}\n", "utf-8")
        else:
            target.write_text(append(changed[target], proposal.path, proposal.entry), "utf-8")
        home = rules / _rule_file(proposal)
        key = "not" if proposal.negative else "examples"
        home.write_text(
            append(home.read_text("utf-8"), ("rules", proposal.rule, key), proposal.example), "utf-8"
        )
        for path in changed:
            if path.suffix == ".yaml":
                yaml.safe_load(path.read_text("utf-8"))
    except (KeyError, yaml.YAMLError, OSError) as error:
        restore(changed)
        raise JumelageError(f"{rules / proposal.file}: {proposal.id} cannot be written ({error})") from None
    return sorted(changed)


def _rule_file(proposal: Proposal) -> str:
    return proposal.rule.partition(".")[0] + ".yaml"


def restore(before: dict[Path, str]) -> None:
    """Put the files' old content back."""
    for path, text in before.items():
        path.write_text(text, "utf-8")


def append(text: str, path: tuple[str, ...], item: Any) -> str:
    """The YAML text with `item` at the end of the list at `path`.

    A part of the path names a key, or in a list of rules the rule's id. A list that is missing is made where its
    holder is there. Raises KeyError when the path leads nowhere.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for number, part in enumerate(path):
        step = _step(node, part)
        if step is None:
            if number < len(path) - 1 or not isinstance(node, yaml.MappingNode) or node.flow_style:
                raise KeyError(".".join(path))
            indent = " " * node.start_mark.column
            return _insert_line(text, _last(node), f"{indent}{part}:\n{indent}  - {_written(item)}")
        node = step
    if not isinstance(node, yaml.SequenceNode):
        raise KeyError(".".join(path))
    if node.flow_style:
        end = node.end_mark.index - 1
        before = text[:end].rstrip()
        comma = "" if before.endswith(("[", ",")) else ","
        return before + f"{comma} " * bool(node.value) + _written(item) + text[end:]
    return _insert_line(text, _last(node), f"{' ' * node.start_mark.column}- {_written(item)}")


def _step(node: yaml.Node | None, part: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode):
        return next(
            (
                entry
                for entry in node.value
                if (name := _step(entry, "id")) is not None and name.value == part
            ),
            None,
        )
    return None


def _last(node: yaml.Node) -> int:
    """Where the last thing written in the node ends; a block's own end mark lies behind the comments after it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        tail = node.value[-1]
        node = tail[1] if isinstance(node, yaml.MappingNode) else tail
    return int(node.end_mark.index)


def _insert_line(text: str, after: int, line: str) -> str:
    end = text.find("\n", after)
    return text + f"\n{line}\n" if end < 0 else text[: end + 1] + line + "\n" + text[end + 1 :]


def _written(item: Any) -> str:
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in item.items()) + "}"
    if (
        isinstance(item, str)
        and item.isalpha()
        and item.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    ):
        return item
    return json.dumps(item, ensure_ascii=False)
