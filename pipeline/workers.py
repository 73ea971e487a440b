"""An ordered process pool in which one bad task costs that task alone.

The processes take tasks and give back results, in the order of the tasks, however long each takes. A worker
that dies or exceeds the time limit takes nothing with it but the task it was at: that task is tried once more in
a fresh process and then given up as `Lost`; the tasks that waited behind it go to another worker. Memory stays
flat: tasks are drawn from their iterable only as results are taken.

On Linux workers are forked, so that what is loaded before (model, gazetteer) is shared; elsewhere they are
spawned, and `make_handler` must be picklable. `concurrent.futures` loses the whole pool with one dead worker, which
is why this is written out here.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from pipeline.errors import JumelageError

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")

TIME_LIMIT = 120.0
"""Seconds one task may take."""

AHEAD = 3
"""Tasks that a worker holds at a time: one at work, the others so that it never waits for the parent."""

WINDOW = 64
"""Tasks per worker that may be on their way at once, finished ones that wait for an earlier one included."""

ATTEMPTS = 2
_STARTS = 5
"""Workers that may die in a row before one of them has finished anything."""

METHOD = "fork" if sys.platform == "linux" else "spawn"


class PoolError(JumelageError):
    """The workers cannot do their work at all."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that was given up; `reason` is one line."""

    reason: str
    attempts: int = 1


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    conn: Connection
    held: deque[int] = field(default_factory=deque)
    since: float | None = None  # when it began the first of `held`; None until it has said that it is ready


@dataclass(slots=True)
class _Job(Generic[TaskT, ResultT]):
    task: TaskT
    attempts: int = 0
    finished: bool = False
    outcome: ResultT | Lost | None = None


class Pool(Generic[TaskT, ResultT]):
    """`jobs` processes, each with its own handler; use it as a context manager.

    `make_handler` is called once in each process and gives the function that turns a task into a result; `before`
    once in this one, before the first worker starts, which happens when the first task needs one. `time_limit` is in
    seconds for one task.
    """

    def __init__(
        self,
        make_handler: Callable[[], Callable[[TaskT], ResultT]],
        jobs: int,
        time_limit: float = TIME_LIMIT,
        method: str = METHOD,
        before: Callable[[], object] | None = None,
    ) -> None:
        if jobs < 1:
            raise PoolError(f"{jobs} workers cannot work; at least one is needed")
        self._make_handler = make_handler
        self._time_limit = time_limit
        self._context: BaseContext = multiprocessing.get_context(method)
        self._jobs = jobs
        self._before = before
        self._workers: list[_Worker] = []
        self._deaths = 0
        self._open: dict[int, _Job[TaskT, ResultT]] = {}
        self._waiting: deque[int] = deque()

    def __enter__(self) -> Pool[TaskT, ResultT]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers alive."""
        return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def close(self) -> None:
        """End all workers at once; what they were at is lost."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.conn.close()
        self._workers.clear()

    def run(
        self, tasks: Iterable[TaskT], passes: Callable[[TaskT], bool] | None = None
    ) -> Iterator[tuple[TaskT, ResultT | Lost | None]]:
        """Each task with its result or loss, in order; those that `passes` says need no work come with None."""
        source = iter(tasks)
        first = last = 0  # sequence numbers: the next to be yielded, the next to be drawn
        exhausted = False
        self._open.clear()
        self._waiting.clear()
        while True:
            while (
                not exhausted
                and last - first < WINDOW * self._jobs
                and len(self._waiting) < self._jobs * AHEAD
            ):
                try:
                    task = next(source)
                except StopIteration:
                    exhausted = True
                    break
                job = self._open[last] = _Job[TaskT, ResultT](task)
                if passes is not None and passes(task):
                    job.finished = True
                else:
                    self._waiting.append(last)
                last += 1
            self._hand_out()
            if first < last and self._open[first].finished:
                job = self._open.pop(first)
                first += 1
                yield job.task, job.outcome
                continue
            if first == last and exhausted:
                return
            self._listen()

    def _hand_out(self) -> None:
        while len(self._workers) < min(self._jobs, len(self._waiting)):
            self._start()
        for depth in range(1, AHEAD + 1):
            for worker in list(self._workers):
                if self._waiting and len(worker.held) < depth:
                    seq = self._waiting.popleft()
                    worker.held.append(seq)
                    if len(worker.held) == 1 and worker.since is not None:
                        worker.since = time.monotonic()
                    with contextlib.suppress(OSError):  # a dead worker is noticed when listening
                        worker.conn.send((seq, self._open[seq].task))

    def _listen(self) -> None:
        """Wait for a result, a death or the end of someone's time, and take note of it."""
        now = time.monotonic()
        deadlines = [w.since + self._time_limit for w in self._workers if w.held and w.since is not None]
        patience = max(0.0, min(deadlines) - now) if deadlines else None
        ready = wait([worker.conn for worker in self._workers], patience)
        for worker in list(self._workers):
            if worker.conn in ready and not self._receive(worker):
                self._bury(worker, f"the process working on it died ({_cause(worker.process)})")
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.held and worker.since is not None and now - worker.since >= self._time_limit:
                worker.process.kill()
                while self._receive(worker):
                    pass
                self._bury(worker, f"it took longer than {self._time_limit:g} seconds")

    def _receive(self, worker: _Worker) -> bool:
        """Take one message; False when the worker is dead and has said all it had to say."""
        try:
            kind, seq, value = worker.conn.recv()
        except (EOFError, OSError):
            return False
        except Exception as error:  # a result that cannot be unpickled is its task's fault
            kind, seq, value = "error", worker.held[0] if worker.held else -1, _one_line(error)
        if kind == "ready":
            worker.since = time.monotonic()
            return True
        if kind == "broken":
            raise PoolError(str(value))
        job = self._open[seq]
        job.outcome = value if kind == "result" else Lost(str(value), job.attempts + 1)
        job.finished = True
        worker.held.remove(seq)
        worker.since = time.monotonic()
        self._deaths = 0
        return True

    def _bury(self, worker: _Worker, reason: str) -> None:
        """Replace a dead worker: its task is tried again or given up, what waited behind it goes to others."""
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.conn.close()
        held = list(worker.held)
        if held and worker.since is not None:
            job = self._open[held[0]]
            job.attempts += 1
            if job.attempts >= ATTEMPTS:
                job.finished, job.outcome = True, Lost(f"{reason}, {job.attempts} times", job.attempts)
                held.pop(0)
        self._waiting.extendleft(reversed(held))
        self._deaths += 1  # a fresh worker comes with the next task
        if self._deaths > _STARTS * self._jobs and worker.since is None:
            raise PoolError(f"workers die before they begin ({_cause(worker.process)})")

    def _start(self) -> None:
        if self._before is not None:
            self._before()
            self._before = None
        ours, theirs = self._context.Pipe()
        inherited: list[Connection] = []
        if self._context.get_start_method() == "fork":
            inherited = [ours, *(worker.conn for worker in self._workers)]
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(self._make_handler, theirs, inherited, self._time_limit), daemon=True
        )
        old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if os.name == "posix" else None
        try:
            process.start()
        finally:
            if old is not None:
                signal.pthread_sigmask(signal.SIG_SETMASK, old)
        theirs.close()
        self._workers.append(_Worker(process, ours))


def _serve(
    make_handler: Callable[[], Callable[[Any], Any]],
    conn: Connection,
    inherited: list[Connection],
    limit: float,
) -> None:
    """What a worker does: a thread takes tasks in, so that the parent never waits; the main thread works."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all of us; the parent ends the others
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in inherited:  # else the end of the parent would not show as the end of the pipe
        other.close()
    gc.freeze()  # what was there before the fork stays shared
    try:
        handler = make_handler()
    except Exception as error:
        conn.send(("broken", -1, _one_line(error)))
        return
    conn.send(("ready", -1, None))
    inbox: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
    threading.Thread(target=_take_in, args=(conn, inbox), daemon=True).start()
    while True:
        seq, task = inbox.get()
        if hasattr(signal, "alarm"):
            signal.alarm(
                int(limit) + 30
            )  # should the parent be gone and the task hang, nobody else would end it
        try:
            message = ("result", seq, handler(task))
        except Exception as error:
            message = ("error", seq, _one_line(error))
        try:
            conn.send(message)
        except OSError:
            os._exit(0)
        except Exception as error:
            conn.send(("error", seq, _one_line(error)))
        if hasattr(signal, "alarm"):
            signal.alarm(0)


def _take_in(conn: Connection, inbox: queue.SimpleQueue[tuple[int, Any]]) -> None:
    while True:
        try:
            inbox.put(conn.recv())
        except (EOFError, OSError):
            os._exit(0)  # the parent is gone


def _cause(process: BaseProcess) -> str:
    process.join(1)
    code = process.exitcode
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:300] if isinstance(error, JumelageError) else f"{type(error).__name__}: {text}"[:300]
