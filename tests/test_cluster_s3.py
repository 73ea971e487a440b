"""The cluster's way through a real S3 interface: moto's server on this machine, read and written by s3fs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from runs import run, text_of, write_articles

from pipeline.extractor import Extractor
from pipeline.run.cluster import ClusterOptions, extract_on_cluster
from pipeline.run.exports import Exports

ray = pytest.importorskip("ray", reason="Ray has no package for this Python")
s3fs = pytest.importorskip("s3fs")
moto = pytest.importorskip("moto.server")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An empty bucket, and a Ray whose workers know where it is (as on a cluster, by their environment)."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    wanted = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    s3fs.S3FileSystem().mkdir("zeitungen")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=200_000_000)
    yield "s3://zeitungen"
    ray.shutdown()
    server.stop()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def test_from_bucket_to_bucket(bucket: str, extractor: Extractor, tmp_path: Path) -> None:
    store = s3fs.S3FileSystem()
    source = tmp_path / "in"
    write_articles(source, 6)
    (source / "leer.txt").touch()
    (source / "unten").mkdir()
    (source / "unten" / "wieder.txt").write_text(text_of(3) + "\nRedaktion\n", "utf-8")
    store.put(f"{source}/", f"{bucket}/in/", recursive=True)
    options = ClusterOptions(f"{bucket}/in", f"{bucket}/out", jobs=1, form="jsonl", shard_size=4)
    summary = extract_on_cluster(options)
    failures = store.cat(f"{bucket}/out/failures.jsonl").decode()
    assert (summary.done, summary.failed, summary.duplicates) == (7, 1, 1), failures
    run(extractor, source, exports=Exports(jsonl=tmp_path / "local.jsonl"))
    parts = sorted(name for name in store.ls(f"{bucket}/out") if "/part-" in name)
    assert [name.rsplit("/", 1)[1] for name in parts] == ["part-00000.jsonl", "part-00001.jsonl"]
    remote = b"".join(store.cat(name) for name in parts)
    here, there = f'"uri":"{source}/'.encode(), f'"uri":"{bucket}/in/'.encode()
    assert remote.replace(there, here) == (tmp_path / "local.jsonl").read_bytes()
    assert not store.exists(f"{bucket}/out/_work")

    store.rm(f"{bucket}/in/leer.txt")  # now nothing fails; what is finished is left alone
    assert extract_on_cluster(options).done == 7
    again = extract_on_cluster(options)
    assert (again.done, again.unchanged) == (0, 7)
