"""Learns the weights of the city component's evidence from our own articles: `rules/places/weights.yaml`.

    python -m training.cities GOLD_DIR [--model DIR] [--skip FILE] [--learnt DIR]

Every candidate that the component finds in an article of GOLD_DIR is a case: a place when its name is one of the
article's gold cities, none when it is not; names that are optional there, and candidates inside other names, are
left out. A logistic regression with a ridge penalty, by Newton's method; five folds of articles show what it is
worth beside the weights in force. FILE lists articles never to be used (the held-out ones); DIR holds the gold that
the model has learnt from (without it: all of GOLD_DIR).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import spacy

from pipeline.components.cities import Cities
from pipeline.components.cities.candidates import Candidate, words_of
from pipeline.components.cities.context import country_words
from pipeline.components.cities.lexicon import load_lexicon
from pipeline.knowledge.gazetteer import fold
from pipeline.knowledge.shipped import MODEL
from training.corpus import text_of

PENALTY = 1.0
OUT = Path(__file__).resolve().parent.parent / "rules" / "places" / "weights.yaml"


def cases(folder: Path, model: Path, skip: set[str]) -> list[tuple[str, Candidate, int]]:
    """(article, candidate, is it a place) for all articles but those in `skip`."""
    import pipeline.components.name_vectors  # noqa: F401

    nlp = spacy.load(model, exclude=["tagger", "morphologizer", "parser", "lemmatizer", "attribute_ruler"])
    component = Cities(None)
    found = []
    for path in sorted(folder.glob("*.json")):
        if path.stem in skip:
            continue
        gold = json.loads(path.read_text("utf-8"))
        text = text_of(path).read_text("utf-8")
        firm: set[str] = set()
        optional: set[str] = set()
        for city in gold["cities"]:
            names = {fold(n) for n in [city["name"], *city.get("aliases", [])]}
            names |= {fold(n.split(" (")[0]) for n in [city["name"]]}
            (optional if city.get("optional") else firm).update(names)
        doc = nlp(text)
        words = words_of(text)
        countries = country_words(words, text, component.lexicon)
        entities = [(e.start_char, e.end_char, e.label_) for e in doc.ents]
        for c in component.candidates(text, words, countries, entities):
            own = {fold(text[c.start : c.end]), fold(c.name), c.key}
            if own & firm:
                if c.part is None:
                    found.append((path.stem, c, 1))
            elif not own & optional and c.part is None:
                found.append((path.stem, c, 0))
    return found


def fit(x: np.ndarray, y: np.ndarray, w: np.ndarray, penalty: float = PENALTY) -> np.ndarray:
    """Weighted logistic regression with a ridge penalty on all but the first column."""
    beta = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], penalty)
    ridge[0] = 1e-3
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        hessian = (x * (w * p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(hessian, x.T @ (w * (y - p)) - ridge * beta)
        beta += step
        if np.abs(step).max() < 1e-6:
            break
    return beta


# Of the places that the model finds in these articles, the share that it calls something else in articles that it
# has not learnt from; and of other names, the share that it then takes for places.
LOST = {"ner_none": 0.04, "ner_per": 0.007, "ner_org": 0.003}
INVENTED = 0.01


def blind(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, learnt: np.ndarray, names: list[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Moves a share of each case's weight to what it would look like had the model not learnt from the article.

    The shipped model has seen these very articles and errs less on them than on others; without this it would be
    trusted too much, and the other evidence too little.
    """
    flags = [i for i, name in enumerate(names) if name.startswith("ner_")]
    parts = [(x, y, w.copy())]
    found = learnt & (y == 1) & (x[:, names.index("ner_loc")] == 1)
    other = learnt & (y == 0) & (x[:, names.index("ner_loc")] == 0)
    for rows, label, share in [
        *((found, name, share) for name, share in LOST.items()),
        (other, "ner_loc", INVENTED),
    ]:
        moved = x[rows].copy()
        moved[:, flags] = 0
        moved[:, names.index(label)] = 1
        parts.append((moved, y[rows], w[rows] * share))
        parts[0][2][rows] -= w[rows] * share
    xs, ys, ws = zip(*parts, strict=True)
    return np.vstack(xs), np.concatenate(ys), np.concatenate(ws)


# Weights that are set, not learnt: 'repeated' says that another mention is sure and cannot make a place of a name;
# 'Landkreis X-Y' is a county whatever else stands around it, and rare.
SET = {"repeated": 2.0, "double_county": 3.0}
# Weights that are learnt, but count at least so much against a place: in most of these articles the model knows which 'Essen' is
# the town, in others it takes the meal at the head of a sentence for it.
AT_MOST = {"word_unsigned": -3.0}


def measures(score: np.ndarray, y: np.ndarray) -> str:
    """Precision, recall and F at log-odds 0, and log loss."""
    yes = score > 0
    tp = float((yes & (y == 1)).sum())
    p, r = tp / max(1, yes.sum()), tp / max(1, (y == 1).sum())
    loss = float(np.mean(np.logaddexp(0, -np.where(y == 1, score, -score))))
    return f"P {p:.3f} R {r:.3f} F {2 * p * r / (p + r):.3f} log loss {loss:.3f}"


def main() -> None:
    """Print what folds say, write the weights learnt from all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("gold", type=Path)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--skip", type=Path)
    parser.add_argument("--learnt", type=Path)
    parser.add_argument("--dry", action="store_true")
    args = parser.parse_args()
    skip = set(args.skip.read_text("utf-8").split()) if args.skip else set()
    found = cases(args.gold, args.model, skip)
    names = sorted(
        {name for _, c, _ in found for name in c.features if name not in SET},
        key=lambda n: (n != "bias", n),
    )
    x = np.array([[c.features.get(name, 0.0) for name in names] for _, c, _ in found])
    y = np.array([label for _, _, label in found], float)
    mentions = Counter((article, c.key) for article, c, _ in found)
    w = np.array([1 / mentions[article, c.key] ** 0.5 for article, c, _ in found])
    articles = sorted({article for article, _, _ in found})
    fold_of = {article: i % 5 for i, article in enumerate(articles)}
    folds = np.array([fold_of[article] for article, _, _ in found])
    known = {path.stem for path in (args.learnt or args.gold).glob("*.json")}
    learnt = np.array([article in known for article, _, _ in found])
    held = np.zeros(len(y))
    for k in range(5):
        rest = folds != k
        held[~rest] = x[~rest] @ fit(*blind(x[rest], y[rest], w[rest], learnt[rest], names))
    weights = load_lexicon(None).weights
    hand = x @ np.array([weights.get(name, 0.0) for name in names])
    print(len(articles), "articles", len(y), "cases", int(y.sum()), "places")
    print("in force:", measures(hand, y))
    print("held out:", measures(held, y))
    for name, rows in (("learnt by the model", learnt), ("new to the model", ~learnt)):
        if rows.any():
            print(f"  {name}: {measures(held[rows], y[rows])}; in force: {measures(hand[rows], y[rows])}")
    beta = fit(*blind(x, y, w, learnt, names))
    for name, most in AT_MOST.items():
        beta[names.index(name)] = min(most, beta[names.index(name)])
    for name, weight in zip(names, beta, strict=True):
        column = x[:, names.index(name)] != 0
        print(f"{name:18} {weight:7.2f}  in {int(column.sum()):5} cases, {int(y[column].sum()):5} places")
    if not args.dry:
        lines = "".join(
            f"  {name}: {weight:.2f}\n"
            for name, weight in [*SET.items(), *zip(names, beta.tolist(), strict=True)]
        )
        OUT.write_text(
            "# Weights of the evidence for a place (log-odds), learnt by training/cities.py from the project's own\n"
            f"# articles ({len(articles)} articles, {len(y)} candidates). Held out: {measures(held, y)}.\n"
            f"version: 1\nweights:\n{lines}",
            "utf-8",
        )


if __name__ == "__main__":
    main()
