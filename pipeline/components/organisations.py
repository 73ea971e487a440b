"""spaCy component `jumelage_organisations`: bodies that act for the partnership.

Anchored on nouns that name a kind of body ("…verein", "Gymnasium"); what makes it a name stands around them: an
adjective with a capital ("Deutsch-Japanische Gesellschaft"), a compound ("Leibniz-Gymnasium"), a place or a name
behind ("Handwerkskammer Dortmund", "Verein „Brücke Nord“"), a legal form. A body counts if its name says what it is
there for, or if the sentence speaks of partnership.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.officials.layout import Layout, smooth
from pipeline.components.officials.names import NameLists, load_names
from pipeline.components.officials.titles import UPPER, WORD, fold
from pipeline.components.spans import write_spans
from pipeline.findings import Mention, Organisation, findings_of, text_of
from pipeline.knowledge.rules import Rule, StrictModel, load_rules

SPANS = "jumelage_organisations"
_CACHE_LIMIT = 10_000
_SENTENCE = re.compile(r"(?<=[.!?])[“\"»)]?[ \u00a0]+(?=[A-ZÄÖÜ„»\"])|\n+")
_ADJECTIVE = re.compile(
    rf"(?<![\w-])(?:[{UPPER}]\w+(?:-[{UPPER}]\w+)*(?:ische|ischen|ischer|isches|ische[rnms]|er|liche[rnms]?|ige[rnms]?)[ \u00a0]){{1,2}}$"
)
_QUOTED = re.compile(
    r"[ \u00a0](?:„[^„“”\"\n]{2,50}[“”\"]|\"[^\"\n ][^\"\n]{1,50}\"|«[^«» ][^«»\n]{1,50}»|»[^«» ][^«»\n]{1,50}«)"
)
_GLUED = re.compile(r"[a-zäöüß][A-ZÄÖÜ]")
_FOREIGN_TAIL = re.compile(
    r"[ \u00a0](?:de|di|du|del|of)[ \u00a0](?:jumelage|gemellaggio|jumelages|[\w-]+)", re.I
)
_GENITIVE = re.compile(r"(?:es|s|en|n|e|er)$")


class OrganisationsRules(StrictModel):
    """`rules/organisations.yaml`."""

    version: Literal[1]
    heads: dict[str, list[str]]
    bound: list[str]
    small: list[str]
    legal: list[str]
    cues: list[str]
    rules: list[Rule]


def load(directory: str | None = None) -> OrganisationsRules:
    """The rules of a folder (None: the shipped ones). Raises RulesError."""
    return load_rules("organisations", OrganisationsRules, directory)


class Organisations:
    """Fills `Findings.organisations` and `doc.spans["jumelage_organisations"]`."""

    def __init__(self, rules: str | None = None) -> None:
        self.rules = load(rules)
        self.lists: NameLists = load_names(rules)
        self._heads = {fold(head): kind for kind, heads in self.rules.heads.items() for head in heads}
        self._bound = tuple(fold(word) for word in self.rules.bound)
        self._longest = max(map(len, self._heads))
        self._cues = re.compile(
            "|".join(sorted(map(re.escape, self.rules.cues), key=len, reverse=True)), re.I
        )
        legal = "|".join(sorted(map(re.escape, self.rules.legal), key=len, reverse=True))
        small = "|".join(map(re.escape, self.rules.small))
        self._tail = re.compile(
            rf"[ \u00a0](?:(?:{small})[ \u00a0]){{0,2}}[{UPPER}][\w.’-]*|[ \u00a0–-]+[{UPPER}][\w-]+(?<=\w)"
        )
        self._legal = re.compile(rf",?[ \u00a0](?:\d{{4}}[ \u00a0])?(?:{legal})(?![\w])")
        self._cache: dict[str, tuple[str, int] | None] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Find the organisations of `doc`."""
        findings = findings_of(doc)
        layout = smooth(text_of(doc))
        known = {city.id for city in findings.cities}
        places: dict[int, str | None] = {
            clue.start: clue.city.id if clue.city.id in known else None
            for clue in findings.clues
            if clue.kind == "name_part" and clue.city is not None
        }
        places.update({m.start: city.id for city in findings.cities for m in city.mentions})
        entities = [(ent.start_char, ent.end_char) for ent in doc.ents if ent.label_ == "ORG"]
        idle = [(part.start, part.end) for part in findings.boilerplate]
        found: dict[str, Organisation] = {}
        spans: list[tuple[int, int, str]] = []
        ends = [match.start() for match in _SENTENCE.finditer(layout.text)]
        done = -1
        for match in WORD.finditer(layout.text):
            head = self._head(match.group())
            if head is None or match.start() < done:
                continue
            named = self._named(layout, match, head, places, entities)
            if named is None:
                continue
            start, end, city = named
            bound = self._is_bound(layout.text[start:end])
            if not bound and not self._in_cue_sentence(layout.text, ends, start, end):
                continue
            done = end
            first, last = layout.span(start, end)
            if any(low <= first < high for low, high in idle):
                continue
            head_at = match.start() - start
            name = layout.text[start:end]
            bare = _bare(match.group(), self._heads)
            name = " ".join((name[:head_at] + bare + name[head_at + len(match.group()) :]).split())
            rule = "organisations.bound" if bound else "organisations.cooperating"
            body = found.setdefault(self._key(name), Organisation(name, head[0], city))
            body.mentions.append(Mention(first, last, rule, 0.9 if bound else 0.7))
            spans.append((first, last, body.kind))
        findings.organisations = list(found.values())
        write_spans(doc, SPANS, "ORGANISATION", spans)
        return doc

    def _head(self, word: str) -> tuple[str, int] | None:
        """Kind of body that `word` names and the length of what stands before the head in it; None for other words."""
        if word in self._cache:
            return self._cache[word]
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()
        folded = fold(word)
        found: tuple[str, int] | None = None
        for form in (folded, _GENITIVE.sub("", folded)):
            for at in range(max(0, len(form) - self._longest), len(form) - 1):
                kind = self._heads.get(form[at:])
                if kind is not None and (at == 0 or len(form) - at > 3 or form[at - 1] == "-"):
                    found = (kind, at)
                    break
            if found:
                break
        self._cache[word] = found
        return found

    def _named(
        self,
        layout: Layout,
        match: re.Match[str],
        head: tuple[str, int],
        places: dict[int, str | None],
        entities: list[tuple[int, int]],
    ) -> tuple[int, int, str | None] | None:
        """Span and city of the name around a head, or None when it is no name but a common noun."""
        text = layout.text
        start, end = match.span()
        city: str | None = None
        proper = "-" in match.group() and match.group()[0].isupper() and head[1] > 0
        before = _ADJECTIVE.search(text, max(0, start - 50), start)
        first = before.group().split()[0] if before else ""
        if before and ("-" in first or first not in self.lists.nouns):
            start, proper = before.start(), True
        if (
            (foreign := _FOREIGN_TAIL.match(text, end))
            and head[0] in ("committee", "association")
            and foreign.group().split()[0] != "de"
        ) or (foreign and "jumelage" in foreign.group().lower()):
            end, proper = foreign.end(), True
        if (quoted := _QUOTED.match(text, end)) is not None:
            end, proper = quoted.end(), True
        for _ in range(4):
            tail = self._tail.match(text, end)
            if tail is None or _GLUED.search(tail.group()):
                break
            word_at = tail.start() + len(tail.group()) - len(tail.group().split()[-1].lstrip("–-"))
            at = layout.original(word_at)
            if at in places:
                city = city or places[at]
            elif any(low < at < high for low, high in entities):
                pass
            elif (
                tail.group().split()[-1].rstrip(".") in self.lists.nouns
                and not tail.group().strip()[0].islower()
            ) or (len(tail.group().split()) > 1 and not self._is_bound(match.group())):
                break
            end, proper = tail.end(), True
        if (legal := self._legal.match(text, end)) is not None:
            end, proper = legal.end(), True
        if text[end - 1] == "." and not self._legal.search(text, max(start, end - 12), end):
            end -= 1
        bound = self._is_bound(match.group())
        return (start, end, city) if proper or bound else None

    def _is_bound(self, name: str) -> bool:
        """Does the name itself say that the body is there for a partnership?"""
        folded = fold(name)
        if any(word in folded for word in self._bound):
            return True
        return bool(re.search(r"(?:deutsch|oesterreichisch|schweizerisch)-\w+isch\w* gesellschaft", folded))

    def _in_cue_sentence(self, text: str, ends: list[int], start: int, end: int) -> bool:
        index = bisect_right(ends, start)
        low = ends[index - 1] if index else 0
        high = ends[index] if index < len(ends) else len(text)
        return self._cues.search(text, max(low, start - 400), min(max(high, end), end + 400)) is not None

    @staticmethod
    def _key(name: str) -> str:
        """What mentions of one body share: folded, without legal form and case endings."""
        folded = re.sub(r",? (?:\d{4} )?(?:e\. ?v\.|ev|gmbh|ag)$", "", fold(name))
        return " ".join(_GENITIVE.sub("", word) for word in folded.split())


def _bare(word: str, heads: dict[str, str]) -> str:
    """A head without the ending of its genitive or plural: "Freundeskreises" -> "Freundeskreis".

    >>> _bare("Freundeskreises", {"freundeskreis": "association"})
    'Freundeskreis'
    """
    folded = fold(word)
    if any(folded.endswith(head) for head in heads):
        return word
    for ending in ("es", "s", "n"):
        if word.endswith(ending) and any(folded[: -len(ending)].endswith(head) for head in heads):
            return word[: -len(ending)]
    return word


@Language.factory("jumelage_organisations", default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Organisations:
    """The component of `rules` (a folder; None: the shipped rules). Raises RulesError for a mistake in them."""
    return Organisations(rules)
