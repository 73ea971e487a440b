"""Dates in words, words of the interface in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record import AgreementType, DateRole, Instrument, Kind, Modifier, Role, Status, TopicId
from pipeline.review import texts
from pipeline.review.edtf_words import in_words, read_date

REVIEW = Path(texts.__file__).parent


@pytest.mark.parametrize(
    ("edtf", "german", "english"),
    [
        ("2019-11-25", "25. November 2019", "25 November 2019"),
        ("2019-11", "November 2019", "November 2019"),
        ("198X", "1980er Jahre", "1980s"),
        ("19XX", "20. Jahrhundert", "1900s"),
        ("2018-21", "Frühjahr 2018", "spring 2018"),
        ("2018-24", "Winter 2018/19", "winter 2018/19"),
        ("1990~", "etwa 1990", "about 1990"),
        ("XXXX-12-03", "3. Dezember, Jahr unbekannt", "3 December, year unknown"),
        ("2022-06-22/2022-06-23", "22. bis 23. Juni 2022", "22 to 23 June 2022"),
        ("2019-07/2019-08", "Juli 2019 bis August 2019", "July 2019 to August 2019"),
        ("1974/..", "seit 1974", "since 1974"),
        (None, "unbestimmt", "unknown"),
    ],
)
def test_dates_in_words(edtf: str | None, german: str, english: str) -> None:
    assert in_words(edtf, "de") == german
    assert in_words(edtf, "en") == english


def test_a_modifier_comes_first() -> None:
    assert in_words("1990", "de", "late") == "Ende 1990"


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [("25.11.2019", "2019-11-25"), ("25. 11. 2019", "2019-11-25"), ("11.2019", "2019-11"), ("2019", "2019"),
     ("25. November 2019", "2019-11-25"), ("3 March 1984", None), ("Mär 1984", "1984-03"), ("Herbst 2018", "2018-23"),
     ("Frühling 2018", "2018-21"), ("198X", "198X"), ("  ", None)],
)  # fmt: skip
def test_what_an_analyst_types_is_read(typed: str, edtf: str | None) -> None:
    if edtf is None and typed.strip():
        with pytest.raises(ValueError, match="no date"):
            read_date(typed)
    else:
        assert read_date(typed) == edtf


@pytest.mark.parametrize("typed", ["31.02.2019", "gestern", "13.13.2019", "<b>", "2019-13"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no date"):
        read_date(typed)


@given(st.dates(min_value=__import__("datetime").date(1000, 1, 1)))
def test_german_words_lead_back_to_the_date(day: object) -> None:
    assert read_date(in_words(str(day), "de")) == str(day)


@pytest.mark.parametrize("enum", [AgreementType, DateRole, Instrument, Kind, Modifier, Role, Status, TopicId])
def test_every_value_of_the_contract_has_a_name_in_both_languages(enum: object) -> None:
    for value in get_args(enum):
        assert texts.label(value, "de") != "" and value in texts._ENUMS


def test_every_text_that_a_template_asks_for_exists_and_none_is_idle() -> None:
    sources = "".join(
        path.read_text("utf-8") for path in [*REVIEW.glob("*.py"), *REVIEW.glob("templates/*.html")]
    )
    asked = set(re.findall(r"\bt\('([\w.]+)'\)", sources)) | set(
        re.findall(r'\btext(?:_of)?\("([\w.]+)"', sources)
    )
    assert asked <= texts.keys()
    literal = set(
        re.findall(r"""['"]([\w.]+)['"]""", sources.replace(Path(texts.__file__).read_text("utf-8"), ""))
    )
    built = {
        key
        for key in sorted(texts.keys())
        if key.startswith(("state.", "order.", "op.", "new_run_", "warn."))
    }
    assert texts.keys() - asked - literal - built == set()
