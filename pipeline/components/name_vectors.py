"""Word vectors of the shipped model: subword vectors plus what name lists know about a word, and its cluster.

`jumelage.NameVectors.v2` takes the place of spaCy's own vectors table (`[nlp.vectors]`). A word's
vector is its floret vector, kept in eight bits a number, followed by the marks of the name table: is it
a town, a given name, a surname, how common is it. Words in capitals are looked up in normal spelling,
and a genitive -s or the parts of a hyphenated name are looked up as well. Nothing is out of vocabulary.

A word's Brown cluster (Brown et al. 1992, 'Class-based n-gram models of natural language') is a number that it
shares with words of the same surroundings in a large web corpus, so that a town or a surname which no text
of ours has is known by its company. As a feature of name recognition: Turian et al. 2010.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import srsly
from spacy.attrs import ORTH  # type: ignore[import-not-found]
from spacy.strings import StringStore, get_string_id
from spacy.util import registry
from spacy.vectors import BaseVectors, Vectors  # type: ignore[import-not-found]
from spacy.vocab import Vocab

from pipeline.components import word_embedding as word_embedding  # a model with these vectors needs it too

MARKS = 16
"""Number of yes-or-no marks in the name table; their meaning is set where the table is made."""

NOUN_MARKS = 1 << 12 | 1 << 14
"""Marks of a common noun: in a tagged corpus, in the lexicon."""

EXTRA = MARKS * 3 + 6
FILE = "name_vectors.msgpack"
CACHE_ROWS = 5_000
"""Words whose vectors are kept: few, since what the model makes of them is remembered too (`word_cache`)."""

COMMON_FROM = 6
"""Least log count (twice the binary logarithm, as in the table) of a common word: eight times in the corpus."""

Floats = npt.NDArray[np.float32]
_NO_FORM = -1


def normal_spelling(word: str) -> str:
    """A word in capitals as it is written in running text.

    >>> normal_spelling("BOTTROP"), normal_spelling("BADEN-BADEN"), normal_spelling("EU")
    ('Bottrop', 'Baden-Baden', 'EU')
    """
    if len(word) > 4 and word.isupper():
        return "-".join(part.capitalize() if len(part) > 2 else part for part in word.split("-"))
    return word


def _without_ending(word: str) -> str:
    """A word without the -s of a genitive; nothing where it has none."""
    form = normal_spelling(word)
    return form[:-1] if form.endswith("s") and len(form) > 4 else ""


def _last_part(word: str) -> str:
    """The last part of a name with a hyphen; nothing where it has none."""
    form = normal_spelling(word)
    return form.rsplit("-", 1)[-1] if "-" in form[1:-1] else ""


def key_of(word: str) -> int:
    """The key of a word in the name table."""
    return get_string_id(word) & 0xFFFFFFFF


class NameVectors(BaseVectors):  # type: ignore[misc]
    """Subword vectors and name marks behind spaCy's vectors interface."""

    def __init__(self, *, strings: StringStore | None = None) -> None:
        self.strings = strings if strings is not None else StringStore()
        self.name = "jumelage.name_vectors"
        self.mode = "default"
        self.attr = ORTH
        self._settings: dict[str, Any] = {}
        self._codes: npt.NDArray[np.int8] = np.zeros((0, 0), dtype=np.int8)
        self._scale: Floats = np.zeros((0,), dtype=np.float32)
        self._keys: npt.NDArray[np.uint32] = np.zeros((0,), dtype=np.uint32)
        self._marks: npt.NDArray[np.uint16] = np.zeros((0,), dtype=np.uint16)
        self._counts: npt.NDArray[np.uint8] = np.zeros((0,), dtype=np.uint8)
        self._cluster_keys: npt.NDArray[np.uint32] = np.zeros((0,), dtype=np.uint32)
        self._clusters: npt.NDArray[np.uint16] = np.zeros((0,), dtype=np.uint16)
        self._subwords: Vectors | None = None
        self._rows: dict[int, int] = {}
        self._cache: Floats = np.zeros((0, 0), dtype=np.float32)
        self._common: npt.NDArray[np.bool_] = np.zeros((0,), dtype=np.bool_)
        self._kept_clusters: npt.NDArray[np.uint16] = np.zeros((0,), dtype=np.uint16)

    def fill(
        self,
        table: Floats,
        settings: dict[str, Any],
        names: dict[str, int],
        counts: dict[str, int],
        clusters: dict[str, int],
    ) -> None:
        """Set the contents: a floret table with its settings, the marks, the log counts and the clusters of words."""
        scale = np.abs(table).max(axis=1) / 127.0
        scale[scale == 0] = 1.0
        merged: dict[int, tuple[int, int]] = {}
        for word in names.keys() | counts.keys():
            merged[key_of(word)] = (names.get(word, 0), counts.get(word, 0))
        keys = sorted(merged)
        clustered = dict(sorted((key_of(word), cluster) for word, cluster in clusters.items()))
        self._load(
            {
                "settings": dict(settings),
                "codes": np.rint(table / scale[:, None]).astype(np.int8),
                "scale": scale.astype(np.float32),
                "keys": np.array(keys, dtype=np.uint32),
                "marks": np.array([merged[key][0] for key in keys], dtype=np.uint16),
                "counts": np.array([merged[key][1] for key in keys], dtype=np.uint8),
                "cluster_keys": np.array(list(clustered), dtype=np.uint32),
                "clusters": np.array(list(clustered.values()), dtype=np.uint16),
            }
        )

    def _load(self, data: dict[str, Any]) -> None:
        self._settings = data["settings"]
        self._codes, self._scale = data["codes"], data["scale"]
        self._keys, self._marks, self._counts = data["keys"], data["marks"], data["counts"]
        self._cluster_keys, self._clusters = data["cluster_keys"], data["clusters"]
        width = self._codes.shape[1] + EXTRA
        self._subwords = Vectors(
            strings=StringStore(),
            data=self._codes.astype(np.float32) * self._scale[:, None],
            mode="floret",
            **self._settings,
        )
        self._rows = {}
        # whole at once: what is not written to costs no memory, and copies that grow are not all given back
        self._cache = np.zeros((CACHE_ROWS, width), dtype=np.float32)
        self._common = np.zeros((CACHE_ROWS,), dtype=np.bool_)
        self._kept_clusters = np.zeros((CACHE_ROWS,), dtype=np.uint16)

    def _looked_up(self, words: list[str]) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint8]]:
        keys = np.array([key_of(word) if word else 0 for word in words], dtype=np.uint32)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found = self._keys[places] == keys
        return np.where(found, self._marks[places], 0), np.where(found, self._counts[places], 0)

    def _clusters_of(self, words: list[str]) -> npt.NDArray[np.uint16]:
        """Clusters of words; of one that has none, that of its form without -s, its last part, in small letters."""
        found = np.zeros(len(words), dtype=np.uint16)
        if not len(self._cluster_keys):
            return found
        for form_of in (normal_spelling, _without_ending, _last_part, str.lower):
            missing = np.flatnonzero(found == 0)
            forms = [form_of(words[number]) for number in missing.tolist()]
            keys = np.array([key_of(form) if form else 0 for form in forms], dtype=np.uint32)
            places = np.minimum(np.searchsorted(self._cluster_keys, keys), len(self._cluster_keys) - 1)
            found[missing] = np.where(self._cluster_keys[places] == keys, self._clusters[places], 0)
        return found

    def _computed(self, words: list[str]) -> Floats:
        """Vectors of words that are not in the cache yet."""
        assert self._subwords is not None
        forms = [normal_spelling(word) for word in words]
        inflected = [_without_ending(form) for form in forms]
        parts = [_last_part(form) for form in forms]
        marks, counts = self._looked_up(forms)
        base_marks, _ = self._looked_up(inflected)
        part_marks, _ = self._looked_up(parts)
        lower_marks, lower_counts = self._looked_up([form.lower() for form in forms])
        tails = self._noun_tails(forms, marks)
        bits = np.arange(MARKS, dtype=np.uint16)
        columns = [
            self._subwords.get_batch(forms),
            (marks[:, None] >> bits) & 1,
            (base_marks[:, None] >> bits) & 1,
            (part_marks[:, None] >> bits) & 1,
            counts[:, None] / 10.0,
            lower_counts[:, None] / 10.0,
            (lower_marks != 0)[:, None],
            (tails > 0)[:, None],
            tails[:, None],
            np.array([[form != word] for form, word in zip(forms, words, strict=True)]),
        ]
        return np.concatenate(columns, axis=1).astype(np.float32)

    def _noun_tails(self, forms: list[str], marks: npt.NDArray[np.uint16]) -> Floats:
        """For words without marks, the share of the longest tail that is a common noun: Haar|wurzel."""
        tails: list[str] = []
        owners: list[tuple[int, float]] = []
        for number, form in enumerate(forms):
            if marks[number] == 0 and len(form) >= 7 and form.isalpha():
                for cut in range(3, len(form) - 3):
                    tails.append(form[cut:].capitalize())
                    owners.append((number, 1 - cut / len(form)))
        shares = np.zeros(len(forms), dtype=np.float32)
        if tails:
            tail_marks, _ = self._looked_up(tails)
            for place in np.flatnonzero(tail_marks & NOUN_MARKS).tolist():
                number, share = owners[place]
                shares[number] = max(shares[number], share)
        return shares

    def get_batch(self, keys: Iterable[int | str]) -> Floats:
        """The vectors of the given words (strings or their ids), one row each."""
        rows = self._rows_of(keys)  # first: the cache may grow
        return self._cache[rows]

    def common(self, keys: Iterable[int | str]) -> npt.NDArray[np.bool_]:
        """Whether each word is common in the corpus; punctuation always is, numbers never."""
        rows = self._rows_of(keys)
        return self._common[rows]

    def clusters(self, keys: Iterable[int | str]) -> npt.NDArray[np.uint16]:
        """The Brown cluster of each word: its path in the tree of clusters, the root's bit lowest; 0 for none."""
        rows = self._rows_of(keys)
        return self._kept_clusters[rows]

    def _rows_of(self, keys: Iterable[int | str]) -> list[int]:
        """Rows of the cache, into which words that are not there yet are computed."""
        numbers = [key if isinstance(key, int) else get_string_id(key) for key in _plain(keys)]
        rows = self._rows
        unknown = [number for number in dict.fromkeys(numbers) if number not in rows]
        if unknown:
            if len(rows) + len(unknown) > CACHE_ROWS:
                rows.clear()
                unknown = list(dict.fromkeys(numbers))
            start = len(rows)
            needed = start + len(unknown)
            if needed > len(self._cache):
                size = max(needed, 2 * len(self._cache))
                self._cache = _grown(self._cache, start, size)
                self._common = _grown(self._common, start, size)
                self._kept_clusters = _grown(self._kept_clusters, start, size)
            words = [self.strings.as_string(number) for number in unknown]
            computed = self._computed(words)
            self._cache[start:needed] = computed
            self._common[start:needed] = self._are_common(words, computed)
            self._kept_clusters[start:needed] = self._clusters_of(words)
            rows.update(zip(unknown, range(start, needed), strict=True))
        return [rows[number] for number in numbers]

    def _are_common(self, words: list[str], vectors: Floats) -> npt.NDArray[np.bool_]:
        counts = vectors[:, self._codes.shape[1] + 3 * MARKS :][:, :2].max(axis=1)
        signs = np.array([not any(char.isalnum() for char in word) for word in words])
        common: npt.NDArray[np.bool_] = (counts * 10 >= COMMON_FROM - 0.5) | signs
        return common

    def __getitem__(self, key: int | str) -> Floats:
        return cast(Floats, self.get_batch([key])[0])

    def __contains__(self, key: object) -> bool:
        return len(self._codes) > 0

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def shape(self) -> tuple[int, int]:
        """Buckets and width of a vector."""
        return (len(self._codes), self.vectors_length)

    @property
    def vectors_length(self) -> int:
        """Width of a vector; nought before the table is filled."""
        return self._codes.shape[1] + EXTRA if len(self._codes) else 0

    @property
    def size(self) -> int:
        return len(self) * self.vectors_length

    @property
    def n_keys(self) -> int:
        """-1 as in spaCy's floret mode: every word has a vector."""
        return -1

    @property
    def is_full(self) -> bool:
        return True

    def add(self, key: int | str, *, vector: Floats | None = None, row: int | None = None) -> int:
        """Words cannot be added; every word has a vector already."""
        return _NO_FORM

    def _contents(self) -> dict[str, Any]:
        return {
            "settings": self._settings,
            "codes": self._codes,
            "scale": self._scale,
            "keys": self._keys,
            "marks": self._marks,
            "counts": self._counts,
            "cluster_keys": self._cluster_keys,
            "clusters": self._clusters,
        }

    def to_bytes(self, **kwargs: object) -> bytes:
        return cast(bytes, srsly.msgpack_dumps(self._contents()))

    def from_bytes(self, data: bytes, **kwargs: object) -> NameVectors:
        contents = srsly.msgpack_loads(data)
        if contents["settings"]:
            self._load(contents)
        return self

    def to_disk(self, path: str | Path, **kwargs: object) -> None:
        Path(path, FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **kwargs: object) -> NameVectors:
        file = Path(path, FILE)
        return self.from_bytes(file.read_bytes()) if file.exists() else self


def _grown(array: npt.NDArray[Any], used: int, size: int) -> npt.NDArray[Any]:
    """A longer array with the same first rows."""
    longer = np.zeros((size, *array.shape[1:]), dtype=array.dtype)
    longer[:used] = array[:used]
    return longer


def _plain(keys: Iterable[int | str]) -> list[int | str]:
    if isinstance(keys, np.ndarray):
        return cast("list[int | str]", keys.tolist())
    return list(keys)


@registry.vectors("jumelage.NameVectors.v2")  # type: ignore[untyped-decorator]
def create_name_vectors() -> Callable[[Vocab], NameVectors]:
    """The factory that a config names under `[nlp.vectors]`."""

    def create(vocab: Vocab) -> NameVectors:
        return NameVectors(strings=vocab.strings)

    return create
