"""The same extraction on a cluster: Ray Data reads, spreads and writes; the extraction is the local one.

Two passes. The first reads the input and extracts: actors hold the model, each with a process of its own for the
articles, so that a poisoned one costs itself alone there too. Its records rest in `OUTPUT/_work`. Near-duplicates
depend on the order of all articles, so the driver finds them over the signatures (300 bytes an article) and the
second pass fills them in and writes the final files, `part-*.parquet` or `part-*.jsonl`, in input order. Paths are
fsspec's (folders, s3://, gs://, …).
"""

from __future__ import annotations

import os
import pickle
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import Any, BinaryIO, cast

import orjson

from pipeline.errors import JumelageError
from pipeline.readers import ReadError, Refusal, entries_of, known
from pipeline.run.duplicates import Originals, marked
from pipeline.run.engine import Maker, Summary
from pipeline.run.task import Result, Task
from pipeline.workers import TIME_LIMIT, Lost, Pool
from pipeline.writers.parquet import require_parquet, table

WORK = "_work"
BATCH = 16
"""Articles that go to an actor at a time."""

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


def extract_on_cluster(options: ClusterOptions) -> Summary:
    """Extract every article of the input on Ray. Raises ClusterError or ReadError when nothing can be done."""
    ray = _ray()
    if options.form not in ("parquet", "jsonl"):
        raise ClusterError(f"{options.form!r} is neither 'parquet' nor 'jsonl'")
    start = monotonic()
    files = list(_files(options.input))
    if not files:
        raise ClusterError(f"no articles in {options.input}")
    summary = Summary()
    with _connected(ray, options.address):
        summary.jobs = options.jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))
        target = _Place.of(options.output)
        work = target.child(WORK)
        work.clear()
        _extract(ray, options, files, work, summary.jobs)
        duplicates = _duplicates(work, summary, target)
        _finish(ray, options, work, target, duplicates)
        work.clear()
    summary.elapsed = monotonic() - start
    return summary


def _ray() -> Any:
    require_parquet()
    try:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        import ray
        import ray.data
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


@dataclass(frozen=True)
class _Place:
    """A folder somewhere, as fsspec sees it."""

    url: str

    @staticmethod
    def of(path: str) -> _Place:
        """`path` may be relative: workers have another working directory."""
        return _Place(path if "://" in path else Path(path).resolve().as_posix())

    def child(self, name: str) -> _Place:
        """What is called `name` in it."""
        return _Place(f"{self.url.rstrip('/')}/{name}")

    def filesystem(self) -> tuple[Any, str]:
        """(fsspec file system, path in it). Raises ClusterError."""
        try:
            import fsspec

            return cast("tuple[Any, str]", fsspec.core.url_to_fs(self.url))
        except (ImportError, ValueError) as error:
            raise ClusterError(f"{self.url}: {' '.join(str(error).split())}") from None

    def clear(self) -> None:
        """Remove it with all it holds."""
        filesystem, path = self.filesystem()
        with suppress(FileNotFoundError):
            filesystem.rm(path, recursive=True)

    def make(self) -> None:
        """Make the folder, where there is such a thing. Raises ClusterError."""
        filesystem, path = self.filesystem()
        try:
            filesystem.makedirs(path, exist_ok=True)
        except OSError as error:
            raise ClusterError(f"{self.url}: cannot be written: {error.strerror or error}") from None

    def names(self, ending: str) -> list[str]:
        """Names of the files in it that end so, sorted."""
        filesystem, path = self.filesystem()
        filesystem.invalidate_cache()
        try:
            return sorted(
                PurePosixPath(name).name
                for name in filesystem.ls(path, detail=False)
                if name.endswith(ending)
            )
        except FileNotFoundError:
            return []

    @contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """Its content. Raises ReadError."""
        filesystem, path = self.filesystem()
        try:
            with filesystem.open(path, "rb") as stream:
                yield stream
        except OSError as error:
            raise ReadError(f"cannot be read: {error.strerror or error}") from None

    @contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """A stream whose content is there when the block ends; object stores do that by themselves."""
        filesystem, path = self.filesystem()
        local = "file" in filesystem.protocol or "local" in filesystem.protocol
        place = f"{path}.part" if local else path
        with filesystem.open(place, "wb") as stream:
            yield stream
        if local:
            Path(place).replace(path)


def _files(given: str) -> Iterator[dict[str, Any]]:
    """The files behind the input, in the order of a local walk: files of a folder first, then its folders."""
    place = _Place.of(given)
    filesystem, root = place.filesystem()

    def name_of(path: str) -> str:
        inside = path[len(root) :].lstrip("/")
        base = given.rstrip("/") if "://" in given else Path(given).as_posix()
        return f"{base}/{inside}" if inside else base

    def walk(folder: str) -> Iterator[str]:
        found = sorted(
            filesystem.ls(folder, detail=True), key=lambda entry: PurePosixPath(entry["name"]).name
        )
        for entry in found:
            name = PurePosixPath(entry["name"]).name
            if entry["type"] == "file" and known(name) and not name.startswith("."):
                yield entry["name"]
        for entry in found:
            if entry["type"] == "directory" and not PurePosixPath(entry["name"]).name.startswith("."):
                yield from walk(entry["name"])

    try:
        paths = walk(root) if filesystem.isdir(root) else iter([root] if filesystem.exists(root) else [])
        for number, path in enumerate(paths):
            url = filesystem.unstrip_protocol(path) if "://" in given else path
            yield {"file": number, "url": url, "uri": name_of(path)}
    except OSError as error:
        raise ClusterError(f"{given}: cannot be read: {error.strerror or error}") from None


def expand(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The articles' worth of one file, each as a pickled Task or the reason for none."""
    name = PurePosixPath(file["url"]).name
    count = 0
    try:
        with _Place(file["url"]).reading() as stream:
            for count, entry in enumerate(entries_of(stream, name, file["uri"]), 1):
                content = entry.content
                task = content.reason if isinstance(content, Refusal) else Task(content, entry.uri)
                yield {"file": file["file"], "entry": count, "uri": entry.uri, "payload": pickle.dumps(task)}
    except ReadError as error:
        yield {
            "file": file["file"],
            "entry": count + 1,
            "uri": file["uri"],
            "payload": pickle.dumps(str(error)),
        }


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
            "file": list(batch["file"]),
            "entry": list(batch["entry"]),
            "uri": list(batch["uri"]),
            "status": [row.status for row in rows],
            "reason": [row.reason or "" for row in rows],
            "id": [row.id or "" for row in rows],
            "words": [row.words for row in rows],
            "partnerships": [row.partnerships for row in rows],
            "signature": [row.signature or b"" for row in rows],
            "record": [row.body or b"" for row in rows],
        }


def _extract(ray: Any, options: ClusterOptions, files: list[dict[str, Any]], work: _Place, jobs: int) -> None:
    work.make()
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    maker = Maker(options.model, options.rules, files=False, exports=False, lines=True)
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
        min_rows_per_file=options.shard_size,
        ray_remote_args={"num_cpus": OTHERS},
    )


def _duplicates(work: _Place, summary: Summary, target: _Place) -> dict[tuple[int, int], str]:
    """Which article resembles which earlier one, over all of them in input order; counts and failures on the way."""
    pq = require_parquet().parquet
    found: dict[tuple[int, int], str] = {}
    failures: list[dict[str, str]] = []
    columns = ["file", "entry", "uri", "status", "reason", "id", "signature", "words", "partnerships"]
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "signatures.sqlite")) as base,
    ):
        base.execute("CREATE TABLE article (file INTEGER, entry INTEGER, id TEXT, signature BLOB)")
        for name in work.names(".parquet"):
            with work.child(name).reading() as stream:
                for batch in pq.ParquetFile(stream).iter_batches(columns=columns):
                    for row in batch.to_pylist():
                        _count(summary, row)
                        if row["status"] == "done":
                            values = (row["file"], row["entry"], row["id"], row["signature"])
                            base.execute("INSERT INTO article VALUES (?, ?, ?, ?)", values)
                        elif row["status"] == "failed":
                            failures.append({"uri": row["uri"], "reason": row["reason"]})
        originals = Originals(base)
        ordered = base.execute("SELECT file, entry, id, signature FROM article ORDER BY file, entry").fetchall
        for number, (file, entry, id_, sign) in enumerate(ordered(), 1):
            original = originals.place(number, id_, sign)
            if original is not None:
                found[file, entry] = original
    summary.duplicates = len(found)
    if failures:
        with target.child("failures.jsonl").writing() as stream:
            stream.writelines(orjson.dumps(failure) + b"\n" for failure in failures)
    return found


def _count(summary: Summary, row: dict[str, Any]) -> None:
    summary.done += row["status"] == "done"
    summary.failed += row["status"] == "failed"
    summary.skipped += row["status"] == "skipped"
    summary.words += row["words"]
    summary.partnerships += row["partnerships"]


def _finish(
    ray: Any, options: ClusterOptions, work: _Place, target: _Place, duplicates: dict[tuple[int, int], str]
) -> None:
    """Each file of the work folder becomes a part of the output."""
    for old in target.names(".parquet") + target.names(".jsonl"):
        if old.startswith("part-"):
            filesystem, path = target.child(old).filesystem()
            filesystem.rm(path)
    shared = ray.put(duplicates)
    parts = [
        {"number": number, "source": work.child(name).url, "target": target.url, "form": options.form}
        for number, name in enumerate(_in_order(work))
    ]

    def finish(part: dict[str, Any]) -> dict[str, Any]:
        return {"number": part["number"], "records": write_part(part, ray.get(shared))}

    ray.data.from_items(parts, override_num_blocks=len(parts)).map(finish).materialize()


def _in_order(work: _Place) -> list[str]:
    """The files of the work folder by the articles they begin with."""
    pq = require_parquet().parquet
    firsts = []
    for name in work.names(".parquet"):
        with work.child(name).reading() as stream:
            rows = pq.read_table(stream, columns=["file", "entry"]).slice(0, 1).to_pylist()
            if rows:
                firsts.append((rows[0]["file"], rows[0]["entry"], name))
    return [name for _, _, name in sorted(firsts)]


def write_part(part: dict[str, Any], duplicates: dict[tuple[int, int], str]) -> int:
    """One file of the output out of one of the work folder; returns its number of records."""
    pa = require_parquet()
    with _Place(part["source"]).reading() as stream:
        rows = pa.parquet.read_table(stream, columns=["file", "entry", "status", "record"]).to_pylist()
    rows.sort(key=lambda row: (row["file"], row["entry"]))
    records = [
        marked(row["record"], duplicates.get((row["file"], row["entry"])))
        for row in rows
        if row["status"] == "done"
    ]
    with _Place(part["target"]).child(f"part-{part['number']:05}.{part['form']}").writing() as stream:
        if part["form"] == "jsonl":
            stream.writelines(record + b"\n" for record in records)
        else:
            pa.parquet.write_table(table(records), stream, compression="zstd")
    return len(records)
