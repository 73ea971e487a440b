"""What is no part of the article is marked, not deleted, and yields nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.components.boilerplate import Boilerplate, BoilerplateRule, load
from pipeline.extractor import Extractor

CORPUS = Path(__file__).parent.parent / "corpus" / "raw"

PAGE = """Startseite › Region › Fulda
Menü  Suche  Abo  Login

Besuch aus Como

Eine Delegation aus Como war zu Gast. Foto: privat

Lesen Sie auch
• Kassel: Streit um das Freibad
• Bürgermeister Meier tritt ab

Die Reise endet am Sonntag.
© Verlag Marburg, alle Rechte vorbehalten
"""


def test_the_lines_around_an_article_are_marked(extractor: Extractor) -> None:
    record = extractor.extract(PAGE)
    assert [span.text for span in record.boilerplate] == [
        "Startseite › Region › Fulda",
        "Menü  Suche  Abo  Login",
        "Foto: privat",
        "Lesen Sie auch",
        "• Kassel: Streit um das Freibad",
        "• Bürgermeister Meier tritt ab",
        "© Verlag Marburg, alle Rechte vorbehalten",
    ]
    assert record.text == PAGE


def test_boilerplate_yields_no_places_and_no_persons(extractor: Extractor) -> None:
    record = extractor.extract(PAGE)
    assert {"Kassel", "Marburg"}.isdisjoint(city.name for city in record.cities)
    assert record.officials == []


def test_a_long_line_is_prose_whatever_it_holds() -> None:
    line = "Impressum | Datenschutz | " + "Die Stadt lädt ein und freut sich. " * 30
    assert list(Boilerplate(load())._marks(line)) == []


@given(st.text(alphabet="Ab |·›\n\t[]:©.°0-_\u202e", max_size=300))
def test_marks_are_ordered_disjoint_and_within_the_text(text: str) -> None:
    marks = list(Boilerplate(load())._marks(text)) if text else []
    last = 0
    for mark in marks:
        assert last <= mark.start < mark.end <= len(text)
        assert "\n" not in text[mark.start : mark.end]
        last = mark.end


def test_the_words_a_pattern_needs_save_time_and_change_nothing() -> None:
    rules = load()
    assert any(rule.needs for rule in rules.rules)
    quick, thorough = Boilerplate(rules), Boilerplate(rules.model_copy(deep=True))
    thorough._lines = [line._replace(needs=()) for line in thorough._lines]
    thorough._spans = [span._replace(needs=()) for span in thorough._spans]
    texts = [path.read_text("utf-8") for path in sorted(CORPUS.glob("*.txt"))]
    examples = [str(example) for rule in rules.rules for example in (*rule.examples, *rule.not_)]
    marks = [list(quick._marks(text)) for text in (*texts, *examples)]
    assert marks == [list(thorough._marks(text)) for text in (*texts, *examples)]
    assert sum(map(len, marks)) > 100


def test_what_a_pattern_needs_is_written_in_small_letters() -> None:
    with pytest.raises(ValueError, match="small letters"):
        BoilerplateRule.model_validate(
            {"id": "boilerplate.x", "about": "x", "kind": "line", "pattern": "x", "needs": ["X"]}
        )
