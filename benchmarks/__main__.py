"""`python -m benchmarks [--full] [NAME…]`: one table; exit code 1 when a line misses its mark."""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy: one process is one core

import argparse  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from benchmarks import dates  # noqa: E402
from benchmarks.run import Line, cold, jobs, kills, memory, speed, spoiled  # noqa: E402
from benchmarks.toponyms import toponyms  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="speed dates cold jobs memory kills spoiled toponyms; default: all"
    )
    parser.add_argument(
        "--full", action="store_true", help="100,000 articles for memory; hours rather than minutes"
    )
    parser.add_argument("--articles", type=int, help="articles for memory")
    parser.add_argument("--longest", type=int, help="cut the articles for memory to so many characters")
    parser.add_argument("--texts", type=int, default=200, help="articles for speed")
    given = parser.parse_args()
    articles = given.articles or (100_000 if given.full else 3_000)
    everything: dict[str, Callable[[], list[Line]]] = {
        "speed": lambda: speed(given.texts),
        "dates": dates.lines,
        "cold": lambda: cold(5),
        "jobs": lambda: jobs(400),
        "memory": lambda: memory(articles, given.longest),
        "kills": lambda: kills(2_000, 20),
        "spoiled": lambda: spoiled(10_000, 500),
        "toponyms": toponyms,
    }
    unknown = set(given.names) - set(everything)
    if unknown:
        parser.error(f"no benchmark {sorted(unknown)[0]!r}; there are {', '.join(everything)}")
    table = Table("what", "measured", "wanted", "", title="Benchmarks")
    missed = False
    for name in given.names or everything:
        start = time.monotonic()
        for line in everything[name]():
            mark = "" if line.passed is None else "[green]yes[/]" if line.passed else "[red]no[/]"
            table.add_row(line.what, line.measured, line.wanted, mark)
            missed |= line.passed is False
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    Console().print(table)
    sys.exit(missed)


if __name__ == "__main__":
    main()
