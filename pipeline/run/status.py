"""What has been done and what is left, without doing it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.readers import Refusal, is_container
from pipeline.run.inputs import discover, items
from pipeline.run.ledger import FOLDER, NAME, LedgerView
from pipeline.run.outputs import FolderOutput
from pipeline.run.plan import Planner

if TYPE_CHECKING:
    from pipeline.run.engine import Options


def home_of(output: Path) -> Path:
    """The folder of the ledger of an output folder, or of a `.jsonl` file."""
    return output / FOLDER if output.is_dir() else output.with_name(output.name + FOLDER)


@dataclass
class Status:
    """How things stand in an output; `todo` are files of the last run's input (None: that input is gone)."""

    counts: dict[str, int]
    failed: list[tuple[str, str, int]]
    todo: list[str] | None = field(default_factory=list)
    started: str | None = None
    finished: str | None = None
    interrupted: bool = False


def status(output: Path) -> Status:
    """How things stand in `output`. Raises LedgerError where no run has written."""
    view = LedgerView(home_of(output))
    try:
        run = view.last_run()
        result = Status(view.counts(), list(view.unsuccessful("failed")))
        if run is not None:
            result.started, result.finished = run["started"], run["finished"]
            result.interrupted = run["finished"] is None or bool(
                run["summary"] and run["summary"]["interrupted"]
            )
            inputs = [os.path.join(run["inputs"]["folder"], name) for name in run["inputs"]["inputs"]]  # noqa: PTH118
            result.todo = list(_todo(view, inputs, output, run["fingerprint"]))
    finally:
        view.close()
    return result


def _todo(view: LedgerView, inputs: list[str], output: Path, fingerprint: str) -> Iterator[str]:
    home = home_of(output)
    given = {Path(path).resolve() for path in inputs}
    own = [path for path in (home, output) if path.resolve() not in given]
    has_files = output.is_dir() and any(output.glob("*.json"))
    planner = Planner(view, FolderOutput(output, None) if has_files else None, fingerprint, _Plain(), 0)
    for file in discover(inputs, home.parent, lambda name, reason: None, own):
        if is_container(file.path.name):
            if not view.file_done(file.key, container=True):
                yield file.uri
        else:
            row = view.row(file.key)
            item = replace(next(items(file)), uri=row.uri if row is not None else file.uri)
            if row is None or (row.status == "done" and not planner.unchanged(item, row)):
                yield file.uri


class _NoExports:
    targets: list[Path] = []  # noqa: RUF012 - nobody adds to it


class _Plain:
    published = None
    force = False
    exports = _NoExports()


def dry_run(options: Options) -> Iterator[tuple[str, str]]:
    """(what would happen, uri) for each item: new, again, unchanged, or refused with its reason. Writes nothing."""
    view = LedgerView(options.home) if (options.home / NAME).is_file() else None
    complaints: list[tuple[str, str]] = []
    try:
        folder = FolderOutput(options.output, None) if options.output is not None else None
        planner = Planner(view, folder, options.fingerprint(), options, -1)
        files = discover(
            options.inputs,
            options.home.parent,
            lambda name, reason: complaints.append((f"refused: {reason}", name)),
            options.own_paths,
        )
        for planned in planner.plan(files):
            if planned.ends is not None:
                continue
            if isinstance(planned.item.content, Refusal):
                yield f"refused: {planned.item.content.reason}", planned.item.uri
            elif planned.task is None:
                yield "unchanged", planned.item.uri
            else:
                yield "new" if planned.row is None else "again", planned.item.uri
        yield from complaints
    finally:
        if view is not None:
            view.close()
