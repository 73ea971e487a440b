"""The date format of the record: what is accepted, and which days a value covers."""

from __future__ import annotations

from datetime import date

import edtf as independent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import edtf

YEARS = st.integers(1, 9998).map("{:04}".format)
POINTS = st.one_of(
    st.dates(date(1, 1, 1), date(9998, 12, 31)).map(date.isoformat),
    st.tuples(YEARS, st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}"),
    st.tuples(YEARS, st.integers(21, 24)).map(lambda pair: f"{pair[0]}-{pair[1]}"),
    YEARS,
    st.integers(1, 999).map("{:03}X".format),
    st.integers(1, 99).map("{:02}XX".format),
)


@pytest.mark.parametrize(
    "value",
    [
        "2019-11-25",
        "2019-11",
        "2019",
        "198X",
        "19XX",
        "2018-21",
        "1990~",
        "XXXX-12-03",
        "XXXX-02-29",
        "2022-06-22/2022-06-23",
        "1991/1994",
        "1974/..",
        "../1974",
        "1974/",
        "2018~/2019~",
        "XXXX-06-20/XXXX-06-21",
    ],
)
def test_the_forms_of_the_contract(value: str) -> None:
    assert edtf.is_edtf(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "/",
        "../..",
        "XXXX",
        "2019-13",
        "2019-00",
        "2019-02-29",
        "2019-11-31",
        "25.11.2019",
        "2019-1",
        "19",
        "198X-03",
        "2018-21-03",
        "2019-11-25T10:00",
        "2019 ",
        "~2019",
        "2019/2020/2021",
        "1XXX",
        "2018-25",
    ],
)
def test_what_is_none_of_them(value: str) -> None:
    assert not edtf.is_edtf(value)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2019-11-25", date(2019, 11, 25), date(2019, 11, 25)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("1990~", date(1990, 1, 1), date(1990, 12, 31)),
        ("198X", date(1980, 1, 1), date(1989, 12, 31)),
        ("2018-24", date(2018, 12, 1), date(2019, 2, 28)),
        ("1991/1994", date(1991, 1, 1), date(1994, 12, 31)),
    ],
)
def test_days_that_a_value_covers(value: str, first: date, last: date) -> None:
    assert edtf.bounds(value) == (first, last)


@pytest.mark.parametrize("value", ["XXXX-12-03", "1974/..", "../1974", "1974/", "0000", "nonsense"])
def test_no_days_where_the_year_or_an_end_is_open(value: str) -> None:
    assert edtf.bounds(value) is None


@given(POINTS)
def test_every_point_is_edtf_to_others_too_and_covers_days(value: str) -> None:
    assert edtf.is_edtf(value)
    independent.parse_edtf(value)
    bounds = edtf.bounds(value)
    assert bounds is not None
    assert bounds[0] <= bounds[1]
    assert bounds[0].year == int(value[:4].replace("X", "0")) == (edtf.year_of(value) or bounds[0].year)


@given(POINTS, POINTS)
def test_a_span_covers_from_the_first_to_the_last(one: str, other: str) -> None:
    first, last = edtf.bounds(one), edtf.bounds(other)
    assert first is not None and last is not None
    assert edtf.bounds(f"{one}/{other}") == (first[0], last[1])


@given(st.text(alphabet="0123456789X-/~?%. ", max_size=24))
def test_any_string_is_judged(value: str) -> None:
    if edtf.is_edtf(value):
        independent.parse_edtf(value)
