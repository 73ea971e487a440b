"""The same extraction on a cluster: Ray Data reads, spreads and writes; the extraction is the local one.

Two passes. The first reads the input and extracts: actors hold the model, each with a process of its own for the
articles, so that a poisoned one costs itself alone there too. Its results rest in `OUTPUT/_work`, and a run that was
cut off goes on from them (`pipeline.run.gather`). Near-duplicates depend on the order of all articles, so the driver
finds them over the signatures (300 bytes an article) and the second pass fills them in and writes the final files,
`part-*.parquet` or `part-*.jsonl`, in input order. Paths are fsspec's (folders, s3://, gs://, …).
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import Any

import orjson

from pipeline.errors import JumelageError
from pipeline.readers import ReadError, Refusal, entries_of, is_container
from pipeline.run.engine import Maker, Summary
from pipeline.run.gather import Gathered, write_part
from pipeline.run.storage import Place, StoredFile, stored_files
from pipeline.run.task import Result, Task
from pipeline.run.version import fingerprint
from pipeline.workers import TIME_LIMIT, Lost, Pool
from pipeline.writers.parquet import require_parquet

WORK = "_work"
FINISHED = "_finished.json"
"""What the output was made of: with the same input and options nothing is done again."""

BATCH = 16
"""Articles that go to an actor at a time."""

WORK_ROWS = 500
"""Articles in a file of the work folder: what being cut off may cost each writer."""

ACTOR, OTHERS = 0.75, 0.25
"""CPUs that an actor and any other task hold. An actor for each CPU would leave none to those that feed it."""


class ClusterError(JumelageError):
    """A cluster run that cannot be done."""


@dataclass(frozen=True)
class ClusterOptions:
    """What is asked of a cluster run; `form`: parquet or jsonl; `jobs` None: one actor per CPU of the cluster."""

    input: str
    output: str
    address: str | None = None
    model: str | None = None
    rules: Path | None = None
    published: str | None = None
    jobs: int | None = None
    shard_size: int = 10_000
    form: str = "parquet"
    time_limit: float = TIME_LIMIT
    min_confidence: float | None = None
    force: bool = False

    def fingerprint(self) -> str:
        """What a record must have been made with to be left as it is; the same as in local runs."""
        return fingerprint(
            self.model, self.rules, published=self.published, min_confidence=self.min_confidence
        )


def extract_on_cluster(options: ClusterOptions) -> Summary:
    """Extract every article of the input on Ray. Raises JumelageError when nothing can be done."""
    ray = _ray()
    if options.form not in ("parquet", "jsonl"):
        raise ClusterError(f"{options.form!r} is neither 'parquet' nor 'jsonl'")
    start = monotonic()
    files = list(stored_files(options.input))
    if not files:
        raise ClusterError(f"no articles in {options.input}")
    target = Place.of(options.output)
    state = _state(options, files)
    summary = Summary()
    if not options.force and (before := _finished(target, state)) is not None:
        summary.unchanged, summary.duplicates = before["done"], before["duplicates"]
        summary.skipped = before["skipped"]
        return summary
    work = target.child(WORK).child(options.fingerprint())
    for name in target.child(WORK).names():
        if options.force or name != options.fingerprint():
            target.child(WORK).child(name).clear()
    with (
        _connected(ray, options.address),
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "results.sqlite", isolation_level=None)) as base,
    ):
        base.execute("PRAGMA synchronous = OFF")
        summary.jobs = options.jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))
        work.make()
        earlier = Gathered(base, work, files)
        summary.unchanged = earlier.count()
        todo = list(_todo(files, earlier))
        if todo:
            _extract(ray, options, todo, work, summary.jobs)
        gathered = Gathered(base, work, files)
        gathered.summarise(summary)
        _finish(ray, options, files, gathered, work, target, summary)
        summary.done -= summary.unchanged
        _finish_state(target, state, summary)
        target.child(WORK).clear()
    summary.elapsed = monotonic() - start
    return summary


def _ray() -> Any:
    require_parquet()
    try:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        import ray
        import ray.data

        logging.getLogger("ray.data").setLevel(logging.WARNING)  # it tells of each dataset
    except ImportError:
        raise ClusterError("--engine ray needs Ray: pip install 'jumelage[cluster]'") from None
    return ray


@contextmanager
def _connected(ray: Any, address: str | None) -> Iterator[None]:
    """A cluster for as long as it is needed; one that is connected already is used and left."""
    own = not ray.is_initialized()
    try:
        if own:
            ray.init(
                address=address, log_to_driver=False, include_dashboard=False if address is None else None
            )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ClusterError(f"no Ray cluster at {address}: {str(error).splitlines()[0]}") from None
    try:
        yield
    finally:
        if own:
            ray.shutdown()


def _state(options: ClusterOptions, files: Sequence[StoredFile]) -> str:
    digest = hashlib.sha256(f"{options.fingerprint()} {options.form} {options.shard_size}".encode())
    for file in files:
        digest.update(f"\n{file.uri}\0{file.version}".encode())
    return digest.hexdigest()


def _finished(target: Place, state: str) -> dict[str, Any] | None:
    """The counts of the run that made what lies in `target`, if it was of this state, and nothing failed or is gone."""
    if FINISHED not in target.names():
        return None
    with target.child(FINISHED).reading() as stream:
        found: dict[str, Any] = orjson.loads(stream.read())
    same = found["state"] == state and not found["failed"]
    return found if same and set(found["parts"]) <= set(target.names()) else None


def _finish_state(target: Place, state: str, summary: Summary) -> None:
    counts = {
        "done": summary.done + summary.unchanged, "failed": summary.failed,
        "skipped": summary.skipped, "duplicates": summary.duplicates,
    }  # fmt: skip
    parts = [name for name in target.names() if name.startswith("part-")]
    with target.child(FINISHED).writing() as stream:
        stream.write(orjson.dumps({"state": state, **counts, "parts": parts}))


def _todo(files: Sequence[StoredFile], gathered: Gathered) -> Iterator[dict[str, Any]]:
    """The files as `expand` takes them, without those of which nothing is left to do."""
    for file in files:
        done = gathered.done(file)
        if done and not is_container(file.name):
            continue
        yield {"url": file.url, "uri": file.uri, "version": file.version, "done": pickle.dumps(done)}


def expand(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The articles' worth of one file that are not done yet, each as a pickled Task or the reason for none."""
    done = set(pickle.loads(file["done"]))  # made by `_todo`, no stranger's
    count = 0

    def row(uri: str, task: Task | str) -> dict[str, Any]:
        return {
            "source": file["uri"], "version": file["version"], "entry": count, "uri": uri,
            "payload": pickle.dumps(task),
        }  # fmt: skip

    try:
        with Place(file["url"]).reading() as stream:
            for count, entry in enumerate(
                entries_of(stream, PurePosixPath(file["url"]).name, file["uri"]), 1
            ):
                if count not in done:
                    content = entry.content
                    task = content.reason if isinstance(content, Refusal) else Task(content, entry.uri)
                    yield row(entry.uri, task)
    except ReadError as error:
        count += 1
        yield row(file["uri"], str(error))


class Extracting:
    """The actor: a pool of one process, spawned, since Ray's own processes have threads that do not survive a fork."""

    def __init__(self, maker: Maker, published: str | None, time_limit: float) -> None:
        self._pool = Pool[Task, Result](maker, 1, time_limit, method="spawn")
        self._published = published

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Results for a batch of rows that `expand` made."""
        payloads = [pickle.loads(payload) for payload in batch["payload"]]  # made by `expand`, no stranger's
        tasks = [Task(p.content, p.uri, self._published) for p in payloads if isinstance(p, Task)]
        outcomes = (outcome for _, outcome in self._pool.run(tasks))
        results = [next(outcomes) if isinstance(p, Task) else Result("failed", p) for p in payloads]
        rows = [Result("failed", r.reason) if isinstance(r, Lost) else r for r in results if r is not None]
        return {
            **{name: list(batch[name]) for name in ("source", "version", "entry", "uri")},
            "status": [row.status for row in rows],
            "reason": [row.reason or "" for row in rows],
            "id": [row.id or "" for row in rows],
            "words": [row.words for row in rows],
            "partnerships": [row.partnerships for row in rows],
            "signature": [row.signature or b"" for row in rows],
            "record": [row.body or b"" for row in rows],
        }


def _extract(ray: Any, options: ClusterOptions, files: list[dict[str, Any]], work: Place, jobs: int) -> None:
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    maker = Maker(
        options.model, options.rules, files=False, exports=False, lines=True, min_confidence=options.min_confidence
    )  # fmt: skip
    filesystem, path = work.filesystem()
    rows = ray.data.from_items(files, override_num_blocks=min(len(files), 64 * jobs)).flat_map(
        expand, num_cpus=OTHERS
    )
    results = rows.map_batches(
        Extracting,
        fn_constructor_args=(maker, options.published, options.time_limit),
        batch_size=BATCH,
        compute=ray.data.ActorPoolStrategy(size=jobs),
        num_cpus=ACTOR,
    )
    results.write_parquet(
        path,
        filesystem=filesystem,
        min_rows_per_file=WORK_ROWS,
        ray_remote_args={"num_cpus": OTHERS},
    )


def _finish(
    ray: Any,
    options: ClusterOptions,
    files: Sequence[StoredFile],
    gathered: Gathered,
    work: Place,
    target: Place,
    summary: Summary,
) -> None:
    """Cut what was gathered into the parts of the output, duplicates marked, and write down the failures."""
    duplicates = gathered.duplicates()
    summary.duplicates = len(duplicates)
    for old in target.names():
        if old.startswith("part-") or old in ("failures.jsonl", FINISHED):
            target.child(old).clear()
    if summary.failed:
        with target.child("failures.jsonl").writing() as stream:
            stream.writelines(gathered.failures())
    numbers = {(file.uri, file.version): file.number for file in files}
    shared = ray.put((numbers, duplicates))
    parts = [{"part": pickle.dumps(part)} for part in gathered.parts(options.shard_size)]
    form = options.form

    def finish(row: dict[str, Any]) -> dict[str, Any]:
        return {"records": write_part(pickle.loads(row["part"]), work, target, form, *ray.get(shared))}

    if parts:
        ray.data.from_items(parts, override_num_blocks=len(parts)).map(finish).materialize()
