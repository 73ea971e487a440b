"""Builds the spaCy `Language`: which model, which components, in which order."""

from __future__ import annotations

import importlib
import re
from itertools import pairwise
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps

from pipeline.components import name_vectors as name_vectors  # the shipped model's vectors
from pipeline.components.windows import quicken_windows
from pipeline.components.word_cache import remember_words
from pipeline.errors import JumelageError
from pipeline.knowledge.shipped import MODEL

COMPONENTS = (
    "jumelage_sentences",
    "jumelage_boilerplate",
    "jumelage_dates",
    "jumelage_cities",
    "jumelage_organisations",
    "jumelage_officials",
    "jumelage_agreements",
    "jumelage_topics",
    "jumelage_partnerships",
)
"""Our components, in the order in which each finds what it builds on."""

_UNUSED = ("tagger", "morphologizer", "parser", "lemmatizer", "attribute_ruler")
"""What other German pipelines bring along and no component of ours reads."""

MAX_CHARACTERS = 1_000_000
"""The longest text that is processed: spaCy's own limit, at about 1 GB of memory per million characters."""

_LONGEST = 200
"""Characters without white space that still may be a word."""

_ENDLESS = re.compile(rf"\S{{{_LONGEST + 1},}}")


class ModelError(JumelageError):
    """A model that cannot be used; the message is one line."""


def build_language(
    model: str | Path | None = None, rules: str | Path | None = None, min_confidence: float | None = None
) -> Language:
    """The `Language` of `model` (a package name or a folder; None: the shipped one) with our components.

    Partnerships less sure than `min_confidence` (0 to 1) are left out.
    Raises ModelError for a model that is not there or unfit, RulesError for a mistake in the rules.
    """
    nlp = _load(model)
    for name in COMPONENTS:
        importlib.import_module(f"pipeline.components.{name.removeprefix('jumelage_')}")
        nlp.add_pipe(name, config={"rules": str(rules) if rules is not None else None})
    if min_confidence is not None:
        partnerships = nlp.get_pipe("jumelage_partnerships")
        partnerships.minimum = max(partnerships.minimum, min_confidence)  # type: ignore[attr-defined]
    return nlp


def model_name(nlp: Language) -> str:
    """Name and version of the model behind `nlp`, as provenance has it: "de_jumelage_core-1.0.0"."""
    meta = nlp.meta
    return f"{meta.get('lang', 'de')}_{meta.get('name', 'model')}-{meta.get('version', '0')}"


def _load(model: str | Path | None) -> Language:
    wanted = MODEL if model is None else model
    try:
        nlp = spacy.load(wanted, exclude=list(_UNUSED))
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"model {str(wanted)!r} cannot be loaded: {_first_line(error)}") from None
    if nlp.lang != "de":
        raise ModelError(f"model {str(wanted)!r} is for language {nlp.lang!r}, not for German")
    missing = {"LOC", "PER"} - set(nlp.pipe_labels.get("ner", ()))
    if missing:
        raise ModelError(f"model {str(wanted)!r} has no entity recogniser with the labels LOC and PER")
    if "senter" in nlp.disabled:
        nlp.enable_pipe("senter")
    nlp.max_length = MAX_CHARACTERS
    use_numpy(nlp)
    for _, component in nlp.pipeline:
        if (network := getattr(component, "model", None)) is not None and hasattr(network, "has_ref"):
            remember_words(network)
            quicken_windows(network)
    return nlp


def make_doc(nlp: Language, text: str) -> Doc:
    """`text` as `nlp` tokenises it, in time linear in its length.

    spaCy's tokenizer is quadratic in the length of a stretch without white space; a longer one than any word is cut.
    """
    if _ENDLESS.search(text) is None:
        return nlp.make_doc(text)
    cuts = [0]
    for match in _ENDLESS.finditer(text):
        cuts += range(match.start(), match.end(), _LONGEST)
    cuts.append(len(text))
    parts = [nlp.make_doc(text[start:end]) for start, end in pairwise(cuts) if start < end]
    doc = Doc.from_docs(parts, ensure_whitespace=False)
    if doc is None or doc.text != text:
        raise ValueError("a text that was cut does not come out whole")
    return doc


def use_numpy(nlp: Language) -> None:
    """Let numpy's BLAS do the model's matrix products: several times as fast as thinc's default (BLIS) on most CPUs."""
    ops = NumpyOps(use_blis=False)
    for _, component in nlp.pipeline:
        if (network := getattr(component, "model", None)) is not None and hasattr(network, "walk"):
            for node in network.walk():
                if isinstance(node.ops, NumpyOps):
                    node.ops = ops


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    if text.startswith("[E050]"):
        return "it is neither an installed package nor a folder with a spaCy pipeline"
    return text.splitlines()[0][:200]
