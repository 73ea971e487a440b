"""`jumelage extract`, `status` and `watch` as a user meets them: interruptions, bad input, exit codes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from runs import Heard, command, contents, environment, jumelage, run, text_of, write_articles

from pipeline.extractor import Extractor
from pipeline.knowledge.shipped import RULES
from pipeline.record import Record
from pipeline.run.engine import Options, Run
from pipeline.run.watch import _files, watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "in", 40)
    return tmp_path / "in"


def started(*arguments: Path | str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        # a shell's background job hands down an ignored Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for_records(output: Path, count: int, process: subprocess.Popen[str]) -> None:
    while len(list(output.glob("*.json"))) < count and process.poll() is None:
        time.sleep(0.005)


def test_killed_at_any_point_and_resumed_it_is_as_if_undisturbed(
    extractor: Extractor, folder: Path, tmp_path: Path
) -> None:
    run(extractor, folder, output=tmp_path / "undisturbed")
    chance = random.Random(8)
    for _ in range(3):
        output = tmp_path / "out"
        process = started("extract", folder, "-o", output, "--jobs", "2", "--quiet")
        wait_for_records(output, len(contents(output)) + chance.randint(1, 10), process)
        time.sleep(chance.random() / 50)
        process.kill()
        process.communicate()
    assert 3 <= len(contents(output)) < 40
    done = jumelage("extract", folder, "-o", output, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert contents(output) == contents(tmp_path / "undisturbed")
    assert not list(output.glob("*.part")) and not list(output.glob(".*.part"))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(
    folder: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    output = tmp_path / "out"
    write_articles(folder, 400)
    process = started("extract", folder, "-o", output, "--jobs", "2")
    wait_for_records(output, 10, process)
    process.send_signal(sign)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors and "the same command goes on" in errors
    count = len(contents(output))
    assert 10 <= count < 400
    status = json.loads(jumelage("status", output, "--json").stdout)
    assert status["counts"]["done"] == count and status["interrupted"]
    assert len(status["todo"]) == 400 - count


def test_a_run_ends_with_a_table_and_a_report(folder: Path, tmp_path: Path) -> None:
    (folder / "leer.txt").touch()
    done = jumelage("extract", folder, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "leer.txt: the file is empty" in done.stderr
    assert "words/s" in done.stderr and done.stdout == ""
    report = json.loads((tmp_path / "out" / ".jumelage" / "report.json").read_bytes())
    assert (report["summary"]["done"], report["summary"]["failed"]) == (40, 1)
    assert report["failures"][0]["reason"] == "the file is empty"
    assert {"reading", "ner", "jumelage_cities", "record"} <= set(report["summary"]["seconds"])
    page = (tmp_path / "out" / ".jumelage" / "report.html").read_text()
    assert "leer.txt" in page and "the file is empty" in page
    status = jumelage("status", tmp_path / "out")
    assert status.returncode == 0
    assert "leer.txt: the file is empty" in status.stdout and "40" in status.stdout


def test_less_sure_partnerships_are_left_out_and_all_is_done_anew_for_it(
    folder: Path, tmp_path: Path
) -> None:
    article, output = folder / "artikel-0001.txt", tmp_path / "out"

    def found(*options: str) -> list[float]:
        assert jumelage("extract", article, "-o", output, "-q", *options).returncode == 0
        record = json.loads((output / "artikel-0001.json").read_bytes())
        return [partnership["confidence"] for partnership in record["partnerships"]]

    assert len(found()) == 1
    assert found("--min-confidence", "1") == []
    assert len(found()) == 1
    assert jumelage("extract", article, "-o", output, "--min-confidence", "2").returncode == 2


def test_progress_for_machines(folder: Path, tmp_path: Path) -> None:
    (folder / "leer.txt").touch()
    done = jumelage("extract", folder, "-o", tmp_path / "out", "--log-json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert next(event["event"] for event in events) == "begin" and events[-1]["event"] == "end"
    articles = [event for event in events if event["event"] == "article"]
    assert len(articles) == 41
    assert [event["reason"] for event in articles if event["status"] == "failed"] == ["the file is empty"]
    assert events[-1]["done"] == 40


def test_a_dry_run_says_what_would_be_done_and_does_nothing(folder: Path, tmp_path: Path) -> None:
    done = jumelage("extract", folder, tmp_path / "weg.txt", "-o", tmp_path / "out", "--dry-run")
    assert done.returncode == 0
    assert "40 new" in done.stdout and "refused: there is no such file" in done.stdout
    assert not (tmp_path / "out").exists()


def test_one_article_on_standard_input(tmp_path: Path) -> None:
    done = subprocess.run(
        command("extract", "-"),
        input=text_of(1).encode(),
        capture_output=True,
        env=environment(),
        cwd=tmp_path,
    )
    assert Record.from_json(done.stdout).text == text_of(1)
    assert not list(tmp_path.iterdir())


def test_a_list_of_files(folder: Path, tmp_path: Path) -> None:
    paths = sorted(folder.iterdir())[:3]
    (tmp_path / "list").write_text("\n".join(map(str, paths)) + "\n")
    assert jumelage("extract", "--files-from", tmp_path / "list", "-o", tmp_path / "out").returncode == 0
    assert len(contents(tmp_path / "out")) == 3


# bad input: one clear line each, the rest of the batch untouched


def spoil(folder: Path) -> dict[str, str]:
    """Files that are bad in their own way each, and a piece of the reason that must be given."""
    expected: dict[str, str] = {}

    def add(name: str, data: bytes, reason: str) -> None:
        (folder / name).write_bytes(data)
        expected[name] = reason

    add("leer.txt", b"", "the file is empty")
    add("blank.txt", b" \n\t\n", "the file is empty")
    add("binaer.txt", bytes(range(256)) * 40, "not a text file")
    add("bild.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG image")
    add("falsch.pdf", b"%PDF-1.4 kaputt", "not a readable PDF")
    add("falsch.docx", b"PK\x03\x04kaputt", "not a Word document")
    add("falsch.odt", b"kein zip", "not an OpenDocument text")
    add("falsch.zip", b"kein zip", "not a readable ZIP archive")
    add("falsch.tar.gz", b"kein gzip", "damaged")
    add("falsch.warc", b"kein warc", "WARC")
    add("falsch.xml", b"<rss><channel>", "not well-formed XML")
    add("falsch.csv", b"a;b\n1;2\n", "no column 'text'")
    add("falsch.jsonl", b"{kaputt\n", "no JSON")
    add("leer.html", b"<html><body></body></html>", "the page holds no text")
    add("halb.txt", b"\xff\xfea", "does not go on as such")
    for name, size in (("gross.txt", 50_000_000), ("zeile.txt", 200_000_000)):
        with (folder / name).open("wb") as file:
            file.truncate(size)
        expected[name] = f"too large: {size:,} bytes"
    (folder / "lang.txt").write_text("Die Stadt Bochum. " * 60_000)
    expected["lang.txt"] = "the limit is 1,000,000"
    return expected


def test_bad_files_have_a_reason_each_and_touch_no_other(extractor: Extractor, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_articles(folder, 3)
    expected = spoil(folder)
    (folder / "english.txt").write_text(
        "The city of Leeds has been twinned with Dortmund for many years now. " * 5
    )
    (folder / "suppe.html").write_text("<p>Die <b>Stadt <i>Bochum</b> und</i> Tsukuba<div><p>" * 20)
    (folder / "latin.txt").write_bytes(
        "Die Städtepartnerschaft zwischen Köln und Turin: größte Freude.".encode("latin-1")
    )
    heard = Heard()
    summary = run(extractor, folder, output=tmp_path / "out", heard=heard)
    said = {Path(name.partition(":")[0]).name: reason for name, reason in heard.complaints}
    assert said.pop("english.txt").startswith("warning: the text seems to be in 'en'")
    assert {name: reason for name, reason in said.items() if expected.get(name, "?") not in reason} == {}
    assert set(said) == set(expected)
    assert all("\n" not in reason for reason in said.values())
    assert (summary.done, summary.failed) == (6, len(expected))
    assert "english.json" in contents(tmp_path / "out")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_an_unreadable_file(folder: Path, tmp_path: Path) -> None:
    (folder / "artikel-0001.txt").chmod(0)
    done = jumelage("extract", folder, "-o", tmp_path / "out")
    assert "artikel-0001.txt: cannot be read: Permission denied" in done.stderr
    assert len(contents(tmp_path / "out")) == 39


def one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("jumelage: ")]) == 1


def test_nothing_can_be_done(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    one_line(jumelage("extract", tmp_path / "leer", "-o", tmp_path / "out"), 2, "leer", "no articles")
    one_line(
        jumelage("extract", tmp_path / "fehlt", "-o", tmp_path / "out"), 2, "fehlt", "there is no such file"
    )
    (tmp_path / "datei").touch()
    one_line(jumelage("extract", folder, "-o", tmp_path / "datei" / "out"), 2, "datei", "cannot be written")
    one_line(
        jumelage("extract", folder, "-o", tmp_path / "out", "--model", "de_gibt_es_nicht"),
        2,
        "de_gibt_es_nicht",
    )
    one_line(jumelage("extract", folder, "-o", tmp_path / "out", "--published", "bald"), 2, "bald")
    one_line(jumelage("extract"), 2, "no articles")
    one_line(jumelage("status", tmp_path), 2, "no run has written here")


def test_a_broken_rules_file(folder: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    (rules / "dates.yaml").write_text("version: [\n")
    one_line(
        jumelage("extract", folder, "-o", tmp_path / "out", "--rules", rules),
        2,
        "dates.yaml:",
        "not valid YAML",
    )


@pytest.mark.parametrize(
    "module", ["pypdfium2", "docx", "warcio", "pyarrow", "zstandard", "watchfiles", "ray"]
)
def test_a_missing_extra_says_what_to_install(
    module: str, extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from pipeline.errors import JumelageError
    from pipeline.readers import Source, entries, read_source
    from pipeline.run.cluster import ClusterOptions, extract_on_cluster
    from pipeline.writers.parquet import require_parquet
    from pipeline.writers.zstd import require_zstd

    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "a.warc").write_bytes(b"WARC/1.0")
    with pytest.raises(JumelageError, match=r"pip install 'jumelage\[\w+\]'"):
        match module:
            case "pypdfium2":
                list(read_source(Source("a.pdf", b"x", suffix=".pdf")))
            case "docx":
                list(read_source(Source("a.docx", b"x", suffix=".docx")))
            case "warcio":
                list(entries(tmp_path / "a.warc", "a.warc"))
            case "pyarrow":
                require_parquet()
            case "zstandard":
                require_zstd()
            case "watchfiles":
                with Run(Options((str(tmp_path),), tmp_path / "out"), Heard(), extractor) as engine:
                    list(watch(engine, tmp_path))
            case "ray":
                extract_on_cluster(ClusterOptions(str(tmp_path), str(tmp_path / "out")))


def test_watching_takes_what_is_there_and_what_arrives(extractor: Extractor, tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    folder = tmp_path / "in"
    write_articles(folder, 2)
    options = Options((str(folder),), output=folder / "records")
    stop = threading.Event()
    late = threading.Timer(60, stop.set)  # what is missed fails the test rather than hangs it
    late.daemon = True
    late.start()
    counts = []
    with Run(options, Heard(), extractor) as engine:
        for summary in watch(engine, folder, stop, ready=lambda: write_articles(folder / "neu", 3, first=10)):
            counts.append(summary.done)
            if sum(counts) == 5:
                (folder / "artikel-0001.txt").write_text(text_of(60), "utf-8")
            if sum(counts) == 6:
                stop.set()
    assert counts[0] == 2 and sum(counts) == 6
    assert len(contents(folder / "records")) == 5


def test_a_folder_that_arrives_is_taken_whole(tmp_path: Path) -> None:
    """What is written before the watch reaches a new folder has no event of its own."""
    write_articles(tmp_path / "neu" / "tief", 2)
    assert sorted(path.name for path in _files([tmp_path / "neu"])) == [
        "artikel-0000.txt",
        "artikel-0001.txt",
    ]


def test_watching_an_empty_folder_is_no_failure(extractor: Extractor, tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    folder = tmp_path / "in"
    folder.mkdir()
    heard = Heard()
    with Run(Options((str(folder),), output=tmp_path / "out"), heard, extractor) as engine:
        first = next(iter(watch(engine, folder)))
    assert (first.done, first.failed, heard.complaints) == (0, 0, [])
