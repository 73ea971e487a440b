"""spaCy component `jumelage_officials`: persons in a stated public or representative function.

Anchored on titles: one pass over the capitalised words finds them by a grammar (`titles.py`), and only there names
are read (`find.py`, `names.py`). Namings are then brought together as persons, and each gets a role and the place
the office belongs to (`merge.py`, `place.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.officials.find import Finder
from pipeline.components.officials.layout import smooth
from pipeline.components.officials.merge import Settler, mention, officials_of, persons_of
from pipeline.components.officials.names import NameReader, load_names
from pipeline.components.officials.origins import Origins
from pipeline.components.officials.place import Places
from pipeline.components.officials.ranking import Ranking
from pipeline.components.officials.rules import OfficialsRules, load_weights
from pipeline.components.officials.surnames import without_surnames
from pipeline.components.officials.titles import TitleLexicon
from pipeline.components.officials.uses import UseReader
from pipeline.components.spans import write_city_spans, write_spans
from pipeline.findings import Findings, findings_of, text_of
from pipeline.knowledge.rules import load_rules

SPANS = "jumelage_officials"


def load(directory: str | None = None) -> OfficialsRules:
    """The rules of a folder (None: the shipped ones). Raises RulesError."""
    return load_rules("officials", OfficialsRules, directory)


class Officials:
    """Fills `Findings.officials` from titles and names, and `doc.spans["jumelage_officials"]`."""

    def __init__(self, rules: str | None = None) -> None:
        self.rules = load(rules)
        self.titles = TitleLexicon(self.rules)
        self.lists = load_names(rules)
        self.uses = UseReader(self.rules, self.titles)
        self.origins = Origins(self.lists, self.rules.languages)
        self.weights = load_weights(rules)
        words = sorted((re.escape(word) for word in self.rules.honorifics), key=len, reverse=True)
        self.honorific = re.compile(rf"(?:{'|'.join(words)})\.?[ \u00a0]{{1,2}}(?!\d)")
        self.parties = frozenset(self.rules.parties)

    def __call__(self, doc: Doc) -> Doc:
        """Find the officials of `doc`."""
        findings = findings_of(doc)
        text = text_of(doc)
        layout = smooth(text)
        to_smooth = _Inverse(layout.starts, layout.shifts)
        persons_at = [
            (to_smooth(ent.start_char), to_smooth(ent.end_char)) for ent in doc.ents if ent.label_ == "PER"
        ]
        places_at = _places_at(findings, to_smooth)
        names = NameReader(layout.text, self.lists, self.titles, self.honorific, persons_at, places_at)
        candidates = Finder(layout.text, self.titles, names, self.uses, self.parties).run()
        idle = [(to_smooth(part.start), to_smooth(part.end)) for part in findings.boilerplate]
        candidates = [c for c in candidates if not any(a <= c.name.start < b for a, b in idle)]
        held_names = [layout.span(c.name.start, c.name.end) for c in candidates]
        if without_surnames(findings, text, held_names):
            places_at = _places_at(findings, to_smooth)
            write_city_spans(doc, findings)
        ranking = Ranking(Places(text, findings, layout), self.origins, self.weights.weights)
        settler = Settler(layout.text, ranking)
        persons = settler.settle(persons_of(candidates))
        spans: list[tuple[int, int, str]] = []
        findings.officials = []
        bodies = [(spot.start, body.name) for body in findings.organisations for spot in body.mentions]
        for official, found, held in officials_of(persons, names, layout.text, [*places_at, *idle]):
            low, high = layout.span(*held)
            official.organisation = next((name for start, name in bodies if low <= start < high), None)
            official.mentions = [mention(layout.span(start, end), rule) for start, end, rule in found]
            findings.officials.append(official)
            spans += [(spot.start, spot.end, official.role) for spot in official.mentions]
        write_spans(doc, SPANS, "OFFICIAL", sorted(spans))
        return doc


def _places_at(findings: Findings, to_smooth: _Inverse) -> list[tuple[int, int]]:
    """Where places stand in the smoothed text."""
    return sorted(
        (to_smooth(spot.start), to_smooth(spot.end))
        for city in findings.cities
        if city.geonames_id is not None
        for spot in city.mentions
    )


class _Inverse:
    """Smoothed offset of an original one (of the next kept character, where it was cut out)."""

    def __init__(self, starts: list[int], shifts: list[int]) -> None:
        self._origins = [start + shift for start, shift in zip(starts, shifts, strict=True)]
        self._starts = starts

    def __call__(self, offset: int) -> int:
        index = bisect_right(self._origins, offset) - 1
        here = self._starts[index] + offset - self._origins[index]
        if index + 1 < len(self._starts):
            here = min(here, self._starts[index + 1])
        return here


@Language.factory("jumelage_officials", default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Officials:
    """The component of `rules` (a folder; None: the shipped rules). Raises RulesError for a mistake in them."""
    return Officials(rules)
