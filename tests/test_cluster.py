"""The cluster gives the same records, byte for byte, also when a worker dies on the way."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from runs import run, text_of, write_articles

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
