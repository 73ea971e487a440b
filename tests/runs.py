"""What the tests of runs share: articles, a run in this process, a run as a user starts it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.extractor import Extractor
from pipeline.run.engine import Options, Run, Summary
from pipeline.run.progress import Progress

ROOT = Path(__file__).parent.parent
TOWNS = [
    "Bochum",
    "Tsukuba",
    "Dortmund",
    "Klausenburg",
    "Oxford",
    "Nablus",
    "Bonn",
    "Chengdu",
    "Potsdam",
    "Minsk",
]
THINGS = [
    "Musik",
    "Sport",
    "Wirtschaft",
    "Schule",
    "Umwelt",
    "Feuerwehr",
    "Theater",
    "Hafen",
    "Markt",
    "Wald",
]


def text_of(number: int) -> str:
    """An article like no other: towns, year and subject follow from `number`."""
    one, two = TOWNS[number % 10], TOWNS[(number // 10 + number + 1) % 10]
    thing, other = THINGS[number // 3 % 10], THINGS[number // 7 % 10]
    return (
        f"{one} und {two} feiern die Nummer {number}\n\n"
        f"Der Rat der Stadt {one} hat am {number % 27 + 1}. Mai {1950 + number % 70} die Städtepartnerschaft mit {two} "
        f"beschlossen. Im Mittelpunkt stehen {thing} {number} und {other} {number * 7}, sagte Oberbürgermeister Karl "
        f"Weber{number}. Zur {thing}woche {number + 1} reisten {number + 5} Gäste an den {other}platz {number * 3}.\n"
    )


def write_articles(folder: Path, count: int, first: int = 0) -> list[Path]:
    """`count` different articles as text files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"artikel-{number:04}.txt" for number in range(first, first + count)]
    for number, path in enumerate(paths, first):
        path.write_text(text_of(number), "utf-8")
    return paths


class Heard(Progress):
    """A Progress that remembers."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.articles_heard: list[tuple[str, str, str | None]] = []
        self.complaints: list[tuple[str, str]] = []

    def article(self, uri: str, status: str, words: int, share: float, reason: str | None = None) -> None:
        self.articles_heard.append((uri, status, reason))
        super().article(uri, status, words, share, reason)

    def complaint(self, name: str, reason: str) -> None:
        self.complaints.append((name, reason))


def run(extractor: Extractor, *inputs: Path | str, heard: Heard | None = None, **options: Any) -> Summary:
    """One run in this process (the workers are forked from it)."""
    given = Options(inputs=tuple(str(path) for path in inputs), **{"output": None, "jobs": 2, **options})
    with Run(given, heard or Heard(), extractor) as engine:
        return engine.execute()


def contents(folder: Path) -> dict[str, bytes]:
    """Every record in `folder`."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}


def command(*arguments: Path | str) -> list[str]:
    """`jumelage …` with this Python and this checkout."""
    return [sys.executable, "-c", "from pipeline.cli import main; main()", *map(str, arguments)]


def environment() -> dict[str, str]:
    """With this checkout's code first."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def jumelage(*arguments: Path | str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, env=environment(), cwd=cwd, timeout=120
    )
