"""Who is partnered with whom: whole texts, read as an analyst would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.components.partnerships import Partnerships
from pipeline.extractor import Extractor
from pipeline.findings import findings_of
from pipeline.record import Record


def pairs(record: Record) -> dict[frozenset[str], tuple[str, str]]:
    """Names of each pair, with type and status."""
    names = {city.id: city.name for city in record.cities}
    return {frozenset(names[c] for c in p.cities): (p.type, p.status) for p in record.partnerships}


def pair(first: str, second: str) -> frozenset[str]:
    return frozenset((first, second))


def test_a_list_of_partners_is_one_pair_each(extractor: Extractor) -> None:
    text = (
        "Partnerstädte\n\nDie Stadt Fulda hat vier Partnerstädte: Como (Italien, seit 1960), Arles (Frankreich, seit "
        "1964), Leiria (Portugal, seit 1985) und Dokkum (Niederlande, seit 2013)."
    )
    record = extractor.extract(text)
    assert set(pairs(record)) == {pair("Fulda", name) for name in ("Como", "Arles", "Leiria", "Dokkum")}
    assert sorted(p.since or "" for p in record.partnerships) == ["1960", "1964", "1985", "2013"]


def test_partners_of_one_town_are_not_partners_of_each_other(extractor: Extractor) -> None:
    record = extractor.extract(
        "Fulda. Unsere Partnerstädte Como und Arles schickten Delegationen zum Stadtfest."
    )
    assert pair("Como", "Arles") not in pairs(record)
    assert pair("Fulda", "Como") in pairs(record)


def test_a_partner_of_the_partner_is_not_the_articles_own(extractor: Extractor) -> None:
    record = extractor.extract(
        "Seit 1998 verbindet Fulda und Como eine Städtefreundschaft. Auch mit Arles, das seinerseits mit Leiria "
        "verschwistert ist, pflegt Fulda eine Partnerschaft."
    )
    assert pair("Arles", "Leiria") in pairs(record) and pair("Fulda", "Leiria") not in pairs(record)


def test_the_own_town_is_taken_from_the_dateline(extractor: Extractor) -> None:
    record = extractor.extract(
        "KASSEL. Aus der Partnerstadt Rovaniemi kamen 40 Gäste ins Rathaus, der Bürgermeister sprach."
    )
    assert pairs(record) == {pair("Kassel", "Rovaniemi"): ("twinning", "active")}


@pytest.mark.parametrize(
    "text",
    [
        "Fulda und Como sind sehenswert.",
        "Der Zug fährt über Fulda, Kassel und Göttingen nach Hannover.",
        "Das Gymnasium Fulda hat eine Schulpartnerschaft mit einem Lycée in Arles. Städtepartner sind die Orte nicht.",
        "Der Handballverein aus Fulda und sein Hauptsponsor aus Kassel setzen ihre Partnerschaft fort.",
        "Fulda ist wie Kassel, Marburg und Gießen Mitglied im Klima-Bündnis.",
        "Die Sozialpartner trafen sich in Wien und in Linz und unterschrieben einen Vertrag.",
        "",
    ],
)
def test_other_togetherness_is_no_partnership(extractor: Extractor, text: str) -> None:
    if text:
        assert pairs(extractor.extract(text)) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Fulda. Die Städtepartnerschaft mit Como ruht seit 2015, es gibt keine Kontakte mehr.",
            ("twinning", "dormant"),
        ),
        (
            "Fulda. Der Stadtrat hat die Städtepartnerschaft mit Smolensk im März 2022 ausgesetzt.",
            ("twinning", "suspended"),
        ),
        (
            "Fulda. Mit 20 gegen 12 Stimmen hat der Stadtrat eine Städtepartnerschaft mit Como abgelehnt.",
            ("twinning", "rejected"),
        ),
        (
            "Fulda. Die Stadt Fulda unterhält mit Como eine Städtefreundschaft.",
            ("friendship", "active"),
        ),
        (
            "Fulda. Die Stadt Fulda und die Stadt Como sind in einer Klimapartnerschaft verbunden.",
            ("climate_partnership", "active"),
        ),
    ],
)
def test_type_and_status(extractor: Extractor, text: str, expected: tuple[str, str]) -> None:
    assert list(pairs(extractor.extract(text)).values()) == [expected]


def test_evidence_is_text_that_names_the_partner(extractor: Extractor) -> None:
    text = "Fulda. Es regnete. Fulda ist seit 1960 mit Como verschwistert. Danach gab es Kaffee."
    (partnership,) = extractor.extract(text).partnerships
    quotes = [span.text for span in partnership.evidence]
    assert quotes == ["Fulda ist seit 1960 mit Como verschwistert."]


def test_a_higher_minimum_leaves_the_less_sure_out(extractor: Extractor) -> None:
    doc = extractor.nlp("Fulda. Aus unserer Partnerstadt Como kam Besuch. In Arles war es schön.")
    sure = Partnerships(minimum=0.0)(doc)
    many = len(findings_of(sure).partnerships)
    assert len(findings_of(Partnerships(minimum=0.99)(doc)).partnerships) < many


@given(st.text(alphabet="Fulda Como.,()\n–-|1960mitPartnerstadt", max_size=300))
def test_any_text_gives_pairs_of_cities_of_the_record(extractor: Extractor, text: str) -> None:
    if not text.strip():
        return
    findings = findings_of(extractor.nlp(text))
    known = {city.id for city in findings.cities}
    for partnership in findings.partnerships:
        assert set(partnership.cities) <= known
        assert len(set(partnership.cities)) == 2
        assert 0 <= partnership.confidence <= 1
        assert partnership.evidence


ROUND_UP = """Kurz notiert: Partnerschaften in Hessen

FULDA. Die Partnerschaft mit Como besteht seit 1960. Auch mit Arles läuft es gut, sagt die Verwaltung.

HANAU. Der Vertrag mit Dartford wird im Mai erneuert. Die Partnerschaft mit Tottori ruht.

GIESSEN. Wenzhou ist seit drei Jahren Partnerstadt. Dazu kommt nun eine Städtefreundschaft mit Netanja.
"""
PARTNERS = """Die Städtepartnerschaften der Stadt Fulda

Wetzlar. Die Partnerschaft mit Fulda besteht seit 1960 und lebt vom Austausch der Schulen.

Hanau. Der Vertrag wird im Mai in Fulda erneuert, die Partnerschaft ruht seit Jahren.

Gießen. Die jüngste Partnerstadt kam vor drei Jahren dazu, nach langem Hin und Her.
"""


def test_each_report_of_a_round_up_speaks_of_the_town_at_its_head(extractor: Extractor) -> None:
    assert pairs(extractor.extract(ROUND_UP)).keys() == {
        pair("Fulda", "Como"),
        pair("Fulda", "Arles"),
        pair("Hanau", "Dartford"),
        pair("Hanau", "Tottori"),
        pair("Gießen", "Wenzhou"),
        pair("Gießen", "Netanja"),
    }


def test_the_partners_of_a_town_are_no_round_up(extractor: Extractor) -> None:
    found = pairs(extractor.extract(PARTNERS)).keys()
    assert pair("Fulda", "Wetzlar") in found
    assert all("Fulda" in names for names in found)
