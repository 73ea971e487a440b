"""The cluster gives the same records, byte for byte, also when a worker dies on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from runs import ROOT, environment, run, text_of, write_articles

from pipeline.extractor import Extractor
from pipeline.run.cluster import ClusterError, ClusterOptions, extract_on_cluster
from pipeline.run.exports import Exports

ray = pytest.importorskip("ray", reason="Ray has no package for this Python")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A Ray of two workers on this machine."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200_000_000)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files, rows, a spoiled file, and two of one release."""
    folder = tmp_path_factory.mktemp("in")
    write_articles(folder, 30)
    (folder / "zeilen.jsonl").write_text(
        "\n".join(json.dumps({"id": n, "text": text_of(n)}) for n in range(40, 60))
    )
    (folder / "leer.txt").touch()
    (folder / "unten").mkdir()
    (folder / "unten" / "wieder.txt").write_text(text_of(3) + "\nRedaktion\n", "utf-8")
    return folder


def children(pid: int) -> list[int]:
    """Processes that `pid` started."""
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def extracting() -> list[int]:
    """The actors at work, and the processes in which they extract."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (
                b"ray::" in (place / "cmdline").read_bytes()
                and b"Extracting" in (place / "cmdline").read_bytes()
            ):
                found.append(int(place.name))
        except OSError:
            continue
    return found


def test_same_records_as_locally_although_a_worker_is_killed(
    cluster: None, extractor: Extractor, mixed: Path, tmp_path: Path
) -> None:
    local = tmp_path / "local.jsonl"
    counted = run(extractor, mixed, exports=Exports(jsonl=local))
    killed: list[int] = []

    def kill_one() -> None:
        deadline = time.monotonic() + 60
        while not killed and time.monotonic() < deadline:
            for pid in extracting():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                break
            time.sleep(0.2)

    killer = threading.Thread(target=kill_one)
    killer.start()
    options = ClusterOptions(str(mixed), str(tmp_path / "out"), jobs=2, shard_size=20, form="jsonl")
    summary = extract_on_cluster(options)
    killer.join()
    assert killed, "the test must have killed a worker"
    parts = sorted((tmp_path / "out").glob("part-*.jsonl"))
    assert b"".join(part.read_bytes() for part in parts) == local.read_bytes()
    assert (summary.done, summary.failed, summary.duplicates) == (counted.done, 1, counted.duplicates)
    assert summary.duplicates == 1
    failure = json.loads((tmp_path / "out" / "failures.jsonl").read_bytes())
    assert failure == {"uri": f"{mixed}/leer.txt", "reason": "the file is empty"}
    assert not (tmp_path / "out" / "_work").exists()


def lines(output: Path) -> bytes:
    """All records of an output, in its order."""
    return b"".join(part.read_bytes() for part in sorted(output.glob("part-*.jsonl")))


def test_a_run_that_was_killed_goes_on_where_it_was(
    cluster: None, extractor: Extractor, tmp_path: Path
) -> None:
    count = 400
    source = tmp_path / "in"
    write_articles(source, count // 2)
    rows = (json.dumps({"id": n, "text": text_of(n)}) for n in range(count // 2, count))
    (source / "zeilen.jsonl").write_text("\n".join(rows))
    calm = tmp_path / "calm.jsonl"
    run(extractor, source, exports=Exports(jsonl=calm))
    output = tmp_path / "out"
    code = f"""
import pipeline.run.cluster as c
c.WORK_ROWS = 20
c.extract_on_cluster(c.ClusterOptions({str(source)!r}, {str(output)!r}, address="auto", form="jsonl", jobs=2, shard_size=150))
"""
    process = subprocess.Popen([sys.executable, "-c", code], env=environment(), cwd=ROOT)
    deadline = time.monotonic() + 120
    while len(list(output.glob("_work/*/*.parquet"))) < 4 and time.monotonic() < deadline:
        assert process.poll() is None, "the first run must not have ended by itself"
        time.sleep(0.05)
    process.kill()
    process.wait()
    finished = sorted(output.glob("_work/*/*.parquet"))
    assert len(finished) >= 4
    (finished[0].parent / "torn.parquet").write_bytes(
        finished[0].read_bytes()[:-100]
    )  # cut off while it was written
    summary = extract_on_cluster(
        ClusterOptions(str(source), str(output), form="jsonl", jobs=2, shard_size=150)
    )
    assert summary.unchanged >= 60, "what was finished is not done anew"
    assert summary.done + summary.unchanged == count
    assert lines(output) == calm.read_bytes()
    assert [len(part.read_bytes().splitlines()) for part in sorted(output.glob("part-*"))] == [150, 150, 100]
    assert not (output / "_work").exists()


def test_what_is_finished_is_left_alone_until_something_changes(
    cluster: None, extractor: Extractor, tmp_path: Path
) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    write_articles(source, 3)
    options = ClusterOptions(str(source), str(output), form="jsonl", jobs=1)
    assert extract_on_cluster(options).done == 3
    before = (output / "part-00000.jsonl").stat().st_mtime_ns
    again = extract_on_cluster(options)
    assert (again.done, again.unchanged) == (0, 3)
    assert (output / "part-00000.jsonl").stat().st_mtime_ns == before
    (source / "artikel-0001.txt").write_text(text_of(17))
    assert extract_on_cluster(options).done == 3
    run(extractor, source, exports=Exports(jsonl=tmp_path / "local.jsonl"))
    assert lines(output) == (tmp_path / "local.jsonl").read_bytes()


def test_parquet_through_an_address_of_fsspec(cluster: None, extractor: Extractor, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_articles(tmp_path / "in", 4)
    address = f"file://{tmp_path / 'in'}"
    extract_on_cluster(ClusterOptions(address, f"file://{tmp_path / 'out'}", jobs=1))
    rows = [
        row
        for part in sorted((tmp_path / "out").glob("part-*.parquet"))
        for row in parquet.read_table(part).to_pylist()
    ]
    assert [row["source"]["uri"] for row in rows] == [f"{address}/artikel-{n:04}.txt" for n in range(4)]
    assert rows[2]["text"] == text_of(2)


def test_an_empty_input_says_so(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="no articles"):
        extract_on_cluster(ClusterOptions(str(tmp_path), str(tmp_path / "out")))
