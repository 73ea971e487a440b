"""INCEpTION (and WebAnno): UIMA CAS XMI, one file an article, with its type system.

Two custom layers: the span layer `webanno.custom.Jumelage` (label, entity, info) and the relation layer
`webanno.custom.Partnership` on it (Governor, Dependent, label). UIMA counts UTF-16 units; dkpro-cassis converts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.interchange.standoff import Document, InterchangeError, Link, Note, pack, printable, unpack

SPAN, RELATION = "webanno.custom.Jumelage", "webanno.custom.Partnership"
_TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
_SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
_META = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"


def _cassis() -> Any:
    try:
        import cassis
    except ModuleNotFoundError:
        raise InterchangeError(
            "dkpro-cassis is missing; install it with: pip install 'jumelage[interchange]'"
        ) from None
    return cassis


def _type_system(cassis: Any) -> Any:
    types = cassis.load_dkpro_core_typesystem()
    meta = types.create_type(_META, "uima.tcas.DocumentAnnotation")
    for name in ("documentId", "documentTitle"):
        types.create_feature(meta, name, "uima.cas.String")
    span = types.create_type(SPAN, "uima.tcas.Annotation")
    for name in ("label", "entity", "info"):
        types.create_feature(span, name, "uima.cas.String")
    relation = types.create_type(RELATION, "uima.tcas.Annotation")
    types.create_feature(relation, "Governor", SPAN)
    types.create_feature(relation, "Dependent", SPAN)
    types.create_feature(relation, "label", "uima.cas.String")
    return types


def write(documents: Iterable[Document], target: Path) -> int:
    """Write one .xmi an article and TypeSystem.xml into `target`; returns the number of articles."""
    cassis = _cassis()
    target.mkdir(parents=True, exist_ok=True)
    types = _type_system(cassis)
    types.to_xml(target / "TypeSystem.xml")
    count = 0
    for document in documents:
        _cas(cassis, types, document).to_xmi(target / f"{document.name}-{document.record}.xmi")
        count += 1
    return count


def _cas(cassis: Any, types: Any, document: Document) -> Any:
    text = printable(document.text)
    cas = cassis.Cas(types, sofa_string=text, sofa_mime="text/plain", document_language="de")
    meta = types.get_type(_META)(
        begin=0, end=len(text), documentId=document.record, documentTitle=document.name, language="de"
    )
    cas.add(meta)
    for kind, pattern in ((_SENTENCE, r"[^\n]*[^\s][^\n]*"), (_TOKEN, r"\w+|[^\w\s]")):
        make = types.get_type(kind)
        for match in re.finditer(pattern, text):
            cas.add(make(begin=match.start(), end=match.end()))
    span, relation = types.get_type(SPAN), types.get_type(RELATION)
    made = {}
    for note in document.notes:
        info = "; ".join(line for line in pack(note) if not line.startswith("entity=")) or None
        made[note.id] = span(
            begin=note.start, end=note.end, label=note.label, entity=note.entity or None, info=info
        )
        cas.add(made[note.id])
    for link in document.links:
        source, goal = made[link.source], made[link.target]
        cas.add(relation(begin=goal.begin, end=goal.end, Governor=source, Dependent=goal, label=link.label))
    return cas


def read(source: Path) -> Iterator[Document]:
    """Documents of an export as "UIMA CAS XMI"; raises InterchangeError."""
    cassis = _cassis()
    paths = sorted(source.glob("*.xmi")) if source.is_dir() else [source]
    if not paths:
        raise InterchangeError(f"{source}: no .xmi files here")
    for path in paths:
        try:
            with path.with_name("TypeSystem.xml").open("rb") as file:
                types = cassis.load_typesystem(file)
            with path.open("rb") as file:
                yield _document(cassis.load_cas_from_xmi(file, typesystem=types, lenient=True), path.stem)
        except Exception as error:
            raise InterchangeError(
                f"{path}: no UIMA CAS of Jumelage ({type(error).__name__}: {error})"
            ) from None


def _document(cas: Any, stem: str) -> Document:
    meta = next(iter(cas.select(_META)), None)
    document = Document(
        meta.documentId if meta else "", meta.documentTitle if meta else stem, cas.sofa_string
    )
    names: dict[int, str] = {}
    for number, span in enumerate(cas.select(SPAN), 1):
        note = Note(f"T{number}", span.begin, span.end, span.label or "", span.entity or "")
        unpack(note, (span.info or "").split("; "))
        names[span.xmiID] = note.id
        document.notes.append(note)
    for number, relation in enumerate(cas.select(RELATION), 1):
        ends = names[relation.Governor.xmiID], names[relation.Dependent.xmiID]
        document.links.append(Link(f"R{number}", *ends, relation.label or "twinning"))
    return document
