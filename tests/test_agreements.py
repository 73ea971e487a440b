"""Types of partnership and instruments, on any German pipeline and without their neighbours."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.agreements import load, sentence_starts
from pipeline.components.agreements.model import AgreementType, Instrument
from pipeline.findings import Agreement, City, Findings, Mention, findings_of
from pipeline.knowledge.rules import RulesError
from pipeline.knowledge.shipped import RULES
from pipeline.record import AgreementType as RecordType
from pipeline.record import Instrument as RecordInstrument
from pipeline.rulebook import parse_marks


@pytest.fixture(scope="module")
def nlp() -> Language:
    blank = spacy.blank("de")
    blank.add_pipe("jumelage_agreements")
    return blank


def kinds(nlp: Language, text: str, places: tuple[str, ...] = ()) -> set[str]:
    """Everything the text speaks of; `places` are names in it that a place finder would have found."""
    return {agreement.type or agreement.instrument or "" for agreement in found(nlp, text, places)}


def found(nlp: Language, text: str, places: tuple[str, ...] = ()) -> list[Agreement]:
    doc = nlp.make_doc(text)
    for name in places:
        start = text.index(name)
        mention = Mention(start, start + len(name), "test")
        findings_of(doc).cities.append(City(f"name:{name}", name, mentions=[mention]))
    return findings_of(nlp(doc)).agreements


@pytest.mark.parametrize(
    "marked",
    [
        "Die [Städtepartnerschaft|twinning] mit Tours besteht seit 1974; der [Vertrag|treaty] hängt im Rathaus.",
        "Die Staedte haben die [Verschwisterung|twinning] beschlossen, der Rat faßte den [Beschluß|resolution].",
        "Der Gemeinderat stimmt der [Solidaritätspart-\nnerschaft|solidarity_partnership] mit der Stadt zu.",
        "Beide Städte wollen eine [Klima\u00adpartnerschaft|climate_partnership] eingehen, sagt der Bürgermeister.",
        "Mit der Stadt Baltimore verbindet uns eine [Städtefreundschaft|friendship].",
        "1955 übernahm die Stadt die [Patenschaft|sponsorship] für den Kreis; die [Partnerstadt|twinning] half.",
        "Die [Jumelage|twinning] lebt: Maire und Bürgermeister erneuerten die [Urkunde|charter].",
        "Ein [Letter of Intent|letter_of_intent] der Stadt mit der künftigen [Partnergemeinde|twinning] liegt vor.",
        "Das [Memorandum of Understanding|memorandum] ergänzt die [Gemeindepartnerschaft|twinning].",
        "Die [Projektpartnerschaft|project_partnership] der beiden Städte lief aus, sagt die Bürgermeisterin.",
        "[V e r t r a g|treaty] mit der [Partnerstadt|twinning] unterzeichnet",
        "Der [Freundschaftsvertrag|friendship] mit der [Partnerstadt|twinning] gilt.",
        "Der [Freundschaftsvertrag|treaty] mit der [Partnerstadt|twinning] gilt.",
        "KőszegUngarn[Städtepartnerschaft|twinning]1993, DirmsteinDeutschland[Städtefreundschaft|friendship]1998",
    ],
)
def test_words_in_every_spelling(nlp: Language, marked: str) -> None:
    text, marks = parse_marks(marked)
    got = {
        (mention.start, mention.end, agreement.type or agreement.instrument)
        for agreement in found(nlp, text)
        for mention in agreement.mentions
    }
    assert {(mark.start, mark.end, mark.value) for mark in marks} <= got


@pytest.mark.parametrize(
    "text",
    [
        "Der Sponsor verlängert die Partnerschaft mit dem Bundesligisten; der Vertrag gilt drei Spielzeiten.",
        "Neuer Premium-Partner: Die Brauerei bleibt Hauptsponsor, die Vereinbarung läuft bis 2027.",
        "Die Sozialpartner unterschrieben die Vereinbarung zum Kollektivvertrag, sagt die Gewerkschaft.",
        "Das Standesamt zählte elf eingetragene Lebenspartnerschaften und vier neue Partnerschaften.",
        "Unsere Partnerschule schickt zwanzig Schüler; die Schulpartnerschaft wurde mit einer Urkunde erneuert.",
        "Pfarrerin Weiß und die Konfirmanden begrüßten im Gottesdienst die Partnergemeinde aus Tansania.",
        "Im Zoo sind noch Patenschaften zu vergeben: Die Urkunde für den Luchs kostet sechzig Euro.",
        "Bachpaten gesucht! Wer eine Patenschaft übernimmt, erhält eine Urkunde.",
        "Polizei und Ordnungsamt schlossen eine Ordnungspartnerschaft; Sicherheitspartner tragen Westen.",
        "Partner fürs Leben: Das Ehepaar feiert diamantene Hochzeit, geheiratet wurde 1962.",
        "Das Bad wird in einer Öffentlich-Privaten Partnerschaft saniert; den Vertrag prüft der Stadtrat.",
        "Die Vertragspartner einigten sich auf ein Memorandum.",
        "",
        "   \n\n  ",
    ],
)
def test_other_partnerships_have_neither_types_nor_instruments(nlp: Language, text: str) -> None:
    assert kinds(nlp, text) == set()


@pytest.mark.parametrize(
    ("text", "instruments"),
    [
        ("Mit der Partnerstadt gibt es keinen Vertrag.", set()),
        ("Einen Vertrag gibt es mit der Partnerstadt nicht.", set()),
        ("Einen Vertrag hat es nie gegeben, sagt die Partnerstadt.", set()),
        ("Keine Partnerstadt, Kooperationsvereinbarung seit 2021 mit der Stadt Jena.", {"treaty"}),
        ("Der Vertrag mit der Partnerstadt ist damit nicht aufgehoben.", {"treaty"}),
        ("Die Partnerschaft mit der Stadt, Partnerstadt seit 1970, ruht ohne Beschluss.", set()),
        ("Sprechzeiten des Partnerschaftsbüros der Partnerstadt nach Vereinbarung.", set()),
        ("Zum Beschluß des Festes sangen die Chöre der Partnerstadt.", set()),
    ],
)
def test_what_is_denied_or_means_something_else(nlp: Language, text: str, instruments: set[str]) -> None:
    assert kinds(nlp, text) & set(get_args(Instrument)) == instruments


def test_a_place_that_is_befriended_must_be_a_place(nlp: Language) -> None:
    text = "Aus der Partnerstadt Caen und dem befreundeten Trautenau kamen Gäste."
    assert "friendship" in kinds(nlp, text, ("Caen", "Trautenau"))
    assert "friendship" not in kinds(nlp, text.replace("Trautenau", "Musikverein"), ("Caen",))


def test_a_plain_word_means_the_kind_that_the_text_has_named(nlp: Language) -> None:
    text = "Die Stadt Bern und die Stadt Foshan vereinbaren eine strategische Partnerschaft. Die Partnerschaft lebt."
    assert kinds(nlp, text, ("Bern", "Foshan")) == {"strategic_partnership"}
    with_another = text + " Partnerstadt ist seit 1990 die Stadt Lyon."
    assert kinds(nlp, with_another, ("Bern", "Foshan", "Lyon")) == {"strategic_partnership", "twinning"}


def test_each_kind_is_listed_once_with_all_its_mentions(nlp: Language) -> None:
    agreements = found(
        nlp, "Die Partnerstadt schreibt der Partnerstadt über die Städtepartnerschaft und den Vertrag."
    )
    assert [(agreement.type, agreement.instrument, len(agreement.mentions)) for agreement in agreements] == [
        ("twinning", None, 3),
        (None, "treaty", 1),
    ]


def test_boilerplate_yields_no_mentions(nlp: Language) -> None:
    text = "Städtepartnerschaften > Suche\n\nDie Stadt feiert mit der Partnerstadt."
    doc = nlp.make_doc(text)
    findings_of(doc).boilerplate.append(Mention(0, text.index("\n"), "boilerplate.test"))
    (twinning,) = findings_of(nlp(doc)).agreements
    assert [text[mention.start : mention.end] for mention in twinning.mentions] == ["Partnerstadt"]


def test_span_group_for_spacys_own_tools(nlp: Language) -> None:
    doc = nlp("Die Partnerstadt unterschrieb den Partnerschaftsvertrag.")
    group = [(span.text, span.label_, span.kb_id_) for span in doc.spans["jumelage_agreements"]]
    assert ("Partnerstadt", "AGREEMENT", "twinning") in group
    assert ("Partnerschaftsvertrag", "AGREEMENT", "treaty") in group


def test_the_pipelines_own_sentences_are_used() -> None:
    nlp = spacy.blank("de")
    text = "Erster Satz hier. Zweiter Satz dort."
    assert sentence_starts(nlp(text)) == [0, 18]
    nlp.add_pipe("sentencizer", config={"punct_chars": ["dort"]})
    assert sentence_starts(nlp(text)) == [0]


PIECES = st.sampled_from(
    [
        "Die Partnerstadt ",
        "keinen ",
        "Vertrag ",
        "sind ",
        "seit 1990 ",
        "Partner. ",
        "Städte-\npartnerschaft ",
        "P a r t n e r ",
        "Der Bürgermeister, ",
        "Urkunde\n\n",
        "Schulpartnerschaft ",
        "mit ",
        "verbunden ",
        "\u00ad",
        "½ € 🎂 ",
        "befreundete ",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80))
def test_mentions_are_words_of_the_text_in_order_and_do_not_overlap(text: str) -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_agreements")
    first, second = findings_of(nlp(text)).agreements, findings_of(nlp(text)).agreements
    assert first == second
    keys = [(agreement.type, agreement.instrument) for agreement in first]
    assert len(keys) == len(set(keys))
    for agreement in first:
        last = 0
        for mention in agreement.mentions:
            assert last <= mention.start < mention.end <= len(text)
            assert text[mention.start].isalnum() and text[mention.end - 1].isalnum()
            assert 0 < mention.confidence <= 1
            last = mention.end


def test_types_and_instruments_are_those_of_the_record() -> None:
    assert set(get_args(AgreementType)) == set(get_args(RecordType))
    assert set(get_args(Instrument)) == set(get_args(RecordInstrument))


def test_every_type_and_instrument_has_a_rule() -> None:
    rules = load().rules
    assert {rule.type for rule in rules} - {None} == set(get_args(AgreementType))
    assert {rule.instrument for rule in rules} - {None} == set(get_args(Instrument))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("type: friendship", "type: friends", "Input should be 'twinning'"),
        (
            "    type: contact\n",
            "    type: contact\n    instrument: treaty\n",
            "either a type or an instrument",
        ),
        ("words: [städtekontakt*]", "words: [st*]", "no word pattern"),
        ("words: [städtekontakt*]", "words: []", "needs words or phrases"),
    ],
)
def test_mistakes_in_the_rules_are_one_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (RULES / "agreements.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "agreements.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulesError, match=complaint) as error:
        load(tmp_path)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(f"{tmp_path / 'agreements.yaml'}:")


def test_edited_rules_are_used(tmp_path: Path) -> None:
    shutil.copy(RULES / "agreements.yaml", tmp_path)
    path = tmp_path / "agreements.yaml"
    path.write_text(path.read_text("utf-8").replace("words: [städtekontakt*]", "words: [ortsbund*]"), "utf-8")
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_agreements", config={"rules": str(tmp_path)})
    doc: Doc = nlp("Mit der Partnerstadt besteht ein Ortsbund.")
    findings: Findings = findings_of(doc)
    assert {agreement.type for agreement in findings.agreements} == {"twinning", "contact"}
