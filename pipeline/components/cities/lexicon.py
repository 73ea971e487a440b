"""What `rules/cities.yaml` and `rules/places/countries.yaml` say, validated and made ready for look-up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from pydantic import Field

from pipeline.components.cities.weigh import load_weights
from pipeline.knowledge.gazetteer import fold, fold_word
from pipeline.knowledge.gazetteer.own import endings
from pipeline.knowledge.rules import Rule, StrictModel, load_rules
from pipeline.knowledge.shipped import RULES


class CityRules(StrictModel):
    """The shape of `rules/cities.yaml`."""

    version: int
    designators: dict[str, list[str]]
    units: dict[str, str] = Field(default_factory=dict)
    offices: list[str]
    prepositions: list[str]
    place_prepositions: list[str]
    determiners: list[str]
    person_titles: list[str]
    name_tail: list[str]
    name_head: list[str]
    landscapes: list[str]
    surname_titles: list[str]
    church_words: list[str]
    institutions: list[str]
    long_name_heads: list[str]
    peoples: list[str]
    town_verbs: list[str]
    home_words: dict[str, list[str]]
    rules: list[Rule]


class CountryRules(StrictModel):
    """The shape of `rules/places/countries.yaml`."""

    version: int
    aliases: dict[str, list[str]]
    adjectives: dict[str, str]
    codes: dict[str, str]
    rules: list[Rule] = Field(default_factory=list)


# Territories of CLDR that are no countries, or whose name is a common word or a town of a twinning.
_NO_COUNTRY = frozenset(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "DG", "EA", "IC", "TA", "AQ"])


# How readily a German article means a place in a country, apart from all signs: German-speaking countries, then
# where most of their partner towns lie. The many namesakes in America are mostly not meant.
AFFINITY = {
    "DE": 1.0, "AT": 0.7, "CH": 0.7, "IT": 0.6, "FR": 0.7, "PL": 0.6, "GB": 0.5, "CZ": 0.5, "HU": 0.4, "NL": 0.4, "BE": 0.4, "LU": 0.6,
    "LI": 0.6, "UA": 0.3, "RO": 0.3, "ES": 0.3, "DK": 0.3, "IL": 0.3, "TR": 0.2, "RU": 0.2, "SE": 0.2, "FI": 0.2, "NO": 0.1, "SK": 0.3,
    "SI": 0.3, "HR": 0.3, "RS": 0.1, "BA": 0.1, "BG": 0.2, "GR": 0.2, "PT": 0.2, "IE": 0.1, "LT": 0.2, "LV": 0.2, "EE": 0.2, "BY": 0.1,
    "US": -0.5, "JP": 0.0, "CN": 0.0, "NI": 0.0, "CA": -0.7, "BR": -0.8, "MX": -1.0, "AU": -0.9, "PH": -1.2, "IN": -0.8, "ZA": -0.7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of folded words, and maps to country codes."""

    rules: CityRules
    designators: dict[str, frozenset[str]]
    nominatives: dict[str, str]
    offices: frozenset[str]
    prepositions: frozenset[str]
    place_prepositions: frozenset[str]
    signs: frozenset[str]
    determiners: frozenset[str]
    person_titles: frozenset[str]
    name_tail: frozenset[str]
    name_head: frozenset[str]
    landscapes: frozenset[str]
    long_name_heads: frozenset[str]
    peoples: frozenset[str]
    town_verbs: frozenset[str]
    home_words: dict[str, frozenset[str]]
    surname_titles: frozenset[str]
    church: re.Pattern[str]
    institution: re.Pattern[str]
    countries: dict[str, str]
    country_starts: frozenset[str]
    country_names: dict[str, str]
    adjectives: dict[str, str]
    codes: dict[str, str]
    endings: dict[str, float]
    forenames: frozenset[str]
    weights: dict[str, float]

    def shape(self, folded: str) -> float:
        """Log-odds, by its ending, that a word is a place's name rather than a German common word."""
        marked = "^" + folded
        for length in range(min(6, len(marked)), 0, -1):
            found = self.endings.get(marked[-length:])
            if found is not None:
                return found
        return 0.0


def _words(words: list[str]) -> frozenset[str]:
    return frozenset(fold_word(word) for word in words)


def _listed(path: Path) -> frozenset[str]:
    """The words of a list, folded; none where the list is missing."""
    if not path.exists():
        return frozenset()
    lines = (line.split("\t")[0] for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    return frozenset(fold_word(name) for name in lines if len(name) > 2)


def load(directory: Path | str | None = None) -> CityRules:
    """The validated `rules/cities.yaml` of a folder (None: the shipped one). Raises RulesError."""
    return load_rules("cities", CityRules, directory)


def load_lexicon(directory: Path | None) -> Lexicon:
    """The lexicon of a rules folder (None: the shipped one).

    Raises RulesError (one line with file, line and expectation) for a mistake in the files.
    """
    rules = load_rules("cities", CityRules, directory)
    own = directory if directory is not None and (directory / "places" / "countries.yaml").exists() else RULES
    facts = load_rules("countries", CountryRules, own / "places")
    territories = Locale("de").territories
    names = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    }
    countries = {fold(name): code for code, name in names.items()}
    for code, aliases in facts.aliases.items():
        countries.update({fold(alias): code for alias in aliases})
    designators: dict[str, set[str]] = {}
    nominatives: dict[str, str] = {}
    for kind, kind_words in rules.designators.items():
        for word in kind_words:
            for form in (word, word + "s", word + "es", word + "e", word + "n", word + "en"):
                designators.setdefault(fold_word(form), set()).add(kind)
                if form == word or fold_word(form) not in nominatives:
                    nominatives[fold_word(form)] = rules.units.get(word, word)
    adjectives = {}
    for stem, code in facts.adjectives.items():
        folded = fold_word(stem)
        for ending in ("e", "en", "er", "es", "em", ""):
            adjectives[folded + ending] = code
    offices = _words([form for word in rules.offices for form in (word, word + "s", word + "n")])
    return Lexicon(
        rules=rules,
        designators={word: frozenset(kinds) for word, kinds in designators.items()},
        nominatives=nominatives,
        offices=offices,
        prepositions=_words(rules.prepositions),
        place_prepositions=_words(rules.place_prepositions),
        signs=_words(rules.place_prepositions) | designators.keys() | adjectives.keys(),
        determiners=_words(rules.determiners),
        person_titles=_words(rules.person_titles),
        name_tail=_words(rules.name_tail),
        name_head=_words(rules.name_head),
        surname_titles=_words(rules.surname_titles),
        church=re.compile("|".join(map(re.escape, rules.church_words)), re.IGNORECASE),
        institution=re.compile(rf"...(?:{'|'.join(fold_word(word) for word in rules.institutions)})s?$"),
        long_name_heads=_words(rules.long_name_heads),
        peoples=_words(rules.peoples),
        town_verbs=frozenset(rules.town_verbs),
        home_words={country: frozenset(listed) for country, listed in rules.home_words.items()},
        landscapes=frozenset(fold(name) for name in rules.landscapes),
        countries=countries,
        country_starts=frozenset(
            [
                *adjectives,
                *(
                    form
                    for name in countries
                    for first in [name.split(" ")[0]]
                    for form in (first, first + "s")
                ),
            ]
        ),
        country_names=names,
        adjectives=adjectives,
        codes=dict(facts.codes),
        endings=dict(endings(own / "places" / "suffixes.tsv")),
        forenames=_listed(RULES / "names" / "forenames.txt"),
        weights=load_weights(own / "places"),
    )
