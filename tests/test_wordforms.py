"""German words as texts write them, and the word lists that look them up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.knowledge.wordforms import LONGEST, Lexicon, checked, fold, words


@pytest.mark.parametrize(
    "written",
    [
        "Städtepartnerschaft",
        "Staedtepartnerschaft",
        "STÄDTEPARTNERSCHAFT",
        "Städte-\npartnerschaft",
        "Städte-\r\n    partnerschaft",
        "Städte\u00adpartner\u00adschaft",
        "Städte&shy;partnerschaft",
        "S t ä d t e p a r t n e r s c h a f t",
    ],
)
def test_one_word_however_it_is_written(written: str) -> None:
    assert list(words(written)) == [(0, len(written), "staedtepartnerschaft")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1990FeuerwehrChöre", ["1990", "Feuerwehr", "Chöre"]),
        ("seitStädtepartnerschaft1993", ["seit", "Städtepartnerschaft", "1993"]),
        ("Bürgermeister:innen und Bürgermeister*in", ["Bürgermeister:innen", "und", "Bürgermeister*in"]),
        ("GmbH MoU CO2", ["GmbH", "MoU", "CO2"]),
        ("Sport- und Kulturamt", ["Sport", "und", "Kulturamt"]),
        ("a b c", ["a", "b", "c"]),
        ("V e r t r a g   u n t e r z e i c h n e t", ["V e r t r a g", "u n t e r z e i c h n e t"]),
        ("Otto-\nLilienthal-Museum", ["Otto-\nLilienthal-Museum"]),
    ],
)
def test_where_words_begin_and_end(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in words(text)] == found


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("rat", ["rat"], ["rats", "stadtrat", "rathaus"]),
        ("städte*", ["staedte", "staedtepartner"], ["grossstaedte"]),
        ("*chöre", ["choere", "maennerchoere"], ["choeren"]),
        ("*partner*", ["partner", "staedtepartnerschaft"], ["part"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    lexicon = Lexicon([(pattern, pattern)])
    assert [lexicon.find(word) for word in fits] == [(pattern,)] * len(fits)
    assert [lexicon.find(word) for word in fits_not] == [()] * len(fits_not)


@pytest.mark.parametrize("pattern", ["", "*", "ab*", "*ab", "x*y", "gut ab*"])
def test_patterns_that_say_too_little_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no word pattern"):
        checked(pattern)


def test_what_is_too_long_for_a_word_has_no_values() -> None:
    assert Lexicon([("*partner*", 1)]).find("x" * LONGEST + "partner") == ()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_words_lie_in_the_text_in_order(text: str) -> None:
    last = 0
    for start, end, word in words(text):
        assert last <= start < end <= len(text)
        assert word == fold(text[start:end])
        last = end


@given(st.lists(st.sampled_from(["Rat", "Räte", "Vertrag", "STADT", "süß"]), min_size=1, max_size=20))
def test_words_between_blanks_are_found_as_they_are(chosen: list[str]) -> None:
    text = " ".join(chosen)
    assert [text[start:end] for start, end, _ in words(text)] == chosen
