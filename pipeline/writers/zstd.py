"""zstandard, when it is installed."""

from __future__ import annotations

from typing import Any

from pipeline.writers.files import WriteError


def require_zstd() -> Any:
    """The module `zstandard`. Raises WriteError with what to install."""
    try:
        import zstandard
    except ImportError:
        raise WriteError("writing .jsonl.zst needs zstandard: pip install 'jumelage[zstd]'") from None
    return zstandard
