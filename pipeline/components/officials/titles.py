"""The grammar of titles: from a word to the office it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline.components.officials.rules import OfficialsRules, Title

UPPER = "".join(chr(c) for c in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if chr(c).isupper())
"""Capital letters of the Latin script, for character classes."""

WORD = re.compile(rf"(?<![^\W\d])(?<!-)[{UPPER}]\w*(?:-\w+|[:*/.'’]in(?:nen)?\b)*")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'"})
_GENDER = re.compile(r"[:*_/]-?in(nen)?$")
_NEUTRAL = ("alt", "ex", "ehren", "interims", "gruendungs", "ur")
_DEPUTY = ("vize", "vice", "wice", "stv", "stellv")
_CACHE_LIMIT = 20_000
_GENITIVE = re.compile(r"(?:es|s|en|n|e)$")

_ENDINGS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "er": (("", "m", False), ("s", "m", False), ("n", "m", True), ("in", "f", False), ("innen", "f", True)),
    "weak": (("", "m", False), ("en", "m", False), ("n", "m", False), ("in", "f", False), ("innen", "f", True)),
    "strong": (
        ("", "m", False), ("s", "m", False), ("es", "m", False), ("e", "m", True), ("en", "m", True),
        ("n", "m", True), ("in", "f", False), ("innen", "f", True),
    ),
    "adj": (("e", "", False), ("er", "m", False), ("en", "", False), ("em", "m", False)),
    "inv": (("", "", False), ("s", "", False)),
}  # fmt: skip


def fold(word: str) -> str:
    """A word for comparison: lower case, ae for ä, ss for ß.

    >>> fold("Großbürgermeister")
    'grossbuergermeister'
    """
    return word.lower().translate(_UMLAUTS)


@dataclass(frozen=True, slots=True)
class TitleWord:
    """What one word says: `role` of its bearer; `kin` instead for "Amtskollege" (same), "Nachfolger" (office).

    `incomplete`: no title without more ("Leiter"). `gender` "m", "f" or "". `portfolio`: a part before the
    base that is no level of government ("Kultur" in Kulturdezernent). `local`: held in a municipality.
    """

    base: Title | None
    role: str | None
    kin: str | None = None
    gender: str = ""
    plural: bool = False
    incomplete: bool = False
    deputy: bool = False
    former: bool = False
    abbreviation: bool = False
    prefix: str = ""


@dataclass(slots=True)
class TitleLexicon:
    """Knows the titles of the rules in all their forms."""

    rules: OfficialsRules
    forms: dict[str, TitleWord] = field(default_factory=dict)
    exact: dict[str, TitleWord] = field(default_factory=dict)
    _cache: dict[str, TitleWord | None] = field(default_factory=dict)
    _parties: frozenset[str] = frozenset()
    _longest: int = 0
    _tails: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for title in self.rules.titles:
            for form, gender, plural in _forms(title):
                word = TitleWord(title, title.role, gender=gender, plural=plural, incomplete=not title.alone)
                self.forms.setdefault(form, word)
        for kin, words in (
            ("same", self.rules.kin.same), ("office", self.rules.kin.office), ("deputy", self.rules.kin.deputy),
        ):  # fmt: skip
            for text in words:
                gender = "f" if text.endswith(("in", "innen")) else "m"
                self.exact[text] = TitleWord(None, None, kin=kin, gender=gender)
        for role, shorts in self.rules.abbreviations.items():
            for text in shorts:
                gender = "f" if re.search(r"in$", text) else ""
                self.exact[text] = TitleWord(None, role, gender=gender, abbreviation=True)
        self._parties = frozenset(fold(party) for party in self.rules.parties)
        self._longest = max(map(len, self.forms))
        self._tails = frozenset(form[-3:] for form in self.forms)

    def occurrences(self, text: str) -> Iterator[tuple[int, int, TitleWord]]:
        """Title words of `text` as (start, end, meaning), in order."""
        cache = self._cache
        for match in WORD.finditer(text):
            word = match.group()
            try:
                found = cache[word]
            except KeyError:
                found = self.analyse(word)
            if found is not None:
                yield match.start(), match.end(), found

    def analyse(self, word: str) -> TitleWord | None:
        """The title that `word` is, or None.

        The role of a compound comes from its base and the part before it, see `_compound`.
        """
        if word in self._cache:
            return self._cache[word]
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()
        found = self._cache[word] = self._analyse(word)
        return found

    def _analyse(self, word: str) -> TitleWord | None:
        if word in self.exact:
            return self.exact[word]
        if word.isupper() and len(word) > 4:
            word = word.capitalize()
        folded = _GENDER.sub(lambda m: "in" + (m.group(1) or ""), fold(word))
        if folded.startswith("alt-") and word[4:] in self.exact:
            return replace(self.exact[word[4:]], former=True)
        deputy = re.fullmatch(r"(.{3,}?)-?stellvertreter(in)?s?", folded)
        if deputy:
            office = self.analyse(deputy.group(1).rstrip("-").capitalize())
            if office is None or office.base is None:
                return None
            role = office.base.deputy or office.role
            return replace(office, role=role, deputy=True, gender="f" if deputy.group(2) else "m")
        if folded[-3:] not in self._tails:  # nearly every word
            return None
        for at in range(max(0, len(folded) - self._longest), len(folded) - 2):
            base = self.forms.get(folded[at:])
            if base is not None:
                return base if at == 0 else self._compound(folded[:at], base)
        return None

    def _compound(self, prefix: str, found: TitleWord) -> TitleWord | None:
        """The meaning of `found` behind `prefix`, or None when that makes it something else."""
        base = found.base
        assert base is not None
        prefix = prefix.rstrip("-'")
        former = deputy = False
        changed = True
        while changed and prefix:
            changed = False
            for neutral in _NEUTRAL:
                if prefix.startswith(neutral) and (
                    prefix == neutral or fold(prefix[len(neutral) :]) in self._known(base)
                ):
                    prefix, changed, former = prefix[len(neutral) :].lstrip("-"), True, True
            for vice in _DEPUTY:
                if prefix.startswith(vice):
                    prefix, changed, deputy = prefix[len(vice) :].lstrip("-"), True, True
        if prefix in self._parties:
            prefix = ""
        role: str | None = base.role
        incomplete = found.incomplete
        if prefix:
            known = self._known(base)
            stem = prefix.removesuffix("s")
            if prefix in known or stem in known:
                role = known.get(prefix, known.get(stem))
                if role is None:
                    return None
                incomplete = False
            else:
                if (base.country and base.portfolio == "same") or base.portfolio is None:
                    return None
                body = self.body_of_word(prefix)
                if body in base.bodies:
                    role = base.bodies[body]
                elif base.portfolio != "same":
                    role = base.portfolio
                incomplete = incomplete and role is None
        if deputy and base.deputy:
            role = base.deputy
        return replace(
            found,
            role=role,
            former=former,
            deputy=deputy,
            prefix=prefix,
            incomplete=incomplete or role is None,
        )

    @staticmethod
    def _known(base: Title) -> dict[str, str | None]:
        return {fold(prefix): role for prefix, role in base.prefixes.items()}

    def body_of_word(self, word: str) -> str | None:
        """The kind of body that a folded word (a compound's part, or a noun) names."""
        bare = _GENITIVE.sub("", word)
        for kind, endings in self.rules.bodies.items():
            for ending in endings:
                if word.endswith(ending) or bare.endswith(ending):
                    if (
                        len(ending) <= 3
                        and word not in (ending, ending + "s", ending + "es")
                        and ending != "amt"
                    ):
                        continue
                    return kind
        return None

    def body_of_phrase(self, phrase: str) -> str | None:
        """The kind of the first body named in `phrase` ("des Partnerschaftsvereins Haan")."""
        for match in WORD.finditer(phrase):
            kind = self.body_of_word(fold(match.group()))
            if kind is not None:
                return kind
        return None


def _forms(title: Title) -> Iterator[tuple[str, str, bool]]:
    """All forms of a base word as (folded form, gender, plural)."""
    stem = fold(title.word)
    if title.bends == "rat":
        stem = stem.removesuffix("rat")
        for ending in ("rat", "rats", "rates", "rate"):
            yield stem + ending, "m", False
        yield from ((stem + "raete", "m", True), (stem + "raeten", "m", True))
        yield from ((stem + "raetin", "f", False), (stem + "raetinnen", "f", True))
        yield stem + "ratin", "f", False
    elif title.bends == "mann":
        stem = stem.removesuffix("mann")
        for ending in ("mann", "manns", "mannes"):
            yield stem + ending, "m", False
        yield from ((stem + "maenner", "m", True), (stem + "leute", "", True))
        yield from ((stem + "frau", "f", False), (stem + "frauen", "f", True))
    elif title.bends == "herr":
        stem = stem.removesuffix("herr")
        yield from ((stem + "herr", "m", False), (stem + "herrn", "m", False), (stem + "herren", "m", True))
        yield from ((stem + "frau", "f", False), (stem + "frauen", "f", True))
    else:
        if title.bends == "weak" and stem.endswith("e"):
            stem = stem[:-1]
            yield stem + "e", "m", False
        for ending, gender, plural in _ENDINGS[title.bends]:
            if title.bends == "adj" or ending or not title.word.endswith("e") or title.bends == "inv":
                yield stem + ending, gender, plural
    for form in title.feminine:
        yield from ((fold(form), "f", False), (fold(form) + "nen", "f", True))
    for form in title.plural:
        yield fold(form), "", True
