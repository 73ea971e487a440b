"""Bodies that act for a partnership."""

from __future__ import annotations

import pytest
import spacy

from pipeline.components.organisations import Organisations
from pipeline.findings import City, Mention, findings_of
from pipeline.rulebook import parse_marks

NLP = spacy.blank("de")
ORGANISATIONS = Organisations()


def bodies(text: str, city: str | None = None) -> dict[tuple[int, int], tuple[str, str]]:
    """Span → (name, kind) of every mention; `city`: a place the text names."""
    doc = NLP.make_doc(text)
    findings = findings_of(doc)
    if city:
        at = text.index(city)
        findings.cities.append(City(city, city, mentions=[Mention(at, at + len(city), "test")]))
    ORGANISATIONS(doc)
    return {
        (m.start, m.end): (body.name, body.kind) for body in findings.organisations for m in body.mentions
    }


@pytest.mark.parametrize(
    ("marked", "city"),
    [
        ("Der [Partnerschaftsverein Haan|association] lädt ein.", "Haan"),
        ("Die [Deutsch-Französische Gesellschaft|association] lädt ein.", None),
        ("Der [Städtepartnerschaftsverein Kehl e. V.|association] lädt ein.", "Kehl"),
        ("Das [Comité de jumelage|committee] lädt ein.", None),
        ("Zum Austausch lädt das [Goethe-Gymnasium|school] ein.", None),
        (
            "Der Verein [„Brücke Nord“]".replace("Verein [", "[Verein ").replace("]", "|association]")
            + " half beim Austausch.",
            None,
        ),
    ],
)
def test_named_bodies(marked: str, city: str | None) -> None:
    text, marks = parse_marks(marked)
    assert {span: kind for span, (_, kind) in bodies(text, city).items()} == {
        (mark.start, mark.end): mark.value for mark in marks
    }


@pytest.mark.parametrize(
    "text",
    [
        "Der Verein lädt zum Austausch ein.",
        "Das Goethe-Gymnasium wird saniert.",
        "Die Gesellschaft wandelt sich, auch die Partnerschaft.",
        "Das Amt bleibt geschlossen. Der Austausch fällt aus.",
    ],
)
def test_common_nouns_and_bodies_that_do_something_else(text: str) -> None:
    assert bodies(text) == {}


def test_forms_of_one_body_are_one_entry() -> None:
    doc = NLP.make_doc("Der Freundeskreis feiert. Die Vorsitzende des Freundeskreises dankt.")
    ORGANISATIONS(doc)
    assert [(body.name, len(body.mentions)) for body in findings_of(doc).organisations] == [
        ("Freundeskreis", 2)
    ]
