"""Describes the surroundings of a candidate by named features, the evidence that `weigh` adds up."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from pipeline.components.cities.candidates import Candidate, Word
from pipeline.components.cities.lexicon import AFFINITY, Lexicon
from pipeline.knowledge.gazetteer import COMMON_WORD, FORENAME, KINDS, MAIN, REGION, SHORT, SURNAME

_INFLECTED = re.compile(r"(?:e|en|er|es|em)$")
_WATERSIDE = frozenset({"an", "entlang", "ueber", "jenseits", "laengs"})
_PLURAL = frozenset({"die", "den", "der", "alle", "viele", "aller", "vieler"})
_WRAPPED = 50
"""Characters from which a line may have been broken in mid-sentence; a shorter one is a heading or an entry."""
_BREAK = re.compile(r"[.!?:;\n•|]")
_PAREN_COUNTRY = re.compile(r"\s?[(/,–-]\s?(?:[^\W\d_]+,\s)?([^\W\d_.]+(?: [^\W\d_]+){0,2})")


@dataclass(slots=True)
class CountryWord:
    """A country's name or adjective in the text."""

    start: int
    end: int
    word: int
    country: str
    adjective: bool


def country_words(words: list[Word], text: str, lexicon: Lexicon) -> list[CountryWord]:
    """All names and adjectives of countries, in text order."""
    found = []
    skip = -1
    first_words, adjectives, names = lexicon.country_starts, lexicon.adjectives, lexicon.countries
    for i, word in enumerate(words):
        folded = word.folded
        if folded not in first_words or i <= skip:
            continue
        adjective = adjectives.get(folded)
        if adjective is not None and not (word.capital and folded.endswith("sch")):
            found.append(CountryWord(word.start, word.end, i, adjective, True))
            continue
        if not word.capital:
            continue
        key, best = folded, (i, names.get(folded) or names.get(folded.removesuffix("s")))
        for j in range(i + 1, min(i + 4, len(words))):
            if words[j].start - words[j - 1].end != 1:
                break
            key = f"{key} {words[j].folded}"
            code = names.get(key)
            if code is not None:
                best = (j, code)
        if best[1] is not None:
            found.append(CountryWord(word.start, words[best[0]].end, i, best[1], False))
            skip = best[0]
    return found


class Context:
    """Computes features of candidates of one text."""

    def __init__(self, text: str, words: list[Word], lexicon: Lexicon, countries: list[CountryWord],
                 entities: list[tuple[int, int, str]], has_model: bool) -> None:  # fmt: skip
        self.text, self.words, self.lexicon = text, words, lexicon
        self.entities, self.has_model = entities, has_model
        self._entity_ends = [end for _, end, _ in entities]
        self.small = {word.folded for word in words if word.text.islower() and len(word.folded) > 3}
        self._starts = [word.start for word in words]
        self._country_at: dict[int, CountryWord] = {c.word: c for c in countries}
        self.named = {c.country for c in countries}

    def entity(self, start: int, end: int) -> tuple[int, int, str] | None:
        """The model's entity that overlaps the stretch most."""
        best, most = None, 0
        for k in range(bisect_right(self._entity_ends, start), len(self.entities)):
            low, high, label = self.entities[k]
            if low >= end:
                break
            overlap = min(end, high) - max(start, low)
            if overlap > most:
                best, most = (low, high, label), overlap
        return best

    def is_place(self, start: int, end: int) -> bool:
        """Does the model see a place here?"""
        found = self.entity(start, end) if self.entities else None
        return found is not None and found[2] == "LOC"

    def describe(self, c: Candidate) -> None:
        """Fill `c.features`, `c.country` and `c.kinds`."""
        text, words, lex, f = self.text, self.words, self.lexicon, c.features
        left = words[c.first - 1] if c.first else None
        left2 = words[c.first - 2] if c.first > 1 else None
        right = words[c.last + 1] if c.last + 1 < len(words) else None
        gap_left = text[left.end if left else max(0, c.start - 3) : c.start]
        gap_right = text[c.end : right.start if right else c.end + 3]
        near_left = left is not None and gap_left in (" ", "\n", " „", " »", ' "', ". ", "\u00a0", " (")
        f["bias"] = 1.0
        self._model_features(c)
        self._name_features(c, gap_left)
        if near_left and left is not None:
            if gap_left != ". ":
                self._left_features(c, left, left2, gap_left)
            elif len(left.text) <= 4:  # 'Dr. Wittenberg', 'St. Wendel', but not '… lehnte ein. Kelmis'
                self._title_features(c, left)
        if gap_left in ("-", "‐", "‑") or (gap_left[-1:] in "-‐‑" and gap_left[-2:-1].isalpha()):
            f["hyphen_left"] = 1.0
        if c.end < len(text) and text[c.end] in "-‐‑" and text[c.end + 1 : c.end + 2].isalnum():
            f["hyphen_right"] = 1.0
        elif c.end < len(text) and text[c.end] in "_@":
            f["handle"] = 1.0
        if c.start and text[c.start - 1] in "@_":
            f["handle"] = 1.0
        if (
            text[c.end : c.end + 1] in '“”"«»‘'
            and c.start
            and text[c.start - 1] in '„“"»«‚'
            and c.end < len(text)
        ):
            f["quoted"] = 1.0
        if (
            right is not None
            and gap_right == " "
            and right.capital
            and not c.inflected
            and right.folded not in lex.countries
        ):
            f["capital_right"] = 1.0
        followed = right is not None and gap_right in (" ", "\n")
        if (
            right is not None
            and followed
            and (right.text in lex.rules.name_tail or right.folded in lex.name_tail)
        ):
            f["name_tail"] = 1.0
        if right is not None and gap_right in (" ", "\n") and right.text in lex.town_verbs:
            f["agent"] = 1.0  # 'Forst hat abgesagt'
        if f.get("unlisted") and f.get("designator"):
            f["unlisted_kind"] = 1.0  # 'im Rajon Kosiw'
        self._country_right(c, gap_right)

    def _model_features(self, c: Candidate) -> None:
        entity = self.entity(c.start, c.end)
        if not self.has_model:
            return
        if entity is None:
            c.features["ner_none"] = 1.0
            return
        low, high, label = entity
        before = self.words[c.first - 1] if c.first else None
        if before is not None and before.start == low and before.folded in self.lexicon.designators:
            low = c.start  # 'Rajon Kosiw'
        exact = abs(low - c.start) <= 1 and abs(high - c.end) <= 1
        wide = high - low > c.end - c.start + 2
        c.features[f"ner_{label.lower()}" + ("" if exact or not wide else "_wide")] = 1.0

    def _name_features(self, c: Candidate, gap_left: str) -> None:
        f = c.features
        if c.name.isupper() and len(c.name) > 3:
            f["capitals"] = 1.0
        line_start = not c.start or self.text[c.start - 1] == "\n"
        if line_start and self.text[c.end : c.end + 1] in ("\n", ""):
            f["whole_line"] = 1.0
        if not c.first or _BREAK.search(gap_left):
            f["sentence_start"] = 1.0
        if c.last == c.first and c.prior is None:
            f["shape"] = max(-4.0, min(4.0, self.lexicon.shape(self.words[c.first].folded)))
        if c.last == c.first + 1 and c.key.startswith(("st ", "ste ")):
            around = self.text[max(0, c.start - 120) : c.end + 60]
            f["church" if self.lexicon.church.search(around) else "saint"] = 1.0
        if not c.places:
            f["unlisted"] = 1.0
            f["unlisted_shape"] = f.get("shape", 0.0)
            if c.last > c.first:
                f["several_words"] = 1.0
            return
        best = min(p.rank for p in c.places)
        if any(p.country in self.named and p.rank <= SHORT for p in c.places):
            f["country_in_text"] = 1.0
        elif max((AFFINITY.get(p.country, -0.6) if p.kind != REGION else 0.0)
                 for p in c.places if p.rank <= SHORT or best > SHORT) < -0.3:  # fmt: skip
            f["far"] = 1.0
        people = max(1_000_000 if p.kind == REGION and not p.population else p.population for p in c.places)
        f["rank_alternate" if best > SHORT else "rank_main" if best == MAIN else "rank_other"] = 1.0
        f["population"] = min(len(str(max(people, 1))) - 1, 6) / 6
        if c.last > c.first:
            f["several_words"] = 1.0
        if c.prior is not None:
            f["prior"] = max(-6.0, min(2.0, c.prior))
        elif c.last == c.first:
            f["prior_unknown"] = 1.0
        if c.names & FORENAME:
            f["forename"] = 1.0
        if c.names & SURNAME:
            f["surname_too"] = 1.0
        if c.names & COMMON_WORD:
            f["word"] = 1.0
            if c.key in self.small:
                f["word_in_text"] = 1.0
        if c.key in self.lexicon.landscapes:
            f["landscape"] = 1.0
        if len(c.key) <= 3:
            f["short_name"] = 1.0
        if c.key.endswith("kreis"):
            f["designator"] = 1.0  # 'Main-Taunus-Kreis' says itself what it is
        elif c.inflected:
            f["genitive"] = 1.0
        if all(p.kind in (2, 3) for p in c.places):
            f["only_unit"] = 1.0
            if any(p.kind == REGION and p.rank == MAIN for p in c.places):
                f["region"] = 1.0

    def _left_features(self, c: Candidate, left: Word, left2: Word | None, gap: str) -> None:
        lex, f, _words = self.lexicon, c.features, self.words
        folded = left.folded
        if folded in lex.designators and left.capital and "(" not in gap:
            f["designator"] = 1.0
            c.kinds = lex.designators[folded]
            c.title = lex.nominatives[folded]
        country = self._country_at.get(c.first - 1)
        if country is None and f.get("designator"):
            country = self._country_at.get(c.first - 2)
        if country is not None and country.adjective and self.words[country.word].folded.endswith("sch"):
            f["language"] = 1.0  # 'Berehowe, ungarisch Beregszász'
        elif country is not None and country.adjective:
            if f.get("word") and all(p.country != country.country for p in c.places):
                f["word_adjective"] = 1.0  # 'das polnische Essen'
            else:
                f["country_left"] = 1.0
                c.country = country.country
        elif country is not None and gap == " (":
            f["country_left"] = 1.0
        if folded in lex.place_prepositions:
            # 'bei Regen', 'bei Essen und Trinken' are circumstances.
            f["circumstance" if folded == "bei" and f.get("word") else "place_preposition"] = 1.0
        elif folded in lex.prepositions:
            f["preposition"] = 1.0
        if folded in ("von", "aus", "der", "in", "mit") and left2 is not None and left2.folded in lex.offices:
            f["office"] = 1.0
        if (
            f.get("word")
            and left.text.islower()
            and _INFLECTED.search(folded)
            and folded not in lex.prepositions
        ):
            f["word_adjective"] = 1.0
        if folded == "am" or (left2 is not None and folded in ("der", "die") and left2.folded in _WATERSIDE):
            f["river"] = 1.0
        if folded in lex.determiners and "(" not in gap:
            # Some regions have their article: 'im Elsass', 'auf der Krim'.
            f["determiner_unit" if f.get("only_unit") else "determiner"] = 1.0
            if c.key in lex.peoples and folded in _PLURAL and not c.inflected:
                f["people"] = 1.0  # 'mit den Hessen'
        self._title_features(c, left)
        institution = left.text in lex.rules.name_head or (left.capital and lex.institution.search(folded))
        if institution and (gap != "\n" or self._wrapped(left.end)):
            f["name_head"] = 1.0
        if gap == " " and left.capital and not f.get("designator") and folded not in lex.offices:
            if folded in lex.forenames:
                f["after_forename"] = 1.0
            elif (
                folded not in lex.prepositions
                and folded not in lex.place_prepositions
                and folded not in lex.determiners
            ):
                f["capital_left"] = 1.0
        if gap == " " and folded in (
            "st",
            "san",
            "santa",
            "santo",
            "la",
            "le",
            "el",
            "los",
            "las",
            "al",
            "port",
            "new",
            "bad",
        ):
            f["cut_name"] = 1.0

    def _title_features(self, c: Candidate, left: Word) -> None:
        lex, f = self.lexicon, c.features
        if (left.folded in lex.person_titles and left.capital) or left.folded == "van":
            f["person_title"] = 1.0
        if left.folded in lex.surname_titles and left.capital:
            f["surname"] = 1.0

    def _wrapped(self, end: int) -> bool:
        """Is the line that ends here so long that its sentence goes on in the next one?"""
        return end - (self.text.rfind("\n", 0, end) + 1) > _WRAPPED

    def _country_right(self, c: Candidate, gap: str) -> None:
        f, lex = c.features, self.lexicon
        nxt = c.last + 1
        if nxt >= len(self.words):
            return
        word = self.words[nxt]
        country = self._country_at.get(nxt)
        stripped = gap.strip()
        if (
            country is not None
            and not country.adjective
            and (stripped in ("(", "/", ",", "–", "-", "|") or not gap)
        ):
            f["country_right"] = 1.0
            c.country = c.country or country.country
        elif (
            stripped in ("(", "/", "|")
            and word.text in lex.codes
            and self.text[word.end : word.end + (2 if stripped == "|" else 1)]
            in (")", "/", ",", " ", " |", "|", "\n", "")
        ):
            f["country_right"] = 1.0
            c.country = c.country or lex.codes[word.text]
        elif word.folded in ("in", "im") and stripped == "":
            beyond = self._country_at.get(nxt + 1) or (
                self._country_at.get(nxt + 2)
                if nxt + 2 < len(self.words) and self.words[nxt + 1].folded in ("der", "den")
                else None
            )
            if beyond is not None and not beyond.adjective:
                f["country_right"] = 1.0
                c.country = c.country or beyond.country

    def window_countries(self, start: int, end: int, reach: int) -> set[str]:
        """Countries named within `reach` characters of a stretch."""
        low, high = bisect_left(self._starts, start - reach), bisect_right(self._starts, end + reach)
        return {c.country for i in range(low, high) if (c := self._country_at.get(i)) is not None}


def kind_allowed(kinds: frozenset[str] | None, kind: int) -> bool:
    """Does the word for a kind of place before the name allow this kind?"""
    return kinds is None or KINDS[kind] in kinds
