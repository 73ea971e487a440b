"""Derives `rules/places/words.tsv`: how much a name of the gazetteer is a place when a text uses the word.

    python training/place_words.py DATA_DIR

Counts, for each one-word name of the place index, how often NER corpora (GermEval 2014, CC BY 4.0; WikiNER,
CC BY 3.0) annotate the word as a place and as anything else, and how it stands in 14 million
words of debates (Bundestag, official works; StadtratWatch, MIT): in small letters, behind an article, behind a
preposition of place. A logistic model over the counts, fitted to the annotated words, gives the unannotated ones a
share too; the share that is written is the beta-smoothed mean of both. Given names come from the city of Berlin
(CC BY 3.0 DE) and surnames from popular-names-by-country (CC0). DATA_DIR is the folder with `ner`, `text`, `names`.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from pipeline.knowledge.gazetteer import fold_word, gazetteer

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


def fit(x: np.ndarray, y: np.ndarray, w: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Weighted logistic regression by Newton's method; y is a share, w its number of observations."""
    beta = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (w * (y - p)) - penalty * beta
        hessian = (x * (w * p * (1 - p))[:, None]).T @ x + penalty * np.eye(x.shape[1])
        beta += np.linalg.solve(hessian, gradient)
    return beta


def main(data: Path) -> None:
    """Write rules/places/words.tsv."""
    index = gazetteer()
    place, person, other = annotated(data)
    text = debates(data)
    forenames = {fold_word(r["name"]) for r in csv.DictReader((data / "names/berlin_first_names.tsv").open(encoding="utf-8"), delimiter="\t")
                 if int(r["count"]) >= 20}  # fmt: skip
    surnames = set()
    for r in csv.DictReader((data / "names/surnames_by_country.csv").open(encoding="utf-8-sig")):
        if r["Country"] in _SURNAMES_OF:
            surnames.add(fold_word(r["Romanized Name"] or r["Localized Name"]))
    for r in csv.DictReader((data / "names/forenames_by_country.csv").open(encoding="utf-8-sig")):
        if r["Country"] in _FORENAMES_OF:
            forenames.add(fold_word(r["Romanized Name"] or r["Localized Name"]))
    vocabulary = sorted({*place, *person, *other, *text["capital"], *text["small"], *forenames, *surnames})
    known = [
        w
        for w, slot in zip(vocabulary, index.slots(vocabulary), strict=True)
        if slot >= 0 and w.isalpha() and len(w) > 1
    ]
    people = {w: max((p.population for p in index.find(w) if p.rank <= 2), default=0) for w in known}

    def row(w: str) -> list[float]:
        cap, small = text["capital"][w], text["small"][w]
        return [1.0, math.log10(people[w] + 50) / 3, math.log10(1 + cap), math.log10(1 + small),
                (text["determiner"][w] + 0.3) / (cap + 1), (text["preposition"][w] + 0.3) / (cap + 1),
                float(cap == 0), float(w in forenames), float(w in surnames)]  # fmt: skip

    x = np.array([row(w) for w in known])
    yes = np.array([place[w] for w in known], float)
    no = np.array([person[w] + other[w] for w in known], float)
    seen = yes + no > 0
    total = np.minimum(yes + no, 8.0)
    beta = fit(x[seen], (yes / np.maximum(yes + no, 1))[seen], total[seen])
    share = 1 / (1 + np.exp(-x @ beta))
    share = (yes + STRENGTH * share) / (yes + no + STRENGTH)
    lines = []
    for w, p in zip(known, share.tolist(), strict=True):
        cap, small = text["capital"][w], text["small"][w]
        noun = (cap >= 5 and text["determiner"][w] > 0.08 * cap) or (small > 3 and small > 0.5 * cap)
        flags = ("f" if w in forenames else "") + ("s" if w in surnames else "") + ("w" if noun else "")
        lines.append(f"{w}\t{round(10 * math.log(p / (1 - p)))}\t{flags}\n")
    out = Path(__file__).resolve().parent.parent / "rules" / "places" / "words.tsv"
    out.write_text(
        "# Log-odds (times ten) that the word is a place's name where a text uses it; f forename, s surname, w word of German.\n"
        "# Made by training/place_words.py, which names the sources. word\tlog-odds\tflags\n"
        + "".join(lines),
        "utf-8",
    )
    print(
        len(known),
        "words",
        dict(
            zip(
                ["bias", "people", "cap", "small", "det", "prep", "unseen", "fore", "sur"],
                beta.round(2).tolist(),
                strict=True,
            )
        ),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
