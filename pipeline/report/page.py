"""One self-contained page: style and script inside, nothing fetched, and a policy that forbids it to."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def build_page(package: str, template: str, script: str, style: str, data: Any = None, **context: Any) -> str:
    """Render `template` of `package` with its script and style inlined.

    `data` is put into the page as JSON that no text in it can break out of; the script reads it from `#data`. The
    page's Content-Security-Policy allows exactly this script, by its hash.
    """
    folder = resources.files(package) / "templates"
    code = (folder / script).read_text("utf-8")
    css = (folder / style).read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:"
    encoded = (
        orjson.dumps(data)
        .decode()
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(
        policy=policy, style=Markup(css), script=Markup(code), data=Markup(encoded), **context
    )
