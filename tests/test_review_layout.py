"""How an article is set: overlapping spans, tables, and that nothing in it is taken for markup."""

from __future__ import annotations

import re
from html import unescape

import pytest
from desk_records import blank
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record import Record
from pipeline.record import Warning_ as Notice
from pipeline.review import view
from pipeline.review.layout import lines, markup

TABLE = """Partnerstädte

Gemeinde       Partner      seit
Wolfsberg      Várpalota    1994
               Dravograd    2004
St. Leonhard   keine

Kassel | Como | 1960
Ein Satz, nichts weiter.   Mit einer Lücke.
Drei Wörter  und zwei   Lücken."""


def article(text: str) -> Record:
    return Record.model_validate(blank("article", text))


def test_rows_of_tables_are_set_as_tables_and_prose_is_not() -> None:
    shown = lines(article(TABLE))
    tables = ["".join(piece.text for piece in line.pieces).split()[0] for line in shown if line.columns]
    assert tables == ["Gemeinde", "Wolfsberg", "Dravograd", "St.", "Kassel", "Ein"], (
        "a row beside a row is one"
    )
    long = "Spalte   " * 40
    assert not any(line.columns for line in lines(article(f"Titel\n\n{long}")))


@given(st.text(max_size=300))
def test_markup_shows_the_text_whole_and_holds_nothing_of_it(text: str) -> None:
    if not text.strip() or "\r" in text:
        return
    html = str(markup(lines(article(text))))
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p", "span", "/span"}
    shown = [unescape(re.sub(r"<[^>]*>", "", line)) for line in html.split("</p>\n")[:-1]]
    assert shown == [line for line in text.split("\n") if line]


@pytest.mark.parametrize(
    ("code", "message", "shown"),
    [
        ("no_publication_date", "the text does not say …", "Der Text sagt nicht, wann er erschienen ist; „gestern“ und Ähnliches kann offen bleiben."),
        ("weekday_mismatch", "'Mo, 3. Mai': a Sunday", "Wochentag und Datum passen nicht zusammen: 'Mo, 3. Mai': a Sunday"),
        ("something_new", "as it is", "as it is"),
    ],
)  # fmt: skip
def test_warnings_speak_the_language_of_the_desk(code: str, message: str, shown: str) -> None:
    assert view.warned(Notice(code=code, message=message), "de") == shown
