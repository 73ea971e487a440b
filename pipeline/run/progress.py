"""What a run says while it works: a bar on a terminal, a line now and then elsewhere, JSON lines for machines."""

from __future__ import annotations

import sys
from time import monotonic
from typing import Any, TextIO

import orjson
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as RichProgress

EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


class Progress:
    """Counts, and says nothing but complaints; the others say more."""

    def __init__(self, errors: TextIO | None = None) -> None:
        self._errors = errors or sys.stderr
        self.articles = self.words = self.failed = 0
        self.share = 0.0
        self._start = monotonic()

    def begin(self, files: int, size: int) -> None:
        """A run of `files` files, `size` bytes together, begins."""
        self.articles = self.words = self.failed = 0
        self.share = 0.0
        self._start = monotonic()

    def article(self, uri: str, status: str, words: int, share: float, reason: str | None = None) -> None:
        """An article is dealt with; `share` of the input's bytes lies behind us (0 to 1)."""
        self.share = share
        self.articles += status in ("done", "unchanged")
        self.words += words
        self.failed += status == "failed"
        if reason and status != "skipped":
            self.complaint(uri, reason if status == "failed" else f"warning: {reason}")
        self.show()

    def complaint(self, name: str, reason: str) -> None:
        """Something gives no record: one line."""
        print(f"{name}: {reason}", file=self._errors, flush=True)

    def show(self) -> None:
        """Bring what is shown up to date."""

    def end(self) -> None:
        """The run is over."""

    def line(self) -> str:
        """Where the run stands, in one line."""
        seconds = max(monotonic() - self._start, 1e-6)
        parts = [
            f"{self.articles:,} articles",
            f"{self.articles / seconds:,.1f} articles/s",
            f"{self.words / seconds:,.0f} words/s",
            f"{self.failed:,} failed",
        ]
        left = self.seconds_left()
        if left is not None:
            parts.append(f"{_duration(left)} left")
        return " · ".join(parts)

    def seconds_left(self) -> float | None:
        """By the share of bytes done so far; None in the first moments."""
        seconds = monotonic() - self._start
        return seconds * (1 - self.share) / self.share if self.share > 0.002 and seconds > 1 else None


class Lines(Progress):
    """A plain line every ten seconds."""

    _last = 0.0

    def show(self) -> None:
        """Say where we are, if the last line is old enough."""
        now = monotonic()
        if now - max(self._last, self._start) >= EVERY:
            self._last = now
            print(self.line(), file=self._errors, flush=True)


class Bar(Progress):
    """A bar on a terminal. It is drawn by whoever reports, not by a thread: threads and forks do not mix."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._rich = RichProgress(
            TextColumn("{task.percentage:>3.0f} %"), BarColumn(), TextColumn("{task.description}"),
            console=console, auto_refresh=False, transient=True,
        )  # fmt: skip
        self._task = self._rich.add_task("", total=1.0)
        self._last = 0.0

    def begin(self, files: int, size: int) -> None:
        """Show the bar."""
        super().begin(files, size)
        self._rich.start()

    def complaint(self, name: str, reason: str) -> None:
        """Above the bar."""
        self._console.print(f"{name}: {reason}", markup=False, highlight=False, soft_wrap=True)

    def show(self) -> None:
        """Draw, five times a second at most."""
        if monotonic() - self._last > 0.2:
            self._last = monotonic()
            self._rich.update(self._task, completed=self.share, description=self.line(), refresh=True)

    def end(self) -> None:
        """Take the bar away."""
        self._rich.stop()


class JsonLines(Progress):
    """Each event as a line of JSON on standard error."""

    _last = 0.0

    def emit(self, event: str, **values: Any) -> None:
        """Write one event."""
        print(orjson.dumps({"event": event, **values}).decode(), file=self._errors, flush=True)

    def begin(self, files: int, size: int) -> None:
        """Event `begin`."""
        super().begin(files, size)
        self.emit("begin", files=files, bytes=size)

    def article(self, uri: str, status: str, words: int, share: float, reason: str | None = None) -> None:
        """Event `article`."""
        self.emit("article", uri=uri, status=status, words=words, **({"reason": reason} if reason else {}))
        super().article(uri, status, words, share, None)

    def complaint(self, name: str, reason: str) -> None:
        """Event `complaint`; for articles, `article` has said it already."""
        if reason:
            self.emit("complaint", name=name, reason=reason)

    def show(self) -> None:
        """Event `progress`, once a second."""
        if monotonic() - self._last >= 1:
            self._last = monotonic()
            seconds = max(self._last - self._start, 1e-6)
            left = self.seconds_left()
            self.emit(
                "progress", articles=self.articles, words=self.words, failed=self.failed, share=round(self.share, 4),
                articles_per_second=round(self.articles / seconds, 2), words_per_second=round(self.words / seconds),
                seconds_left=None if left is None else round(left, 1),
            )  # fmt: skip


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
