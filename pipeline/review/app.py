"""The desk's web application: the queue, the article, the decisions. Everything is rendered on the server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from pipeline.errors import JumelageError
from pipeline.review import forms, layout, view
from pipeline.review.assets import STATIC, asset, assets_version
from pipeline.review.decisions import DecisionError, Operation, Undo, in_force, parse_operation
from pipeline.review.edtf_words import Lang, in_words, read_date
from pipeline.review.guard import Guard
from pipeline.review.places import PlaceFinder
from pipeline.review.render import render
from pipeline.review.search import found_in, snippet
from pipeline.review.store import STATES, Filter, Store, VersionConflict
from pipeline.review.texts import text as text_of

PAGE = 50


def create_app(store: Store, token: str, hosts: frozenset[str], user: str) -> ASGIApp:
    """The application behind its guard. `user`: the name under which decisions are logged unless changed."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    finder = PlaceFinder()

    def settings(request: Request) -> view.Settings:
        accepts = request.headers.get("accept-language", "de")[:2]
        lang = request.cookies.get("lang", "en" if accepts == "en" else "de")
        theme = request.cookies.get("theme", "")
        named = request.cookies.get("user", "")
        return view.Settings(
            "en" if lang == "en" else "de",
            theme if theme in ("light", "dark") else "",
            unquote(named)[:60] or user,
        )

    def filter_of(request: Request) -> Filter:
        q = request.query_params
        return Filter(
            q.get("order", "confidence"), q.get("state", ""), q.get("warnings") == "1", q.get("q", "")[:200]
        )

    def query(wanted: Filter, **more: object) -> str:
        values = {"order": wanted.order, "state": wanted.state, "q": wanted.search, **more}
        if wanted.warnings:
            values["warnings"] = 1
        default = {"order": "confidence", "page": 1}
        return urlencode({k: v for k, v in values.items() if v and default.get(k) != v})

    @app.get("/")
    def queue(request: Request, page: int = 1) -> HTMLResponse:
        wanted = filter_of(request)
        page = min(max(1, page), 1_000_000)
        rows, total = store.page(wanted, page, PAGE)
        texts = store.texts([row["id"] for row in rows]) if wanted.search.strip() else {}
        snippets = {record: snippet(text, wanted.search) for record, text in texts.items()}
        return HTMLResponse(
            render(
                "queue.html", settings(request), rows=rows, total=total, page=page, size=PAGE, wanted=wanted,
                counts=store.counts(), states=STATES, snippets=snippets, query=lambda **more: query(wanted, **more),
            )
        )  # fmt: skip

    @app.get("/records/{record}")
    def article(request: Request, record: str) -> HTMLResponse:
        wanted = filter_of(request)
        shown = settings(request)
        context = _context(record, shown)
        found = found_in(context["record"].text, wanted.search) if wanted.search.strip() else []
        return HTMLResponse(render("article.html", shown, query=query(wanted), found=found, **context))

    def _context(record: str, shown: view.Settings) -> dict[str, Any]:
        try:
            extracted, reviewed, digest = store.review(record)
        except KeyError:
            raise HTTPException(404, text_of("missing", shown.lang)) from None
        log = store.log(record)
        return {
            "record": reviewed.record, "extracted": extracted, "verdict": reviewed.verdict, "version": len(log),
            "paper": layout.markup(layout.lines(reviewed.record)), "panel": view.panel(reviewed, shown.lang),
            "history": view.history(log, reviewed.record, shown.lang), "news": view.news(reviewed, extracted, digest, shown.lang),
        }  # fmt: skip

    @app.get("/records/{record}/neighbour")
    def neighbour(request: Request, record: str, step: int = 1) -> Response:
        wanted = filter_of(request)
        found = store.neighbour(wanted, record, 1 if step > 0 else -1)
        suffix = query(wanted)
        path = f"/records/{found}" if found else "/"
        return RedirectResponse(path + ("?" + suffix if suffix else ""), 303)

    @app.get("/records/{record}/form")
    def form(
        request: Request, record: str, kind: forms.FormKind, key: str = "", start: int = -1, end: int = -1
    ) -> HTMLResponse:
        shown = settings(request)
        try:
            reviewed = store.review(record)[1]
            fields = forms.fields(reviewed.record, kind, key, start, end, shown.lang)
        except KeyError:
            raise HTTPException(404, text_of("missing", shown.lang)) from None
        return HTMLResponse(
            render("form.html", shown, fields=fields, kind=kind, key=key, start=start, end=end)
        )

    @app.post("/records/{record}/decisions")
    async def decide(request: Request, record: str) -> JSONResponse:
        shown = settings(request)
        try:
            body = await request.json()
            version, wanted = int(body["version"]), body["decision"]
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": "version and decision expected"}, 400)
        status, content = await run_in_threadpool(_decide, record, version, wanted, shown)
        return JSONResponse(content, status)

    def _decide(record: str, version: int, wanted: Any, shown: view.Settings) -> tuple[int, dict[str, Any]]:
        status, error, done = 200, "", "saved"
        try:
            operations = _operations(record, wanted, shown.lang)
            if not operations:
                return 422, {"error": text_of("nothing_to_undo", shown.lang)}
            store.decide(record, version, shown.user, operations)
            done = "undone" if isinstance(operations[0], Undo) else "saved"
        except KeyError:
            return 404, {"error": text_of("missing", shown.lang)}
        except VersionConflict as conflict:
            status = 409
            at = view.local_time(conflict.last.at)[11:]
            error = text_of("conflict", shown.lang).format(user=conflict.last.user, at=at)
        except JumelageError as problem:
            return 422, {"error": str(problem)}
        context = _context(record, shown)
        content = {
            "version": context["version"], "article": render("_text.html", shown, **context),
            "panel": render("_panel.html", shown, **context), "verdict": context["verdict"],
            "message": error or text_of(done, shown.lang),
        }  # fmt: skip
        return status, content

    def _operations(record: str, wanted: Any, lang: Lang) -> list[Operation]:
        if not isinstance(wanted, dict):
            raise DecisionError("a decision is an object")
        if wanted.get("op") == "undo" and "version" not in wanted:
            last = in_force(store.log(record))
            return [Undo(op="undo", version=last[-1].version)] if last else []
        reviewed = store.review(record)[1].record
        if wanted.get("op") == "form":
            return forms.operations(reviewed, wanted, finder, lang)
        return [forms.with_entry(reviewed, parse_operation(wanted))]

    @app.get("/places")
    def places(q: str = "") -> JSONResponse:
        return JSONResponse([c.as_entry() for c in finder.find(q[:100])] if q.strip() else [])

    @app.get("/edtf")
    def edtf(request: Request, value: str = "") -> JSONResponse:
        lang = settings(request).lang
        try:
            read = read_date(value[:60])
            return JSONResponse({"edtf": read, "words": in_words(read, lang)})
        except ValueError:
            return JSONResponse({"edtf": None, "words": "", "error": True})

    @app.post("/settings")
    async def change_settings(request: Request) -> Response:
        sent = parse_qs((await request.body()).decode("utf-8", "replace"))
        back = urlsplit(sent.get("back", ["/"])[0])
        target = "/" + back.path.lstrip("/\\") + ("?" + back.query if back.query else "")
        answer = RedirectResponse(target, 303)
        for name in ("lang", "theme", "user"):
            if value := sent.get(name, [""])[0].strip()[:60]:
                answer.set_cookie(name, quote(value), samesite="strict", max_age=31_536_000)
        return answer

    @app.get("/static/{version}/{name}")
    def static(version: str, name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(404)
        media, data = asset(name)
        kept = "private, max-age=31536000, immutable" if version == assets_version() else "no-store"
        return Response(data, media_type=media, headers={"cache-control": kept})

    @app.exception_handler(JumelageError)
    def broken(request: Request, error: Exception) -> HTMLResponse:
        return HTMLResponse(render("message.html", settings(request), message=str(error)), 500)

    @app.exception_handler(404)
    def not_found(request: Request, error: Exception) -> HTMLResponse:
        shown = settings(request)
        return HTMLResponse(render("message.html", shown, message=text_of("missing", shown.lang)), 404)

    nobody = replace(view.Settings("de", "", user), anonymous=True)
    return Guard(app, token, hosts, render("forbidden.html", nobody))
