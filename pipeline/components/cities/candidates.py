"""Finds the stretches of text that may name a place: gazetteer names in all their written forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field

from pipeline.knowledge.gazetteer import MAIN, REGION, WORD, FoldedWords, Gazetteer, Place

# What may stand between two words of one name: "Bad Soden", "Cluj-Napoca", "St. Wendel", "Frankfurt/Main", "Halle (Saale)".
_JOINED = re.compile(r"(?:| |\u00a0|[-‐‑–]|\. ?|/| \(|\n)\Z")
MAX_WORDS = 6


@dataclass(slots=True)
class Word:
    """A word of the text with its folded form."""

    start: int
    end: int
    text: str
    folded: str

    @property
    def capital(self) -> bool:
        """Does it begin with a capital?"""
        return self.text[0].isupper()


@dataclass(slots=True)
class Candidate:
    """A stretch of text with the places that bear its name.

    `first` and `last` are indexes of words. `name` is the name as written, without its genitive -s. `key` is the
    folded name: candidates of one key mean one place unless something tells them apart. `country` stands beside the
    name, `listed` before the list that it stands in.
    """

    start: int
    end: int
    first: int
    last: int
    name: str
    key: str
    places: list[Place]
    inflected: bool = False
    prior: float | None = None
    names: int = 0
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0
    by: str = "cities.gazetteer"
    country: str | None = None
    kinds: frozenset[str] | None = None
    part: str | None = None
    listed: str | None = None
    regions: list[Place] = field(default_factory=list)
    namesakes: list[Place] = field(default_factory=list)
    title: str | None = None
    place: Place | None = None
    link: float = 0.0


_FOLDED = FoldedWords()
# A word that nearly never names a place (log-odds) is looked at only behind a sign of place.
_HOPELESS = -4.5


def words_of(text: str) -> list[Word]:
    """All words of `text`, folded."""
    folded = _FOLDED
    return [Word(*m.span(), word, folded[word]) for m in WORD.finditer(text) if (word := m.group())]


def find_candidates(text: str, words: list[Word], gazetteer: Gazetteer, signs: Set[str],
                    marked: Callable[[int, int], bool]) -> list[Candidate]:  # fmt: skip
    """The longest gazetteer name at each capitalised word, with its reading without genitive -s.

    `signs` are folded words behind which even an everyday word may be a place ('nach Auch'); `marked` says whether
    the model takes a stretch for a place.
    """
    heads = [i for i, word in enumerate(words) if word.text[0].isupper() or word.text[0] in "'’"]
    info = gazetteer.heads([words[i].folded for i in heads])
    spans: list[tuple[int, int, str, bool]] = []
    plain: list[tuple[int, int, str, bool, int]] = []
    for i in heads:
        word = words[i]
        slot, limit = info[word.folded]
        if slot >= 0:
            plain.append((i, i, word.folded, False, slot))
        if word.folded[-1:] == "s" and len(word.folded) > 3:
            stem = word.folded[: -2 if word.folded.endswith("kreises") else -1]
            spans.append((i, i, stem, True))
        if limit < 2:
            continue
        key = word.folded
        for j in range(i + 1, min(i + min(limit, MAX_WORDS), len(words))):
            if not _joined(text, words[j - 1], words[j]):
                break
            last = words[j].folded
            before, key = key, f"{key} {last}"
            if words[j].text in signs:  # 'Košice in der Slowakei': no name ends there
                continue
            spans.append((i, j, key, False))
            if last[-1:] == "s" and len(last) > 3:
                spans.append((i, j, f"{before} {last[: -2 if last.endswith('kreises') else -1]}", True))
    keys = list({key for _, _, key, _ in spans})
    slots = dict(zip(keys, gazetteer.slots(keys), strict=True))
    best: dict[int, dict[int, list[tuple[str, bool, int]]]] = {}
    for i, j, key, inflected, slot in [*plain, *((i, j, k, bent, slots[k]) for i, j, k, bent in spans)]:
        if slot >= 0:
            best.setdefault(i, {}).setdefault(j, []).append((key, inflected, slot))
    found: list[Candidate] = []
    covered = -1
    for i in sorted(best):
        if i <= covered:
            continue
        j = max(best[i])
        if i == j:
            prior = gazetteer.prior(best[i][j][0][2])
            if (
                prior is not None
                and prior < _HOPELESS
                and not (i and words[i - 1].folded in signs)
                and not marked(words[i].start, words[i].end)
            ):
                continue
        made = _candidate(text, words, i, j, best[i][j], gazetteer)
        end = j if any(p.rank == MAIN for p in made.places) else _before_region(words, i, j, gazetteer)
        if end < j:
            # 'Friedberg in Bayern' is Friedberg, and Bayern beside it.
            made.last, made.end = end, words[end].end
            made.name = text[made.start : made.end]
            made.key = " ".join(word.folded for word in words[i : end + 1])
        found.append(made)
        covered = end
    return found


def _joined(text: str, one: Word, two: Word) -> bool:
    """May two words belong to one name? Over a full stop only behind an abbreviation: 'St. Vith', not 'Ulm. Neu'."""
    if not _JOINED.fullmatch(text, one.end, two.start):
        return False
    return text[one.end] != "." or (len(one.text) <= 2 or one.folded in ("skt", "weinstr", "westf"))


def _candidate(text: str, words: list[Word], i: int, j: int, readings: list[tuple[str, bool, int]],
               gazetteer: Gazetteer) -> Candidate:  # fmt: skip
    places: dict[int, Place] = {}
    inflected = False
    key = readings[0][0]
    direct = [r for r in readings if not r[1]]
    for reading, bent, slot in direct or readings:
        for place in gazetteer.at(slot):
            if place.row not in places or places[place.row].rank > place.rank:
                places[place.row] = place
        inflected, key = bent, reading
    if direct:
        # 'Bernburgs': the name itself wins over its genitive, unless it is much the rarer ("Kölns", a hamlet).
        key = direct[0][0]
        top = max(p.population for p in places.values())
        for reading, bent, slot in readings:
            if bent:
                others = gazetteer.at(slot)
                if others and max(p.population for p in others if True) > 30 * (top + 300):
                    places = {p.row: p for p in others}
                    inflected, key = True, reading
    start, end = words[i].start, words[j].end
    between = text[start:end]
    if "(" in between and text[end : end + 1] == ")":
        end += 1
    elif "(" in between and text[end : end + 2] == ".)":
        end += 2
    elif words[j].text in ("St", "Weinstr", "Westf") and text[end : end + 1] == ".":
        end += 1
    name = re.sub(r"\s+", " ", text[start:end].replace("\u00ad", ""))
    if inflected:
        name = re.sub(r"(?<=[Kk]reis)es$|(?<=KREIS)ES$|['’]?[sS]$", "", name)
    slot = next(slot for reading, _, slot in readings if reading == key)
    return Candidate(
        start,
        end,
        i,
        j,
        name,
        key,
        list(places.values()),
        inflected,
        gazetteer.prior(slot),
        gazetteer.person_name(slot),
    )


def _before_region(words: list[Word], i: int, j: int, gazetteer: Gazetteer) -> int:
    """The last word of a name before its 'in REGION'; j where there is none."""
    for k in range(i + 1, j):
        if words[k].folded in ("in", "im"):
            slot = gazetteer.slots([" ".join(w.folded for w in words[k + 1 : j + 1])])[0]
            if any(p.kind == REGION for p in gazetteer.at(slot)):
                return k - 1
    return j
