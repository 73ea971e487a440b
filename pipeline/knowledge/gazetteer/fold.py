"""Folds the spellings of a place name onto one key, and cuts text into the words that keys are made of.

`München`, `Muenchen` and `MÜNCHEN` have one key, and so have `Groß-Gerau` and `Gross Gerau`, `Kętrzyn` and
`Ketrzyn`, `St. Wendel` and `Sankt Wendel`, `Neustadt a. d. Weinstraße` and `Neustadt an der Weinstraße`.
A key is the folded words joined by one blank, whatever stood between them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

# Hungarian ő, ű and Estonian õ are often typed as ö and ü: they share their key.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ő": "oe", "ű": "ue", "õ": "oe"})
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
        "ə": "a", "ŋ": "n", "\u00ad": "", "'": "", "’": "", "ʼ": "", "ʻ": "", "‘": "", "`": "", "´": "", "ʿ": "",
        "ʾ": "", "\n": "", "-": "", "ʹ": "", "ʺ": "", "·": "",
    }
)  # fmt: skip
_SPELLED = {
    "sankt": "st", "saint": "st", "sainte": "ste", "weinstr": "weinstrasse", "westfalen": "westf",
    "westfalen)": "westf", "an": "an", "a": "an", "d": "der", "b": "bei", "i": "in", "v": "vor", "o": "ob",
    "schlesw": "schleswig", "wuertt": "wuerttemberg", "oberpf": "oberpfalz", "holst": "holstein",
    "mt": "mount", "ft": "fort",
}  # fmt: skip

# A word of a name: letters with their combining marks, apostrophes and soft hyphens inside; a word cut at
# the end of a line ("Dort-\nmund") is one word, words run together by a lost table ("AvignonFrankreich") are two.
_LETTER = r"[^\W\d_](?<![a-zäöüßéèáíóúńłę][A-ZÄÖÜÉÈÁŻŁŚŠČŽ])"
WORD = re.compile(
    rf"[^\W\d_](?:{_LETTER}|[\u0300-\u036f\u00ad]|['’ʼ](?=[^\W\d_]))*"
    rf"(?:-\n(?=[a-zß-ÿ]{{2}})(?!und\b|oder\b)(?:{_LETTER}|[\u0300-\u036f\u00ad])+)?"
)


@lru_cache(maxsize=1 << 14)
def fold_word(word: str, plain: bool = False) -> str:
    """One word folded; `plain` reads ä as a (for `Malmo`), else as ae (for `Muenchen`)."""
    low = unicodedata.normalize("NFC", word).lower()
    if not plain:
        low = low.translate(_UMLAUTS)
    low = low.translate(_LETTERS)
    if not low.isascii():
        low = "".join(c for c in unicodedata.normalize("NFKD", low).lower() if c.isalpha())
    return _SPELLED.get(low, low)


class FoldedWords(dict[str, str]):
    """A cache of `fold_word` for running text, quicker than a call; it empties itself before it grows large."""

    LARGEST = 20_000

    def __missing__(self, word: str) -> str:
        if len(self) > self.LARGEST:
            self.clear()
        folded = self[word] = fold_word(word)
        return folded


def fold(name: str, plain: bool = False) -> str:
    """The key of a whole name."""
    return " ".join(filter(None, (fold_word(word, plain) for word in WORD.findall(name))))


@lru_cache(maxsize=1 << 14)
def hash_key(key: str) -> int:
    """64 bits of BLAKE2b: stable over versions and machines; two of a million keys meet once in 10^7 indexes."""
    return int.from_bytes(blake2b(key.encode("utf-8"), digest_size=8).digest(), "little")
