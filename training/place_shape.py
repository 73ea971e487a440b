"""Derives `rules/places/suffixes.tsv`: which endings names of places have, and which German common words have.

    python training/place_shape.py DATA_DIR

Places: the main names of the place index outside our own facts. Words: capitalised words of 14 million words of
debates and the nouns of spaCy's German lemma table (MIT) that no place bears. An ending's log-odds (times ten, both
classes weighing the same) stands in the file where it differs from that of the next shorter ending.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections import Counter
from pathlib import Path

from pipeline.knowledge.gazetteer import fold_word, gazetteer

TOKEN = re.compile(r"[^\W\d_]+")
LONGEST, LEAST, DIFFERENCE, ALPHA = 6, 6, 0.7, 2.0


def endings(word: str) -> list[str]:
    """'$', 'm$', 'um$' … of a folded word, shortest first; '^' marks a word that is as short as its ending."""
    marked = "^" + word
    return [""] + [marked[-n:] for n in range(1, min(LONGEST, len(marked)) + 1)]


def main(data: Path) -> None:
    """Write rules/places/suffixes.tsv."""
    index = gazetteer()
    names: Counter[str] = Counter()
    columns = index._columns
    for row in range(len(index)):
        if columns["gid"][row] > 0 and columns["kind"][row] <= 1:
            place = index._read_place(row, 0)
            weight = 3 if place.country in ("DE", "AT", "CH", "PL", "FR", "IT", "UA", "CZ", "GB") else 1
            for name in {place.name, place.german}:
                word = fold_word(TOKEN.findall(name)[0]) if TOKEN.findall(name) else ""
                if len(word) > 2:
                    names[word] = max(names[word], weight)
    nouns: Counter[str] = Counter()
    for path in sorted((data / "text").glob("*.txt.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
            for token in TOKEN.findall(line):
                if token[0].isupper() and not token.isupper():
                    nouns[fold_word(token)] += 1
    for form in json.loads(gzip.decompress((data / "ud/de_lemma_lookup.json.gz").read_bytes())):
        if form[:1].isupper():
            nouns[fold_word(form)] += 1
    words = [w for w in nouns if len(w) > 2]
    common = [w for w, slot in zip(words, index.slots(words), strict=True) if slot < 0]
    place_count, noun_count = Counter[str](), Counter[str]()
    for name, weight in names.items():
        for ending in endings(name):
            place_count[ending] += weight
    for word in common:
        for ending in endings(word):
            noun_count[ending] += 1
    ratio = place_count[""] / noun_count[""]

    def odds(ending: str) -> float:
        return math.log((place_count[ending] + ALPHA) / (noun_count[ending] * ratio + ALPHA))

    kept = {"": 0.0}
    for ending in sorted(
        {e for e in [*place_count, *noun_count] if place_count[e] + noun_count[e] >= LEAST}, key=len
    ):
        parent = (
            next(kept[ending[cut:]] for cut in range(1, len(ending) + 1) if ending[cut:] in kept)
            if ending
            else 0.0
        )
        if ending and abs(odds(ending) - parent) > DIFFERENCE:
            kept[ending] = odds(ending)
    kept.pop("")
    out = Path(__file__).resolve().parent.parent / "rules" / "places" / "suffixes.tsv"
    out.write_text(
        "# Log-odds (times ten) that a word with this ending is a place's name and no German common word; ^ is the word's\n"
        "# beginning. Made by training/place_shape.py, which names the sources. ending\\tlog-odds\n".replace(
            "\\t", "\t"
        )
        + "".join(f"{ending}\t{round(10 * value)}\n" for ending, value in sorted(kept.items())),
        "utf-8",
    )
    print(len(names), "names", len(common), "words", len(kept), "endings")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
