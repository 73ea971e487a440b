"""The process pool: order, flat memory, and what a task that crashes, hangs or raises costs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.workers import AHEAD, WINDOW, Lost, Pool, PoolError


def make_handler() -> Callable[[str], str]:
    return handle


def handle(task: str) -> str:
    """Does what the task says: "crash", "exit", "hang", "raise", "sleep:0.1", "big:1000000", else answers."""
    word, _, argument = task.partition(":")
    match word:
        case "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "hang":
            time.sleep(3600)
        case "raise":
            raise RuntimeError("two\nlines")
        case "sleep":
            time.sleep(float(argument))
        case "big":
            return "x" * int(argument)
        case "once":  # dies at the first attempt only
            mark = Path(argument)
            if not mark.exists():
                mark.touch()
                os._exit(1)
    return f"{task} done"


def results(
    tasks: list[str], jobs: int = 2, limit: float = 30, method: str = "fork"
) -> list[str | Lost | None]:
    with Pool[str, str](make_handler, jobs, limit, method) as pool:
        pairs = list(pool.run(tasks))
    assert [task for task, _ in pairs] == tasks
    return [result for _, result in pairs]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(jobs: int) -> None:
    random.seed(jobs)
    tasks = [f"sleep:{random.random() / 100:.4f}" for _ in range(100)]
    assert results(tasks, jobs) == [f"{task} done" for task in tasks]


def test_spawned_workers_do_the_same() -> None:
    assert results(["a", "b", "c"], method="spawn") == ["a done", "b done", "c done"]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("poison", ["crash", "exit"])
def test_a_task_that_kills_its_worker_is_tried_twice_and_costs_itself_alone(poison: str, jobs: int) -> None:
    tasks = ["a", "b", poison, "c", poison, *"defghijk"]
    got = results(tasks, jobs)
    lost = [outcome for outcome in got if isinstance(outcome, Lost)]
    assert [outcome.attempts for outcome in lost] == [2, 2]
    assert all("died" in outcome.reason and "\n" not in outcome.reason for outcome in lost)
    assert [g for g in got if not isinstance(g, Lost)] == [f"{t} done" for t in tasks if t != poison]


def test_a_task_that_dies_once_succeeds_at_the_second_attempt(tmp_path: Path) -> None:
    task = f"once:{tmp_path / 'mark'}"
    assert results(["a", task, "b"]) == ["a done", f"{task} done", "b done"]


def test_a_task_that_hangs_ends_at_the_time_limit() -> None:
    got = results(["a", "hang", *"bcdef"], limit=0.5)
    assert isinstance(got[1], Lost)
    assert got[1].reason.startswith("it took longer than 0.5 seconds")
    assert got[2:] == [f"{task} done" for task in "bcdef"]


def test_an_exception_is_a_reason_in_one_line_and_is_not_retried() -> None:
    assert results(["a", "raise", "b"])[1] == Lost("RuntimeError: two lines", 1)


def test_results_and_tasks_larger_than_a_pipe_do_not_block() -> None:
    size = 3_000_000
    tasks = [f"big:{size}" if i % 2 else "x" * size for i in range(12)]
    got = results(tasks)
    assert all(isinstance(g, str) and len(g) >= size for g in got)


def test_tasks_are_drawn_only_as_results_are_taken() -> None:
    drawn = 0

    def endless() -> Iterator[str]:
        nonlocal drawn
        while True:
            drawn += 1
            yield f"task {drawn}"

    with Pool[str, str](make_handler, 2) as pool:
        stream = pool.run(endless())
        for _ in range(500):
            next(stream)
        assert drawn <= 500 + 2 * WINDOW + 2 * AHEAD


def test_tasks_that_need_no_work_pass_in_their_place() -> None:
    with Pool[str, str](make_handler, 2) as pool:
        got = list(pool.run(["skip 1", "a", "skip 2", "b"], passes=lambda task: task.startswith("skip")))
    assert got == [("skip 1", None), ("a", "a done"), ("skip 2", None), ("b", "b done")]


def broken_handler() -> Callable[[str], str]:
    raise ValueError("no model")


def test_workers_that_cannot_begin_say_why() -> None:
    with Pool[str, str](broken_handler, 2) as pool, pytest.raises(PoolError, match="no model"):
        list(pool.run(["a"]))


def dying_handler() -> Callable[[str], str]:
    os._exit(9)


def test_workers_that_die_at_the_start_end_the_pool() -> None:
    with Pool[str, str](dying_handler, 1) as pool, pytest.raises(PoolError, match="die before they begin"):
        list(pool.run(["a"]))


def test_killed_workers_are_replaced() -> None:
    tasks = [f"sleep:0.0{1 + i % 3}" for i in range(150)]
    with Pool[str, str](make_handler, 2) as pool:
        got = []
        for count, (_, result) in enumerate(pool.run(tasks)):
            got.append(result)
            if count in (20, 60, 100):
                os.kill(pool.pids[count % 2], signal.SIGKILL)
    assert got == [f"{task} done" for task in tasks]


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent("""
            import time
            from pipeline.workers import Pool
            def make(): return lambda task: time.sleep(task)
            with Pool(make, 2) as pool:
                for _ in pool.run([0.05] * 10000):
                    print(*pool.pids, flush=True)
        """)
    )
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 2 and all(alive(pid) for pid in pids)
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
