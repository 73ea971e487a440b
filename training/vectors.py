"""Subword vectors (floret) from the plain text of the data folder.

The corpus is every running text we may train on: parliament and council speeches, the raw
sentences of the NER and UD training parts. One sentence or paragraph a line, tokens set apart.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TOKEN = re.compile(r"\w+(?:[-’'.]\w+)*|[^\w\s]")
DIMENSIONS = 128
BUCKETS = 50_000
MIN_N = 3
MAX_N = 5
HASHES = 2
EPOCHS = 5


def plain_lines(data: Path) -> Iterator[str]:
    """Lines of running text from every source that may be trained on."""
    for name in ("bundestag_wp20.txt.gz", "council_speeches.txt.gz"):
        with gzip.open(data / "text" / name, "rt", encoding="utf-8") as stream:
            yield from stream
    for path in (data / "ner/germeval2014/train.bio.tsv.gz", data / "ner/wikiner/part.bio.tsv.gz"):
        words: list[str] = []
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                if line.strip():
                    words.append(line.split("\t")[0])
                elif words:
                    yield " ".join(words)
                    words = []
    with gzip.open(data / "ud/de_gsd-train-upos.tsv.gz", "rt", encoding="utf-8") as stream:
        for line in stream:
            yield " ".join(piece.split("##")[0] for piece in line.split())
    with gzip.open(data / "ner/smartdata/train.json.gz", "rt", encoding="utf-8") as stream:
        for match in re.finditer(r'"text" : \{\s*"string" : ("(?:[^"\\]|\\.)*")', stream.read()):
            yield from json.loads(match.group(1)).splitlines()


def write_corpus(data: Path, target: Path, *, limit: int | None = None) -> None:
    """Write the tokenised corpus that floret reads; `limit`: no more lines than that."""
    with target.open("w", encoding="utf-8") as stream:
        for line in islice(plain_lines(data), limit):
            tokens = TOKEN.findall(line)
            if len(tokens) > 2:
                stream.write(" ".join(tokens) + "\n")


def train(corpus: Path, target: Path, *, epochs: int = EPOCHS, threads: int = 1) -> None:
    """Train CBOW floret vectors and write them in floret's text format."""
    import floret

    model = floret.train_unsupervised(
        str(corpus),
        model="cbow",
        mode="floret",
        hashCount=HASHES,
        bucket=BUCKETS,
        minn=MIN_N,
        maxn=MAX_N,
        minCount=3,
        dim=DIMENSIONS,
        epoch=epochs,
        ws=4,
        neg=10,
        lr=0.05,
        thread=threads,
    )
    model.save_floret_vectors(str(target))


def read_table(path: Path) -> tuple[npt.NDArray[np.float32], dict[str, Any]]:
    """A floret file's table and its settings in spaCy's words."""
    with path.open(encoding="utf-8") as stream:
        buckets, dimensions, minn, maxn, hash_count, hash_seed, bow, eow = stream.readline().split()
        table = np.zeros((int(buckets), int(dimensions)), dtype=np.float32)
        for line in stream:
            row, *values = line.rstrip().split(" ")
            table[int(row)] = np.array(values, dtype=np.float32)
    settings = {
        "minn": int(minn),
        "maxn": int(maxn),
        "hash_count": int(hash_count),
        "hash_seed": int(hash_seed),
        "bow": bow,
        "eow": eow,
    }
    return table, settings
