"""spaCy component `jumelage_cities`: finds, tells apart and links the places that a text names."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from spacy.attrs import ENT_IOB, ENT_TYPE, IDX, LENGTH  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components import own_town
from pipeline.components.cities.candidates import Candidate, Word, find_candidates, words_of
from pipeline.components.cities.context import Context, CountryWord, country_words
from pipeline.components.cities.entries import entries, make_city
from pipeline.components.cities.home import SPEAKING, body_or_paper, home_clues
from pipeline.components.cities.lexicon import Lexicon, load, load_lexicon
from pipeline.components.cities.link import Linker
from pipeline.components.cities.resolve import (
    beside,
    counties_by_bare_name,
    listed,
    lists,
    namesakes,
    parts_of_towns,
    repeats,
    short_forms,
    unsigned_words,
)
from pipeline.components.cities.shape import apply_designators, people_and_money, split_hyphens, unlisted
from pipeline.components.cities.weigh import rule_of, score
from pipeline.components.spans import write_city_spans
from pipeline.findings import City, PlaceClue, findings_of, text_of
from pipeline.knowledge.gazetteer import CITY, DISTRICT, SHORT, Gazetteer, Place, gazetteer

__all__ = ["Cities", "create", "load"]


def entities_of(doc: Doc) -> list[tuple[int, int, str]]:
    """The entities as (start, end, label) in characters: what `doc.ents` says, several times as fast."""
    if not len(doc):
        return []
    columns = doc.to_array([IDX, LENGTH, ENT_IOB, ENT_TYPE])
    begins = np.flatnonzero(columns[:, 2] == 3)
    inside = columns[:, 2] == 1
    strings = doc.vocab.strings
    found = []
    for token in begins.tolist():
        last = token
        while last + 1 < len(inside) and inside[last + 1]:
            last += 1
        end = int(columns[last, 0] + columns[last, 1])
        found.append((int(columns[token, 0]), end, strings[int(columns[token, 3])]))
    return found


def _outside(candidates: list[Candidate], boilerplate: list[tuple[int, int]]) -> list[Candidate]:
    """The candidates that do not begin within boilerplate."""
    kept, spans, at = [], sorted(boilerplate), 0
    reach = -1
    for c in candidates:
        while at < len(spans) and spans[at][0] <= c.start:
            reach = max(reach, spans[at][1])
            at += 1
        if c.start >= reach:
            kept.append(c)
    return kept


# What follows a place that heads an article: a full stop and text on the same line, a dash, an agency, a date.
_DATELINE = re.compile(
    r"(?:/[^\W\d_-]{2,30})?(?:\. ?[–—-]? ?(?=[A-ZÄÖÜ„\"])|: ?(?=[A-ZÄÖÜ„\"])| ?[–—] | \([a-z/]{2,12}\)|, (?:den |im )?\d)"
)


class Cities:
    """The component. Reads `doc.text` and `doc.ents`; fills `findings.cities` and `findings.clues`."""

    def __init__(self, rules: str | None) -> None:
        directory = Path(rules) if rules else None
        self.own_weights = own_town.load(rules)
        self.lexicon: Lexicon = load_lexicon(directory)
        self._bearers: dict[str, list[Place]] = {}
        self.gazetteer: Gazetteer = gazetteer(directory / "places" if directory else None)

    def __call__(self, doc: Doc) -> Doc:
        findings = findings_of(doc)
        text = text_of(doc)
        words = words_of(text)
        countries = country_words(words, text, self.lexicon)
        entities = entities_of(doc)
        candidates = self.candidates(text, words, countries, entities)
        everywhere = candidates
        candidates = _outside(candidates, [(m.start, m.end) for m in findings.boilerplate])
        said = {word.text for word in words}
        linker = Linker(
            countries, {home: len(listed & said) for home, listed in self.lexicon.home_words.items()}
        )
        beside(candidates, text)
        listed(candidates, countries, text)
        linker.run(candidates)
        parts_of_towns(candidates, text)
        counties_by_bare_name(candidates)
        candidates = short_forms(candidates, words, text, self.lexicon)
        findings.cities.extend(entries(candidates, self.lexicon, linker))
        findings.clues.extend(
            PlaceClue(c.start, c.end, "country", country=c.country, by="cities.country") for c in countries
        )
        findings.clues.extend(self._name_parts(candidates))
        findings.clues.extend(self._datelines(candidates, text))
        findings.clues.extend(self._adjectives(words, linker, text))
        findings.clues.sort(key=lambda clue: (clue.start, clue.end))
        findings.home.extend(home_clues(text, everywhere, findings.clues, self._finding, self.gazetteer.find))
        findings.own = {}
        own_town.own_chances(text, findings, self.own_weights)
        write_city_spans(doc, findings)
        return doc

    def candidates(self, text: str, words: list[Word], countries: list[CountryWord],
                   entities: list[tuple[int, int, str]]) -> list[Candidate]:  # fmt: skip
        """All candidates of a text, weighed."""
        # 'Costa Rica' and 'Luxemburg' are countries, 'Luxemburg-Stadt' goes on.
        taken = {c.start: c.end for c in countries if not c.adjective}
        context = Context(text, words, self.lexicon, countries, entities, bool(entities))
        found = [c for c in find_candidates(text, words, self.gazetteer, self.lexicon.signs, context.is_place)
                 if c.end > taken.get(c.start, -1)]  # fmt: skip
        found += unlisted(context, found, words, self.lexicon)
        found.sort(key=lambda c: c.start)
        found = [
            c
            for c in found
            if c.key not in self.lexicon.landscapes
            or any(p.kind == CITY and p.population > 3000 for p in c.places)
        ]
        for c in found:
            context.describe(c)
        split_hyphens(found, text)
        people_and_money(found, text)
        apply_designators(found, words, self.lexicon)
        for c in found:
            c.score = score(c.features, self.lexicon.weights)
        lists(found, text)
        unsigned_words(found)
        namesakes(found)
        repeats(found)
        for c in found:
            c.score = score(c.features, self.lexicon.weights)
            c.by = rule_of(c)
        return found

    def _finding(self, place: Place) -> City:
        return make_city(place, place.german, self.lexicon)

    def _name_parts(self, candidates: list[Candidate]) -> list[PlaceClue]:
        return [PlaceClue(c.start, c.end, "name_part", self._finding(c.place), c.place.country,
                          "cities.name_part", round(c.link, 3))
                for c in candidates if c.part is not None and c.place is not None and c.place.population > 500]  # fmt: skip

    def _datelines(self, candidates: list[Candidate], text: str) -> list[PlaceClue]:
        """'KORBACH.', 'Leoben/Graz. –', 'Fulda (dpa)' at the beginning of a line: where the text was written."""
        made = []
        for c in candidates:
            if c.place is None or c.part is not None or c.place.kind not in (CITY, DISTRICT):
                continue
            if c.score < 0 or c.features.get("country_right"):  # 'Mo, 12.5.', 'Bochum – Deutschland – 1990'
                continue
            if (c.start == 0 or text[c.start - 1] == "\n") and _DATELINE.match(text, c.end):
                made.append(PlaceClue(c.start, c.end, "dateline", self._finding(c.place),
                                      c.place.country, "cities.dateline", round(c.link, 3)))  # fmt: skip
        return made

    def _adjectives(self, words: list[Word], linker: Linker, text: str) -> list[PlaceClue]:
        """'Bochumer', 'Kölner': the place meant is one of the text's own, else a big one, or one with a town hall or paper."""
        own = {place.row for _, place, _ in linker.anchors}
        made = []
        for word in words:
            if (
                (word.folded[-2:] != "er" and word.folded[-3:] not in ("ers", "ern"))
                or len(word.folded) < 5
                or not word.capital
            ):
                continue
            places = self._bearers.get(word.folded)
            if places is None:
                if len(self._bearers) > 10_000:
                    self._bearers.clear()
                places = self._bearers[word.folded] = self._meant(word.folded)
            place = next((p for p in places if p.row in own), None)
            sure = place is not None
            if place is None and places and places[0].population >= 20_000:
                place = places[0]
            elif place is None and places and body_or_paper(text, word.start, word.end):
                towns = [p for p in places if p.country in SPEAKING and p.population >= 1_000]
                place = next((p for p in towns if p.country == linker.home), towns[0] if towns else None)
            if place is not None:
                made.append(PlaceClue(word.start, word.end, "adjective", self._finding(place),
                                      place.country, "cities.adjective", 0.9 if sure else 0.5))  # fmt: skip
        return made

    def _meant(self, folded: str) -> list[Place]:
        """The towns that an adjective in '-er' may be made of, the largest first."""
        stems = adjective_stems(folded)
        found = {p.row: p for slot in self.gazetteer.slots(stems) for p in self.gazetteer.at(slot)
                 if p.kind in (CITY, DISTRICT) and p.rank <= SHORT}  # fmt: skip
        return sorted(found.values(), key=lambda p: (-p.population, p.row))


def adjective_stems(folded: str) -> list[str]:
    """What '-er' may have been added to: 'bochumer' → bochum; 'bremer' → bremen; 'hallenser', 'basler', 'muenchner'."""
    base = folded.removesuffix("s").removesuffix("n").removesuffix("er")
    forms = [base, base + "e", base + "en", base + "n"]
    if base.endswith("l") and len(base) > 3:
        forms.append(base[:-1] + "el")
    if base.endswith("n"):
        forms += [base[:-1] + "en", base[:-2] + "a" if base.endswith("an") else base]
    if base.endswith("ens"):
        forms.append(base[:-3] + "e")
    if base.endswith(("ian", "an")):
        forms.append(base.removesuffix("an"))
    return list(dict.fromkeys(f for f in forms if len(f) > 2))


@Language.factory("jumelage_cities", default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Cities:
    """The component for `nlp.add_pipe("jumelage_cities")`; `rules` is a folder of rules or None."""
    return Cities(rules)
