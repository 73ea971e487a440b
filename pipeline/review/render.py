"""Renders the templates, with escaping always on."""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.review import view
from pipeline.review.assets import assets_version
from pipeline.review.edtf_words import in_words
from pipeline.review.texts import label, text

_ENV = Environment(
    loader=PackageLoader("pipeline.review"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True, auto_reload=False,
)  # fmt: skip


def render(template: str, settings: view.Settings, **context: Any) -> str:
    """The template with the interface texts in the settings' language."""
    return _ENV.get_template(template).render(
        s=settings, static=f"/static/{assets_version()}", heading=view.title_of, t=partial(_text, settings), label=partial(_label, settings),
        words=partial(in_words, lang=settings.lang), number=partial(view.number, lang=settings.lang), warned=partial(view.warned, lang=settings.lang), **context,
    )  # fmt: skip


def _text(settings: view.Settings, key: str) -> str:
    return text(key, settings.lang)


def _label(settings: view.Settings, value: str | None) -> str:
    return label(value, settings.lang)
