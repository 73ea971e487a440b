"""Starts the desk on this machine: a free port of 127.0.0.1, a fresh token, one printed address."""

from __future__ import annotations

import getpass
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import JumelageError
from pipeline.review.store import Store


def serve(
    root: Path, port: int = 0, user: str = "", say: Callable[[str], None] = print, token: str | None = None
) -> None:
    """Serve the records under `root` until stopped. `port` 0: a free one. Raises JumelageError (one line)."""
    try:
        import uvicorn

        from pipeline.review.app import create_app
    except ModuleNotFoundError as error:
        raise JumelageError(
            f"{error.name} is missing; install it with: pip install 'jumelage[review]'"
        ) from None
    store = Store(root)
    store.refresh(lambda read: say(f"{read:,} records indexed …"))
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise JumelageError(
            f"port {port} cannot be used ({error.strerror}); try another with --port"
        ) from None
    listener.listen(128)  # whoever opens the address at once waits for the server rather than being refused
    port = listener.getsockname()[1]
    token = token or secrets.token_urlsafe(24)
    hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
    app = create_app(store, token, hosts, user or _who())
    say(f"http://127.0.0.1:{port}/?token={token}")
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, date_header=False, access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "analyst"
