"""spaCy component `jumelage_cities`: finds, tells apart and links the places that a text names."""

from __future__ import annotations

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.cities.candidates import Candidate, Word, find_candidates, words_of
from pipeline.components.cities.context import Context, CountryWord, country_words
from pipeline.components.cities.lexicon import Lexicon, load_lexicon
from pipeline.components.cities.link import Linker
from pipeline.components.cities.resolve import beside, entries, lists, make_city, parts_of_towns, repeats, short_forms, unsigned_words
from pipeline.components.cities.shape import apply_designators, split_hyphens, unlisted
from pipeline.components.cities.weigh import rule_of, score
from pipeline.components.spans import write_spans
from pipeline.findings import PlaceClue, findings_of
from pipeline.knowledge.gazetteer import CITY, DISTRICT, SHORT, Gazetteer, Place, gazetteer


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
        candidates = self.candidates(text, words, countries, entities)
        boiler = sorted((m.start, m.end) for m in findings.boilerplate)
        if boiler:
            candidates = [c for c in candidates if not any(low <= c.start < high for low, high in boiler)]
        linker = Linker(countries)
        beside(candidates, text)
        linker.run(candidates)
        parts_of_towns(candidates, text)
        candidates = short_forms(candidates, words, text)
        findings.cities.extend(entries(candidates, self.lexicon, linker))
        findings.clues.extend(PlaceClue(c.start, c.end, "country", country=c.country, by="cities.country") for c in countries)
        findings.clues.extend(self._name_parts(candidates))
        findings.clues.extend(self._adjectives(words, linker))
        findings.clues.sort(key=lambda clue: (clue.start, clue.end))
        write_spans(doc, "jumelage_cities", "CITY",
                    [(m.start, m.end, city.id) for city in findings.cities for m in city.mentions])  # fmt: skip
        return doc

    def candidates(self, text: str, words: list[Word], countries: list[CountryWord],
                   entities: list[tuple[int, int, str]]) -> list[Candidate]:  # fmt: skip
        """All candidates of a text, weighed."""
        taken = {c.start for c in countries if not c.adjective}
        found = [c for c in find_candidates(text, words, self.gazetteer) if c.start not in taken or c.last > c.first]
        context = Context(text, words, self.lexicon, countries, entities, bool(entities))
        found += unlisted(context, found, words, self.lexicon)
        found.sort(key=lambda c: c.start)
        found = [c for c in found if c.key not in self.lexicon.landscapes or any(p.kind == CITY and p.population > 3000 for p in c.places)]
        for c in found:
            context.describe(c)
        split_hyphens(found, text)
        apply_designators(found, words, self.lexicon)
        for c in found:
            c.score = score(c.features, self.lexicon.weights)
        lists(found, text)
        unsigned_words(found)
        repeats(found)
        for c in found:
            c.score = score(c.features, self.lexicon.weights)
            c.by = rule_of(c)
        return found

    def _name_parts(self, candidates: list[Candidate]) -> list[PlaceClue]:
        return [PlaceClue(c.start, c.end, "name_part", make_city(c.place, c.place.german, self.lexicon), c.place.country,
                          "cities.name_part", round(c.link, 3))
                for c in candidates if c.part is not None and c.place is not None and c.place.population > 500]  # fmt: skip

    def _adjectives(self, words: list[Word], linker: Linker) -> list[PlaceClue]:
        """'Bochumer', 'Kölner': the place meant is one of the text's own, else a big one."""
        own = {place.row: place for _, place, _ in linker.anchors}
        stems: list[tuple[Word, str]] = []
        for word in words:
            if word.capital and len(word.folded) > 4 and word.folded.endswith(("er", "ers", "ern")):
                stems += [(word, form) for form in adjective_stems(word.folded)]
        slots = self.gazetteer.slots([form for _, form in stems])
        best: dict[int, tuple[float, Place, Word]] = {}
        for (word, _), slot in zip(stems, slots, strict=True):
            for place in self.gazetteer.at(slot):
                if place.kind in (CITY, DISTRICT) and place.rank <= SHORT:
                    value = place.population + (1e8 if place.row in own else 0)
                    if word.start not in best or value > best[word.start][0]:
                        best[word.start] = (value, place, word)
        return [PlaceClue(word.start, word.end, "adjective", make_city(place, place.german, self.lexicon), place.country,
                          "cities.adjective", 0.9 if value >= 1e8 else 0.5)
                for value, place, word in best.values() if value >= 20_000]  # fmt: skip


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
