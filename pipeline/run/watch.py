"""New files as they arrive in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import JumelageError
from pipeline.readers import known
from pipeline.run.engine import Run, Summary

SETTLE = 500
"""Milliseconds without a change after which what has arrived is taken as complete."""


class WatchError(JumelageError):
    """A folder that cannot be watched."""


def watch(
    run: Run, folder: Path, stop: Any = None, ready: Callable[[], object] | None = None
) -> Iterator[Summary]:
    """Extract what lies in `folder`, then what arrives there or changes, until Ctrl-C (or the event `stop`).

    Raises WatchError when the folder or the library to watch it is missing.
    """
    try:
        from watchfiles import Change
        from watchfiles import watch as changes
    except ImportError:
        raise WatchError("watching needs watchfiles: pip install 'jumelage[watch]'") from None
    if not folder.is_dir():
        raise WatchError(f"{folder}: there is no such folder")
    hidden = {path.resolve() for path in run.options.own_paths}
    arrivals = changes(
        folder, step=SETTLE, debounce=60_000, stop_event=stop, rust_timeout=200, yield_on_timeout=True,
        raise_interrupt=False,
    )  # fmt: skip
    next(arrivals)  # it looks from here on; what came before, the first run finds
    summary = run.execute([str(folder)], empty=True)
    yield summary
    if ready is not None:
        ready()
    for batch in arrivals if not summary.interrupted else ():
        paths = set(_files(Path(path) for change, path in batch if change != Change.deleted))
        inputs = [_as_given(path, folder) for path in sorted(paths) if _wanted(path, folder, hidden)]
        if inputs:
            summary = run.execute(inputs, empty=True)
            yield summary
            if summary.interrupted:
                return


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that changed; of a folder, all in it: what is written before the watch reaches a new folder is not reported."""
    for path in paths:
        if path.is_dir():
            yield from (inside for inside in path.rglob("*") if inside.is_file())
        else:
            yield path


def _wanted(path: Path, folder: Path, hidden: set[Path]) -> bool:
    whole = path.resolve()
    inside = (
        whole.relative_to(folder.resolve()).parts if whole.is_relative_to(folder.resolve()) else (path.name,)
    )
    return (
        known(path.name)
        and path.is_file()
        and not any(part.startswith(".") for part in inside)
        and not hidden & {whole, *whole.parents}
    )


def _as_given(path: Path, folder: Path) -> str:
    """The path as a walk from `folder` would name it."""
    try:
        return str(folder / path.resolve().relative_to(folder.resolve()))
    except ValueError:
        return str(path)
