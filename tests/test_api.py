"""The public Python API: `pipeline.load`, `Extractor.extract`, `Extractor.extract_all`."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline
from pipeline import Article, Record
from pipeline.extractor import ArticleError, Extractor
from pipeline.language import COMPONENTS, ModelError

CORPUS = Path(__file__).parent.parent / "corpus" / "raw"
TEXT = "Fulda und Como sind seit 1960 Partnerstädte.\n"


def test_a_text_becomes_a_record(extractor: Extractor) -> None:
    record = extractor.extract(TEXT, published="2024-05-01", title="Besuch", uri="mail:17")
    assert record.text == TEXT
    assert (record.title, record.published, record.source.uri) == ("Besuch", "2024-05-01", "mail:17")
    assert record.id == record.source.sha256[:16]
    assert Record.from_json(record.to_json()) == record


def test_an_article_keeps_what_it_says_of_itself(extractor: Extractor) -> None:
    article = Article(text=TEXT, title="Besuch", published="2024-05", uri="a.html", media_type="text/html")
    record = extractor.extract(article)
    assert (record.title, record.published, record.source.media_type) == ("Besuch", "2024-05", "text/html")
    assert extractor.extract(article, published="2023").published == "2023"


def test_the_same_input_gives_the_same_bytes_alone_or_in_company(extractor: Extractor) -> None:
    texts = [path.read_text("utf-8") for path in sorted(CORPUS.glob("*.txt"))[:40]]
    together = [record.to_json() for record in extractor.extract_all(texts)]
    alone = [extractor.extract(text).to_json() for text in texts]
    assert together == alone


def test_extract_all_is_lazy_and_in_order(extractor: Extractor) -> None:
    def endless() -> Iterator[Article]:
        for number in itertools.count():
            yield Article(text=f"{TEXT} Nummer {number}.", uri=f"{number}")

    records = extractor.extract_all(endless())
    assert [record.source.uri for record in itertools.islice(records, 70)] == [str(n) for n in range(70)]


def test_a_bad_article_costs_itself_alone(extractor: Extractor) -> None:
    complaints: list[str] = []
    articles = [TEXT, "  \n", TEXT]
    records = list(extractor.extract_all(articles, on_error=lambda _, error: complaints.append(str(error))))
    assert len(records) == 2
    assert complaints == ["the text is empty"]
    with pytest.raises(ArticleError, match="the text is empty"):
        list(extractor.extract_all(articles))


def test_a_text_that_is_too_long_is_refused(extractor: Extractor) -> None:
    with pytest.raises(ArticleError, match="2,000,000 characters; the limit is 1,000,000"):
        extractor.extract("ab" * 1_000_000)


def test_a_published_date_is_checked(extractor: Extractor) -> None:
    with pytest.raises(ArticleError, match="'gestern' is no date"):
        extractor.extract(TEXT, published="gestern")


def test_other_languages_are_warned_about_and_processed(extractor: Extractor) -> None:
    english = (
        "The city of Bochum signed a twinning agreement with the Japanese city of Tsukuba. The mayor travelled "
        "to Japan with a delegation of scientists and business people who are interested in cooperation."
    )
    record = extractor.extract(english)
    assert record.language == "en"
    assert [warning.code for warning in record.warnings if warning.code == "not_german"] == ["not_german"]
    assert "Bochum" in {city.name for city in record.cities}


def test_lone_surrogates_are_replaced_one_for_one(extractor: Extractor) -> None:
    record = extractor.extract("Fulda \ud800 und Como sind Partnerstädte.")
    assert record.text == "Fulda \ufffd und Como sind Partnerstädte."
    record.to_json().encode("utf-8")


def test_nlp_is_a_spacy_pipeline_with_our_components(extractor: Extractor) -> None:
    assert [name for name in extractor.nlp.pipe_names if name.startswith("jumelage_")] == list(COMPONENTS)
    doc = extractor.nlp(
        "Bürgermeister Max Huber aus Fulda fuhr am 3. Mai 2024 zur Städtepartnerschaft nach Como."
    )
    labels = {span.label_ for group in doc.spans.values() for span in group}
    assert {"CITY", "DATE", "OFFICIAL", "AGREEMENT"} <= labels


def test_each_component_works_in_anyones_pipeline() -> None:
    for name in COMPONENTS:
        nlp = spacy.blank("de")
        nlp.add_pipe(name)
        assert nlp(TEXT).text == TEXT


@pytest.mark.parametrize("name", ["kein_solches_modell", "/nirgendwo/modell"])
def test_an_unknown_model_is_named_in_one_line(name: str) -> None:
    with pytest.raises(ModelError, match=name) as error:
        pipeline.load(model=name)
    assert "\n" not in str(error.value)


def test_a_model_of_another_language_or_without_names_is_refused(tmp_path: Path) -> None:
    spacy.blank("fr").to_disk(tmp_path / "fr")
    with pytest.raises(ModelError, match="for language 'fr'"):
        pipeline.load(model=tmp_path / "fr")
    spacy.blank("de").to_disk(tmp_path / "de")
    with pytest.raises(ModelError, match="no entity recogniser"):
        pipeline.load(model=tmp_path / "de")


def test_importing_the_package_does_not_import_spacy() -> None:
    code = "import sys, pipeline, pipeline.cli; print('spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["Fulda", "Como", "Bürgermeister", "Max Huber", "und", "sind", "seit", "1960", "3. Mai 2024", "\n", "\n\n",
             "Partnerstadt", "Städtepartnerschaft", "mit", ".", ",", "(", ")", "–", "\u202e", "😀", "<script>", "\t", "é",
             "St. Pölten", "Stadt", "von", "unterzeichneten", "nicht", "ä" * 200, "12.", "„", "“", "|"]
        ),
        min_size=1,
        max_size=60,
    )
)  # fmt: skip
def test_any_text_gives_a_valid_record_or_is_refused(extractor: Extractor, words: list[str]) -> None:
    try:
        record = extractor.extract(" ".join(words))
    except ArticleError:
        return
    for span in record.spans():
        assert record.text[span.start : span.end] == span.text
    assert Record.from_json(record.to_json()) == record


def test_the_vocabulary_stays_bounded(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    before = extractor.extract(TEXT).to_json()
    monkeypatch.setattr("pipeline.extractor.VOCABULARY", len(extractor.nlp.vocab))
    size = sum(1 for _ in extractor.nlp.vocab)  # len() counts those that are gone, too
    for number in range(20):
        extractor.extract(f"Fulda und Como{number} pflegen Blubb{number}partnerschaften.")
    assert sum(1 for _ in extractor.nlp.vocab) == size
    assert extractor.extract(TEXT).to_json() == before


def test_spacy_comes_without_its_command_line_which_can_still_be_had() -> None:
    code = """
import sys, pipeline.extractor, spacy
assert not any(name.startswith("spacy.cli") for name in sys.modules), "spaCy's command line was imported"
assert spacy.info(silent=True)["spacy_version"] == spacy.__version__
import spacy.cli
assert spacy.cli.app is not None
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_partnerships_less_sure_than_asked_for_are_left_out(extractor: Extractor) -> None:
    assert [city.partner for city in extractor.extract(TEXT).cities] == [True, True]
    strict = pipeline.load(min_confidence=1.0).extract(TEXT)
    assert strict.partnerships == []
    assert [city.partner for city in strict.cities] == [False, False]
    lenient = pipeline.load(min_confidence=0.0)
    assert lenient.extract(TEXT) == extractor.extract(TEXT), (
        "it lets nothing in that would not be there without"
    )
