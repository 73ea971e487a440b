"""Speed of the date component: words a second on one core, and how its time grows with hostile text.

`python -m benchmarks.dates [TEXT …]`; without files the corpus of the repository is read. Exit code 1 when the
component is slower than `WORDS_A_SECOND`, or takes more than `GROWTH` times as long for eight times the text.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import spacy
from spacy.tokens import Doc

from pipeline.components.dates import Dates

WORDS_A_SECOND = 60_000
GROWTH = 12.0
HOSTILE = (
    "1", "1.", "1.1.", "12.12.20", "1/", "1-", "2019–", "a-\n", "Mai ", "3. ", "3. und ", "3. Mai ", "vom 3. bis ",
    "( ", "„", "\n\n", "seit ", "heute ", "im Sommer ", "Montag, ", "1974 ", "vor drei Jahren ", "Stand: 3.5.2019 ",
    "Am 3. Mai 2019 war es. ", "1957\nMai\n", "14. Mai 2023\n", "5., 6. und 7. Mai ", "x" , "Xa",
)  # fmt: skip


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs, in seconds of processor time."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> int:
    """Measure and print; the exit code."""
    paths = [Path(name) for name in sys.argv[1:]]
    paths = paths or sorted((Path(__file__).resolve().parent.parent / "corpus" / "raw").glob("*.txt"))
    texts = [path.read_text("utf-8") for path in paths]
    nlp, dates = spacy.blank("de"), Dates()
    docs = [nlp.make_doc(text) for text in texts]

    def read() -> None:
        for doc in docs:
            doc.user_data.clear()
            dates(doc)

    words = sum(len(text.split()) for text in texts)
    speed = words / seconds(read)
    print(f"{len(texts)} articles, {words} words: {speed:,.0f} words a second")
    slow = []
    for unit in HOSTILE:

        def grow(size: int, unit: str = unit) -> float:
            text = unit * (size // len(unit))
            # whole lumps as words: spaCy's tokenizer takes quadratic time on text without spaces, and is not measured
            words = [text[at : at + 50] for at in range(0, len(text), 50)]
            doc = Doc(nlp.vocab, words=words, spaces=[False] * len(words))

            def once() -> None:
                doc.user_data.clear()
                dates(doc)

            return seconds(once)

        short, long = grow(4_000), grow(32_000)
        growth = long / max(short, 0.005)
        if growth > GROWTH:
            slow.append(unit)
        print(
            f"{unit!r:22} 4 kB {short:6.3f} s, 32 kB {long:6.3f} s, x{growth:4.1f}{' !' if growth > GROWTH else ''}"
        )
    return int(speed < WORDS_A_SECOND or bool(slow))


if __name__ == "__main__":
    sys.exit(main())
