"""The grammar of titles and names, and the layout that they are read from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.components.officials import Officials, load
from pipeline.components.officials.layout import smooth
from pipeline.components.officials.origins import Origins
from pipeline.components.officials.ranking import FEATURES
from pipeline.knowledge.rules import RulesError
from pipeline.knowledge.shipped import RULES

OFFICIALS = Officials()


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Bürgermeister", "mayor"),
        ("Bürgermeisters", "mayor"),
        ("Bürgermeister*in", "mayor"),
        ("BÜRGERMEISTERIN", "mayor"),
        ("Buergermeister", "mayor"),
        ("Altbürgermeister", "mayor"),
        ("Alt-Oberbürgermeisterin", "lord_mayor"),
        ("Vizebürgermeisterin", "deputy_mayor"),
        ("Baubürgermeister", "department_head"),
        ("Bürgermeister-Stellvertreterin", "deputy_mayor"),
        ("Bezirksbürgermeister", "district_mayor"),
        ("Stadträtin", "councillor"),
        ("Kulturstadtrat", "department_head"),
        ("Bezirksstadträtin", "department_head"),
        ("Grossstadtrat", "councillor"),
        ("Amtsleiter", "department_head"),
        ("Kulturamtsleiterin", "department_head"),
        ("Schulleiterin", "academic"),
        ("Chorleiterin", "other"),
        ("Fraktionsvorsitzende", "councillor"),
        ("Kreistagsvorsitzender", "councillor"),
        ("Elternbeiratsvorsitzenden", "association_officer"),
        ("Aufsichtsratsvorsitzender", "other"),
        ("Vereinspräsidentin", "association_officer"),
        ("Landtagspräsidentin", "legislator"),
        ("Premierminister", "head_of_state"),
        ("Umweltministerin", "minister"),
        ("Regierungspräsidentin", "governor"),
        ("Generalkonsul", "diplomat"),
        ("Kulturbotschafterin", "other"),
    ],
)
def test_a_word_names_an_office(word: str, role: str) -> None:
    found = OFFICIALS.titles.analyse(word)
    assert found is not None
    assert found.role == role


@pytest.mark.parametrize(
    "word",
    [
        "Begleiter",
        "Blitzableiter",
        "Weinkönigin",
        "Bürgermeisterkandidat",
        "Bürgermeisteramt",
        "Rathaus",
        "Gehabt",
        "Küchenchef",
    ],
)
def test_a_word_names_none(word: str) -> None:
    assert OFFICIALS.titles.analyse(word) is None


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Andrij Sadowyj", "UA"),
        ("Hiroshi Sakata", "JP"),
        ("Liu Jianping", "CN"),
        ("Ágnes Novák", "HU"),
        ("Mehmet Yılmaz", "TR"),
        ("Getachew Alemu", "ET"),
        ("Zbigniew Malec", "PL"),
    ],
)
def test_a_name_points_to_a_country(name: str, country: str) -> None:
    assert country in OFFICIALS.origins.hints(name)


@pytest.mark.parametrize(
    "name", ["Hans Meier", "Claudia Lehner", "Karl-Heinz Brackmann", "Weber", "Ursula Schmid"]
)
def test_a_german_name_points_nowhere(name: str) -> None:
    assert OFFICIALS.origins.hints(name) == frozenset()


@pytest.mark.parametrize(
    ("text", "smoothed"),
    [
        ("Ober\u00adbürger\u00admeisterin", "Oberbürgermeisterin"),
        ("Der Altbür-\ngermeister kam zu spät.", "Der Altbürgermeister kam zu spät."),
        ("Auf- und Abbau,\nHin- \nund Rückweg", "Auf- und Abbau,\nHin- \nund Rückweg"),
        ("gez. Meier\nBürgermeister", "gez. Meier\nBürgermeister"),
        ("- Karl Voss\n- Hans Meier\n- Anna Berg", "- Karl Voss\n- Hans Meier\n- Anna Berg"),
    ],
)
def test_lines_are_joined_where_they_were_wrapped(text: str, smoothed: str) -> None:
    assert smooth(text).text == smoothed


@given(st.text(alphabet="aäB.-\n \u00ad:", max_size=200))
@settings(max_examples=300, deadline=None)
def test_every_smoothed_character_comes_from_its_original(text: str) -> None:
    layout = smooth(text)
    for offset, char in enumerate(layout.text):
        assert text[layout.original(offset)] == char or (
            char == " " and text[layout.original(offset)] in "\n "
        )


@given(st.lists(st.sampled_from(
    ["Bürgermeister", "Karl", "Voss", "von", "der", "die", "Stadt", "Hof", ",", ".", "\n", "und", "(", ")", "Dr.", "sein", "Kollege", "StR", ":"]
), max_size=60))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_mentions_are_what_the_text_says(words: list[str]) -> None:
    import spacy

    from pipeline.findings import findings_of

    text = " ".join(words)
    doc = spacy.blank("de").make_doc(text)
    OFFICIALS(doc)
    for official in findings_of(doc).officials:
        assert official.mentions
        for spot in official.mentions:
            assert 0 <= spot.start < spot.end <= len(text)
            quoted = " ".join(text[spot.start : spot.end].split())
            assert quoted.split()[-1] in official.name


def test_weights_and_features_agree() -> None:
    assert set(OFFICIALS.weights.weights) == set(FEATURES)


def test_rules_with_a_mistake_are_refused_in_one_line(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    source = (RULES / "officials.yaml").read_text("utf-8")
    (folder / "officials.yaml").write_text(
        source.replace("role: lord_mayor, deputy", "role: king, deputy", 1), "utf-8"
    )
    with pytest.raises(RulesError, match=r"officials\.yaml:\d+: titles\.\d+\.role"):
        load(str(folder))


def test_a_name_with_a_bracket_in_it_has_an_origin_or_none() -> None:
    for name in ("Müller<x", "<", "a<<b", "Weiß<"):
        assert all(isinstance(score, float) for score in OFFICIALS.origins.scores(name).values())


def test_origins_say_nothing_about_an_empty_name() -> None:
    assert isinstance(OFFICIALS.origins, Origins)
    assert OFFICIALS.origins.hints("") == frozenset()
