"""Proposals from corrected partnerships: the word that speaks of the tie, or of its state, and that no cue knows.

Which word it is cannot be known for certain. Candidates are the nouns, verbs and participles of the evidence that are
no cue, no name and no common word; those built like a known cue come first, then the rarer ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.record import Record
from pipeline.review.entries import LISTS, Data
from pipeline.suggest.proposal import Knowledge, Proposal, matches, one_line, plain, sentence

MAX_PER_SENTENCE = 3
COMMON = 0.03  # a word in more of the articles than this is no cue that was missed
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORTEST_NOUN, _SHORTEST_VERB = 5, 6  # letters
_VERB_END = re.compile(r"(?:t|en|ten|te|ern|eln|end|ene[nrsm]?|te[nrsm])$")
_PARTICIPLE = re.compile(r"(?:\w{0,9}ge\w{3,}|(?:be|emp|ent|er|miss|ver|zer)\w{3,})(?:t|en)|\w{3,}iert")
_BETWEEN = "mit|zwischen|zu|zur|zum|nach|von|aus"
_UNLIKELY = 2
_WHOLE = 4  # letters of a cue with which a word begins
_ALIKE = 6  # letters of a cue within a word that make the two related (freund, schwester)
_TIES, _PARTNERS, _TIED = ("tie",), ("partner",), ("tied",)


def tie_cues(entry: Data, record: Record, known: Knowledge) -> Iterator[Proposal]:
    """Words for a tie of this type, from a pair that was added or whose type was changed."""
    for word in _candidates(entry, record, known):
        noun = word[0].isupper()
        partner = noun and _ends_like(word, [c for c in _cues(known) if c["role"] == "partner"])
        wanted = _PARTNERS if partner else _TIES if noun else _TIED
        cue = _cue(known, wanted, entry["type"]) or _cue(known, _TIES, entry["type"])
        if cue is not None:
            yield _proposal("tie", word, cue, entry, record)


def status_cues(entry: Data, record: Record, known: Knowledge) -> Iterator[Proposal]:
    """Words for the state that an analyst has set; none for `active`, which is what a tie is without any word."""
    if entry["status"] == "active":
        return
    cue = known.rule_where(
        "partnerships", lambda c: c.get("status") == entry["status"] and "words" in c, "cues"
    )
    if cue is not None:
        for word in _candidates(entry, record, known):
            yield _proposal("status", word, cue, entry, record)


def strip_common(proposals: list[Proposal], words: Counter[str], articles: int) -> list[Proposal]:
    """Without words that many articles use, and of each sentence only the most likely ones.

    A word that neither looks like a cue nor stands where one would must have been seen in two articles.
    """
    kept: list[Proposal] = []
    per_example: Counter[tuple[str, str]] = Counter()
    for proposal in sorted(proposals, key=lambda p: (-len(p.records), *p.rank, words[plain(p.words)])):
        if len(proposal.records) == 1 and proposal.rank[0] == _UNLIKELY:
            continue
        if words[plain(proposal.words)] > max(COMMON * articles, 2 + len(proposal.records)):
            continue
        origin = proposal.kind, proposal.example
        per_example[origin] += 1
        if per_example[origin] <= MAX_PER_SENTENCE:
            kept.append(proposal)
    return kept


def words_of(text: str) -> set[str]:
    """The words of an article, as `strip_common` counts them."""
    return {plain(word) for word in _WORD.findall(text)}


def _cues(known: Knowledge) -> list[Data]:
    cues: list[Data] = known.file("partnerships")["cues"]
    return cues


def _cue(known: Knowledge, roles: tuple[str, ...], type_: str) -> Data | None:
    return known.rule_where(
        "partnerships", lambda c: c["role"] in roles and c.get("type") == type_ and "words" in c, "cues"
    )


def _candidates(entry: Data, record: Record, known: Knowledge) -> Iterator[str]:
    patterns = [word for cue in _cues(known) for word in cue.get("words", [])]
    phrases = {
        part.strip("*")
        for cue in _cues(known)
        for phrase in cue.get("phrases", [])
        for part in phrase.split()
    }
    spans = [
        span
        for name in (LISTS["city"], LISTS["official"], LISTS["organisation"])
        for holder in getattr(record, name)
        for span in holder.mentions
    ] + list(record.dates)
    taken = [(span.start, span.end) for span in spans]
    seen = {plain(word) for span in spans for word in _WORD.findall(span.text)}  # names, wherever they stand
    for span in entry["evidence"]:
        for match in _WORD.finditer(record.text, span["start"], span["end"]):
            word = match[0]
            folded = plain(word)
            if folded in seen or any(start < match.end() and match.start() < end for start, end in taken):
                continue
            seen.add(folded)
            if word[0].isupper():
                likely = len(word) >= _SHORTEST_NOUN
            else:
                likely = len(word) >= _SHORTEST_VERB and _VERB_END.search(word) is not None
            if likely and folded not in phrases and not any(matches(pattern, word) for pattern in patterns):
                yield word


def _ends_like(word: str, cues: list[Data]) -> bool:
    """Does it end as a known word of these cues does (Zwillings-gemeinde, Partner-gemeinde)?"""
    folded = plain(word)
    return any(
        folded.endswith(plain(known.strip("*"))[-5:]) for cue in cues for known in cue.get("words", [])
    )


def _related(word: str, cue: Data) -> bool:
    """Does it begin with a word of the cue (Ruhe-phase), or have the beginning of one within (Wahl-schwestern)?"""
    folded = plain(word)
    known = [plain(listed.strip("*")) for listed in cue.get("words", [])]
    begins = any(len(whole) >= _WHOLE and folded.startswith(whole) for whole in known)
    return begins or any(len(whole) >= _ALIKE and whole[:_ALIKE] in folded for whole in known)


def _likelihood(word: str, cue: Data, entry: Data, record: Record) -> int:
    """0 for a word built like the cue's, 1 for a participle, or a noun with its preposition (Zwillingsbund mit)."""
    if _related(word, cue):
        return 0
    if word[0].islower():
        return 1 if _PARTICIPLE.fullmatch(plain(word)) else _UNLIKELY
    governs = re.compile(rf"(?<!\w){re.escape(word)}\s+(?:{_BETWEEN})\s")
    found = any(governs.search(record.text, span["start"], span["end"]) for span in entry["evidence"])
    return 1 if found else _UNLIKELY


def _proposal(kind: str, word: str, cue: Data, entry: Data, record: Record) -> Proposal:
    names = {city.id: city.mentions[0].text if city.mentions else city.name for city in record.cities}
    pair = [names.get(city, city) for city in entry["cities"]]
    start, end = (entry["evidence"][0][name] for name in ("start", "end"))
    end -= record.text[end - 1] in ".!?"  # the sentence is whole then
    noun = word[0].isupper()
    shortest = one_line(record.text[slice(*sentence(record.text, start, end))]).strip()
    title = record.text.strip().partition("\n")[0].strip()
    return Proposal(
        kind, word, "partnerships.yaml", ("cues", cue["id"], "words"), word.lower() + ("*" if noun else ""), "", shortest,
        expect=f"{pair[0]} -- {pair[1]} {entry['type']} {entry['status']}",
        published=record.published,
        texts=(shortest, f"{title}\n\n{shortest}", record.text[:4000].strip()),
        rank=(_likelihood(word, cue, entry, record),),
    )  # fmt: skip
