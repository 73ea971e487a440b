"""What a single file may cost. Each limit has its own line of complaint."""

from __future__ import annotations

MAX_BYTES = 20_000_000
"""The largest document, row or archive member, in bytes."""

MAX_PAGES = 2_000
"""The longest PDF, in pages."""

MAX_DEPTH = 3
"""How deep archives may stand in archives; a compressed file counts as one."""

MAX_RATIO = 200
"""How many times larger than its compressed form something may become (text: 3 to 20; a bomb: thousands)."""

RATIO_FREE = 5_000_000
"""Bytes that may come out before the ratio is looked at."""

MAX_NESTED = 200_000_000
"""The largest archive within an archive, in bytes."""
