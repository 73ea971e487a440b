"""Writes an accepted proposal into a rules folder, touching no line that is there: comments and layout stay."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.errors import JumelageError
from pipeline.knowledge.rules import RulesError
from pipeline.suggest.proposal import LOADER, Proposal

if TYPE_CHECKING:
    from pipeline.extractor import Extractor


def accept(proposal: Proposal, rules: Path, *, check: bool = True) -> list[Path]:
    """Write the entry with its example, then run the examples of that rule; returns the changed files.

    All is tried on a copy first: raises JumelageError and leaves `rules` as it was where an example fails. Where the
    rule of the example is not known beforehand, it is run in any case: it must be found with the entry and must not
    have been found without it.
    """
    from pipeline.extractor import load

    with tempfile.TemporaryDirectory(prefix="jumelage-rules-") as folder:
        # Folders of their own for each state: what is compiled from rules is remembered by the folder's name.
        before, tried = (Path(shutil.copytree(rules, Path(folder) / name)) for name in ("before", "tried"))
        try:
            write_entry(proposal, tried)
            if proposal.rule:
                write_example(proposal, tried, proposal.rule, proposal.example)
            taught = load(None, tried) if check or not proposal.rule else None
            if taught is not None and not proposal.rule:
                _give_example(proposal, tried, load(None, before), taught)
        except (KeyError, yaml.YAMLError, OSError) as error:
            raise JumelageError(
                f"{rules / proposal.file}: {proposal.id} cannot be written ({error})"
            ) from None
        except RulesError as error:
            raise JumelageError(str(error).replace(str(tried), str(rules))) from None
        if check and taught is not None:
            faults = _faults(proposal, Path(shutil.copytree(tried, Path(folder) / "checked")), taught)
            if faults:  # some may be older than the entry
                faults -= _faults(proposal, before, load(None, before))
            if faults:
                first = min(faults)
                raise JumelageError(f"{proposal.id}: not written, since then {proposal.rule} fails: {first}")
        changed = []
        for new in sorted(tried.rglob("*")):
            old = rules / new.relative_to(tried)
            if new.is_file() and new.read_bytes() != old.read_bytes():
                shutil.copyfile(new, old)
                changed.append(old)
    return changed


def write_entry(proposal: Proposal, rules: Path) -> None:
    """Write the entry alone. Raises KeyError where its place is not there, YAMLError, OSError."""
    target = rules / proposal.file
    text = target.read_text("utf-8")
    if target.suffix == ".tsv":
        new = text + ("" if text.endswith("\n") else "\n") + f"{proposal.entry}\n"
    else:
        new = append(text, proposal.path, proposal.entry)
        yaml.load(new, Loader=LOADER)
    target.write_text(new, "utf-8")


def write_example(proposal: Proposal, rules: Path, rule: str, example: str | dict[str, Any]) -> None:
    """Write the example into the rule's own file. Raises as `write_entry` does."""
    home = rules / (rule.partition(".")[0] + ".yaml")
    key = "not" if proposal.negative else "examples"
    new = append(home.read_text("utf-8"), ("rules", rule, key), example)
    yaml.load(new, Loader=LOADER)
    home.write_text(new, "utf-8")


def _give_example(proposal: Proposal, rules: Path, untaught: Extractor, taught: Extractor) -> None:
    """Give the example to the rule that finds it now, in the shortest text that will do."""
    from pipeline.knowledge.rules import Example
    from pipeline.rulebook import found_by

    for text in proposal.texts or (proposal.example,):
        example: dict[str, Any] = {"text": text}
        if proposal.published:
            example["published"] = proposal.published
        if proposal.expect:
            example["expect"] = [proposal.expect]
        shown = Example.model_validate(example)
        if found_by(shown, untaught) is None and (rule := found_by(shown, taught)) is not None:
            write_example(proposal, rules, rule, example if len(example) > 1 else text)
            proposal.rule = rule
            return
    told = proposal.expect or proposal.example
    raise JumelageError(f"{proposal.id}: not written; it takes more than this word to find: {told}")


def _faults(proposal: Proposal, rules: Path, extractor: Extractor) -> set[str]:
    """What fails of the examples of the proposal's rule, as it stands in `rules`."""
    from pipeline.rulebook import check_rule, rules_in

    rule = next(rule for _, rule in rules_in(rules) if rule.id == proposal.rule)
    return set(check_rule(rule, extractor))


def append(text: str, path: tuple[str, ...], item: Any) -> str:
    """The YAML text with `item` at the end of the list (or, a key and its value, of the mapping in braces) at `path`.

    A part of the path names a key, or in a list of rules the rule's id. A list that is missing is made where its
    holder is there. Raises KeyError when the path leads nowhere.
    """
    node = yaml.compose(text, Loader=LOADER)
    for number, part in enumerate(path):
        step = _step(node, part)
        if step is None:
            if number < len(path) - 1 or not isinstance(node, yaml.MappingNode) or node.flow_style:
                raise KeyError(".".join(path))
            indent = " " * node.start_mark.column
            return _insert_line(text, _last(node), f"{indent}{part}:\n{indent}  - {_written(item)}")
        node = step
    if isinstance(node, yaml.MappingNode) and node.flow_style and isinstance(item, tuple):
        item = _Pair(item)
    elif not isinstance(node, yaml.SequenceNode):
        raise KeyError(".".join(path))
    if node.flow_style:
        end = node.end_mark.index - 1
        before = text[:end].rstrip()
        comma = "" if before.endswith(("[", "{", ",")) else ","
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


class _Pair(tuple[str, Any]):
    """A key with its value, as they stand within braces."""


def _written(item: Any) -> str:
    if isinstance(item, _Pair):
        return f"{_written(item[0])}: {_written(item[1])}"
    if isinstance(item, list):
        return "[" + ", ".join(_written(value) for value in item) + "]"
    if isinstance(item, dict):
        return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in item.items()) + "}"
    if (
        isinstance(item, str)
        and item.isalpha()
        and item.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    ):
        return item
    return json.dumps(item, ensure_ascii=False)
