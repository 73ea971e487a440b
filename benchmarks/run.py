"""Runs over many articles: speed, jobs, memory, cold start, kills, spoiled files."""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.articles import varied
from benchmarks.spoiled import KINDS, spoil

SEEDS = (
    "bochum-tsukuba",
    "bottrop-foshan",
    "dortmund-cluj-napoca",
    "enschede-partnerstaedte",
    "wuppertal-runder-tisch-china",
)


@dataclass(frozen=True)
class Line:
    """One line of the table; `passed` None: for information."""

    what: str
    measured: str
    wanted: str = ""
    passed: bool | None = None


def command(*arguments: Path | str) -> list[str]:
    """`jumelage …` with this Python."""
    return [sys.executable, "-c", "from pipeline.cli import main; main()", *map(str, arguments)]


@contextmanager
def folder_of(texts: Iterator[str]) -> Iterator[Path]:
    """A temporary folder with `in/` full of articles."""
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name:
        inside = Path(name) / "in"
        inside.mkdir()
        for number, text in enumerate(texts):
            (inside / f"artikel-{number:06}.txt").write_text(text, "utf-8")
        yield Path(name)


def speed(count: int) -> list[Line]:
    """The whole way, text to JSON, against the model's entity recogniser alone, by turns, in processor time.

    The verdict is on like for like: the recogniser alone runs on the BLAS that the pipeline gives it. Against
    `spacy.load` as it comes, on thinc's slower BLIS, the pipeline looks twice as good for no work of its own. Every
    turn reads `count` other articles, since both remember words: spaCy's tokenizer outside a memory zone, and what
    the pipeline adds (`pipeline.components.word_cache`).
    """
    import spacy
    from threadpoolctl import threadpool_limits

    import pipeline
    from pipeline.knowledge.shipped import MODEL
    from pipeline.language import use_numpy

    texts = list(varied(6 * count))
    turns = [texts[start : start + count] for start in range(0, len(texts), count)]
    bare, default = spacy.load(MODEL), spacy.load(MODEL)
    use_numpy(bare)
    extractor = pipeline.load()

    def timed(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    def alone(nlp: spacy.Language, articles: list[str]) -> None:
        with threadpool_limits(1, "blas"):
            for _ in nlp.pipe(articles):
                pass

    def whole(articles: list[str]) -> None:
        for text in articles:
            extractor.extract(text).to_json()

    for nlp in (bare, default):
        alone(nlp, turns[0])
    whole(turns[0])
    extractor.seconds.clear()
    rounds = []
    for articles in turns[1:]:
        words = sum(len(text.split()) for text in articles)
        times = [
            timed(partial(alone, bare, articles)),
            timed(partial(alone, default, articles)),
            timed(partial(whole, articles)),
        ]
        rounds.append([seconds / words for seconds in times])
    ratio = statistics.median(a / w for a, _, w in rounds)
    easy = statistics.median(d / w for _, d, w in rounds)
    best_alone, best_default, best_whole = (1 / min(turn[k] for turn in rounds) for k in range(3))
    lines = [
        Line("whole pipeline / entity recogniser alone", f"{ratio:.2f}", "≥ 0.70", ratio >= 0.70),
        Line("  words a second, whole / alone", f"{best_whole:,.0f} / {best_alone:,.0f}"),
        Line("  against spacy.load as it comes (BLIS)", f"{easy:.2f} ({best_default:,.0f} alone)"),
    ]
    total = sum(extractor.seconds.values())
    for name, seconds in sorted(extractor.seconds.items(), key=lambda pair: -pair[1]):
        share = f"{seconds / total:.1%}"
        lines.append(Line(f"  share of {name.removeprefix('jumelage_')}", share))
    return lines


def jobs(count: int) -> list[Line]:
    """Two processes against one: wall-clock time between the first record and the last.

    On a machine that others use as well, that says little; so the bound by processor time is given, too: a worker
    needs w a record and the parent p, hence one job gives 1/w records a second and two give 2/(w + p) on two cores.
    """
    rates: dict[int, list[float]] = {1: [], 2: []}
    shares: list[float] = []
    with folder_of(varied(count)) as folder:
        for turn in range(3):
            for number in (1, 2):
                rate, parent, worker = _rate(folder / "in", folder / f"out-{number}-{turn}", number)
                rates[number].append(rate)
                shares.append(parent / worker)
    ratio = max(rates[2]) / max(rates[1])
    share = statistics.median(shares)
    bound = 2 / (1 + share)
    note = f"{ratio:.2f} (load {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores)"
    return [
        Line("two jobs / one, by the clock", note, "≥ 1.7", ratio >= 1.7),
        Line(
            f"  by processor time (the parent takes {share:.1%} of a worker's)",
            f"{bound:.2f}",
            "≥ 1.7",
            bound >= 1.7,
        ),
    ]


def _rate(source: Path, output: Path, number: int) -> tuple[float, float, float]:
    """Records a second, and the processor seconds of the parent and of all workers, from the first record on."""
    from pipeline.run.engine import Options, Run
    from pipeline.run.progress import Progress

    class Clock(Progress):
        times: list[tuple[float, float, float]] = []  # noqa: RUF012 - see below

        def article(self, uri: str, status: str, words: int, share: float, reason: str | None = None) -> None:
            if len(self.times) in (0, 1) or share >= 0.999:
                workers = sum(_used(pid)[1] for pid in run.worker_pids)
                self.times = [*self.times[:1], (time.monotonic(), time.process_time(), workers)]
            self.count += 1

        count = 0

    clock = Clock()
    with Run(Options((str(source),), output, jobs=number), clock) as run:
        run.execute()
    start, end = clock.times[0], clock.times[-1]
    return (clock.count - 1) / (end[0] - start[0]), end[1] - start[1], end[2] - start[2]


def memory(count: int, longest: int | None = None) -> list[Line]:
    """A worker's memory and its processor time per word, early and late in a long run.

    `longest`: articles are cut to so many characters. How things stand is said every 5,000 articles.
    """
    import orjson

    from pipeline.run.engine import Options, Run
    from pipeline.run.exports import Exports
    from pipeline.run.progress import Progress

    early = min(2000, count // 3)
    window = min(1000, count // 6)

    class Gauge(Progress):
        seen = total = 0
        marks: dict[int, tuple[int, float, int]] = {}  # noqa: RUF012 - one gauge only

        def article(self, uri: str, status: str, words: int, share: float, reason: str | None = None) -> None:
            self.seen += 1
            self.total += words
            if self.seen in (early - window, early, count - window, count):
                self.marks[self.seen] = (*_used(run.worker_pids[0]), self.total)
            if self.seen % 5_000 == 0:
                resident, seconds = _used(run.worker_pids[0])
                print(
                    f"{self.seen:,} articles, {self.total:,} words: {resident / 1e6:.0f} MB, {seconds:,.0f} s",
                    file=sys.stderr,
                    flush=True,
                )

    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name:
        source = Path(name) / "in.jsonl"
        with source.open("wb") as file:
            for number, text in enumerate(varied(count, longest)):
                file.write(orjson.dumps({"id": number, "text": text}) + b"\n")
        gauge = Gauge()
        options = Options((str(source),), None, Exports(shards=Path(name) / "out"), jobs=1)
        with Run(options, gauge) as run:
            summary = run.execute()
    marks = gauge.marks
    growth = marks[count][0] / marks[early][0] - 1

    def cost(start: int, end: int) -> float:
        return (marks[end][1] - marks[start][1]) / (marks[end][2] - marks[start][2])

    dearer = cost(count - window, count) / cost(early - window, early) - 1
    return [
        Line(f"memory of a worker after {early:,} articles", f"{marks[early][0] / 1e6:,.0f} MB"),
        Line(
            f"  … after {count:,}",
            f"{marks[count][0] / 1e6:,.0f} MB ({growth:+.1%})",
            "≤ +10 %",
            growth <= 0.10,
        ),
        Line("processor time per word, end / start", f"{dearer:+.1%}", "≤ +5 %", dearer <= 0.05),
        Line("  words in all, near-duplicates", f"{summary.words:,}, {summary.duplicates:,}"),
    ]


def _used(pid: int) -> tuple[int, float]:
    """(resident bytes, processor seconds) of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return pages * os.sysconf("SC_PAGE_SIZE"), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cold(repeats: int) -> list[Line]:
    """From the command to the first record, and to the five seeds; the best of some tries."""
    texts = [text for _, text in zip(range(5), varied(5), strict=False)]
    lines = []
    for what, number, limit in (
        ("cold start to the first record", 1, 2.0),
        ("five articles, all records there", 5, 3.0),
    ):
        best, processor = float("inf"), float("inf")
        for _ in range(repeats):
            with folder_of(iter(texts[:number])) as folder:
                before, start = os.times(), time.monotonic()
                process = subprocess.Popen(command("extract", folder / "in", "-o", folder / "out", "--quiet"))
                while _records(folder / "out") < number and process.poll() is None:
                    time.sleep(0.005)
                best = min(best, time.monotonic() - start)
                process.wait()
                after = os.times()
                used = (
                    after.children_user
                    + after.children_system
                    - before.children_user
                    - before.children_system
                )
                processor = min(processor, used)
        lines.append(
            Line(what, f"{best:.1f} s ({processor:.1f} s processor)", f"≤ {limit:g} s", best <= limit)
        )
    return lines


def kills(count: int, times: int) -> list[Line]:
    """The main process or a worker killed again and again; then resumed: is it as if undisturbed?"""
    chance = random.Random(8)
    with folder_of(varied(count, longest=900)) as folder:
        subprocess.run(command("extract", folder / "in", "-o", folder / "calm", "--quiet"), check=True)
        output = folder / "out"
        done = 0
        for number in range(times):
            process = subprocess.Popen(
                command("extract", folder / "in", "-o", output, "--quiet", "--jobs", "2")
            )
            goal = done + chance.randint(1, max(1, (count - done) // (times - number + 1)))
            while (done := _records(output)) < goal and process.poll() is None:
                time.sleep(0.02)
            time.sleep(chance.random() / 20)
            victims = [process.pid] if number % 2 else _children(process.pid)[:1]
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
            if (
                number % 2 == 0
            ):  # a dead worker is replaced; go on a while, then the main process goes as well
                time.sleep(0.3)
                process.kill()
            process.wait()
            done = _records(output)
        last = subprocess.run(command("extract", folder / "in", "-o", output, "--quiet"), check=False)
        calm = {path.name: path.read_bytes() for path in (folder / "calm").glob("*.json")}
        after = {path.name: path.read_bytes() for path in output.glob("*.json")}
    same = last.returncode == 0 and calm == after and len(calm) == count
    return [
        Line(f"{count:,} articles, killed {times} times ({done:,} done before the last resumption)",
             "byte-identical" if same else "DIFFERENT", "byte-identical", same)
    ]  # fmt: skip


def _records(folder: Path) -> int:
    return sum(1 for entry in os.scandir(folder) if entry.name.endswith(".json")) if folder.is_dir() else 0


def _children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()] or [pid]
    except OSError:
        return []


def spoiled(count: int, bad: int) -> list[Line]:
    """Many files, some of them spoiled in twenty ways."""
    with folder_of(varied(count - bad, longest=900)) as folder:
        spoil(folder / "in", bad)
        done = subprocess.run(
            command("extract", folder / "in", "-o", folder / "out", "--quiet"),
            capture_output=True,
            text=True,
            check=False,
        )
        records = _records(folder / "out")
        reasons = [line for line in done.stderr.splitlines() if ": " in line and "warning:" not in line]
    right = records == count - bad and len(reasons) == bad and done.returncode == 1
    measured = f"{records:,} records, {len(reasons):,} reasons"
    wanted = f"{count - bad:,} records, {bad:,} reasons"
    return [Line(f"{count:,} files, {bad:,} spoiled in {len(KINDS)} ways", measured, wanted, right)]
