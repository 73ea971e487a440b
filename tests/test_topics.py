"""The fields in which partners work together, on any German pipeline and without their neighbours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.components.topics import Topics, load
from pipeline.components.topics.model import TOPICS
from pipeline.components.topics.scan import Context, TopicScanner
from pipeline.components.topics.scorer import TopicScorer
from pipeline.findings import Mention, Official, findings_of
from pipeline.knowledge.rules import RulesError
from pipeline.knowledge.shipped import RULES
from pipeline.record import TopicId
from training.topics import Rows, best_threshold, f_score


@pytest.fixture(scope="module")
def nlp() -> Language:
    blank = spacy.blank("de")
    blank.add_pipe("jumelage_agreements")
    blank.add_pipe("jumelage_topics")
    return blank


@pytest.fixture(scope="module")
def scanner() -> TopicScanner:
    return TopicScanner(load())


def topics(nlp: Language, text: str) -> set[str]:
    return {topic.id for topic in findings_of(nlp(text)).topics}


def telling(scanner: TopicScanner, text: str) -> set[tuple[str, str]]:
    """(word, topic) of the words that say something, not of the faint ones."""
    rules = load().rules
    hits, _ = scanner.scan(text, Context([0]))
    return {(text[hit.start : hit.end], rules[hit.topic].topic) for hit in hits if hit.level > 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Die Stadt und ihre Partnerstadt üben mit den Feuerwehren; der Schüleraustausch läuft seit 1980.",
            {"civil_protection", "youth"},
        ),
        (
            "Im Mittelpunkt der Solidaritätspartnerschaft stehen Hilfstransporte und der Wiederaufbau.",
            {"humanitarian_aid"},
        ),
        ("Die Klimapartnerschaft der Städte fördert Solarpumpen und Aufforstung.", {"environment"}),
        ("Die Chöre aus der Partnerstadt kamen zum gemeinsamen Konzert, das Theater gastierte.", {"culture"}),
        (
            "Die Staedte foerdern die Voelkerverstaendigung; die Fussballer der Partnerstadt kamen zum Turnier.",
            {"sport"},
        ),
    ],
)
def test_what_partners_do_together(nlp: Language, text: str, expected: set[str]) -> None:
    assert expected <= topics(nlp, text)


@pytest.mark.parametrize(
    "text",
    [
        "Der Schüleraustausch mit unserer Partnerschule in Rennes war toll, die Schulpartnerschaft lebt.",
        "Die Feuerwehr übte gemeinsam mit der Bergrettung. Im Konzert sang der Chor.",
        "Die Partnerschaft des Handballvereins mit seinem Sponsor fördert die Jugend, so der Geschäftsführer.",
        "Pfarrerin Weiß dankt der Partnergemeinde; die Konfirmanden sammelten Spenden für das Krankenhaus.",
        "",
    ],
)
def test_no_topics_without_municipal_partnership(nlp: Language, text: str) -> None:
    assert topics(nlp, text) == set()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Kulturdezernentin Maier", "Kulturdezernentin"),
        ("Der Ausschuss für Schule, der Umweltausschuss", "Umweltausschuss"),
        ("Schul-, Sport- und Kulturausschuss", "Sport"),
        ("Wir trafen uns in der Sporthalle.", "Sporthalle"),
        ("Die Unterschrift fand im Kulturzentrum statt.", "Kulturzentrum"),
        ("Der Transport dauerte lange.", "Transport|sport"),
        ("Notfalls kommt die Stadt.", "Notfalls"),
        ("Frau Müller sprach.", "Müller"),
        ("Die konzertierte Aktion", "konzertierte"),
    ],
)
def test_words_that_only_look_like_a_topic(scanner: TopicScanner, text: str, word: str) -> None:
    word, _, topic = word.partition("|")
    assert [found for found in telling(scanner, text) if found[0] == word and topic in ("", found[1])] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sport- und Musikvereine", ("Sport", "sport")),
        ("die Kreisjugendfeuerwehr", ("Kreisjugendfeuerwehr", "civil_protection")),
        ("die Kreisjugendfeuerwehr", ("Kreisjugendfeuerwehr", "youth")),
        ("die Frei-\nwillige Feuer-\nwehr", ("Feuer-\nwehr", "civil_protection")),
        ("Mayors for Peace", ("Mayors for Peace", "peace")),
        ("eine Hoch­schule", ("Hoch­schule", "science")),
        ("Fussballtur­nier der Jugend", ("Fussballtur­nier", "sport")),
    ],
)
def test_compounds_breaks_and_phrases(scanner: TopicScanner, text: str, found: tuple[str, str]) -> None:
    assert found in telling(scanner, text)


def test_a_word_in_a_persons_name_is_no_topic(nlp: Language) -> None:
    text = "Die Partnerstadt ehrte gemeinsam mit uns Anna Orgel und den Verein."
    assert "culture" in {topic for _, topic in telling(TopicScanner(load()), text)}
    doc = nlp.make_doc(text)
    start = text.index("Anna")
    findings_of(doc).officials.append(
        Official("Anna Orgel", None, "other", mentions=[Mention(start, start + 10, "test")])
    )
    assert findings_of(nlp(doc)).topics == []


def test_boilerplate_yields_no_topics(nlp: Language) -> None:
    nav = "Feuerwehr | Katastrophenschutz | Jugendfeuerwehr"
    text = f"{nav}\n\nDie Stadt empfing ihre Partnerstadt."
    doc = nlp.make_doc(text)
    findings_of(doc).boilerplate.append(Mention(0, len(nav), "boilerplate.test"))
    assert findings_of(nlp(doc)).topics == []


def test_works_without_the_agreements_component() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_topics")
    assert topics(
        nlp, "Die Stadt und die Partnerstadt planen gemeinsam eine Solaranlage und Klimaschutz."
    ) == {"environment"}
    assert topics(nlp, "Die Stadt plant eine Solaranlage und Klimaschutz.") == set()


def test_topics_come_with_label_score_and_spans(nlp: Language) -> None:
    doc = nlp("Die Stadt und die Partnerstadt: Der Schüleraustausch ist der gemeinsame Schwerpunkt.")
    (topic,) = [topic for topic in findings_of(doc).topics if topic.id == "youth"]
    assert topic.label == "Jugend und Begegnung junger Menschen"
    assert 0.4 < topic.score <= 1
    assert [mention.by for mention in topic.mentions] == ["topics.youth"]
    assert ("Schüleraustausch", "TOPIC", "youth") in [
        (span.text, span.label_, span.kb_id_) for span in doc.spans["jumelage_topics"]
    ]


PIECES = st.sampled_from(
    [
        "Die Partnerstadt ",
        "Schüleraustausch, ",
        "Sport-, ",
        "Kulturausschuss. ",
        "kein ",
        "gemeinsames Konzert\n\n",
        "Feuer-\nwehr ",
        "Mayors for ",
        "Peace ",
        "Schwerpunkt: ",
        "der Bürgermeister ",
        "½ 🎂 ",
        "Jugendlager",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80))
def test_mentions_are_stretches_of_the_text_in_order(text: str) -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_topics")
    found = findings_of(nlp(text)).topics
    assert found == findings_of(nlp(text)).topics
    assert len({topic.id for topic in found}) == len(found)
    for topic in found:
        last = 0
        assert topic.mentions
        for mention in topic.mentions:
            assert last <= mention.start < mention.end <= len(text)
            last = mention.end


def test_the_topics_are_those_of_the_record_each_once() -> None:
    ids = [rule.topic for rule in load().rules]
    assert sorted(ids) == sorted(TOPICS) == sorted(get_args(TopicId))


def test_no_word_is_in_two_levels_of_a_topic() -> None:
    for rule in load().rules:
        both = (
            set(rule.strong) & set(rule.clear)
            | set(rule.clear) & set(rule.faint)
            | set(rule.strong) & set(rule.faint)
        )
        assert (rule.topic, both) == (rule.topic, set())


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: topics.sport", "id: topics.chess", "one of economy"),
        ("medtop:15000000", "sport", "String should match pattern"),
        ("sdg: [3]", "sdg: [18]", "less than or equal to 17"),
    ],
)
def test_mistakes_in_the_rules_are_one_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (RULES / "topics.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "topics.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulesError, match=complaint) as error:
        load(tmp_path)
    assert "\n" not in str(error.value)


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text(json.dumps({"features": ["height"]}), "utf-8")
    with pytest.raises(ValueError, match=r"training\.topics"):
        TopicScorer(["sport"], tmp_path / "weights.json")


def test_scores_grow_with_the_evidence() -> None:
    component = Topics()
    nlp = spacy.blank("de")
    less = nlp("Die Stadt und die Partnerstadt. Ein Chor kam.")
    more = nlp(
        "Die Stadt und die Partnerstadt. Ein Chor kam zum gemeinsamen Konzert, das Orchester zum Austausch."
    )
    culture = [rule.topic for rule in component.rules].index("culture")
    scores = [
        component.scorer.probabilities([culture], [component.features(doc)[1][culture]])[0]
        for doc in (less, more)
    ]
    assert scores[0] < scores[1]


def test_training_measures_topics_without_words_as_missed() -> None:
    data = Rows(np.zeros((4, 1)), np.array([1, 1, 0, 0]), np.arange(4), np.zeros(4, int), wanted=3, count=4)
    probabilities = np.array([0.9, 0.5, 0.3, 0.1])
    assert f_score(data, probabilities, 0.4) == pytest.approx(2 * 2 / (2 + 3))
    assert 0.3 < best_threshold([(data, probabilities)]) <= 0.5
