"""What a word's cluster says about it: training/place_words.py."""

from __future__ import annotations

import numpy as np

from training.place_words import Web, cluster_shares, fold_of

TOWNS, SURNAMES = 16, 40
ANNOTATED = {
    **{f"{name}dorf": np.array([5.0, 0, 0]) for name in ("alt", "neu", "ober", "nieder", "unter", "mittel")},
    **{f"{name}mann": np.array([0, 5.0, 0]) for name in ("alt", "neu", "ober", "nieder", "unter", "mittel")},
}


def clustered(*further: tuple[str, int]) -> Web:
    known = {word: TOWNS if word.endswith("dorf") else SURNAMES for word in ANNOTATED}
    return Web(cluster=known | dict(further))


def test_a_word_is_told_by_the_company_it_keeps() -> None:
    web = clustered(("rosenau", TOWNS), ("rosenauer", SURNAMES))
    town, person = cluster_shares(["rosenau", "rosenauer"], ANNOTATED, web)
    assert town[0] > 0.8
    assert person[1] > 0.8


def test_a_cluster_without_annotated_words_asks_those_near_it() -> None:
    deeper = TOWNS | 1 << 10  # the same ten upper bits
    (town,) = cluster_shares(["rosenau"], ANNOTATED, clustered(("rosenau", deeper)))
    assert town[0] > 0.7


def test_no_word_is_evidence_for_itself() -> None:
    alone = {"altdorf": np.array([8.0, 0, 0]), "altmann": np.array([0, 8.0, 0])}
    assert fold_of("altdorf") != fold_of("altmann")
    web = Web(cluster={"altdorf": TOWNS, "altmann": SURNAMES})
    (town,) = cluster_shares(["altdorf"], alone, web)
    assert town.tolist() == [0.5, 0.5, 0]  # what all annotated words are, nothing more


def test_a_word_outside_the_clusters_has_no_share() -> None:
    assert cluster_shares(["rosenau"], ANNOTATED, clustered()).tolist() == [[0, 0, 0]]
