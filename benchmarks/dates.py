"""Speed of the date component: words a second on one core, and how its time grows with hostile text.

`python -m benchmarks dates` reads the corpus of the repository, `python -m benchmarks.dates TEXT …` other texts. A line
misses its mark when the component is slower than `WORDS_A_SECOND`, or takes more than `GROWTH` times as long for eight
times the text.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.run import Line
from pipeline.components.dates import Dates

WORDS_A_SECOND = 60_000
GROWTH = 12.0
HOSTILE = (
    "1", "1.", "1.1.", "12.12.20", "1/", "1-", "2019–", "a-\n", "Mai ", "3. ", "3. und ", "3. Mai ", "vom 3. bis ",
    "( ", "„", "\n\n", "seit ", "heute ", "im Sommer ", "Montag, ", "1974 ", "vor drei Jahren ", "Stand: 3.5.2019 ",
    "Am 3. Mai 2019 war es. ", "1957\nMai\n", "14. Mai 2023\n", "5., 6. und 7. Mai ", "x", "Xa", "|3.5.2019|\n", "Elmer Zeitung vom 3. Mai 2019\n",
    "Verfasst von A, 3.5.2019\n", "Freitag, 3. Mai 2019\nx ", "* 3. Mai 1938 ",
)  # fmt: skip


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs, in seconds of processor time."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def lines(paths: Sequence[Path] = ()) -> list[Line]:
    """The lines of the table, measured on `paths` or the corpus."""
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
    worst, unit = max((_growth(unit, nlp, dates), unit) for unit in HOSTILE)
    return [
        Line("dates: words a second", f"{speed:,.0f}", f"{WORDS_A_SECOND:,}", speed >= WORDS_A_SECOND),
        Line(f"dates: time for 8 times {unit!r}", f"x{worst:.1f}", f"x{GROWTH:.0f}", worst <= GROWTH),
    ]


def _growth(unit: str, nlp: Language, dates: Dates) -> float:
    """How much longer 32 kB of `unit` take than 4 kB."""

    def taken(size: int) -> float:
        text = unit * (size // len(unit))
        # whole lumps as words: spaCy's tokenizer takes quadratic time on text without spaces, and is not measured
        words = [text[at : at + 50] for at in range(0, len(text), 50)]
        doc = Doc(nlp.vocab, words=words, spaces=[False] * len(words))

        def once() -> None:
            doc.user_data.clear()
            dates(doc)

        return seconds(once)

    return taken(32_000) / max(taken(4_000), 0.005)


def main() -> int:
    """Measure and print; the exit code."""
    found = lines([Path(name) for name in sys.argv[1:]])
    for line in found:
        print(f"{line.what}: {line.measured} (wanted: {line.wanted})")
    return int(not all(line.passed for line in found))


if __name__ == "__main__":
    sys.exit(main())
