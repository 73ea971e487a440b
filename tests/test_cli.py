"""The commands that show, explain and check; `extract` has tests of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.extractor import Extractor
from pipeline.record import json_schema

ROOT = Path(__file__).parent.parent
ARTICLE = "Fulda und Como sind seit 1960 Partnerstädte. Oberbürgermeister Max Huber lud nach Fulda ein.\n"


def jumelage(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    code = "import sys; sys.argv[0] = 'jumelage'; from pipeline.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "COLUMNS": "160"},
    )


@pytest.fixture(scope="module")
def record_file(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "fulda.json"
    path.write_text(extractor.extract(ARTICLE, title="Besuch", uri="fulda.txt").to_json(), "utf-8")
    return path


def test_schema_prints_the_json_schema() -> None:
    assert json.loads(jumelage("schema").stdout) == json_schema()


def test_show_gives_text_and_partnerships(record_file: Path) -> None:
    shown = jumelage("show", record_file)
    assert shown.returncode == 0
    assert "Oberbürgermeister Max Huber" in shown.stdout
    assert "⟷" in shown.stdout
    assert "Städtepartnerschaft, aktiv, seit 1960" in shown.stdout
    assert "„Fulda und Como sind seit 1960 Partnerstädte.“" in shown.stdout


def test_show_and_explain_take_an_article_too() -> None:
    shown = jumelage("show", "-", stdin=ARTICLE)
    assert "seit 1960" in shown.stdout
    explained = jumelage("explain", "-", stdin=ARTICLE)
    assert explained.returncode == 0, explained.stderr
    assert (
        "dates." in explained.stdout and "cities." in explained.stdout and "partnerships." in explained.stdout
    )
    assert "model de_" in explained.stdout


def test_explain_names_the_rule_of_every_span(record_file: Path) -> None:
    record = json.loads(record_file.read_text("utf-8"))
    explained = jumelage("explain", record_file).stdout
    for city in record["cities"]:
        for mention in city["mentions"]:
            assert mention["by"] in explained
    assert record["partnerships"][0]["by"] in explained


def test_a_record_that_breaks_the_contract_is_one_line(record_file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(record_file.read_text("utf-8").replace('"1960"', '"19-60"'), "utf-8")
    shown = jumelage("show", broken)
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert shown.stderr.startswith(f"jumelage: {broken}: ")
    assert shown.stderr.count("\n") == 1


def test_a_missing_file_is_one_line() -> None:
    shown = jumelage("show", "fehlt.txt")
    assert shown.returncode == 2
    assert shown.stderr == "jumelage: fehlt.txt: cannot be read: No such file or directory\n"


def test_rules_are_checked_and_listed() -> None:
    checked = jumelage("rules", "check")
    assert checked.returncode == 0
    assert "rules, no mistakes" in checked.stdout
    listed = jumelage("rules", "list").stdout
    assert "boilerplate.cookies" in listed
    assert "dates." in listed


def test_a_rule_that_breaks_its_example_fails_the_rules_test(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", folder)
    path = folder / "boilerplate.yaml"
    path.write_text(path.read_text("utf-8").replace('- "[ANZEIGE]"', '- "[KEINE]"'), "utf-8")
    tested = jumelage("rules", "test", "--rules", folder, "--only", "boilerplate")
    assert tested.returncode == 1
    assert "boilerplate.advertisement: 'KEINE' is not found in 'KEINE'; found: nothing" in tested.stdout


def test_a_broken_rules_file_is_one_line_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", folder)
    path = folder / "boilerplate.yaml"
    path.write_text(path.read_text("utf-8").replace("version: 1", "version: eins", 1), "utf-8")
    checked = jumelage("rules", "check", "--rules", folder)
    assert checked.returncode == 2
    assert checked.stderr.startswith(f"jumelage: {path}:")
    assert "version" in checked.stderr
    assert checked.stderr.count("\n") == 1


def test_help_names_every_command() -> None:
    shown = jumelage("--help").stdout
    for command in ("extract", "show", "explain", "schema", "rules"):
        assert command in shown
