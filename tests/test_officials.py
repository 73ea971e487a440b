"""Persons in office: who they are, which role, whose office, all their mentions."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import spacy

from pipeline.components.officials import Officials
from pipeline.findings import City, Mention, Official, PlaceClue, findings_of
from pipeline.rulebook import parse_marks

NLP = spacy.blank("de")
OFFICIALS = Officials()


@dataclass
class Found:
    """What the component makes of a text."""

    text: str
    officials: list[Official]

    def roles(self) -> dict[str, str]:
        return {official.name: official.role for official in self.officials}

    def cities(self) -> dict[str, str | None]:
        return {official.name: official.city for official in self.officials}

    def mentions(self, name: str) -> list[str]:
        official = next(official for official in self.officials if official.name == name)
        return [self.text[spot.start : spot.end] for spot in official.mentions]


def read(text: str, cities: str = "", adjectives: str = "") -> Found:
    """Run the component. `cities`: "Bochum:DE Sheffield:GB"; `adjectives`: "Bochumer:Bochum"."""
    doc = NLP.make_doc(text)
    findings = findings_of(doc)
    for entry in cities.split():
        name, country = entry.split(":")
        spots = [
            Mention(match.start(), match.end(), "test")
            for match in re.finditer(rf"(?<![\w-]){name}s?(?![\w-])", text)
        ]
        city = City(name, name, country=country, geonames_id=1, mentions=spots)
        findings.cities.append(city)
        for adjective in adjectives.split():
            if adjective.endswith(":" + name):
                word = adjective.split(":")[0]
                findings.clues += [
                    PlaceClue(match.start(), match.end(), "adjective", city)
                    for match in re.finditer(word, text)
                ]
    OFFICIALS(doc)
    return Found(text, findings.officials)


@pytest.mark.parametrize(
    "marked",
    [
        "Oberbürgermeisterin Dr. [Claudia Lehner|lord_mayor] dankte den Gästen.",
        "Bürgermeister:in [Kim Weber|mayor] sprach.",
        "OB [Klaus Merkel|lord_mayor] fährt hin.",
        "Alt-OB [Hans Meier|lord_mayor] war dabei.",
        "Oberbuergermeister [Weber|lord_mayor] eroeffnet die Sitzung.",
        "Der designierte Bürgermeister [Karl Huber|mayor] winkte.",
        "Zweite Bürgermeisterin [Brigitta Stöber-Lang|deputy_mayor] kam.",
        "3. Bürgermeister [Max Huber|deputy_mayor] kam.",
        "Vizebürgermeister Dr. [Plattner|deputy_mayor] sagte das.",
        "Bezirksvorsteherin [Anna Berg|district_mayor] kam.",
        "Landrätin [Ingrid Zindath|district_head] sagte ab.",
        "Landeshauptmann-Stellvertreter [Robert Hinterleitner|governor] war da.",
        "Kulturdezernentin [Heike Brüning-Sauer|department_head] erklärte es.",
        "CDU-Stadtverordneter Dr. [Friedemann Kirchhoff|councillor] hielt dagegen.",
        "StRin [Huber|councillor] und StR [Hartl|councillor] fehlten.",
        "Staatssekretär Dr. [Armin Leonhardt|minister] überreichte sie.",
        "Bundespräsident [Horst Köhler|head_of_state] war da.",
        "Honorarkonsulin Dr. [Meera Weidenthal|diplomat] half.",
        "MdL [Kathrin Ankermann|legislator] diskutiert.",
        "Obfrau Mag. [Ingrid Seyfried|association_officer] begrüßte 61 Mitglieder.",
        "Kassenwartin [Oksana Hoffmann|association_officer] zählte.",
        "Schulleiterin [Ute Kretzschmar|academic] lud ein.",
        "Superintendent Dr. [Uwe Hennig|clergy] predigte.",
        "Stadtbrandmeister [Torben Rieke|other] fuhr mit.",
        "Gemeindeammann [Urs Frei|mayor] und Grossrätin [Mirjam Suter|legislator] kamen.",
        "Maire [Pascal Kuhn-Ostermann|mayor] und Sindaco [Pietro Campanelli|mayor] kamen.",
        "Burmistrz [Władysław Kubiak|mayor], Primar [Ion Popescu|mayor] und Alcalde [Hernán Salazar Tello|mayor].",
        "Belediye Başkanı [Kemal Aydoğan|mayor] kam.",
        "Bürgermeister [Koen Van Damme|mayor] schrieb.",
        "Bürgermeisterin Dr. [Maria von der Heide|mayor] kam.",
        "Bürgermeister [Daniel R. Halloran|mayor] kam.",
        "1992Pfarrer [Stefan Guggenbühl|clergy] fährt hin.",
    ],
)
def test_title_before_the_name(marked: str) -> None:
    expect_marked(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Grußworte: [Arnaud Decourcelle|mayor], Maire von Maubeuge.",
        "[Noa Perlmutter|diplomat], Gesandte der israelischen Botschaft, war gekommen.",
        "[Boukary Bationo|mayor], der Bürgermeister von Silly, zählte.",
        "[Hans Meier|district_head] (CDU), Landrat des Kreises, kam.",
        "Euer [Klaus Hofbauer|association_officer] (1. Vorsitzender)",
        "Mit [Zdeněk Polák|academic], dem Direktor vom Gymnasium, gingen wir hin.",
        "Die Bürgermeisterin von Windhoek, [Sade Nangolo|mayor], kam.",
        "Der Starost des Landkreises Olsztyn, [Marek Dąbrowski|district_head], kam.",
        "Der Vorsitzende des Freundeskreises, [Ulf Nettelbeck|association_officer], stellt klar.",
        "Der Bürgermeister, [Roland Despax|mayor], lag im Bett.",
        "Vorsitzender: Oberbürgermeister [Jörg Weiland|lord_mayor]",
        "Schriftführer: [Gerhard Pum|association_officer]",
        "Neuer Maire: Dr. [Philippe Boucard|mayor], Zahnarzt.",
        "Die neue Vorsitzende heißt [Marlies Bentele|association_officer].",
        "Sie hatten einen Bürgermeister namens [Futa|mayor].",
        "[Ante Bulat|mayor] ist Bürgermeister von Šibenik.",
        "[Gertraud Oberbichler|deputy_mayor] betreut als Vizebürgermeisterin die Partnerstädte.",
        "[Anke Wiesner|department_head] leitet seit zwei Jahren das Referat für Internationales.",
        "Vorstand: [Karl Maier|association_officer] (Kasse)",
        "[Hans Meier|mayor] wurde 1998 zum Bürgermeister gewählt.",
        "Landrat Dr. [Meier|district_head] kam, ebenso [Karl Huber|legislator] MdL.",
    ],
)
def test_name_apart_from_the_title(marked: str) -> None:
    expect_marked(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Mit freundlichen Grüßen\n\nIn Vertretung\n[Regina Nottmeier|deputy_mayor]\nErste Beigeordnete\n",
        "gez. [Rausch|lord_mayor]                      gez. [Möller|association_officer]\n"
        "Oberbürgermeister                Schriftführerin\n",
        "Eure Tierparkdirektorin\n[Katrin Töpel|other]\n",
        "Der Bürgermeister\n\ngez. [Hollerbach|mayor]\n",
    ],
)
def test_signatures(marked: str) -> None:
    expect_marked(marked)


@pytest.mark.parametrize(
    "text",
    [
        "Als Bürgermeister Verantwortung zu tragen, ist schwer.",
        "Die Bürgermeister-Müller-Straße und der Pfarrer-Braun-Weg werden gesperrt.",
        "Der Stadtrat tagt im Mai. Der Vorsitzende Richter fehlt.",
        "Busfahrerin Petra Groß und Maler Otto Dix sind dabei. Text und Foto: Hans Meier",
        "Eine Leiter, ein Eimer, ein Begleiter.",
        "Herr Hans Müller wohnt in der Schillerstraße.",
        "Der Bürgermeister kommt. Am Montag fährt Karl Maier heim.",
        "Willi Stadoll ist Bürgermeisterkandidat.",
        "",
    ],
)
def test_nobody_in_office(text: str) -> None:
    assert read(text).officials == []


def test_surname_later_is_the_same_person() -> None:
    found = read(
        "Bürgermeister Franz Kofler kam.\nSpäter sagte Kofler: Das ist Koflers Sache. Herr Kofler ging."
    )
    assert found.mentions("Franz Kofler") == ["Franz Kofler", "Kofler", "Kofler", "Kofler"]


def test_title_with_surname_first_and_full_name_later() -> None:
    found = read("OB Kröner war nie da. Der Axel Kröner sagte, Oberbürgermeister Axel Kröner sei krank.")
    assert found.roles() == {"Axel Kröner": "lord_mayor"}


def test_two_persons_of_one_surname() -> None:
    found = read("Stadträtin Huber widersprach. Stadtrat Karl Huber lachte.")
    assert found.roles() == {"Huber": "councillor", "Karl Huber": "councillor"}
    assert [len(official.mentions) for official in found.officials] == [1, 1]


def test_a_name_like_a_place_is_mentioned_only_as_a_name() -> None:
    found = read("Sprecher Rainer Hof kam aus Hof. Herr Hof blieb in Hof.", "Hof:DE")
    assert found.mentions("Rainer Hof") == ["Rainer Hof", "Hof"]


def test_a_name_across_lines_and_hyphens() -> None:
    text = (
        "Unterzeichner waren am 12. April 1976 für die Hansestadt Bremen Bür-\n"
        "germeister Hans Koschnick und für Danzig der Stadtpräsident Andrzej\n"
        "Kaznowski. Bei der Feier fehlten beide, weil es zu lange her gewesen war.\n"
    )
    found = read(text)
    assert found.roles() == {"Hans Koschnick": "mayor", "Andrzej Kaznowski": "mayor"}
    assert found.mentions("Andrzej Kaznowski") == ["Andrzej\nKaznowski"]


@pytest.mark.parametrize(
    ("text", "cities", "adjectives", "expected"),
    [
        (
            "In Essen kam Bürgermeister Ian Ross von Sunderland.",
            "Essen:DE Sunderland:GB",
            "",
            {"Ian Ross": "Sunderland"},
        ),
        (
            "In Essen sprach der Bochumer OB Karl Voss.",
            "Essen:DE Bochum:DE",
            "Bochumer:Bochum",
            {"Karl Voss": "Bochum"},
        ),
        (
            "In Essen war Bochums Bürgermeister Karl Voss zu Gast.",
            "Essen:DE Bochum:DE",
            "",
            {"Karl Voss": "Bochum"},
        ),
        (
            "Essen lud ein. Es kamen die Bürgermeister Karl Voss (Bochum) und Ian Ross (Sunderland).",
            "Essen:DE Bochum:DE Sunderland:GB",
            "",
            {"Karl Voss": "Bochum", "Ian Ross": "Sunderland"},
        ),
        ("Landrat a. D. Karl Voss kam nach Essen.", "Essen:DE", "", {"Karl Voss": None}),
        ("Pfarrer Karl Voss kam nach Essen.", "Essen:DE", "", {"Karl Voss": None}),
        (
            "Essen feiert. Essens Rat dankte. Aus Lwiw kam Bürgermeister Andrij Sadowyj nach Essen.",
            "Essen:DE Lwiw:UA",
            "",
            {"Andrij Sadowyj": "Lwiw"},
        ),
    ],
)
def test_whose_office(text: str, cities: str, adjectives: str, expected: dict[str, str | None]) -> None:
    assert read(text, cities, adjectives).cities() == expected


def test_a_name_behind_a_comma_may_begin_the_next_title() -> None:
    text = "Jena, Lugoj und Erlangen feiern in Jena. Es kamen OB Hans Brehm, Erlangens OB Uwe Karg und viele."
    assert read(text, "Jena:DE Lugoj:RO Erlangen:DE").cities() == {
        "Hans Brehm": "Jena",
        "Uwe Karg": "Erlangen",
    }


def test_where_something_is_done_is_not_whose_office_it_is() -> None:
    text = "Landstuhl\n\nErst jetzt setzte Stadtbürgermeister Ralf Karg in Montbard seinen Namen darunter."
    assert read(text, "Landstuhl:DE Montbard:FR").cities() == {"Ralf Karg": "Landstuhl"}


def test_a_club_is_no_town() -> None:
    text = "Unser Vorsitzender Bernd Karg lud nach Regen ein. Kassier Fritz Brehm aus Zwiesel kam mit."
    assert set(read(text, "Eschwege:DE Regen:DE Zwiesel:DE").cities().values()) == {None}


def test_those_of_a_town_hall_have_its_town() -> None:
    text = "STADT SINGEN\n\nKurt Karg, Beauftragter der Stadt, geht. Singen dankt ihm."
    assert read(text, "Singen:DE").cities() == {"Kurt Karg": "Singen"}


def test_a_colleague_has_the_same_office_elsewhere() -> None:
    text = "Essen ist da. Oberbürgermeister Karl Voss und sein Amtskollege Boukaré Zongo aus Kongoussi unterschrieben in Essen."
    found = read(text, "Essen:DE Kongoussi:BF")
    assert found.roles() == {"Karl Voss": "lord_mayor", "Boukaré Zongo": "mayor"}
    assert found.cities()["Boukaré Zongo"] == "Kongoussi"


def test_a_predecessor_has_the_same_office_in_the_same_town() -> None:
    found = read("Essens Oberbürgermeister Karl Voss lobte seinen Vorgänger Hans Meier.", "Essen:DE")
    assert found.roles() == {"Karl Voss": "lord_mayor", "Hans Meier": "lord_mayor"}
    assert found.cities() == {"Karl Voss": "Essen", "Hans Meier": "Essen"}


def test_his_and_her_colleague() -> None:
    text = "Landrat Karl Voss und Bürgermeisterin Anna Berg kamen. Ihre Amtskollegin Hanna Kurz und sein Amtskollege Max Lang auch."
    assert read(text).roles() == {
        "Karl Voss": "district_head",
        "Anna Berg": "mayor",
        "Hanna Kurz": "mayor",
        "Max Lang": "district_head",
    }


def test_an_obituary_names_the_office_far_from_the_name() -> None:
    text = (
        "Nachruf auf Gisela Horst\n\nAm Montag ist Gisela Horst gestorben. Bürgermeister Karl Voss dankte ihr. Horst liebte die "
        "See. Bis 2014 war sie Vorsitzende des Partnerschaftsvereins. Ihre Nachfolgerin Petra Klein kam zur Trauerfeier."
    )
    assert read(text).roles() == {
        "Gisela Horst": "association_officer",
        "Karl Voss": "mayor",
        "Petra Klein": "association_officer",
    }


def test_a_president_of_a_state_and_of_a_club() -> None:
    text = "Präsident Karl Voss begrüßte den Verein."
    assert read(text).roles() == {"Karl Voss": "association_officer"}
    doc = NLP.make_doc("In Burkina Faso stürzte Präsident Blaise Compaoré.")
    findings_of(doc).clues.append(PlaceClue(3, 15, "country", country="BF"))
    OFFICIALS(doc)
    assert [official.role for official in findings_of(doc).officials] == ["head_of_state"]


def test_a_starosta_is_a_mayor_in_bohemia_and_a_district_head_in_poland() -> None:
    assert read("Starost Jan Hrubeš aus Klattau kam.", "Klattau:CZ").roles() == {"Jan Hrubeš": "mayor"}
    assert read("Starost Jan Malec aus Oława kam.", "Oława:PL").roles() == {"Jan Malec": "district_head"}


def test_boilerplate_is_left_alone() -> None:
    text = "Impressum: Bürgermeister Karl Voss"
    doc = NLP.make_doc(text)
    findings_of(doc).boilerplate.append(Mention(0, len(text), "boilerplate.footer"))
    OFFICIALS(doc)
    assert findings_of(doc).officials == []


def test_span_group_and_pipe() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_officials")
    doc = nlp("Bürgermeister Karl Voss kam. Voss ging.")
    assert [(span.text, span.label_) for span in doc.spans["jumelage_officials"]] == [
        ("Karl Voss", "OFFICIAL"),
        ("Voss", "OFFICIAL"),
    ]


def expect_marked(marked: str) -> None:
    """Exactly the marked names are officials, with the roles behind the bar."""
    text, marks = parse_marks(marked)
    found = {
        (spot.start, spot.end): official.role
        for official in read(text).officials
        for spot in official.mentions
    }
    assert found == {(mark.start, mark.end): mark.value for mark in marks}, text
