"""A title in its surroundings: qualifiers before it, the body or place it is held in behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.components.officials.rules import OfficialsRules
from pipeline.components.officials.titles import UPPER, TitleLexicon, TitleWord

_GAP = r"[ \u00a0]{1,2}"
_RETIRED = re.compile(
    r"(?:[ \u00a0]{1,2}(?:a\.[ \u00a0]?D\.|i\.[ \u00a0]?R\.|i\.[ \u00a0]?P\.|außer Dienst|im Ruhestand|im Amt|emeritus|em\.))?"
    r"(?:[ \u00a0]{1,2}\([^()\n]{1,30}\))?"
)
_LOWER_IN_COMPLEMENT = (
    r"(?:der|die|das|des|dem|den|von|vom|für|fuer|und|im|in|am|an|auf|aus|bei|beim|zu|zum|zur|e\.|über|ihrer|ihres|seiner"
    r"|seines|unserer|unseres|eines|einer|de|del|della|la|las|los|le|les|du|di|da|do|of|and|the|et|pour|sur|aux|ob|nad|upon"
    r"|dortigen|hiesigen|örtlichen|beiden|\w+(?:isch|lich|ig|al|iv|är|ell|städt|ier|nd|n|ner|ten|hoh|neu|alt|groß)e[nrsm])"
)
_CAPITALISED = (
    rf"(?:[{UPPER}]\.|(?:St|Dr|Nr|Prof)\.|\d+\.(?=[ \u00a0])|[{UPPER}„\"»0-9&](?:[\w&’'\"“«/-]|\.(?=\w))*)"
)
_COMPLEMENT = re.compile(
    rf"{_GAP}(?:von|vom|der|des|dieser|für|fuer|im|in|aus|bei|beim|am|an|auf|zum|zur|zu|ihrer|ihres|seiner|seines|unserer|unseres"
    rf"|eines|einer|de|du|of|di|da|do)"
    rf"(?:{_GAP}(?:{_LOWER_IN_COMPLEMENT}(?![\w-])|{_CAPITALISED}|\([^()\n]{{1,25}}\))){{1,12}}"
)
_OWNER = re.compile(
    r"(?<![\w-])(?P<owner>sein|seine|seines|ihres|meines|unseres|deines|eines|seinen|seinem|seiner|ihr|ihre|ihren|ihrem|ihrer|dessen|deren|mein|meine|meinen|meinem|"
    r"meiner|unser|unsere|unseren|unserem|unserer|lieber|liebe|Lieber|Liebe|werter|cher|chère|Sein|Seine|Ihr|Ihre|Mein|Meine|"
    r"Unser|Unsere|Dessen|Deren|der|die|den|dem|des|Der|Die|Den|Dem|Des|ein|eine|einen|einem|einer|zum|vom|beim|zur|beiden|beide|Beide|zwei)"
    r"[ \u00a0](?P<adjectives>(?:[\w-]+[ \u00a0]){0,2})$"
)


@dataclass(slots=True)
class TitleUse:
    """A title in the smoothed text: `start` to `end` with its qualifiers, `head` where the title word starts.

    `after`: behind "a. D." and brackets. `owner`: the article or pronoun before it, lower case; `adjectives`: what
    stands between the two. `complement`: span of "des Landkreises Olsztyn", empty when there is none.
    """

    word: TitleWord
    start: int
    head: int
    end: int
    after: int
    role: str | None
    deputy: bool
    first: bool
    owner: str
    adjectives: str
    complement: tuple[int, int]
    former: bool = False

    @property
    def definite(self) -> bool:
        return self.owner in {"der", "die", "den", "dem", "des"}

    @property
    def possessive(self) -> bool:
        return (
            bool(self.owner)
            and not self.definite
            and self.owner not in {"ein", "eine", "einen", "einem", "einer", "eines"}
        )

    @property
    def plural(self) -> bool:
        """Does it speak of several people: Bürgermeisterinnen, die Bürgermeister, beide Landräte?"""
        if self.word.plural or self.owner in {"beiden", "beide", "zwei"} or "beiden" in self.adjectives:
            return True
        if self.word.kin:
            return self.word.gender == "m" and self.owner in {
                "seine",
                "ihre",
                "unsere",
                "meine",
                "seinen",
                "ihren",
                "die",
                "den",
            }
        return self.owner == "die" and self.word.gender == "m"


class UseReader:
    """Reads titles in their surroundings."""

    def __init__(self, rules: OfficialsRules, titles: TitleLexicon) -> None:
        self.titles = titles
        quals = rules.qualifiers
        self._deputy = frozenset(word.rstrip(".").lower() for word in quals.deputy)
        self._former = frozenset(word.rstrip(".").lower() for word in quals.former)
        self._first = frozenset(word.rstrip(".").lower() for word in quals.first)
        words = [*quals.deputy, *quals.first, *quals.former, *quals.present]
        ordinary = "|".join(
            sorted((re.escape(w) for w in words if w[-1].isalpha() and w != "I"), key=len, reverse=True)
        )
        self._qualifiers = re.compile(
            rf"(?<![\w.-])(?:(?:(?i:{ordinary})\.?|[1-4]\.|I{{1,3}}\.)[ \u00a0]{{1,2}}|(?:1|2)\.(?=\w))+$"
        )

    def read(self, text: str, start: int, end: int, word: TitleWord) -> TitleUse:
        """The use of `word`, found at `start` to `end`."""
        qualified = self._qualifiers.search(text, max(0, start - 60), start)
        begin = qualified.start() if qualified else start
        deputy, first, former = word.deputy, False, word.former
        if qualified:
            said = [part.rstrip(".").lower() for part in qualified.group().split()]
            deputy = deputy or any(part in self._deputy for part in said)
            first = any(part in self._first for part in said) and not deputy
            former = former or any(part in self._former for part in said)
        if text[end : end + 1] == "." and word.abbreviation:
            end += 1
        retired = _RETIRED.match(text, end)
        after = retired.end() if retired else end
        complement = _COMPLEMENT.match(text, after)
        span = complement.span() if complement else (after, after)
        owner = _OWNER.search(text, max(0, begin - 60), begin)
        use = TitleUse(
            word, begin, start, end, after, None, deputy, first,
            owner.group("owner").lower() if owner else "",
            owner.group("adjectives") if owner else "",
            span, former or bool(retired and retired.group().strip()[:1].isalpha()),
        )  # fmt: skip
        use.role = self.role(use, text)
        return use

    def role(self, use: TitleUse, text: str, complement: str | None = None) -> str | None:
        """The role that the title names here, or None when it names none."""
        word = use.word
        if word.kin:
            return None
        role = word.role
        base = word.base
        said = text[use.complement[0] : use.complement[1]] if complement is None else complement
        if base is not None:
            if base.not_before and text[use.after : use.after + 20].lstrip().startswith(
                tuple(base.not_before)
            ):
                return None
            if base.bodies and said and not word.prefix:
                body = self.titles.body_of_phrase(said)
                if body in base.bodies:
                    role = base.bodies[body]
                elif body is None and base.elsewhere:
                    role = base.elsewhere
            elif word.incomplete:
                return None
            if not base.alone and not word.prefix and not said:
                return None
            if base.portfolio not in ("same", None) and said.lstrip().startswith(("für ", "fuer ")):
                role = base.portfolio
            if use.deputy and base.deputy and role == base.role:
                role = base.deputy
            elif use.first and base.first and role == base.role:
                role = base.first
            if base.country_role and re.search(r"Republik|Staates|Vereinigten Staaten", said):
                role = base.country_role
        if use.deputy and role in ("mayor", "lord_mayor"):
            role = "deputy_mayor"
        return role
