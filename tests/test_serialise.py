"""Findings travel with a Doc through spaCy's own serialisation."""

from __future__ import annotations

import spacy
from spacy.tokens import Doc, DocBin

from pipeline.components import boilerplate as boilerplate
from pipeline.extractor import Extractor
from pipeline.findings import findings_of

TEXT = "Fulda und Como sind seit 1960 Partnerstädte. Bürgermeister Max Huber lud ein.\n\n© Verlag Fulda"


def test_findings_survive_bytes_and_docbin(extractor: Extractor) -> None:
    doc = extractor.nlp(TEXT)
    copy = Doc(extractor.nlp.vocab).from_bytes(doc.to_bytes())
    assert findings_of(copy) == findings_of(doc)
    (again,) = DocBin(docs=[doc], store_user_data=True).get_docs(extractor.nlp.vocab)
    assert findings_of(again) == findings_of(doc)


def test_spacy_may_use_several_processes() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_boilerplate")
    docs = list(nlp.pipe([TEXT] * 4, n_process=2, batch_size=2))
    assert [[mark.by for mark in findings_of(doc).boilerplate] for doc in docs] == [
        ["boilerplate.footer"]
    ] * 4
