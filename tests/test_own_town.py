"""Whose article it is: one decision, with how sure it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.components.own_town import features, load, own_chances
from pipeline.extractor import Extractor
from pipeline.extractor import load as load_extractor
from pipeline.findings import City, Findings, Mention, findings_of


@pytest.fixture(scope="module")
def own() -> Callable[[str], list[tuple[str, float]]]:
    """The places of a text with their chances, the likeliest first."""
    extractor: Extractor = load_extractor()

    def judge(text: str) -> list[tuple[str, float]]:
        findings = findings_of(extractor.nlp(text))
        names = {city.id: city.name for city in findings.cities}
        for clue in (*findings.clues, *findings.home):
            if clue.city is not None:
                names.setdefault(clue.city.id, clue.city.name)
        ranked = sorted(findings.own.items(), key=lambda item: -item[1])
        return [(names[key], chance) for key, chance in ranked]

    return judge


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("KORBACH. Die Stadt Korbach und Avranches in Frankreich feiern 60 Jahre Partnerschaft. Gäste aus Avranches kamen.", "Korbach"),
        ("Amtsblatt der Stadt Bottrop\n\nUnsere Partnerstadt Tourcoing lädt ein. Tourcoing liegt bei Lille.", "Bottrop"),
        ("Seit vier Jahren leitet sie im Bludenzer Rathaus die Stelle für Europa. Mit Ravenna gibt es seit Jänner einen Vertrag.", "Bludenz"),
        ("WOHLER ANZEIGER\n\nDer Einwohnerrat beriet am Montag über eine Partnerschaft mit Krumau in Tschechien.", "Wohlen"),
        ("Zwischen Celle und Tulsa besteht seit 1991 eine Partnerschaft. Celles Oberbürgermeister reiste nach Tulsa.", "Celle"),
    ],
)  # fmt: skip
def test_the_town_whose_article_it_is(
    own: Callable[[str], list[tuple[str, float]]], text: str, town: str
) -> None:
    likeliest, chance = own(text)[0]
    assert likeliest == town
    assert chance > 0.5


def test_in_a_text_of_a_county_the_county_speaks_and_not_its_namesake(
    own: Callable[[str], list[tuple[str, float]]],
) -> None:
    text = (
        "Landkreis Celle: Der Kreistag hat die Partnerschaft mit dem polnischen Powiat Wągrowiec verlängert. Landrätin Ute Wiesengrund "
        "begrüßte die Gäste im Kreishaus in Celle. Der Landkreis Celle zahlt die Fahrt."
    )
    assert own(text)[0][0] == "Landkreis Celle"


def test_chances_add_up_and_a_round_up_has_no_sure_town(
    own: Callable[[str], list[tuple[str, float]]],
) -> None:
    found = own("Verden ist mit Saumur verbunden, Celle mit Tulsa, Gifhorn mit Dumfries, Uelzen mit Tikaré.")
    assert sum(chance for _, chance in found) == pytest.approx(1)
    assert found[0][1] < 0.9


def test_adjectives_that_name_no_town_before_a_body(own: Callable[[str], list[tuple[str, float]]]) -> None:
    """There are places called Neu, Alt and Groß."""
    names = {name for name, _ in own("Neuer Gemeinderat gewählt.\n\nBottrop. Ein Großer Rat war das nicht.")}
    assert names == {"Bottrop"}


def test_it_is_reckoned_without_the_other_components() -> None:
    text = "Bottrop. Die Stadt Bottrop lud Tourcoing ein."
    bottrop = City(
        "name:bottrop", "Bottrop", country="DE", mentions=[Mention(0, 7, "x"), Mention(19, 26, "x")]
    )
    tourcoing = City("name:tourcoing", "Tourcoing", country="FR", mentions=[Mention(31, 40, "x")])
    findings = Findings(cities=[bottrop, tourcoing])
    chances = own_chances(text, findings)
    assert chances["name:bottrop"] > chances["name:tourcoing"]
    assert own_chances(text, Findings()) == {}


def test_weights_and_signs_agree() -> None:
    findings = Findings(cities=[City("name:x", "X", mentions=[Mention(0, 1, "x")])])
    assert set(features("X liegt hier.", findings)[1][0]) == set(load())
