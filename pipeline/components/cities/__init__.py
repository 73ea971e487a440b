"""spaCy component `jumelage_cities`: finds, tells apart and links the places that a text names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.cities.candidates import Candidate, Word, find_candidates, words_of
from pipeline.components.cities.context import Context, CountryWord, country_words
from pipeline.components.cities.lexicon import Lexicon, load_lexicon
from pipeline.components.cities.link import HOME, Linker
from pipeline.components.cities.weigh import probability, rule_of, score
from pipeline.components.spans import write_spans
from pipeline.findings import City, Mention, PlaceClue, findings_of
from pipeline.knowledge.gazetteer import CITY, KINDS, Gazetteer, Place, fold, gazetteer


def slug(name: str) -> str:
    """A name as part of an id: "name:landkreis-st-wendel"."""
    return re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", fold(name)).lower()).strip("-") or "x"


class Cities:
    """The component. Reads `doc.text` and `doc.ents`; fills `findings.cities` and `findings.clues`."""

    def __init__(self, rules: str | None) -> None:
        directory = Path(rules) if rules else None
        self.lexicon: Lexicon = load_lexicon(directory)
        self.gazetteer: Gazetteer = gazetteer(directory / "places" if directory else None)

    def __call__(self, doc: Doc) -> Doc:
        findings = findings_of(doc)
        text = doc.text
        words = words_of(text)
        countries = country_words(words, text, self.lexicon)
        entities = [(e.start_char, e.end_char, e.label_) for e in doc.ents]
        candidates = self._candidates(text, words, countries, entities)
        boiler = [(m.start, m.end) for m in findings.boilerplate]
        candidates = [c for c in candidates if not any(low <= c.start < high for low, high in boiler)]
        home = _home(countries)
        counts = Counter(c.country for c in countries)
        linker = Linker(counts, home)
        linker.run(candidates)
        self._entries(candidates, findings.cities)
        findings.clues.extend(self._clues(countries))
        findings.clues.extend(self._adjectives(text, words, linker))
        findings.clues.sort(key=lambda clue: (clue.start, clue.end))
        write_spans(doc, "jumelage_cities", "CITY",
                    [(m.start, m.end, city.id) for city in findings.cities for m in city.mentions])  # fmt: skip
        return doc

    def _candidates(self, text: str, words: list[Word], countries: list[CountryWord],
                    entities: list[tuple[int, int, str]]) -> list[Candidate]:  # fmt: skip
        taken = {c.start for c in countries if not c.adjective}
        candidates = [c for c in find_candidates(text, words, self.gazetteer)
                      if c.start not in taken or c.last > c.first]  # fmt: skip
        context = Context(text, words, self.lexicon, countries, entities, bool(entities))
        for c in candidates:
            context.describe(c)
            c.score = score(c.features)
            c.by = rule_of(c)
        return candidates

    def _entries(self, candidates: list[Candidate], cities: list[City]) -> None:
        by_row: dict[int, list[Candidate]] = {}
        for c in candidates:
            if c.place is not None:
                by_row.setdefault(c.place.row, []).append(c)
        names: set[str] = set()
        for group in sorted(by_row.values(), key=lambda g: g[0].start):
            if max(c.score for c in group) < 0:
                continue
            kept = [c for c in group if c.score > -2]
            place = kept[0].place
            assert place is not None
            name = Counter(c.name for c in kept).most_common(1)[0][0]
            if name.isupper() and len(name) > 3:
                name = place.german if fold(place.german) == fold(name) else name.title()
            city = self._city(place, name)
            if city.name in names and place.admin:
                city.name = f"{name} ({place.admin})"
            names.add(city.name)
            city.confidence = round(max(c.link for c in kept), 3)
            city.mentions = [Mention(c.start, c.end, c.by, round(probability(c.score), 3)) for c in kept]
            cities.append(city)

    def _city(self, place: Place, name: str) -> City:
        return City(
            id=f"geonames:{place.gid}" if place.gid else f"name:{slug(place.name)}",
            name=name, kind=KINDS[place.kind], country=place.country,
            country_name=self.lexicon.country_names.get(place.country), admin=place.admin,
            geonames_id=place.gid, geonames_name=place.name if place.gid else None, latitude=place.lat,
            longitude=place.lon, population=place.population or None,
        )  # fmt: skip

    def _clues(self, countries: list[CountryWord]) -> list[PlaceClue]:
        return [PlaceClue(c.start, c.end, "country", country=c.country, by="cities.country") for c in countries]

    def _adjectives(self, text: str, words: list[Word], linker: Linker) -> list[PlaceClue]:
        made = []
        stems: list[tuple[Word, str]] = []
        for word in words:
            if word.capital and len(word.folded) > 4 and word.folded.endswith(("er", "ers")):
                base = word.folded.removesuffix("s").removesuffix("er")
                for form in (base, base + "e", base + "en", base + "n", base[:-1] + "el" if base.endswith("l") else base):
                    stems.append((word, form))
        slots = self.gazetteer.slots([form for _, form in stems])
        best: dict[int, tuple[float, Place, Word]] = {}
        for (word, form), slot in zip(stems, slots, strict=True):
            for place in self.gazetteer.at(slot):
                if place.kind <= CITY + 1 and place.rank <= 2:
                    candidate = Candidate(word.start, word.end, 0, 0, form, form, [place])
                    value = linker.value(candidate, place)
                    if word.start not in best or value > best[word.start][0]:
                        best[word.start] = (value, place, word)
        for _, place, word in best.values():
            made.append(PlaceClue(word.start, word.end, "adjective", self._city(place, place.german), place.country,
                                  "cities.adjective", 0.7))  # fmt: skip
        return made


def _home(countries: list[CountryWord]) -> str | None:
    counts = Counter(c.country for c in countries if c.country in HOME)
    return counts.most_common(1)[0][0] if counts else "DE"


@Language.factory("jumelage_cities", default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Cities:
    """The component for `nlp.add_pipe("jumelage_cities")`; `rules` is a folder of rules or None."""
    return Cities(rules)
