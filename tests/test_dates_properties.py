"""What holds for every date expression: made-up dates come back, values are EDTF, time moves one way, text is data."""

from __future__ import annotations

from datetime import date, timedelta

import edtf as independent
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import edtf
from pipeline.components.dates import Dates
from pipeline.components.dates.lexer import runs
from pipeline.findings import DateExpression, Findings, findings_of
from pipeline.knowledge import calendar

MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
WEEKDAYS = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
DATES = Dates()
NLP = spacy.blank("de")
DAYS = st.dates(date(1900, 1, 1), date(2045, 12, 31))
PIECES = st.sampled_from(
    [
        "vom",
        "am",
        "im",
        "bis",
        "und",
        "oder",
        "seit",
        "vor",
        "in",
        "zum",
        "der",
        "den",
        "dem",
        "des",
        "Ende",
        "Anfang",
        "Mitte",
        "3.",
        "12.",
        "31.",
        "1",
        "28",
        "99",
        "1974",
        "2019",
        "2020/21\n",
        "",
        "",
        "",
        "1990er",
        "80ern",
        "Mai",
        "Jänner",
        "Dez.",
        "Montag",
        "Sa",
        "So",
        "Samstagabend",
        "Ostern",
        "Pfingsten",
        "Sommer",
        "Herbst",
        "Jahr",
        "Jahre",
        "Jahren",
        "Jahres\n",
        "",
        "",
        "",
        "Woche",
        "Wochen",
        "Monat",
        "Tag",
        "heute",
        "gestern",
        "morgen",
        "drei",
        "zwei",
        "einem",
        "halben",
        "Jahrhundert",
        "später",
        "darauf",
        "vergangenen",
        "nächsten\n",
        "",
        "",
        "",
        "dieses",
        "desselben",
        ",",
        ".",
        "/",
        "–",
        "-",
        "(",
        ")",
        "25.11.2019",
        "24.06.22",
        "3.5.",
        "2019-11-25",
        "11/2019",
        "jährigen",
        "Bestehen",
        "Jubiläum",
        "KW",
        "Quartal\n",
        "",
        "",
        "",
        "d.",
        "J.",
        "d.",
        "M.",
        "X.",
        "II.",
        "Stand:",
        "Uhr",
        "Tel.",
        "\n",
        "\n\n",
        "\t",
    ]
)


def find(text: str, published: str | None = None) -> Findings:
    doc = NLP.make_doc(text)
    findings_of(doc).published = published
    return findings_of(DATES(doc))


def only(text: str, published: str | None = None) -> DateExpression:
    (found,) = find(text, published).dates
    return found


@given(DAYS)
def test_a_day_written_in_any_way_comes_back(day: date) -> None:
    month = MONTHS[day.month - 1]
    for text in (
        f"{day.day}. {month} {day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%Y-%m-%d}",
        f"{WEEKDAYS[day.weekday()]}, dem {day.day}. {month} {day.year}",
        f"{day.day}. {month.upper()} {day.year}",
    ):
        found = only(f"Das war am {text}, sagte er.", "2021-06-15")
        assert found.edtf == day.isoformat()
        assert found.end - found.start == len(text)


@given(DAYS, st.integers(1, 60))
def test_a_range_comes_back(day: date, length: int) -> None:
    last = day + timedelta(length)
    text = (
        f"{day.day}. {MONTHS[day.month - 1]} {day.year} bis {last.day}. {MONTHS[last.month - 1]} {last.year}"
    )
    assert only(f"vom {text} in Bochum", "2021-06-15").edtf == f"{day}/{last}"


@given(st.integers(1700, 2099), st.integers(1, 12))
def test_months_seasons_and_feasts_come_back(year: int, month: int) -> None:
    assert only(f"im {MONTHS[month - 1]} {year} war es").edtf == f"{year}-{month:02}"
    assert only(f"im Herbst {year} war es").edtf == f"{year}-23"
    easter = calendar.feast("easter", year)
    assert easter is not None
    assert only(f"an Ostern {year} war es").edtf == easter[0].isoformat()


@given(DAYS, DAYS)
def test_today_moves_with_the_publication_date(one: date, other: date) -> None:
    for word in ("vorgestern", "gestern", "heute Abend", "am vergangenen Freitag", "am kommenden Montag"):
        first, second = (only(f"Das war {word}.", day.isoformat()).edtf for day in sorted((one, other)))
        assert first is not None and second is not None
        assert first <= second


@given(DAYS, st.integers(1, 120))
def test_so_long_ago_moves_with_the_publication_date(day: date, years: int) -> None:
    found = only(f"Das war vor {years} Jahren.", day.isoformat())
    assert found.edtf == f"{day.year - years:04}~"


@given(DAYS, st.integers(0, 6))
def test_a_weekday_is_that_weekday_and_near(day: date, weekday: int) -> None:
    for text, low, high in (
        (f"Am {WEEKDAYS[weekday]} wurde gefeiert.", -6, 0),
        (f"Am {WEEKDAYS[weekday]} wird gefeiert.", 0, 6),
    ):
        value = only(text, day.isoformat()).edtf
        assert value is not None
        found = date.fromisoformat(value)
        assert found.weekday() == weekday
        assert low <= (found - day).days <= high


@settings(max_examples=400)
@given(
    st.lists(PIECES, max_size=40),
    st.one_of(
        st.none(), DAYS.map(str), st.sampled_from(["2019", "2019-07/2019-08", "0001-01-01", "9999-12-31"])
    ),
)
@example(["Ende", "1990"], None)
@example(["Sommer", "vom", "Sommer"], None)  # a season as the text's first word was compared with a string
def test_whatever_is_found_is_a_date_in_its_place(pieces: list[str], published: str | None) -> None:
    text = " ".join(pieces)
    last = 0
    for found in find(text, published).dates:
        assert last <= found.start < found.end <= len(text)
        assert text[found.start : found.end].strip() == text[found.start : found.end]
        last = found.end
        if found.edtf is not None:
            assert edtf.is_edtf(found.edtf)
            independent.parse_edtf(found.edtf)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for found in find(text).dates:
        assert text[found.start : found.end]


def test_the_same_text_gives_the_same_dates() -> None:
    text = "Am 3. Mai und im Herbst, seit drei Jahren, zu Ostern 2020, heute um 9 Uhr."
    assert find(text, "2021-06-15").dates == Dates()(_doc(text, "2021-06-15")).user_data["jumelage"].dates


def _doc(text: str, published: str) -> spacy.tokens.Doc:
    doc = NLP.make_doc(text)
    findings_of(doc).published = published
    return doc


def test_runs_cover_the_atoms_once() -> None:
    text = "vom 3. bis 5. Mai 2019 und am 7. Mai"
    (run,) = runs(text, DATES.lexicon, DATES.heads, DATES.token)
    assert [text[atom.start : atom.end] for atom in run] == [
        "vom",
        "3.",
        "bis",
        "5.",
        "Mai",
        "2019",
        "und",
        "am",
        "7.",
        "Mai",
    ]
