"""Places in text: what is one, which one it is, and what merely points to one.

The component runs here on its own, on spaCy's blank German pipeline, unless a test says otherwise: what it knows
from gazetteer and rules must hold without a language model.
"""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

import pipeline.components.cities  # noqa: F401
from pipeline.components.cities import adjective_stems
from pipeline.components.cities.candidates import words_of
from pipeline.extractor import Extractor
from pipeline.findings import City, Findings, findings_of


@pytest.fixture(scope="module")
def nlp() -> Language:
    language = spacy.blank("de")
    language.add_pipe("jumelage_cities")
    return language


def found(nlp: Language, text: str) -> Findings:
    return findings_of(nlp(text))


def named(findings: Findings, name: str) -> City:
    return next(city for city in findings.cities if city.name == name)


@pytest.mark.parametrize(
    ("text", "name", "geonames"),
    [
        ("Die Stadt Halle in Sachsen-Anhalt feiert.", "Halle", 2911522),
        ("Werl, Soest und Halle (Westf.) liegen in Westfalen. Die Delegation aus Halle (Westf.) kam aus Westfalen.", "Halle (Westf.)", 2911520),
        ("Die belgische Stadt Halle in Flandern lud ein.", "Halle", 2796696),
        ("Die Reise führte nach Frankfurt.", "Frankfurt", 2925533),
        ("Die Reise führte nach Frankfurt (Oder) und Słubice.", "Frankfurt (Oder)", 2925535),
        ("Die Partnerschaft mit Neustadt an der Weinstraße besteht.", "Neustadt an der Weinstraße", 2864054),
        ("In Neustadt in Holstein legte das Schiff an.", "Neustadt in Holstein", 2864034),
        ("Die Gäste aus Freiburg im Breisgau kamen.", "Freiburg im Breisgau", 2925177),
        ("Die Schweizer Stadt Freiburg (Schweiz) ist zweisprachig.", "Freiburg", 2660718),
        ("Aus Buchholz in der Nordheide kam der Chor.", "Buchholz in der Nordheide", 2942323),
        ("Die ukrainische Stadt Lemberg braucht Hilfe.", "Lemberg", 702550),
        ("Die Vertreter reisten nach Breslau (Polen).", "Breslau", 3081368),
        ("Die Delegation aus San José (Costa Rica) kam.", "San José", 3621849),
        ("Die chilenische Hauptstadt Santiago war Gastgeber.", "Santiago", 3871336),
        ("Die spanische Stadt Córdoba war vertreten.", "Córdoba", 2519240),
        ("Die argentinische Stadt Córdoba war vertreten.", "Córdoba", 3860259),
        ("Die Partnerschaft mit Granada in Nicaragua lebt.", "Granada", 3619136),
        ("Die Partnerschaft mit Granada (Spanien) lebt.", "Granada", 2517117),
        ("Hamburgs Partnerstadt ist León in Nicaragua.", "León", 3618030),
        ("Die englische Stadt Cambridge schickte Studenten.", "Cambridge", 2653941),
        ("Studenten aus Cambridge (Massachusetts, USA) kamen.", "Cambridge", 4931972),
        ("Die englische Stadt Worcester war Gast.", "Worcester", 2633563),
        ("Gäste aus Worcester (Massachusetts) kamen.", "Worcester", 4956184),
        ("Die Delegation aus Newcastle (Großbritannien) kam.", "Newcastle", 2641673),
        ("Die chinesische Stadt Taizhou in Zhejiang war vertreten.", "Taizhou", 8400694),
        ("Sie reisten in Österreich nach Wels; in Österreich Hartberg, Horn und Enns sind Mitglieder.", "Horn", 2775516),
        ("Partner ist Rattenberg (Tirol).", "Rattenberg", 2767902),
        ("Die Reise führte nach Wien.", "Wien", 2761369),
        ("Die Reise führte nach NRW.", "NRW", 2861876),
        ("Partnerstädte sind Karlsruhe, Linz und Grenoble.", "Linz", 2772400),
    ],
)  # fmt: skip
def test_the_right_one_of_many(nlp: Language, text: str, name: str, geonames: int) -> None:
    assert (name, geonames) in {(city.name, city.geonames_id) for city in found(nlp, text).cities}


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Aus Dortmund kam der Chor, und Dortmunds Rat dankte.", "Dortmunds"),
        ("Die Delegation aus Bad Soden kam.", "Bad Soden"),
        ("Er kam aus Rostow am Don.", "Rostow am Don"),
        ("Eine Gruppe aus La Roche-sur-Yon war da.", "La Roche-sur-Yon"),
        ("Eine Gruppe aus St. Wendel war da.", "St. Wendel"),
        ("Die Reise führte nach Muenchen.", "Muenchen"),
        ("Die Reise führte nach Dort\u00admund.", "Dort\u00admund"),
        ("Der Landkreis Rostock beteiligt sich.", "Landkreis Rostock"),
        ("Die Hilfe des Main-Taunus-Kreises kam an.", "Main-Taunus-Kreises"),
        ("AvignonFrankreich1960Theaterfestival", "Avignon"),
        ("Die Reise führte nach Wetter an der Ruhr.", "Wetter an der Ruhr"),
        ("Die Partnerschaft mit dem Märkischen Kreis besteht.", "Märkischen Kreis"),
        ("Die Reise führte nach Ulm. Neu war der Bahnhof.", "Ulm"),
        ("Der Landkreis Bitburg-Prüm unterschrieb.", "Landkreis Bitburg-Prüm"),
    ],
)
def test_a_mention_is_the_name_as_it_stands(nlp: Language, text: str, mention: str) -> None:
    spans = {text[m.start : m.end] for city in found(nlp, text).cities for m in city.mentions}
    assert mention in spans


@pytest.mark.parametrize(
    "text",
    [
        "Zum Essen gab es Brot, und der Regen ließ nach.",
        "Im Hof stand ein Baum.",
        "Weil es spät war, gingen alle nach Hause.",
        "Frankreich und Polen sind Nachbarn in Europa.",
        "Die Bochumer feierten mit den Kölnern.",
        "Sie wohnt in der Aachener Straße.",
        "Otto Bremen sprach.",
        "Die Lyon-Reise war schön.",
        "Mit den Hessen verstanden sie sich gut.",
        "Das Budget in Franken: 20'000 Franken.",
        "Zum Fest gab es Quiche, Sambal und Tee.",
        "Gegen Kolik und Karies hilft Vorsicht.",
        "Dafür gab es Matura und Toga.",
        "Mit Irmtraut und Margitta sang der Chor.",
        "Bernt kam mit Ilka.",
        "",
        " \n\n ",
        "12345 !!! ---",
    ],
)
def test_no_place(nlp: Language, text: str) -> None:
    assert [city.name for city in found(nlp, text).cities] == []


def test_a_county_is_not_its_town(nlp: Language) -> None:
    findings = found(nlp, "Der Kreis Mettmann und die Stadt Mettmann sind Partner von Städten in Polen.")
    kinds = {(city.name, city.kind) for city in findings.cities}
    assert kinds == {("Kreis Mettmann", "county"), ("Mettmann", "city")}


def test_one_place_under_several_names_is_one_entry(nlp: Language) -> None:
    findings = found(
        nlp, "Die Delegation aus Klausenburg (Cluj-Napoca) kam nach Dortmund. In Cluj-Napoca war man froh."
    )
    cluj = [city for city in findings.cities if city.geonames_id == 681290]
    assert len(cluj) == 1
    assert len(cluj[0].mentions) == 3


def test_two_places_of_one_name_are_two_entries(nlp: Language) -> None:
    text = "Gäste aus Worcester (England) trafen Gäste aus Worcester (Massachusetts)."
    worcester = [city for city in found(nlp, text).cities if city.geonames_name == "Worcester"]
    assert {city.country for city in worcester} == {"GB", "US"}
    assert len({city.name for city in worcester}) == 2


def test_an_unknown_unit_is_what_the_word_before_it_says(nlp: Language) -> None:
    findings = found(nlp, "Mit dem Landkreis Anhalt-Zerbst besteht eine Partnerschaft.")
    assert [(city.name, city.kind) for city in findings.cities] == [("Landkreis Anhalt-Zerbst", "county")]


def test_a_slip_of_the_country_makes_no_second_place(nlp: Language) -> None:
    text = "Unsere polnische Partnerstadt Differdange, Verzeihung: Differdange in Luxemburg feiert."
    assert [(city.name, city.country) for city in found(nlp, text).cities] == [("Differdange", "LU")]


def test_a_region_where_no_place_of_the_name_lies_gives_no_wild_link(nlp: Language) -> None:
    findings = found(nlp, "Die Gäste aus Bottrop in Graubünden reisten nach Hause.")
    bottrop = named(findings, "Bottrop")
    assert (bottrop.geonames_id, bottrop.country) == (None, "CH")


def test_the_short_name_of_a_town_is_no_county_beside_it(nlp: Language) -> None:
    findings = found(nlp, "Der Bürgermeister von Cluj-Napoca dankte. Dortmund und Cluj arbeiten zusammen.")
    assert sorted(city.kind for city in findings.cities) == ["city", "city"]


@pytest.mark.parametrize(
    ("text", "kind", "town"),
    [
        ("Amtsblatt der Stadt Bottrop\n\nDer Rat tagte.", "masthead", "Bottrop"),
        ("Gemeinde Eupen – Aktuelles\n\nDer Rat tagte.", "masthead", "Eupen"),
        ("Der Rat tagte lange.\n\nBottrop, den 3. Mai 2019\nDer Rat", "signature", "Bottrop"),
        ("Der Rat tagte. Rückfragen: Ringstraße 3, 46236 Bottrop", "address", "Bottrop"),
        ("Der Rat tagte, schreibt die Bochumer Zeitung.", "paper", "Bochum"),
        ("Lange Rede, kurzer Sinn:\nDas war es.\nUnd dann\nder Bochumer Stadtrat tagte.", "body", "Bochum"),
        ("Partner von Bottrop ist Tourcoing. Mehr auf www.stadt-bottrop.de", "domain", "Bottrop"),
        ("Ein Titel\nKORBACH. Der Rat tagte.", "dateline", "Korbach"),
    ],
)
def test_signs_of_the_town_whose_article_it_is(nlp: Language, text: str, kind: str, town: str) -> None:
    signs = [(clue.kind, clue.city.name) for clue in found(nlp, text).home if clue.city is not None]
    assert (kind, town) in signs
    assert not any(name == "Tourcoing" for _, name in signs)


@pytest.mark.parametrize(
    "text",
    [
        "Der Rat tagte mit der niederländischen Gemeinde Velsen.",
        "Im Jahr 2019 Bottrop zu besuchen, war ein Plan.",
        "Bochum – Deutschland – 1990\nPosen – Polen – 1991",
    ],
)
def test_what_is_no_sign_of_the_own_town(nlp: Language, text: str) -> None:
    assert found(nlp, text).home == []


def test_entries_stand_in_order_of_first_mention(nlp: Language) -> None:
    findings = found(nlp, "Aus Regensburg nach Brixen, von Brixen nach Verona und nach Regensburg.")
    firsts = [city.mentions[0].start for city in findings.cities]
    assert firsts == sorted(firsts)
    assert len(firsts) == 3


def test_a_country_beside_a_name_that_has_no_place_there_gives_no_wild_link(nlp: Language) -> None:
    findings = found(nlp, "Die Gemeinde Bottrop (Japan) lud die Gäste nach Bottrop (Japan) ein.")
    assert all(city.geonames_id is None for city in findings.cities)


def test_clues_point_to_places_without_naming_them(nlp: Language) -> None:
    findings = found(nlp, "Die Bochumer Delegation fuhr nach Polen, die Universität Aachen blieb.")
    clues = {(clue.kind, clue.city.name if clue.city else clue.country) for clue in findings.clues}
    assert ("adjective", "Bochum") in clues
    assert ("country", "PL") in clues
    assert ("name_part", "Aachen") in clues


@pytest.mark.parametrize(
    "head", ["KORBACH. Der", "Fulda (dpa). Der", "Worms – Der", "Leoben/Graz. – Der", "Bremen, 3. Mai. Der"]
)
def test_a_dateline_says_where_the_text_was_written(nlp: Language, head: str) -> None:
    clues = [
        clue
        for clue in found(nlp, f"Ein Titel\n{head} Rat der Stadt tagte.").clues
        if clue.kind == "dateline"
    ]
    assert [clue.start for clue in clues] == [len("Ein Titel\n")]


def test_a_name_within_a_sentence_is_no_dateline(nlp: Language) -> None:
    clues = found(nlp, "Aus Worms: Der Rat tagte.\nWorms tagte.").clues
    assert [clue for clue in clues if clue.kind == "dateline"] == []


@pytest.mark.parametrize(
    ("adjective", "stem"),
    [("bochumer", "bochum"), ("bremer", "bremen"), ("basler", "basel"), ("hallenser", "halle"), ("muenchner", "muenchen"),
     ("dresdner", "dresden"), ("kieler", "kiel"), ("jenaer", "jena"), ("hannoveraner", "hannover")],
)  # fmt: skip
def test_what_an_adjective_is_made_of(adjective: str, stem: str) -> None:
    assert stem in adjective_stems(adjective)


@given(
    st.text(
        alphabet=st.sampled_from("ABE abcdeß-ü\n.,()’'\u00ad/Ł1") | st.characters(codec="utf-8"), max_size=120
    )
)
@settings(max_examples=80, deadline=None)
def test_any_text_gives_exact_ordered_mentions(text: str) -> None:
    language = _BLANK
    findings = findings_of(language(text))
    for city in findings.cities:
        assert city.mentions
        for mention in city.mentions:
            assert 0 <= mention.start < mention.end <= len(text)
            assert 0 <= mention.confidence <= 1
    for clue in findings.clues:
        assert 0 <= clue.start < clue.end <= len(text)


_BLANK = spacy.blank("de")
_BLANK.add_pipe("jumelage_cities")


def test_words_keep_their_offsets() -> None:
    text = "Dort-\nmund, Be’er Scheva und AvignonFrankreich"
    assert [text[w.start : w.end] for w in words_of(text)] == [
        "Dort-\nmund",
        "Be’er",
        "Scheva",
        "und",
        "Avignon",
        "Frankreich",
    ]


def test_the_same_text_gives_the_same_result(nlp: Language) -> None:
    text = "Halle, Essen und Tel Aviv-Jaffa: Gäste aus Changzhou (China) und Grenoble trafen sich in Essen."
    assert found(nlp, text) == found(nlp, text)


def test_span_groups_for_spacy(nlp: Language) -> None:
    doc = nlp("Die Reise führte nach Regensburg.")
    assert [(span.text, span.label_) for span in doc.spans["jumelage_cities"]] == [("Regensburg", "CITY")]


def test_with_the_shipped_model(extractor: Extractor) -> None:
    record = extractor.extract(
        "Oberbürgermeister Anton Weil aus Bochum empfing Gäste aus Tsukuba (Japan). Essen gab es auch."
    )
    assert {(city.name, city.country) for city in record.cities} == {("Bochum", "DE"), ("Tsukuba", "JP")}


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Der Rat der Gemeinde lehnte ein. Kelmis sagte ab.", "Kelmis"),
        ("Haus des Partnerschaftsvereins\nDortmund\nSeit 1990", "Dortmund"),
    ],
)
def test_what_stands_before_a_full_stop_or_in_a_heading_is_no_part_of_the_name(
    nlp: Language, text: str, town: str
) -> None:
    assert [city.name for city in found(nlp, text).cities] == [town]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Die Kreisverwaltung Birkenfeld antwortete dem Kreis Sztum.", ["Kreis Birkenfeld", "Kreis Sztum"]),
        ("Das Landratsamt Rems-Murr-Kreis teilt mit:", ["Rems-Murr-Kreis"]),
        ("Der Leiter der Rajonverwaltung Kowel kam.", ["Rajon Kowel"]),
    ],
)
def test_an_office_of_a_county_is_not_part_of_its_name(nlp: Language, text: str, names: list[str]) -> None:
    assert [city.name for city in found(nlp, text).cities] == names


@pytest.mark.parametrize("country", ["Costa Rica", "El Salvador", "Sierra Leone", "Burkina Faso"])
def test_a_country_of_several_words_is_no_town(nlp: Language, country: str) -> None:
    """There are towns of these names in Brazil, in the Philippines and elsewhere."""
    assert found(nlp, f"Der Verein sammelte für Schulen in {country}.").cities == []


def test_a_name_does_not_end_in_a_preposition(nlp: Language) -> None:
    """GeoNames knows 'Košice I', and a folded 'Košice in'."""
    findings = found(nlp, "Der Austausch mit Košice in der Slowakei ist lebendig.")
    assert [(city.name, city.kind) for city in findings.cities] == [("Košice", "city")]
