"""One sentence, read for who is tied to whom: by cue, preposition and subject, not by distance."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.components.partnerships.heads import POSSESSIVE, STOP, head_of, neighbour
from pipeline.components.partnerships.reading import (
    ARE,
    DASH,
    DEFINITE,
    HAS,
    MOST,
    OF,
    PRONOUN,
    RELATIVE_START,
    SINCE,
    WE_HAVE,
    YEAR_BRACKET,
    Frame,
)
from pipeline.components.partnerships.roles import ANY_TIE, BIT, STRONG

if TYPE_CHECKING:
    from pipeline.components.partnerships.context import Context

_UNSURE = 0.7
"""Where it is less sure than this whose article it is, a host named up to two sentences before takes its place."""

_HOLDS = re.compile(
    r"\b(?:hat|habe|haben|hatte|hatten|kennt|kennen|zählt|zählen|pflegt|pflegen|unterhält|unterhalten|besitzt|besitzen|"
    r"verfügt|verfügen|bekommt|bekam|führt)\b"
)


class Sentence:
    """The readings of one sentence."""

    def __init__(self, context: Context, number: int, recent: int) -> None:
        self.context, self.number = context, number
        self.text = context.layout.text
        self.start, self.end, self.block = context.layout.sentences[number]
        self.own = context.own_of_block(self.block)
        if recent >= 0 and 0 <= self.own < len(context.anchors) and context.anchors[self.own] < _UNSURE:
            self.own = recent
        self.mentions = context.places.mentions
        self.mask = context.sentence_mask[number]
        self.intro = context.intro_mask[self.block]
        self.spoken = [
            n
            for n in context.by_sentence[number]
            if not self.mentions[n].apposed and not self.mentions[n].bracket
        ][:MOST]
        groups: dict[int, list[int]] = defaultdict(list)
        for n in self.spoken:
            place = self.mentions[n]
            groups[place.group if place.group >= 0 else -1 - n].append(n)
        self.groups = sorted(groups.values())
        counts = context.article_mask
        self.about = counts.get("partner", 0) + counts.get("tie", 0) + counts.get("tied", 0) >= 2

    def read(self) -> list[Frame]:
        """All readings of the sentence."""
        found: list[Frame] = []
        mask = self.mask | self.intro
        if not mask & ANY_TIE and not self.about:
            return found
        kind = self.context.layout.blocks[self.block].kind
        for members in self.groups:
            names = [n for n in members if self.mentions[n].kind == "name"]
            if names and self.mentions[members[0]].kind == "name":
                found += self._list(members, names, kind)
        found += self._partner_of()
        if kind == "row":
            found += self._row()
        if self.intro & (STRONG | BIT["tie_bare"]):
            found += self._announced(kind)
        alone = len(self.groups) == 1 and self.mask & BIT["denied"]
        for frame in found:
            clause = self.mentions[frame.guest_mention].clause
            frame.denied = bool(alone or self.context.clause_mask[clause] & BIT["denied"])
        return found

    def _list(self, members: list[int], names: list[int], kind: str) -> list[Frame]:
        first, last = self.mentions[members[0]], self.mentions[members[-1]]
        if neighbour(self.context, members[0]):
            return []
        mask, clause = self.mask, self.context.clause_mask[first.clause]
        if first.left == "zwischen" and len(names) >= 2:
            return self._pairs("between", names, 1.0 if clause & ANY_TIE else 0.5)
        dashed = len(names) == 2 and bool(
            DASH.fullmatch(self.text[self.mentions[names[0]].end : self.mentions[names[1]].start])
        )
        if dashed and (mask & ANY_TIE or (self.about and kind in ("row", "heading", "item"))):
            return self._pairs("dash", names, 1.0 if mask & ANY_TIE else 0.7)
        if first.left == "mit" and not first.relative:
            return self._with(members, names)
        head, cue = head_of(self.context, members[0])
        if head == 2:
            host, at, sure = self._possessor(members)
            return self._all("partner_np", host, at, names, sure)
        if head == 1:
            return self._predicate(members, names, cue)
        if first.left in ("nach", "zu") and clause & (BIT["bond"] | BIT["tie"] | BIT["tie_bare"]):
            host, at, sure = self._host(members)
            return self._all("to", host, at, names, sure * 0.8)
        if first.left == "für" and clause & (BIT["tie"] | BIT["partner"]):
            host, at, sure = self._host(members)
            return self._all("for", host, at, names, sure * 0.9)
        if first.left == "von" and clause & (BIT["tie"] | BIT["tie_bare"] | BIT["bond"]) and len(names) >= 2:
            return self._pairs("of", names, 0.9)
        if (
            first.left in ("aus", "von")
            and mask & (BIT["plan"] | BIT["wish"])
            and mask & (BIT["reject"] | ANY_TIE)
        ):
            return self._all("request", self.own, -1, names, 0.6)
        before = [n for n in self._free(members) if self.mentions[n].end <= first.start]
        if before and HAS.fullmatch(self.text[self.mentions[before[-1]].end : first.start]):
            return self._all("has", self.mentions[before[-1]].city, before[-1], names, 0.9)
        found: list[Frame] = []
        which = self._which(members)
        if which >= 0:
            return self._all("relative", self.mentions[which].city, which, names, 0.9)
        if len(names) >= 2 and first.left == "" and mask & BIT["ring"]:
            return self._pairs("ring", names, 0.9)
        if len(names) >= 2 and first.left == "" and mask & (ANY_TIE & ~BIT["bond"]):
            others = [
                g
                for g in self.groups
                if g is not members
                and self.mentions[g[0]].left == "mit"
                and self.mentions[g[0]].clause == first.clause
            ]
            if self._own_words(first.clause) and self.own not in {self.mentions[n].city for n in names}:
                return self._all("list", self.own, -1, names, 0.8)
            if not others and (len(names) == 2 or clause & (BIT["deed"] | BIT["sign"] | BIT["tied"])):
                return self._pairs("joint", names, 0.9 if len(names) == 2 else 0.5)
        if first.left == "" and clause & BIT["join"] and self.about:
            return self._all("join", self.own, -1, names, 0.7)
        if (
            first.left == ""
            and WE_HAVE.search(self.text[max(self.start, first.start - 40) : first.start])
            and self.about
        ):
            return self._all("has", self.own, -1, names, 0.8)
        if (
            first.left == ""
            and self.about
            and first.start - self.context.layout.blocks[self.block].start < 12
        ):
            after = self.text[last.end : last.end + 2]
            if last.end >= self.end - 3 or after[:1] in ".?:," or after == " (":
                found += self._all("topic", self.own, -1, names, 0.5)
        if (
            len(names) >= 3
            and first.left == ""
            and self.about
            and self.text.count("(", first.start, min(self.end, last.end + 20)) >= 2
        ):
            found += self._all("list", self.own, -1, names, 0.7)
        if first.left == "" and YEAR_BRACKET.match(self.text, last.end, min(self.end, last.end + 60)):
            found += self._all("list", self.own, -1, names, 0.6)
        return found

    def _with(self, members: list[int], names: list[int]) -> list[Frame]:
        mask = self.mask
        last = self.mentions[members[-1]]
        head, cue = head_of(self.context, members[0])
        if head == 1:
            owner = self._owner(self.context.hits[cue].end, members)
            if owner >= 0:
                return self._all("partner_of", self.mentions[owner].city, owner, names, 1.0)
        host, at, sure = self._host(members)
        if mask & STRONG:
            kind = "mit_strong"
        elif mask & (BIT["tie_bare"] | BIT["tied_bare"] | BIT["partner_bare"]):
            kind = "mit_bare"
        elif SINCE.match(self.text, last.end, last.end + 60) or self.mask & BIT["exist"]:
            kind = "mit_since"
        else:
            kind = "mit_bond"
        return self._all(kind, host, at, names, sure)

    def _predicate(self, members: list[int], names: list[int], cue: int) -> list[Frame]:
        """ "X ist Partnerstadt (von Y)", "X und Y sind Partnerstädte", "X, unsere Partnerstadt"."""
        hit = self.context.hits[cue]
        between = self.text[self.mentions[members[-1]].end : hit.start]
        owner = self._owner(hit.end, members)
        if owner >= 0:
            return self._all("partner_of", self.mentions[owner].city, owner, names, 1.0)
        cities = {self.mentions[n].city for n in names}
        if len(cities) >= 2 and ARE.search(between) and not DEFINITE.search(between):
            return self._pairs("joint", names, 1.0 if len(cities) == 2 else 0.6)
        genitive = [
            n
            for n in self.spoken
            if n not in members
            and self.mentions[members[-1]].end <= self.mentions[n].start < hit.start
            and self.text[self.mentions[n].end - 1] in "s’'"
        ]
        if genitive:
            return self._all("partner_of", self.mentions[genitive[-1]].city, genitive[-1], names, 1.0)
        if POSSESSIVE.search(between):
            return self._all("partner_pred", self.own, -1, names, 1.0)
        mit = [
            n
            for n in self.spoken
            if n not in members
            and self.mentions[n].left == "mit"
            and self.mentions[n].clause == self.mentions[members[-1]].clause
        ]
        if mit:
            return self._all("partner_pred", self.mentions[mit[0]].city, mit[0], names, 0.9)
        return self._all("partner_pred", self.own, -1, names, 0.8)

    def _partner_of(self) -> list[Frame]:
        """ "…, das wie wir Partnerstadt von Zug ist": the owner stands after the noun, the partner before it."""
        found = []
        low, high = (
            bisect_left(self.context.hit_starts, self.start),
            bisect_left(self.context.hit_starts, self.end),
        )
        for hit in self.context.hits[low:high]:
            if hit.rule.role not in ("partner", "partner_bare"):
                continue
            owner = self._owner(hit.end, [])
            if owner < 0:
                continue
            before = [n for n in self.spoken if self.mentions[n].end <= hit.start]
            guest = before[-1] if before else self._topic_before()
            if guest >= 0:
                found.append(
                    Frame(
                        "partner_of", self.mentions[owner].city, self.mentions[guest].city, owner, guest, 0.8
                    )
                )
        return found

    def _owner(self, offset: int, members: list[int]) -> int:
        """The place after "Partnerstadt von": its mention, or -1."""
        for n in self.spoken:
            place = self.mentions[n]
            if n not in members and 0 <= place.start - offset < 45:
                between = self.text[offset : place.start]
                if place.left == "von" and OF.match(between) and not re.search(r"[,;:.()]", between):
                    return n
        return -1

    def _row(self) -> list[Frame]:
        towns = [
            n
            for n in self.spoken
            if self.mentions[n].kind == "name"
            and self.context.places.cities[self.mentions[n].city].kind != "region"
        ]
        cities = list(dict.fromkeys(self.mentions[n].city for n in towns))
        if len(cities) < 2:
            return []
        at = {self.mentions[n].city: n for n in reversed(towns)}
        paired = self.context.row_hosts >= 3
        return [
            Frame(
                "row",
                cities[0],
                cities[1],
                at[cities[0]],
                at[cities[1]],
                0.9 if paired and len(cities) == 2 else 0.7 if paired else 0.3,
            )
        ]

    def _announced(self, kind: str) -> list[Frame]:
        """What stands under a heading or after a colon that speaks of partners."""
        found = []
        block_start = self.context.layout.blocks[self.block].start
        for n in self.spoken:
            place = self.mentions[n]
            if place.kind != "name" or place.city == self.own:
                continue
            at_start = place.start - block_start < 14
            if kind in ("item", "row") and (at_start or n == self.spoken[0]):
                found.append(Frame("item", self.own, place.city, -1, n, 0.9 if at_start else 0.6))
            elif at_start and place.left == "":
                found.append(Frame("topic", self.own, place.city, -1, n, 0.7))
        return found

    def _pairs(self, kind: str, members: list[int], sure: float) -> list[Frame]:
        cities = list(dict.fromkeys(self.mentions[n].city for n in members))
        at = {self.mentions[n].city: n for n in reversed(members)}
        if self.own in cities and len(cities) > 2 and kind != "ring":
            return [
                Frame(kind, self.own, city, at[self.own], at[city], sure)
                for city in cities
                if city != self.own
            ]
        scale = 1.0 if len(cities) == 2 or kind == "ring" else 0.6
        return [
            Frame(kind, a, b, at[a], at[b], sure * scale)
            for index, a in enumerate(cities[:7])
            for b in cities[index + 1 : 7]
        ]

    def _all(self, kind: str, host: int, at: int, members: list[int], sure: float) -> list[Frame]:
        return [
            Frame(kind, host, self.mentions[n].city, at, n, sure)
            for n in members
            if self.mentions[n].city != host
        ]

    def _free(self, members: list[int]) -> list[int]:
        """Mentions that may be the subject: no preposition, not of this list."""
        cities = {self.mentions[m].city for m in members}
        return [n for n in self.spoken if self.mentions[n].left == "" and self.mentions[n].city not in cities]

    def _own_words(self, clause: int) -> bool:
        return bool(self.context.clause_mask[clause] & BIT["own"])

    def _host(self, members: list[int]) -> tuple[int, int, float]:
        """Who is tied to a list that stands after "mit": city, mention, how sure."""
        first, last = self.mentions[members[0]], self.mentions[members[-1]]
        clause_start = self.context.layout.clauses[first.clause][0]
        free = self._free(members)
        near = [n for n in free if self.mentions[n].clause == first.clause]
        if first.head - clause_start <= 1 and self.text[clause_start - 1 : clause_start] == ",":
            # "X, mit Y seit 1975 verbunden, schickt einen Chor"
            before = [n for n in self.spoken if 0 <= clause_start - self.mentions[n].end <= 2]
            if before and re.match(
                r"[^,]{0,60}\b(?:verbunden|verschwistert|verpartnert|befreundet|liiert)\b\s*[,.]",
                self.text[last.end : self.end],
            ):
                return self.mentions[before[-1]].city, before[-1], 1.0
        if clause_start > self.start and RELATIVE_START.match(self.text[clause_start : first.start]):
            before = [n for n in self.spoken if self.mentions[n].end <= clause_start + 2]
            if before and not near:
                return self.mentions[before[-1]].city, before[-1], 0.9
        ahead = [n for n in near if self.mentions[n].end <= first.start]
        if ahead:
            return self.mentions[ahead[-1]].city, ahead[-1], 1.0
        if self._own_words(first.clause):
            return self.own, -1, 1.0
        behind = [
            n
            for n in near
            if self.mentions[n].start >= last.end
            and not STOP.search(self.text[last.end : self.mentions[n].start])
        ]
        named = [n for n in behind if self.mentions[n].city == self.own]
        if named:
            return self.own, named[0], 1.0
        if behind and not re.search(r",|\bund\b", self.text[last.end : self.mentions[behind[0]].start]):
            return self.mentions[behind[0]].city, behind[0], 0.8
        if PRONOUN.match(self.text, self.start) and not free:
            topic = self._topic_before()
            if topic >= 0 and self.mentions[topic].city != self.own:
                return self.mentions[topic].city, topic, 0.7
        ahead = [n for n in free if self.mentions[n].end <= first.start and self.mentions[n].city == self.own]
        if ahead:
            return self.own, ahead[-1], 0.9
        semicolon = self.text.rfind(";", self.start, first.start)
        ahead = [
            n for n in free if semicolon < self.mentions[n].start and self.mentions[n].end <= first.start
        ]
        if ahead and not self._own_in_sentence():
            return self.mentions[ahead[-1]].city, ahead[-1], 0.5
        return self.own, -1, 0.8

    def _own_in_sentence(self) -> bool:
        return any(self.mentions[n].city == self.own for n in self.spoken) or bool(self.mask & BIT["own"])

    def _possessor(self, members: list[int]) -> tuple[int, int, float]:
        """Whose partner town a list after "Partnerstadt" is."""
        first = self.mentions[members[0]]
        lead = self.text[max(self.start, first.start - 80) : first.start]
        owners = [
            n
            for n in self.spoken
            if n not in members
            and self.mentions[n].end <= first.start
            and first.start - self.mentions[n].end < 45
        ]
        if owners:
            place = self.mentions[owners[-1]]
            between = self.text[place.end : first.start]
            if (
                place.left != "mit"
                and not re.search(r"[,.;:(]", between)
                and self.text[place.end - 1] in "s’'"
            ):
                return place.city, owners[-1], 1.0
        if re.search(r"\bunser", lead) or self._own_words(first.clause):
            return self.own, -1, 1.0
        ahead = [n for n in self._free(members) if self.mentions[n].end <= first.start]
        near = [n for n in ahead if self.mentions[n].clause == first.clause]
        if re.search(r"\b(?:ihre|ihrer|seine|seiner|ihren|eigene)\w*\b|\bsei-\s*ner", lead) and ahead:
            pick = near or ahead
            return self.mentions[pick[-1]].city, pick[-1], 0.9
        if near:
            return self.mentions[near[-1]].city, near[-1], 0.8
        if ahead and _HOLDS.search(self.text[self.mentions[ahead[-1]].end : first.start]):
            return self.mentions[ahead[-1]].city, ahead[-1], 0.8
        return self.own, -1, 0.8

    def _topic_before(self) -> int:
        """The subject of the sentence before, in the same block; -1 where it names no place."""
        number = self.number - 1
        if number < 0 or self.context.layout.sentences[number][2] != self.block:
            return -1
        for n in self.context.by_sentence.get(number, []):
            place = self.mentions[n]
            if not place.apposed and not place.bracket and place.left == "":
                return n
        return -1

    def _which(self, members: list[int]) -> int:
        """The antecedent in "X, mit dem Y verbunden ist", for a subject Y."""
        first = self.mentions[members[0]]
        if not first.relative:
            return -1
        before = [n for n in self.spoken if self.mentions[n].end <= first.start and n not in members]
        return before[-1] if before else -1
