"""Who may talk to the desk: the browser on this machine that knows the token. Pure ASGI, before everything else.

- Host must be the address it listens on (against DNS rebinding); a request that changes something must name it as
  its Origin (against other web pages).
- The token comes once in the address (`?token=`), is compared in constant time and becomes a cookie for this port,
  which no script reads and no other site sends; then the address is cleaned.
- Every answer forbids the page to load or send anything elsewhere.
"""

from __future__ import annotations

import secrets
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer, browsers send a form with "Origin: null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
MAX_BODY = 1_000_000  # bytes; a decision is a few hundred
_SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """Wraps the application; `hosts` are the accepted Host headers, such as `127.0.0.1:8765`."""

    def __init__(self, app: ASGIApp, token: str, hosts: frozenset[str], forbidden: str) -> None:
        self.app, self.token, self.hosts, self.forbidden = app, token, hosts, forbidden
        port = next(iter(hosts)).rpartition(":")[2]
        self.cookie = f"jumelage_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, set the cookie, or pass the request on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in message["headers"]}
                extra = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in named]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        answer = self._refusal(scope) or self._entrance(scope)
        await (answer or self.app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if host not in self.hosts:
            return PlainTextResponse("This address is not served here.\n", 421)
        origin = headers.get("origin")
        if scope["method"] not in _SAFE and origin is None:
            return PlainTextResponse("A change must name its Origin.\n", 403)
        if origin is not None and origin != f"http://{host}":
            return PlainTextResponse("Another site may not do this.\n", 403)
        if scope["method"] not in _SAFE and not headers.get("content-length", "").isdigit():
            return PlainTextResponse("The length of the body is missing.\n", 411)
        if int(headers.get("content-length", "0") or 0) > MAX_BODY:
            return PlainTextResponse("Too long.\n", 413)
        return None

    def _entrance(self, scope: Scope) -> Response | None:
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        offered = [value for name, value in query if name == "token"]
        if offered and scope["method"] in _SAFE:
            if not self._right(offered[0]):
                return self._no_entry()
            rest = urlencode([pair for pair in query if pair[0] != "token"])
            answer = RedirectResponse(scope["path"].replace("//", "/") + ("?" + rest if rest else ""), 303)
            answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict", path="/")
            return answer
        cookies = SimpleCookie()
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies.load(value.decode("latin-1"))
        held = cookies.get(self.cookie)
        return None if held is not None and self._right(held.value) else self._no_entry()

    def _right(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self.token.encode())

    def _no_entry(self) -> Response:
        return Response(self.forbidden, 403, media_type="text/html")
