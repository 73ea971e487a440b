"""A run over many articles: each done once, whatever happens, and the same however it is done."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from runs import Heard, contents, run, text_of, write_articles

import pipeline.run.task
from pipeline.extractor import Extractor
from pipeline.record import Record
from pipeline.run.exports import Exports
from pipeline.run.ledger import LedgerError
from pipeline.run.task import Result, Task, Work
from pipeline.writers.files import WriteError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "in", 12)
    return tmp_path / "in"


def test_records_are_those_of_the_extractor(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    summary = run(extractor, folder, output=tmp_path / "out")
    assert (summary.done, summary.failed, summary.unchanged) == (12, 0, 0)
    for path in sorted(folder.iterdir()):
        record = Record.from_json((tmp_path / "out" / f"{path.stem}.json").read_bytes())
        article = next(pipeline.readers.read_path(path))
        assert record == extractor.extract(article)


def test_a_second_run_does_nothing(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    run(extractor, folder, output=tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.json")}
    summary = run(extractor, folder, output=tmp_path / "out")
    assert (summary.done, summary.unchanged) == (0, 12)
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.json")}


def test_only_what_changed_is_done_anew(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    run(extractor, folder, output=tmp_path / "out")
    (folder / "artikel-0003.txt").write_text(text_of(99), "utf-8")
    (tmp_path / "out" / "artikel-0005.json").unlink()
    (tmp_path / "out" / "artikel-0006.json").write_text("cut off")
    write_articles(folder, 1, first=50)
    heard = Heard()
    assert run(extractor, folder, output=tmp_path / "out", heard=heard).done == 4
    done = [Path(uri).stem[-4:] for uri, status, _ in heard.articles_heard if status == "done"]
    assert done == ["0003", "0005", "0006", "0050"]
    assert "Nummer 99" in Record.from_json((tmp_path / "out" / "artikel-0003.json").read_bytes()).text


def test_other_options_or_force_mean_all_anew(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    run(extractor, folder, output=tmp_path / "out")
    assert run(extractor, folder, output=tmp_path / "out", published="2019-12-03").done == 12
    assert run(extractor, folder, output=tmp_path / "out", published="2019-12-03").done == 0
    assert run(extractor, folder, output=tmp_path / "out", published="2019-12-03", force=True).done == 12


def test_other_rules_mean_all_anew(folder: Path, extractor: Extractor, tmp_path: Path) -> None:
    import shutil

    from pipeline.knowledge.shipped import RULES

    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    run(extractor, folder, output=tmp_path / "out", rules=rules)
    assert run(extractor, folder, output=tmp_path / "out", rules=rules).done == 0
    with (rules / "dates.yaml").open("a") as file:
        file.write("# another rule book\n")
    assert run(extractor, folder, output=tmp_path / "out", rules=rules).done == 12


def test_the_number_of_jobs_and_the_way_in_change_nothing(
    extractor: Extractor, folder: Path, tmp_path: Path
) -> None:
    run(extractor, folder, output=tmp_path / "one", jobs=1)
    run(extractor, folder, output=tmp_path / "three", jobs=3)
    run(extractor, *sorted(folder.iterdir()), output=tmp_path / "each")
    run(extractor, f"{folder}/*.txt", output=tmp_path / "glob")
    assert contents(tmp_path / "one") == contents(tmp_path / "three") == contents(tmp_path / "each")
    assert contents(tmp_path / "one") == contents(tmp_path / "glob")


def test_inputs_of_one_stem_never_overwrite_each_other(extractor: Extractor, tmp_path: Path) -> None:
    for number, place in enumerate(["a/news.txt", "b/news.txt", "b/News.md", "c/news.html"]):
        path = tmp_path / "in" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(number), "utf-8")
    run(extractor, tmp_path / "in", output=tmp_path / "out")
    texts = {name: json.loads(data)["text"] for name, data in contents(tmp_path / "out").items()}
    assert sorted(texts) == [
        "News-2.json",
        "news-3.json",
        "news-4.json",
        "news.json",
    ]  # nor where a disk folds case
    assert len(set(texts.values())) == 4
    assert run(extractor, tmp_path / "in", output=tmp_path / "out").done == 0


def test_files_that_are_not_ours_are_never_overwritten(extractor: Extractor, folder: Path) -> None:
    gold = folder / "artikel-0000.json"
    gold.write_text('{"gold": true}')
    run(extractor, folder, output=folder)
    assert gold.read_text() == '{"gold": true}'
    assert (folder / "artikel-0000-2.json").exists()


def test_a_lost_ledger_loses_no_record(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    import shutil

    run(extractor, folder, output=tmp_path / "out")
    before = contents(tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / ".jumelage")
    assert run(extractor, folder, output=tmp_path / "out").done == 12
    assert contents(tmp_path / "out") == before


def test_an_article_named_twice_is_done_once(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    assert run(extractor, folder, folder / "artikel-0001.txt", folder, output=tmp_path / "out").done == 12


def test_moving_input_and_output_together_keeps_everything_done(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(tmp_path / "here" / "in", 3)
    monkeypatch.chdir(tmp_path / "here")
    run(extractor, "in", output=Path("out"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").rename(tmp_path / "there")
    monkeypatch.chdir(tmp_path / "there")
    assert run(extractor, "in", output=Path("out")).unchanged == 3


# what goes wrong


def test_failures_are_named_and_tried_again(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    (folder / "artikel-0004.txt").write_bytes(b"\x00\x01\x02" * 100)
    (folder / "leer.txt").write_bytes(b"")
    heard = Heard()
    summary = run(extractor, folder, tmp_path / "fehlt.txt", output=tmp_path / "out", heard=heard)
    assert (summary.done, summary.failed) == (11, 3)
    reasons = {Path(name).name: reason for name, reason in heard.complaints}
    assert "zero bytes" in reasons["artikel-0004.txt"]
    assert reasons["leer.txt"] == "the file is empty"
    assert reasons["fehlt.txt"] == "there is no such file"
    (folder / "leer.txt").write_text(text_of(77), "utf-8")
    summary = run(extractor, folder, output=tmp_path / "out")
    assert (summary.done, summary.unchanged, summary.failed) == (1, 11, 1)


def test_the_record_of_an_article_that_fails_now_goes(
    extractor: Extractor, folder: Path, tmp_path: Path
) -> None:
    run(extractor, folder, output=tmp_path / "out")
    (folder / "artikel-0002.txt").write_bytes(b"")
    run(extractor, folder, output=tmp_path / "out")
    assert "artikel-0002.json" not in contents(tmp_path / "out")
    assert len(contents(tmp_path / "out")) == 11


def poisoned(poison: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker that extracts an article with "Nummer 5" meets its end; forked workers inherit this."""
    extract = Work.__call__

    def call(self: Work, task: Task) -> Result:
        if isinstance(task.content, Path) and "Nummer 5\n" in task.content.read_text("utf-8"):
            if poison == "crash":
                os.kill(os.getpid(), signal.SIGKILL)
            if poison == "hang":
                time.sleep(3600)
            raise MemoryError("too much")
        return extract(self, task)

    monkeypatch.setattr(pipeline.run.task.Work, "__call__", call)


@pytest.mark.parametrize(
    ("poison", "reason"),
    [("crash", "died (SIGKILL), 2 times"), ("hang", "longer than 2 seconds"), ("raise", "too much")],
)
def test_a_poisoned_article_costs_itself_alone(
    extractor: Extractor,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    poison: str,
    reason: str,
) -> None:
    with monkeypatch.context() as patched:
        poisoned(poison, patched)
        heard = Heard()
        summary = run(extractor, folder, output=tmp_path / "out", heard=heard, time_limit=2.0)
    assert (summary.done, summary.failed) == (11, 1)
    [(name, why)] = heard.complaints
    assert name.endswith("artikel-0005.txt") and reason in why
    summary = run(extractor, folder, output=tmp_path / "out")
    assert (summary.done, summary.unchanged) == (1, 11)
    run(extractor, folder, output=tmp_path / "undisturbed")
    assert contents(tmp_path / "out") == contents(tmp_path / "undisturbed")


def test_an_unwritable_output_stops_at_once(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(WriteError, match="out: cannot be written"):
        run(extractor, folder, output=tmp_path / "out")


def test_two_runs_into_one_output_are_kept_apart(extractor: Extractor, folder: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    run(extractor, folder, output=tmp_path / "out")
    hold = (
        "import fcntl, sys; handle = open(sys.argv[1], 'r+'); fcntl.lockf(handle, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()"
    )
    lock = tmp_path / "out" / ".jumelage" / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        other.stdout.readline()
        with pytest.raises(LedgerError, match="another run is writing here"):
            run(extractor, folder, output=tmp_path / "out")
        other.stdin.close()


# duplicates

RELEASE = (
    "Die Stadt Bochum und die japanische Stadt Tsukuba haben im Rathaus eine Vereinbarung unterzeichnet. Beide Städte "
    "wollen künftig in Wissenschaft und Bildung eng zusammenarbeiten, Studierende austauschen und gemeinsame Projekte "
    "auf den Weg bringen. Der Oberbürgermeister lobte das Engagement der Hochschulen und dankte allen Beteiligten für "
    "die lange Vorbereitung. Im nächsten Jahr reist eine Gruppe aus Politik und Verwaltung zum Gegenbesuch nach Japan.\n"
)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    write_articles(folder, 4)
    (folder / "b-erste.txt").write_text(RELEASE, "utf-8")
    (folder / "c-zweite.txt").write_text("Partner in Fernost\n\n" + RELEASE, "utf-8")
    (folder / "d-dritte.txt").write_text(
        RELEASE.replace("lobte", "würdigte") + "\nRedaktion: red.\n", "utf-8"
    )
    return folder


def duplicates(folder: Path) -> dict[str, str | None]:
    records = {name: json.loads(data) for name, data in contents(folder).items()}
    names = {record["id"]: name for name, record in records.items()}
    return {name: names[r["duplicate_of"]] for name, r in records.items() if r["duplicate_of"] is not None}


@pytest.mark.parametrize("jobs", [1, 3])
def test_near_duplicates_point_to_the_first(
    extractor: Extractor, papers: Path, tmp_path: Path, jobs: int
) -> None:
    summary = run(extractor, papers, output=tmp_path / "out", jobs=jobs)
    assert duplicates(tmp_path / "out") == {"c-zweite.json": "b-erste.json", "d-dritte.json": "b-erste.json"}
    assert summary.duplicates == 2


def test_duplicates_follow_when_the_original_changes(
    extractor: Extractor, papers: Path, tmp_path: Path
) -> None:
    run(extractor, papers, output=tmp_path / "out")
    (papers / "b-erste.txt").write_text(text_of(500), "utf-8")
    summary = run(extractor, papers, output=tmp_path / "out")
    assert (summary.done, summary.unchanged) == (1, 6)
    assert duplicates(tmp_path / "out") == {"d-dritte.json": "c-zweite.json"}
    run(extractor, papers, output=tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


def test_duplicates_are_found_across_days(extractor: Extractor, papers: Path, tmp_path: Path) -> None:
    run(extractor, papers / "c-zweite.txt", output=tmp_path / "out")
    run(extractor, papers, output=tmp_path / "out")
    assert duplicates(tmp_path / "out") == {"b-erste.json": "c-zweite.json", "d-dritte.json": "c-zweite.json"}


# other forms


def test_every_export_holds_the_same_records(extractor: Extractor, papers: Path, tmp_path: Path) -> None:
    zstandard, parquet = pytest.importorskip("zstandard"), pytest.importorskip("pyarrow.parquet")
    exports = Exports(tmp_path / "all.jsonl", tmp_path / "shards", tmp_path / "parquet", shard_size=3)
    run(extractor, papers, output=tmp_path / "out", exports=exports)
    expected = [json.loads(data) for data in contents(tmp_path / "out").values()]
    assert [json.loads(line) for line in (tmp_path / "all.jsonl").open()] == expected
    assert all(Record.from_json(line).text for line in (tmp_path / "all.jsonl").open())
    shards = sorted((tmp_path / "shards").glob("*.jsonl.zst"))
    assert [path.name for path in shards] == [f"part-{i:05}.jsonl.zst" for i in range(3)]
    lines = b"".join(zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read() for path in shards)
    assert lines == (tmp_path / "all.jsonl").read_bytes()
    rows = [
        row
        for path in sorted((tmp_path / "parquet").glob("*.parquet"))
        for row in parquet.read_table(path).to_pylist()
    ]
    assert rows == expected


def test_an_export_is_of_this_run_and_left_alone_when_nothing_changed(
    extractor: Extractor, papers: Path, tmp_path: Path
) -> None:
    exports = Exports(jsonl=tmp_path / "all.jsonl")
    run(extractor, papers, exports=exports)
    before = (tmp_path / "all.jsonl").stat().st_mtime_ns
    run(extractor, papers, exports=exports)
    assert (tmp_path / "all.jsonl").stat().st_mtime_ns == before
    (papers / "c-zweite.txt").unlink()
    assert run(extractor, papers, exports=exports).done == 0
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 6


def test_rows_and_archives_resume_by_entry(extractor: Extractor, tmp_path: Path) -> None:
    rows = [{"id": n, "text": text_of(n)} for n in range(5)]
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in rows) + "\nkaputt\n")
    summary = run(extractor, source, output=tmp_path / "out")
    assert (summary.done, summary.failed) == (5, 1)
    assert sorted(contents(tmp_path / "out")) == [f"in-{n}.json" for n in range(5)]
    rows[2]["text"] = text_of(70)
    rows.insert(0, {"id": "neu", "text": text_of(71)})
    source.write_text("\n".join(json.dumps(row) for row in rows))
    assert run(extractor, source, output=tmp_path / "out").done == 2


def test_rows_of_one_id_are_all_kept(extractor: Extractor, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps({"id": "x", "text": text_of(n)}) for n in range(4)))
    assert run(extractor, source, output=tmp_path / "out").done == 4
    assert len(contents(tmp_path / "out")) == 4
    assert run(extractor, source, output=tmp_path / "out").unchanged == 4


def test_a_thousand_equal_rows_are_a_thousand_articles(extractor: Extractor, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "Bochum und Tsukuba."}\n' * 1000)
    summary = run(extractor, source, exports=Exports(jsonl=tmp_path / "all.jsonl"))
    assert (summary.done, summary.duplicates) == (1000, 999)
    assert run(extractor, source, exports=Exports(jsonl=tmp_path / "all.jsonl")).unchanged == 1000


def test_pages_of_a_crawl_in_other_languages_are_passed_over(extractor: Extractor, tmp_path: Path) -> None:
    from test_readers_containers import warc

    english = (
        "The city of Leeds has been twinned with Dortmund since 1969, and the councils meet every year. " * 5
    )
    german = (
        "Die Stadt Dortmund ist seit 1969 mit Leeds verschwistert, und die Räte treffen sich jedes Jahr. " * 5
    )
    pages = [
        (f"https://b.example/{n}", "text/plain", t.encode()) for n, t in (("en", english), ("de", german))
    ]
    (tmp_path / "crawl.warc.gz").write_bytes(warc(pages))
    summary = run(extractor, tmp_path / "crawl.warc.gz", output=tmp_path / "out")
    assert (summary.done, summary.skipped, summary.failed) == (1, 1, 0)
    assert list(contents(tmp_path / "out")) == ["b.example-de.json"]
    assert run(extractor, tmp_path / "crawl.warc.gz", output=tmp_path / "out").done == 0
