"""The shipped model's word vectors: subwords and what the name lists say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy

from pipeline.components import name_vectors
from pipeline.components.name_vectors import MARKS, NOUN_MARKS, NameVectors, normal_spelling

WIDTH = 8
SETTINGS = {
    "minn": 3,
    "maxn": 5,
    "hash_count": 2,
    "hash_seed": 2166136261,
    "bow": "<",
    "eow": ">",
}
CLUSTERS = {"Bottrop": 20, "Hafen": 31, "siegen": 5}
TOWN, NOUN = 1, NOUN_MARKS & -NOUN_MARKS


@pytest.fixture
def vectors() -> NameVectors:
    table = np.random.default_rng(0).normal(size=(50, WIDTH)).astype(np.float32)
    made = NameVectors()
    made.fill(table, SETTINGS, {"Bottrop": TOWN, "Mangel": NOUN}, {"Bottrop": 9}, CLUSTERS)
    return made


def marks(vectors: NameVectors, word: str, block: int = 0) -> int:
    """The marks of a word: its own (block 0), those without genitive -s (1), of its last part (2)."""
    start = WIDTH + block * MARKS
    bits = vectors[vectors.strings.add(word)][start : start + MARKS]
    return sum(1 << place for place, bit in enumerate(bits) if bit)


def test_a_town_is_known_in_capitals_genitive_and_compound(vectors: NameVectors) -> None:
    assert marks(vectors, "Bottrop") == TOWN
    assert marks(vectors, "BOTTROP") == TOWN
    assert marks(vectors, "Bottrops", block=1) == TOWN
    assert marks(vectors, "Alt-Bottrop", block=2) == TOWN
    assert marks(vectors, "Foshan") == 0


def test_an_unknown_compound_shows_its_noun(vectors: NameVectors) -> None:
    share = vectors[vectors.strings.add("Holzmangel")][-2]
    assert share == pytest.approx(0.6)
    assert vectors[vectors.strings.add("Xyzzy")][-2] == 0


def test_every_word_has_a_vector_and_the_same_each_time(vectors: NameVectors) -> None:
    keys = [vectors.strings.add(word) for word in ("Foshan", "Bottrop", "Foshan", "¿")]
    first = vectors.get_batch(keys)
    assert first.shape == (4, vectors.vectors_length)
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(first, vectors.get_batch(keys))


def test_the_cache_is_emptied_when_full(vectors: NameVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_vectors, "CACHE_ROWS", 10)
    words = [vectors.strings.add(f"Wort{number}") for number in range(30)]
    before = vectors.get_batch(words[:3]).copy()
    for start in range(0, 30, 5):
        vectors.get_batch(words[start : start + 5])
    assert np.array_equal(before, vectors.get_batch(words[:3]))


def test_it_survives_disk_within_a_pipeline(vectors: NameVectors, tmp_path: Path) -> None:
    nlp = spacy.blank("de", config={"nlp": {"vectors": {"@vectors": "jumelage.NameVectors.v2"}}})
    nlp.vocab.vectors.from_bytes(vectors.to_bytes())
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    word = "Bottrops"
    assert np.array_equal(again.vocab[word].vector, nlp.vocab[word].vector)


@pytest.mark.parametrize(
    ("word", "spelling"),
    [("BOTTROP", "Bottrop"), ("BADEN-BADEN", "Baden-Baden"), ("EU", "EU"), ("SPD", "SPD"), ("Rom", "Rom")],
)
def test_normal_spelling(word: str, spelling: str) -> None:
    assert normal_spelling(word) == spelling


def test_many_new_words_at_once_are_computed_before_they_are_looked_up(vectors: NameVectors) -> None:
    """The cache grows while a batch is looked up; the rows are those of the grown one."""
    keys = [vectors.strings.add(f"Wort{number}") for number in range(3_000)]
    assert vectors.common(keys).shape == (3_000,)
    assert vectors.get_batch(keys[-1:]).any()


def test_frequent_words_and_punctuation_are_common(vectors: NameVectors) -> None:
    words = ("Bottrop", "BOTTROP", "Foshan", "1996", ",", "…")
    common = vectors.common([vectors.strings.add(word) for word in words])
    assert common.tolist() == [True, True, False, False, True, True]


@pytest.mark.parametrize(
    ("word", "cluster"),
    [
        ("Bottrop", 20),
        ("BOTTROP", 20),
        ("Bottrops", 20),
        ("Alt-Bottrop", 20),
        ("Hafens", 31),
        ("Siegen", 5),
        ("Foshan", 0),
    ],
)
def test_a_word_has_the_cluster_of_its_nearest_known_form(
    vectors: NameVectors, word: str, cluster: int
) -> None:
    assert vectors.clusters([vectors.strings.add(word)]).tolist() == [cluster]


def test_clusters_survive_bytes(vectors: NameVectors) -> None:
    again = NameVectors(strings=vectors.strings).from_bytes(vectors.to_bytes())
    assert again.clusters([again.strings.add("Hafen"), again.strings.add("Foshan")]).tolist() == [31, 0]
