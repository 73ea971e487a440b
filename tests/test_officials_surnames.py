"""A town's name that a person bears: 'Oberbürgermeister Volker Lindenfels' makes no town of Lindenfels."""

from __future__ import annotations

import pytest

from pipeline.extractor import Extractor

PERSONS = [
    "Eröffnet hat die Schau Oberbürgermeister Volker Lindenfels. 1998 hatte Lindenfels’ Vorgänger unterschrieben.",
    "Geschäftsführer Marco Lindau freute sich. „Das ist Freundschaft“, so Lindau.",
    "Bürgermeister Kenji Morioka verneigte sich. Gemeinsam mit Morioka unterschrieb sie.",
    "Für den ganzen Gemeinderat hat in der Sitzung nun auch Bürgermeisterin Marie-Claude\nVernier ihr Ja mitgeteilt.",
]


@pytest.mark.parametrize("text", PERSONS)
def test_a_surname_is_no_town(extractor: Extractor, text: str) -> None:
    record = extractor.extract(text)
    assert [city.name for city in record.cities] == []
    assert len(record.officials) == 1


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Bürgermeister Horst Wittenberg kam. Den Vertrag mit Wittenberg gibt es seit 1988.", ["Wittenberg"]),
        ("Bürgermeister Horst Wittenberg kam. Sie fuhren im Juni nach Wittenberg.", ["Wittenberg"]),
        ("Bürgermeister Horst Wittenberg kam aus Bochum.", ["Bochum"]),
    ],
)
def test_a_town_that_the_text_says_is_one_stays(extractor: Extractor, text: str, mentions: list[str]) -> None:
    record = extractor.extract(text)
    spots = [text[spot.start : spot.end] for city in record.cities for spot in city.mentions]
    assert spots == mentions
    doc = extractor.nlp(text)
    assert [span.text for span in doc.spans["jumelage_cities"]] == mentions


def test_the_later_mentions_of_the_surname_are_the_persons(extractor: Extractor) -> None:
    text = "Bürgermeister Kenji Morioka verneigte sich. Gemeinsam mit Morioka unterschrieb sie."
    (official,) = extractor.extract(text).officials
    assert [text[spot.start : spot.end] for spot in official.mentions] == ["Kenji Morioka", "Morioka"]
