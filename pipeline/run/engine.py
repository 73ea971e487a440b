"""A run: inputs → records, over all cores, resumable at any point.

The parent finds the items, asks the ledger which of them need work, hands those to the workers and takes the
results in the order of the input; it alone writes outputs and ledger. Whatever depends on order (names of outputs,
which of two duplicates is the original) is therefore the same however many workers there are.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from pipeline.errors import JumelageError
from pipeline.extractor import Extractor, load
from pipeline.run.bookkeeper import Bookkeeper
from pipeline.run.exports import Exports, write_exports
from pipeline.run.inputs import NO_ARTICLES, File, discover
from pipeline.run.ledger import FOLDER, Ledger
from pipeline.run.outputs import FolderOutput
from pipeline.run.plan import Planned, Planner
from pipeline.run.progress import Progress
from pipeline.run.task import Handler, Result, Task, Work
from pipeline.run.version import fingerprint
from pipeline.workers import METHOD, TIME_LIMIT, Lost, Pool
from pipeline.writers.files import clear_leftovers, make_folder

COMMIT_EVERY = 0.5
"""Seconds of work that a power cut may cost (a killed process costs nothing that was written)."""


@dataclass(frozen=True)
class Options:
    """What is asked of a run. `output`: a folder of one file per record; `exports`: other forms."""

    inputs: tuple[str, ...]
    output: Path | None
    exports: Exports = field(default_factory=Exports)
    model: str | None = None
    rules: Path | None = None
    published: str | None = None
    jobs: int = 1
    time_limit: float = TIME_LIMIT
    force: bool = False
    min_confidence: float | None = None

    @property
    def home(self) -> Path:
        """The folder of the ledger: in the output folder, else with the first export."""
        return self.output / FOLDER if self.output is not None else self.exports.home

    @property
    def own_paths(self) -> list[Path]:
        """What lies in an input folder but is output."""
        given = {Path(path).resolve() for path in self.inputs}
        own = [self.home, *self.exports.targets]
        return [
            path for path in [*own, *([self.output] if self.output else [])] if path.resolve() not in given
        ]

    def fingerprint(self) -> str:
        """What a record must have been made with to be left as it is."""
        return fingerprint(
            self.model, self.rules, published=self.published, min_confidence=self.min_confidence
        )


@dataclass
class Summary:
    """How a run went. `seconds` by component are processor time of the workers; `elapsed` is by the clock."""

    done: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: int = 0
    duplicates: int = 0
    words: int = 0
    partnerships: int = 0
    jobs: int = 1
    elapsed: float = 0.0
    interrupted: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        speed = self.words / self.elapsed if self.elapsed else 0.0
        return {**asdict(self), "words_per_second": round(speed, 1)}


class Run:
    """One or more runs into the same outputs, with workers and ledger kept; close it at the end.

    `extractor`: one that is loaded already, with the options' model and rules. Raises JumelageError when the outputs cannot be written.
    """

    def __init__(self, options: Options, progress: Progress, extractor: Extractor | None = None) -> None:
        self.options = options
        self._progress = progress
        self._fingerprint = options.fingerprint()
        if options.output is not None:
            make_folder(options.output)
        options.exports.prepare()
        self.ledger = Ledger(options.home)
        for folder in (options.output, *(target.parent for target in options.exports.targets)):
            if folder is not None:
                clear_leftovers(folder)
        self._folder = FolderOutput(options.output, self.ledger) if options.output is not None else None
        maker = Maker(
            options.model, options.rules, self._folder is not None, bool(options.exports.targets), extractor,
            min_confidence=options.min_confidence,
        )  # fmt: skip
        before = maker.load if METHOD == "fork" else None
        self._pool = Pool[Task, Result](maker, options.jobs, options.time_limit, before=before)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers and let the ledger go."""
        self._pool.close()
        self.ledger.close()

    @property
    def worker_pids(self) -> list[int]:
        """Process ids of the workers."""
        return self._pool.pids

    def execute(self, inputs: Sequence[str] | None = None, empty: bool = False) -> Summary:
        """Do it, or do `inputs` instead of the options'. Ctrl-C and SIGTERM end it cleanly, `interrupted`.

        Raises JumelageError when nothing can be done at all; `empty`: no input is all right.
        """
        given = tuple(self.options.inputs if inputs is None else inputs)
        start = monotonic()
        command = {"inputs": list(given[:1000]), "folder": str(Path.cwd()), "jobs": self.options.jobs}
        number = self.ledger.begin_run(_now(), self._fingerprint, command)
        summary = Summary(jobs=self.options.jobs)
        found = False
        try:
            with _terminable():
                found = self._work(given, number, summary, empty)
                write_exports(self.options.exports, self.ledger, number)
        except KeyboardInterrupt:
            summary.interrupted = True
            self._pool.close()
        finally:
            self._progress.end()
            summary.elapsed = monotonic() - start
            self.ledger.end_run(number, _now(), summary.as_dict())
        if not found and not empty and not summary.interrupted:
            raise JumelageError(f"no articles in {' '.join(given)[:200]}")
        return summary

    def _work(self, inputs: Sequence[str], number: int, summary: Summary, empty: bool) -> bool:
        """Go through all items; False when there were none. `empty`: a folder without articles is no failure."""
        files = total = 0
        for file in self._files(inputs):
            files += 1
            total += max(file.size, 1)
        self._progress.begin(files, total)
        planner = Planner(self.ledger, self._folder, self._fingerprint, self.options, number)
        bookkeeper = Bookkeeper(self.ledger, self._folder, self._fingerprint, number, summary)
        behind = 0
        current: File | None = None
        last = monotonic()
        for planned, outcome in self._outcomes(planner, self._files(inputs, summary, empty)):
            if planned.ends is not None:
                self.ledger.container_done(planned.ends.key, number)
                continue
            item = planned.item
            if current is not None and item.file is not current:
                behind += max(current.size, 1)
            current = item.file
            status, words, reason = bookkeeper.enter(planned, outcome)
            share = (behind + item.position * max(current.size, 1)) / max(total, 1)
            self._progress.article(item.uri, status, words, min(share, 1.0), reason)
            if monotonic() - last > COMMIT_EVERY:
                self.ledger.commit()
                last = monotonic()
        self.ledger.commit()
        return current is not None

    def _files(
        self, inputs: Sequence[str], summary: Summary | None = None, empty: bool = False
    ) -> Iterator[File]:
        """The input's files; complaints are made and counted when there is a `summary` to count them in."""

        def complain(name: str, reason: str) -> None:
            if summary is not None and not (empty and reason == NO_ARTICLES):
                summary.failed += 1
                self._progress.complaint(name, reason)

        yield from discover(inputs, self.options.home.parent, complain, self.options.own_paths)

    def _outcomes(
        self, planner: Planner, files: Iterator[File]
    ) -> Iterator[tuple[Planned, Result | Lost | None]]:
        """Each planned item with its result, in order; None for those that need no work."""
        planned: deque[Planned] = deque()

        def tasks() -> Iterator[Task | None]:
            for one in planner.plan(files):
                planned.append(one)
                yield one.task

        for _, outcome in self._pool.run(tasks(), passes=lambda task: task is None):  # type: ignore[arg-type]
            yield planned.popleft(), outcome


class Maker:
    """Makes a worker's handler. What `load` loads before the workers are forked is shared by all of them."""

    def __init__(
        self,
        model: str | None,
        rules: Path | None,
        files: bool,
        exports: bool,
        extractor: Extractor | None = None,
        lines: bool = False,
        min_confidence: float | None = None,
    ) -> None:
        self._model = model
        self._min_confidence = min_confidence
        self._rules = rules
        self._forms = (files, exports, lines)
        self._extractor = extractor

    def load(self) -> Extractor:
        """The Extractor, loaded once. Raises ModelError or RulesError."""
        if self._extractor is None:
            self._extractor = load(self._model, self._rules, self._min_confidence)
        return self._extractor

    def __call__(self) -> Handler:
        """A worker's handler."""
        return Work(self.load(), *self._forms)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
