"""The words of the date grammar: every spelling and inflection of `rules/dates.yaml`, with its type and value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from pipeline.knowledge.rules import Rule, StrictModel

Value = int | float | str

_SPELLINGS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


class Numbers(StrictModel):
    """How a language makes its number words: units, irregular low ones, tens, and what joins them."""

    units: dict[str, int]
    low: dict[str, int]
    tens: dict[str, int]
    joiner: str
    hundred: str
    thousand: str
    ordinals: dict[str, int]
    ordinal_suffix: str


class DateRule(Rule):
    """One expression of the grammar; `as` names what the engine makes of its slots, `checks` what it must pass.

    `whole`: nothing else may use the words of the pattern that are outside < >.
    """

    as_: Annotated[str, Field(alias="as")] = "point"
    pattern: str | list[str]
    whole: bool = False
    checks: list[str] = Field(default_factory=list)


class Guards(StrictModel):
    """Words around figures and words that look like dates and are none."""

    reference: list[str]
    no_issue: list[str]
    issue_number: list[str]
    counts: list[str]
    count_adverbs: list[str]
    street: list[str]
    clubs: list[str]
    names: list[str]
    each: list[str]
    each_year: list[str]
    hours: list[str]
    memorial: list[str]
    conjunction: str
    count_before: list[str]
    count_after: list[str]
    part_of_day_before: list[str]
    plural_articles: list[str]
    plural_ending: str
    jubilee_endings: list[str]
    apposition: list[str]
    greeting: list[str]
    now_before: list[str]
    now_after: list[str]
    now_here: list[str]
    today_events: list[str]
    year_before: list[str]


class Stamps(StrictModel):
    """How articles say when they appeared: words before the date, and words that make it another date."""

    labels: list[str]
    cues: list[str]
    changes: list[str]
    versions: list[str]
    by: list[str]
    sources: list[str]
    source_joints: list[str]
    authors: list[str]
    event_hours: list[str]
    clock: list[str]
    session: list[str]
    after: list[str]
    weak: list[str]
    against: list[str]
    joints: list[str]
    event_prep: list[str]
    place_words: list[str]
    place_joints: list[str]
    page_words: list[str]
    issue: list[str]


class Tense(StrictModel):
    """Words by which a clause tells whether it speaks of the past or of what is to come."""

    past: list[str]
    strong: list[str]
    strong_prefixes: list[str]
    strong_plural: list[str]
    future: list[str]
    present: list[str]
    auxiliary: list[str]
    being: list[str]
    determiners: list[str]
    no_preterite_endings: list[str]
    abbreviations: list[str]
    participle: str
    preterite: str
    not_preterite: list[str]
    prep_past: list[str]
    since_words: list[str]
    prep_future: list[str]
    we: list[str]
    then: list[str]
    every: list[str]
    yearly: list[str]


class Roles(StrictModel):
    """What makes a date a beginning, an end, a signing or an event: types of words before it, words of its clause."""

    by_type: dict[str, str]
    words: dict[str, list[str]]


class DatesRules(StrictModel):
    """`rules/dates.yaml`."""

    version: int
    adjective_endings: list[str]
    ordinal_endings: list[str]
    numbers: Numbers
    lexicon: dict[str, dict[str, Value]]
    capital: list[str]
    abbreviations: list[str]
    decade_suffixes: list[str]
    day_compounds: list[str]
    month_weeks: list[str]
    month_weekends: list[str]
    ordinal_suffixes: list[str]
    heads: list[str]
    guards: Guards
    stamps: Stamps
    roles: Roles
    tense: Tense
    macros: dict[str, str]
    rules: list[DateRule]


@dataclass(slots=True)
class Entry:
    """A word's type in the grammar, its value, and whether it only counts with a capital or as an abbreviation."""

    kind: str
    value: Value
    capital: bool = False
    abbreviation: bool = False


@dataclass(slots=True)
class Lexicon:
    """Words by lower-case spelling; phrases by their first word; marks (punctuation) by character.

    `foreign` remembers words of texts, as written, that are none of all these.
    """

    words: dict[str, Entry] = field(default_factory=dict)
    phrases: dict[str, list[tuple[re.Pattern[str], Entry]]] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)


def spellings(word: str) -> list[str]:
    """A word in all its spellings: with and without umlauts and sharp s."""
    found = [word]
    for umlaut, plain in _SPELLINGS:
        if umlaut in word:
            found += [form.replace(umlaut, plain) for form in found]
    if "ß" in word:
        found += [form.replace("ß", "ss") for form in found]
    return found


def any_of(words: list[str]) -> str:
    """A regular expression for any of `words`, in all their spellings, the longest first; `*` ends a stem."""
    forms = sorted({form for word in words for form in spellings(word)}, key=lambda form: (-len(form), form))
    return "|".join(re.escape(form).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for form in forms)


def number_words(numbers: Numbers) -> dict[str, int]:
    """All number words from 1 to 999 and the year words 1100 to 2099."""
    small = {**numbers.low, **numbers.units}
    for ten, tens in numbers.tens.items():
        small[ten] = tens
        small.update({f"{unit}{numbers.joiner}{ten}": n + tens for unit, n in numbers.units.items()})
    words = dict(small)
    for prefix, n in [("", 1), *numbers.units.items()]:
        words[f"{prefix}{numbers.hundred}"] = 100 * n
    below = {**small, "": 0}
    for head, n in small.items():
        if 11 <= n <= 19:
            words.update({f"{head}{numbers.hundred}{tail}": 100 * n + k for tail, k in below.items()})
    for link in ("", numbers.joiner):
        two = next(word for word, n in numbers.units.items() if n == 2)
        words.update({f"{two}{numbers.thousand}{link}{tail}": 2000 + k for tail, k in below.items()})
    return words


def build_lexicon(rules: DatesRules) -> Lexicon:
    """The lexicon of a rules file."""
    lexicon = Lexicon()
    for kind, words in rules.lexicon.items():
        base = kind.removesuffix("_stem")
        endings = rules.adjective_endings if kind != base else [""]
        for word, value in words.items():
            for ending in endings:
                _add(lexicon, rules, base, word + ending, value)
    for word, n in rules.lexicon.get("weekday", {}).items():
        for part in rules.day_compounds:
            _add(lexicon, rules, "weekday", word + part, n)
    for word, n in rules.lexicon.get("month", {}).items():
        for part in rules.month_weeks:
            _add(lexicon, rules, "month_week", word + part, n)
        for part in rules.month_weekends:
            _add(lexicon, rules, "month_weekend", word + part, n)
    numbers = number_words(rules.numbers)
    for word, n in numbers.items():
        _add(lexicon, rules, "year" if 1100 <= n <= 2099 and n != 2000 else "num", word, n)
    ordinals = dict(rules.numbers.ordinals)
    ordinals.update({word + rules.numbers.ordinal_suffix: n for word, n in numbers.items() if 20 <= n < 1000})
    for word, n in ordinals.items():
        for ending in rules.ordinal_endings:
            _add(lexicon, rules, "ordword", word + ending, n)
    for word, n in numbers.items():
        if n < 1000:
            for form in rules.lexicon["years_old"]:
                _add(lexicon, rules, "n_years_old", word + form, n)
    return lexicon


def _add(lexicon: Lexicon, rules: DatesRules, kind: str, word: str, value: Value) -> None:
    entry = Entry(kind, value, kind in rules.capital, kind in rules.abbreviations)
    for form in spellings(word):
        if form.isalpha() or len(form) == 1:
            lexicon.words.setdefault(form, entry)
            continue
        parts = re.findall(r"[^\W\d_]+|[^\w\s]", form)
        pattern = ""
        for part, after in zip(parts, [*parts[1:], ""], strict=True):
            pattern += re.escape(part)
            if after:
                pattern += (
                    r"[ \t]?\n?[ \t]{0,3}" if not (part[-1].isalpha() and after[0].isalpha()) else r"\s{1,4}"
                )
        if parts[-1].isalpha():
            pattern += r"(?!\w)"
        known = lexicon.phrases.setdefault(parts[0], [])
        known.append((re.compile(pattern, re.IGNORECASE), entry))
