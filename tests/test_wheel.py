"""An installed wheel works by itself: outside the repository, read-only, from another working directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARTICLE = "Fulda und Como sind seit 1960 Partnerstädte. Die Städtepartnerschaft wird gepflegt.\n"


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh virtual environment with the wheel in it; the dependencies are those of this one."""
    place = tmp_path_factory.mktemp("wheel")
    built = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place, ROOT, cwd=place
    )
    assert built.returncode == 0, built.stderr[-2000:]
    (wheel,) = place.glob("jumelage-*.whl")
    home = place / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=place).stdout.strip())
    options = ["--no-deps", "--no-index", "--quiet", "--target", str(site), str(wheel)]
    put = run(sys.executable, "-m", "pip", "install", *options, cwd=place)
    assert put.returncode == 0, put.stderr[-2000:]
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    for path in (site / "pipeline").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return python


def test_the_wheel_brings_its_rules_and_its_model(installed: Path, tmp_path: Path) -> None:
    code = "from pipeline.knowledge.shipped import MODEL, RULES; print(MODEL); print(RULES)"
    shown = run(installed, "-c", code, cwd=tmp_path)
    for line in shown.stdout.split():
        assert Path(line).is_dir()
        assert line.startswith(str(installed.parent.parent))


def test_it_extracts_from_another_working_directory(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "fulda.txt").write_text(ARTICLE, "utf-8")
    command = "import sys; from pipeline.cli import main; sys.argv[0] = 'jumelage'; main()"
    done = run(installed, "-c", command, "extract", "fulda.txt", "-o", "records", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "records" / "fulda.json").read_text("utf-8"))
    (partnership,) = record["partnerships"]
    names = {city["id"]: city["name"] for city in record["cities"]}
    assert {names[city] for city in partnership["cities"]} == {"Fulda", "Como"}
    assert partnership["since"] == "1960"
