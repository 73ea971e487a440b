"""Derives `rules/places/words.tsv`: how much a name of the gazetteer is a place when a text uses the word.

    python -m training.place_words DATA_DIR

Counts, for each one-word name of the place index, how often NER corpora (GermEval 2014, CC BY 4.0; WikiNER,
CC BY 3.0) annotate the word as a place and as anything else, and how it stands in 14 million
words of debates (Bundestag, official works; StadtratWatch, MIT): in small letters, behind an article, behind a
preposition of place. A logistic model over the counts, fitted to the annotated words, gives the unannotated ones a
share too; the share that is written is the beta-smoothed mean of both. Given names come from the city of Berlin
(CC BY 3.0 DE) and surnames from popular-names-by-country (CC0). DATA_DIR is the folder with `ner`, `text`, `names`.

Most names of places stand in none of these texts and lists. What they are is told by words of their surroundings:
spacy-lookups-data (MIT) has for a million German words of the web how frequent they are and to which of 750 Brown
clusters they belong (Brown et al. 1992; as evidence for names: Turian et al. 2010). The annotated words of a
cluster say what its words are; a cluster with few of them asks those that share the upper part of its path.
No word counts as evidence for itself: what a cluster says of an annotated word comes from the other tenths of the
words. Words that are counted keep the share of the counts: with clusters theirs is better too (error 0.120 instead
of 0.227), but scattered twice as wide, and the component found no more with it (docs/cities.md).
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.knowledge.gazetteer import Gazetteer, fold_word, gazetteer
from training.names import clusters

Floats = npt.NDArray[np.float64]

PREPOSITIONS = {"in", "aus", "nach", "bei"}
DETERMINERS = {
    "der",
    "die",
    "das",
    "den",
    "dem",
    "des",
    "ein",
    "eine",
    "einen",
    "einem",
    "einer",
    "eines",
    "kein",
    "keine",
    "keinen",
    "keiner",
    "mein",
    "meine",
    "meinen",
    "unser",
    "unsere",
    "unseren",
    "unserem",
    "ihr",
    "ihre",
    "ihren",
    "sein",
    "seine",
    "seinen",
    "diese",
    "dieser",
    "dieses",
    "diesen",
    "diesem",
    "jede",
    "jeder",
    "jedes",
    "zum",
    "zur",
    "im",
    "vom",
    "beim",
    "am",
    "ins",
    "alle",
    "aller",
    "viele",
    "mehr",
    "viel",
    "wenig",
    "großen",
    "große",
    "gute",
    "guten",
    "neue",
    "neuen",
    "erste",
    "ersten",
}
TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[.!?:,;]")
STRENGTH = 6.0  # pseudo-counts that the fitted share is worth beside annotated counts

_SURNAMES_OF = frozenset(
    ["DE", "AT", "CH", "FR", "GB", "US", "IT", "PL", "NL", "CZ", "HU", "RO", "TR", "ES", "DK"]
)
_FORENAMES_OF = _SURNAMES_OF | {"RU", "UA", "GR"}


def annotated(data: Path) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """For each folded word: annotated as a whole place name, as person, as anything else."""
    place, person, other = Counter[str](), Counter[str](), Counter[str]()

    def take(rows: list[tuple[str, str]]) -> None:
        for i, (word, tag) in enumerate(rows):
            if not word[:1].isupper():
                continue
            following = rows[i + 1][1] if i + 1 < len(rows) else "O"
            key = fold_word(word)
            if tag == "B-LOC" and following != "I-LOC":
                place[key] += 1
            elif tag.endswith("PER"):
                person[key] += 1
            elif not tag.endswith("LOC"):
                other[key] += 1

    for path in (data / "ner/germeval2014/train.bio.tsv.gz", data / "ner/wikiner/part.bio.tsv.gz"):
        rows: list[tuple[str, str]] = []
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
            if line.strip():
                word, tag = line.rstrip("\n").split("\t")[:2]
                rows.append((word, tag))
            else:
                take(rows)
                rows = []
    rows = []
    for line in (data / "ner/germeval2014/dev.tsv").read_text("utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) >= 3 and cells[0] != "#":
            rows.append((cells[1], cells[2] if "deriv" not in cells[2] and "part" not in cells[2] else "O"))
        elif not line.strip():
            take(rows)
            rows = []
    return place, person, other


def debates(data: Path) -> dict[str, Counter[str]]:
    """Counts in unannotated text: small, capital, behind a determiner, behind a preposition of place."""
    counts = {name: Counter[str]() for name in ("small", "capital", "determiner", "preposition")}
    for path in sorted((data / "text").glob("*.txt.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
            before = "."
            for token in TOKEN.findall(line):
                if token[0].isupper() and before not in ".!?:":
                    counts["capital"][token] += 1
                    low = before.lower()
                    if low in DETERMINERS:
                        counts["determiner"][token] += 1
                    elif low in PREPOSITIONS:
                        counts["preposition"][token] += 1
                elif token[0].islower():
                    counts["small"][token] += 1
                before = token
    folded = {}
    for name, counter in counts.items():
        folded[name] = Counter[str]()
        for word, n in counter.items():
            folded[name][fold_word(word)] += n
    return folded


@dataclass
class Web:
    """What a large German web corpus says about folded words: cluster, log probability with capital and in small letters."""

    cluster: dict[str, int] = field(default_factory=dict)
    capital: dict[str, float] = field(default_factory=dict)
    small: dict[str, float] = field(default_factory=dict)


def web() -> Web:
    """The clusters and log probabilities of spacy-lookups-data; of a word's spellings the most frequent one counts."""
    packed = files("spacy_lookups_data").joinpath("data/de_lexeme_prob.json.gz").read_bytes()
    logs: dict[str, float] = json.loads(gzip.decompress(packed))
    cluster_of = clusters()
    found = Web()
    for word, log in sorted(logs.items(), key=lambda item: (item[1], item[0])):
        if not word.isalpha() or word.isupper():
            continue
        key = fold_word(word)
        if word[0].isupper():
            found.capital[key] = log
            if word in cluster_of:
                found.cluster[key] = cluster_of[word]
        else:
            found.small[key] = log
    return found


# The annotated words, as numbers of (place, person, other), by folded word.
Annotated = dict[str, Floats]
MOST = 8.0  # observations of one word that count for its cluster and in the fit
FOLDS = 10
PREFIX = 0x3FF  # the ten upper bits of a cluster's path
PRIOR_WORDS = 4.0  # observations that the wider group is worth beside the cluster's own
RAREST = -19.0  # a log probability just below the least in the lists


def fold_of(word: str) -> int:
    """The tenth of the words to which a word belongs."""
    return zlib.crc32(word.encode()) % FOLDS


def cluster_shares(words: Sequence[str], annotated_words: Annotated, of: Web) -> Floats:
    """For each word the shares of place, person, other among the annotated words of its cluster; 0 without cluster.

    Only words of other tenths count, so that no word is evidence for itself.
    """
    counts: list[dict[int, Floats]] = [defaultdict(lambda: np.zeros(3)) for _ in range(2)]
    own: list[dict[tuple[int, int], Floats]] = [defaultdict(lambda: np.zeros(3)) for _ in range(2)]
    for word, seen in annotated_words.items():
        if word in of.cluster:
            part = seen * min(MOST, seen.sum()) / seen.sum()
            for level, key in enumerate((of.cluster[word] & PREFIX, of.cluster[word])):
                counts[level][key] += part
                own[level][fold_of(word), key] += part
    total = np.sum(list(counts[0].values()), axis=0)
    shares = np.zeros((len(words), 3))
    for i, word in enumerate(words):
        if word not in of.cluster:
            continue
        share = total / total.sum()
        for level, key in enumerate((of.cluster[word] & PREFIX, of.cluster[word])):
            found = counts[level][key] - own[level][fold_of(word), key]
            share = (found + PRIOR_WORDS * share) / (found.sum() + PRIOR_WORDS)
        shares[i] = share
    return shares


def fit(x: np.ndarray, y: np.ndarray, w: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Weighted logistic regression by Newton's method; y is a share, w its number of observations."""
    beta = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (w * (y - p)) - penalty * beta
        hessian = (x * (w * p * (1 - p))[:, None]).T @ x + penalty * np.eye(x.shape[1])
        beta += np.linalg.solve(hessian, gradient)
    return beta


@dataclass
class Evidence:
    """All that is counted. `annotated` holds words that the corpora annotate, gazetteer names or not."""

    annotated: Annotated
    text: dict[str, Counter[str]]
    forenames: set[str]
    surnames: set[str]
    web: Web


def evidence(data: Path) -> Evidence:
    """Everything read and counted."""
    place, person, other = annotated(data)
    with (data / "names/berlin_first_names.tsv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        forenames = {fold_word(r["name"]) for r in rows if int(r["count"]) >= 20}
    return Evidence(
        {w: np.array([place[w], person[w], other[w]], float) for w in {*place, *person, *other}},
        debates(data),
        forenames | _by_country(data / "names/forenames_by_country.csv", _FORENAMES_OF),
        _by_country(data / "names/surnames_by_country.csv", _SURNAMES_OF),
        web(),
    )


def _by_country(path: Path, countries: frozenset[str]) -> set[str]:
    with path.open(encoding="utf-8-sig") as lines:
        return {
            fold_word(r["Romanized Name"] or r["Localized Name"])
            for r in csv.DictReader(lines)
            if r["Country"] in countries
        }


def names_of(words: Iterable[str], index: Gazetteer) -> list[str]:
    """Those of the words that are one-word names of the place index, sorted."""
    vocabulary = sorted(w for w in words if w.isalpha() and len(w) > 1)
    return [w for w, slot in zip(vocabulary, index.slots(vocabulary), strict=True) if slot >= 0]


COLUMNS = (
    "bias", "people", "cap", "small", "det", "prep", "unseen", "fore", "sur",
    "cluster place", "cluster person", "cluster", "web cap", "web", "web small", "web no small",
)  # fmt: skip


COUNTS = COLUMNS.index("cluster place")  # columns that need no cluster


def described(words: Sequence[str], found: Evidence, index: Gazetteer, shares: Floats) -> Floats:
    """A row of COLUMNS for each word."""
    text, of = found.text, found.web
    rows = []
    for w, (place, person, _) in zip(words, shares.tolist(), strict=True):
        people = max((p.population for p in index.find(w) if p.rank <= 2), default=0)
        cap, small = text["capital"][w], text["small"][w]
        known = w in of.cluster
        rows.append(
            [1.0, math.log10(people + 50) / 3, math.log10(1 + cap), math.log10(1 + small),
             (text["determiner"][w] + 0.3) / (cap + 1), (text["preposition"][w] + 0.3) / (cap + 1),
             float(cap == 0), float(w in found.forenames), float(w in found.surnames),
             math.log(place / (1 - place)) if known else 0.0,
             math.log(person / (1 - person)) if known else 0.0, float(known),
             (of.capital.get(w, RAREST) - RAREST) / 5, float(w in of.capital),
             (of.small.get(w, RAREST) - RAREST) / 5, float(w not in of.small)]
        )  # fmt: skip
    return np.array(rows)


def held_out(x: Floats, y: Floats, weight: Floats, folds: npt.NDArray[np.int64]) -> str:
    """Error and log loss on tenths of the annotated words that the fit has not seen."""
    p = np.zeros(len(y))
    for k in range(FOLDS):
        p[folds == k] = 1 / (
            1 + np.exp(-x[folds == k] @ fit(x[folds != k], y[folds != k], weight[folds != k]))
        )
    loss = -np.average(y * np.log(p) + (1 - y) * np.log(1 - p), weights=weight)
    return f"error {np.average((p > 0.5) != (y > 0.5), weights=weight):.3f}, log loss {loss:.3f}"


def main(data: Path) -> None:
    """Write rules/places/words.tsv, print what the evidence is worth."""
    index = gazetteer()
    found = evidence(data)
    text = found.text
    counted = names_of(
        {*found.annotated, *text["capital"], *text["small"], *found.forenames, *found.surnames}, index
    )
    further = names_of(found.web.cluster.keys() - set(counted), index)
    x, x_further = (
        described(words, found, index, cluster_shares(words, found.annotated, found.web))
        for words in (counted, further)
    )
    counts = np.array([found.annotated.get(w, np.zeros(3)) for w in counted])
    total = counts.sum(axis=1)
    seen = total > 0
    y, weight = counts[seen, 0] / total[seen], np.minimum(total[seen], MOST)
    folds = np.array([fold_of(w) for w in counted])[seen]
    by_counts, by_clusters = fit(x[seen, :COUNTS], y, weight), fit(x[seen], y, weight)
    for name, columns, beta in (("counts", COUNTS, by_counts), ("clusters", len(COLUMNS), by_clusters)):
        print(f"{name}: held out {held_out(x[seen, :columns], y, weight, folds)}")
        print("  ", dict(zip(COLUMNS, beta.round(2).tolist(), strict=False)))
    share = (counts[:, 0] + STRENGTH / (1 + np.exp(-x[:, :COUNTS] @ by_counts))) / (total + STRENGTH)
    odds = dict(zip(counted, np.log(share / (1 - share)).tolist(), strict=True))
    odds |= dict(zip(further, (x_further @ by_clusters).tolist(), strict=True))
    out = Path(__file__).resolve().parent.parent / "rules" / "places" / "words.tsv"
    out.write_text(
        "# Log-odds (times ten) that the word is a place's name where a text uses it; f forename, s surname, w word of German.\n"
        "# Made by training/place_words.py, which names the sources. word\tlog-odds\tflags\n"
        + "".join(f"{w}\t{round(10 * odds[w])}\t{flags(w, found)}\n" for w in sorted(odds)),
        "utf-8",
    )
    print(len(counted), "words of texts and lists,", len(further), "of clusters")


def flags(w: str, found: Evidence) -> str:
    """Is the name a forename (f), a surname (s), a word of German (w) as well?"""
    cap, small = found.text["capital"][w], found.text["small"][w]
    noun = (cap >= 5 and found.text["determiner"][w] > 0.08 * cap) or (small > 3 and small > 0.5 * cap)
    return "f" * (w in found.forenames) + "s" * (w in found.surnames) + "w" * noun


if __name__ == "__main__":
    main(Path(sys.argv[1]))
