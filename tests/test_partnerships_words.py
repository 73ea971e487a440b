"""The words beside a place, and the dates near a pair: what the learnt parts of the relation look at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.components.partnerships.context import Context
from pipeline.components.partnerships.dating import DATE_NAMES, dates_near
from pipeline.components.partnerships.evidence import no_later
from pipeline.components.partnerships.words import beside, between, tokens
from pipeline.extractor import Extractor
from pipeline.findings import City, DateExpression, Findings, Mention

TOWNS = ("Fulda", "Como", "Arles")


def context_of(text: str, *dates: tuple[str, str]) -> Context:
    """The relation's view of a text in which the towns above and the dates given are found."""
    from pipeline.components.partnerships.analysis import analyse
    from pipeline.components.partnerships.candidates import candidates_of
    from pipeline.components.partnerships.lexicon import cue_lexicon

    cities = []
    for name in TOWNS:
        starts = [at for at in range(len(text)) if text.startswith(name, at)]
        if starts:
            mentions = [Mention(at, at + len(name), "test") for at in starts]
            cities.append(City(f"name:{name}", name, mentions=mentions))
    expressions = [
        DateExpression(text.index(word), text.index(word) + len(word), edtf) for word, edtf in dates
    ]
    findings = Findings(cities=cities, dates=sorted(expressions, key=lambda date: date.start))
    context = analyse(text, findings, cue_lexicon())
    assert context is not None
    candidates_of(context)
    return context


def city(context: Context, name: str) -> int:
    return next(number for number, each in enumerate(context.places.cities) if each.name == name)


def words(text: str, name: str) -> set[str]:
    context = context_of(text)
    return set(beside(context, context.by_city[city(context, name)][0]))


def test_words_are_cut_and_numbers_told_apart() -> None:
    assert tokens("Die Städtepartnerschaft von 1974, Nr. 5") == [
        "die",
        "städtep",
        "von",
        "#y",
        ",",
        "nr",
        ".",
        "#d",
    ]


def test_the_nearest_words_know_their_place() -> None:
    found = words("Fulda ist seit 1974 mit Como verschwistert und feiert.", "Como")
    assert {"L0:mit", "R0:verschw", "LR:mit verschw", "l:#y"} <= found


def test_places_are_signs_and_the_articles_own_town_another() -> None:
    found = words("Fulda ist mit Como und mit Arles verschwistert.", "Como")
    assert {"l:<own>", "r:<place>"} <= found
    assert not any(name.lower() in word for word in found for name in TOWNS)


@given(st.sampled_from(["Fulda ist mit Como verschwistert.", "Partnerstädte von Fulda: Como, Arles."]))
def test_no_town_is_learnt(text: str) -> None:
    """Como and Arles exchanged, the words beside the same spot stay the same."""
    other = text.replace("Como", "#").replace("Arles", "Como").replace("#", "Arles")
    assert words(text, "Como") == words(other, "Arles")


def test_between_is_read_in_its_direction() -> None:
    context = context_of("Fulda und Como sind Partnerstädte.")
    fulda, como = (context.by_city[city(context, name)][0] for name in ("Fulda", "Como"))
    forth = set(between(context, (fulda, como), context.places.mentions[como].city))
    back = set(between(context, (fulda, como), context.places.mentions[fulda].city))
    assert forth == {"mf:und"} and back == {"mb:und"}


def test_each_date_near_a_pair_is_one_row() -> None:
    text = "Fulda ist seit 1974 mit Como verschwistert. 2010 wurde der Vertrag erneuert."
    context = context_of(text, ("1974", "1974"), ("2010", "2010"))
    rows = {
        context.findings.dates[index].edtf: dict(zip(DATE_NAMES, row, strict=True))
        for index, row in dates_near(context, city(context, "Fulda"), city(context, "Como"))
    }
    assert set(rows) == {"1974", "2010"}
    assert rows["1974"]["since"] == 1 and rows["1974"]["earliest"] == 1 and rows["1974"]["sentences"] == 0
    assert rows["2010"]["since"] == 0 and rows["2010"]["sentences"] == 1


def test_a_date_that_stands_behind_another_place_is_marked() -> None:
    text = "Partnerstädte von Fulda sind Como (1974) und Arles (1990)."
    context = context_of(text, ("1974", "1974"), ("1990", "1990"))
    rows = {
        context.findings.dates[index].edtf: dict(zip(DATE_NAMES, row, strict=True))
        for index, row in dates_near(context, city(context, "Fulda"), city(context, "Como"))
    }
    assert rows["1974"]["bracket"] == 1 and rows["1974"]["owned"] == 0
    assert rows["1990"]["owned"] == 1


def test_the_signing_is_told_from_other_days(extractor: Extractor) -> None:
    record = extractor.extract(
        "Am 12. Mai 1990 unterzeichneten die Bürgermeister von Fulda und Como im Rathaus den Partnerschaftsvertrag. "
        "Am 3. Juni 2015 spielte die Stadtkapelle."
    )
    assert [partnership.signed for partnership in record.partnerships] == ["1990-05-12"]


@pytest.mark.parametrize(
    ("start", "paper", "since"),
    [
        ("2018", "1998", "1998"),
        ("1995", "1998-05-12", "1995"),
        ("1998", "1998-05-12", "1998"),
        ("2018", None, "2018"),
        (None, "1998", None),
    ],
)
def test_no_tie_begins_after_its_treaty(start: str | None, paper: str | None, since: str | None) -> None:
    """Twenty years of a treaty of 1998 are a feast of 2018, not a beginning."""
    assert no_later(start, paper) == since
