"""From namings to persons: one entry each, role and city settled, later mentions added."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.components.officials.candidate import Candidate
from pipeline.components.officials.names import NameReader
from pipeline.components.officials.place import Places
from pipeline.components.officials.ranking import Asked, Ranking
from pipeline.components.officials.titles import UPPER, fold
from pipeline.components.officials.uses import TitleUse
from pipeline.findings import City, Mention, Official

_LOCAL = frozenset(
    {
        "mayor",
        "lord_mayor",
        "deputy_mayor",
        "district_mayor",
        "department_head",
        "councillor",
        "district_head",
        "governor",
    }
)
_HEADS = frozenset({"mayor", "lord_mayor", "district_head", "district_mayor", "governor"})
_NAMESAKES = 20
"""Persons of one surname that a naming is compared with."""
_SINGLE = frozenset({"mayor", "lord_mayor", "district_head"})
_DEPUTIES = {"mayor": "deputy_mayor", "lord_mayor": "deputy_mayor"}
_MUNICIPAL = ("stadt", "gemeinde", "kreis", "rathaus", "bezirks", "orts", "samt")
_NEVER_PLACED = frozenset({"legislator", "head_of_state"})
_NAME_WORD = re.compile(rf"(?<![\w-])[{UPPER}][\w’'-]*")
_ADDRESS = re.compile(r"(?:Herrn?|Frau|Dr\.|Prof\.|gez\.|Monsieur|Madame|Mr\.?|Mrs\.?)[ \u00a0]{1,2}$")
_ASSOCIATION = re.compile(
    r"[Vv]erein|[Kk]omitee|[Gg]esellschaft|[Vv]erband|[Kk]lub|Club|[Ff]reundeskreis|Comité|Ausschuss"
)
_TOWN_HALL = re.compile(
    r"(?<!\w)(?:der|unserer|einer)[ ](?:Stadt|Gemeinde|Stadtverwaltung|Gemeindeverwaltung|Verwaltung)(?![\w-])"
    r"|(?<!\w)(?:des|unseres)[ ](?:Kreises|Landkreises|Rathauses|Bezirks)(?![\w-])|(?<!\w)im[ ]Rathaus|[Ss]tädtepartnerschaft"
)
_STATE = re.compile(
    r"(?<!\w)(?:des|unseres)[ ](?:Landes|Kantons|Freistaates|Freistaats)(?![\w-])|Landesregierung"
)
_SCHOOL = re.compile(r"[Ss]chul|Gymnasium|Unterricht|Lyzeum")
_PRESIDENTS = frozenset({"Gemeindepräsident", "Stadtpräsident"})
_CLOSE, _SAME_BREATH, _LOOK_BACK, _TOPIC = 160, 60, 30, 1200
_SPEAKER = re.compile(r"mein|meine|lieber?|werter", re.I)


@dataclass(slots=True)
class Person:
    """One person and all the namings of him or her."""

    name: str
    words: list[str]
    candidates: list[Candidate] = field(default_factory=list)
    role: str | None = None
    city: City | None = None
    gender: str = ""

    @property
    def surname(self) -> str:
        at = len(self.words) - 1
        while at > 1 and self.words[at - 1][0].islower():
            at -= 1
        return " ".join(self.words[at:])


def persons_of(candidates: list[Candidate]) -> list[Person]:
    """Namings of the same person brought together, in order of first naming."""
    persons: list[Person] = []
    by_word: dict[str, list[Person]] = {}
    for candidate in candidates:
        words = candidate.name.words
        gender = candidate.use.word.gender if candidate.use else ""
        alike = [person for word in words[-2:][::-1] for person in by_word.get(fold(word), [])]
        fits = [person for person in alike[-_NAMESAKES:] if _same(person, words, gender)]
        if fits:
            person = next((p for p in fits if p.role == candidate.role), fits[-1])
            if len(words) > len(person.words) or (
                person.name.isupper() and not candidate.name.text.isupper()
            ):
                person.words, person.name = words, candidate.name.text
            person.gender = person.gender or gender
        else:
            person = Person(candidate.name.text, words, gender=gender, role=candidate.role)
            persons.append(person)
            for word in {fold(word) for word in words[-2:]}:
                by_word.setdefault(word, []).append(person)
        person.candidates.append(candidate)
    return persons


def _same(person: Person, words: list[str], gender: str) -> bool:
    mine, other = [fold(w) for w in person.words], [fold(w) for w in words]
    if mine == other:
        return True
    if {"m", "f"} == {person.gender, gender}:
        return False
    if len(mine) == len(other) == 2 and mine == other[::-1]:
        return True
    short, long = sorted((mine, other), key=len)
    if len(short) > 1 and long[: len(short)] == short:
        return True
    if mine[-1] != other[-1]:
        return False
    short, long = sorted((mine[:-1], other[:-1]), key=len)
    return all(any(w == v or (w.endswith(".") and v.startswith(w[:-1])) for v in long) for w in short)


class Settler:
    """Gives persons their role and city."""

    def __init__(self, text: str, ranking: Ranking) -> None:
        self.text = text
        self.ranking = ranking
        self.places: Places = ranking.places

    def settle(self, persons: list[Person]) -> list[Person]:
        """Those of `persons` who hold an office, with role and city."""
        order = sorted(
            ((c.name.start, c, p) for p in persons for c in p.candidates), key=lambda item: item[0]
        )
        for person in persons:
            person.role = self._lead(person).role
        self._known = [(c, p) for _, c, p in order]
        self._starts = [start for start, _, _ in order]
        self._heads = [p for p in persons if p.role in _HEADS]
        self._kinds = {p.role for p in self._heads if not self._is_former(p)} & {"mayor", "lord_mayor"}
        self._taken: Counter[str] = Counter()
        placed = [person for person in persons if person.role is not None]
        for person in sorted(placed, key=lambda p: self.places.told(self._lead(p)) is None):
            self._place(person, self._city(person, self._lead(person)))
        settled: list[Person] = []
        for person in persons:
            if person.role is None:
                self._settle_kin(person)
            if person.role is not None:
                settled.append(person)
        for person in settled:
            self._by_country(person)
        self._second_to_lord_mayors(settled)
        self._by_company(settled)
        return settled

    def _place(self, person: Person, city: City | None) -> None:
        """Settle the city, and count the place as taken by those of whom a town has one."""
        person.city = city
        if city is not None and person.role in _SINGLE and not self._is_former(person):
            self._taken[city.id] += 1

    def _by_company(self, persons: list[Person]) -> None:
        """Roles that the rest of the article settles.

        Beside councillors a Schriftführer keeps the minutes. A Präsident without a body is one of a state if the text
        before names a country and no association; a Vizepräsident beside a Gemeindepräsident is the second in town.
        A Direktor outside a school's world directs something else.
        """
        council = any(person.role == "councillor" for person in persons)
        swiss = any(person.role == "mayor" and self._word(person) in _PRESIDENTS for person in persons)
        school = _SCHOOL.search(self.text) is not None
        for person in persons:
            use = self._lead(person).use
            word = self._word(person)
            if use is None or not word or use.word.prefix:
                continue
            alone = use.complement[0] == use.complement[1]
            if (word == "Schriftführer" and council and alone) or (
                word == "Direktor" and person.role == "academic" and not school
            ):
                person.role = "other"
            elif (
                word == "Präsident" and person.role == "association_officer" and alone and not use.possessive
            ):
                if use.deputy and swiss:
                    person.role = "deputy_mayor"
                elif (
                    not use.deputy and self.places.of_state(use.start) and not self._in_association(use.start)
                ):
                    person.role, person.city = "head_of_state", None

    def _in_association(self, at: int) -> bool:
        return _ASSOCIATION.search(self.text, max(0, at - 400), at) is not None

    @classmethod
    def _word(cls, person: Person) -> str:
        """The base word of the person's title, or ""."""
        use = cls._lead(person).use
        return use.word.base.word if use is not None and use.word.base is not None else ""

    @staticmethod
    def _lead(person: Person) -> Candidate:
        """The naming that says most about the office."""
        sure = [c for c in person.candidates if c.role and c.rule != "officials.party"]
        telling = [c for c in sure if c.role != "other"] or sure
        return (telling or [c for c in person.candidates if c.role] or person.candidates)[0]

    def _settle_kin(self, person: Person) -> None:
        """Role and city of a colleague, successor or deputy, by those of the person they are measured by."""
        candidate = person.candidates[0]
        model = self._model(person, candidate)
        if model is None or model.role is None:
            return
        role = _DEPUTIES.get(model.role, model.role) if candidate.kin == "deputy" else model.role
        person.role = role
        city = self._city(person, candidate, model.city, candidate.kin)
        self._place(person, city)
        if candidate.kin == "same" and role == "lord_mayor" and city and city.country not in (None, "DE"):
            person.role = "mayor"

    def _model(self, person: Person, candidate: Candidate) -> Person | None:
        """Whose colleague, successor or deputy is it?"""
        use = candidate.use
        index = bisect_left(self._starts, candidate.name.start)
        before = [p for _, p in self._known[max(0, index - _LOOK_BACK) : index] if p is not person and p.role]
        if (owner := self._owner(candidate, before)) is not None:
            return owner
        speaker = use is not None and _SPEAKER.fullmatch(use.owner) is not None
        first_head = next((p for p in self._heads if p is not person), None)
        if speaker:
            return first_head or (before[-1] if before else None)
        if candidate.kin == "office" and use is not None and use.possessive:
            mourned = next((p for c, p in self._known if c.rule == "officials.subject"), None)
            if mourned is not None:
                return mourned
        if use is not None:
            wrong = (
                {"sei": "f", "des": "f", "ihr": "m", "der": "m"}.get(use.owner[:3], "")
                if use.possessive
                else ""
            )
            before = [p for p in before if p.gender != wrong or not wrong] or before
        if candidate.kin == "office" and before:
            said = self.text[max(0, candidate.name.start - _TOPIC) : candidate.name.start]
            return max(reversed(before), key=lambda person: said.count(person.words[-1]))
        heads = [p for p in before if p.role in _HEADS]
        if before:
            ends = [c.name.end for c in before[-1].candidates if c.name.start < candidate.name.start]
            reach = (
                _SAME_BREATH
                if use is not None and use.word.base is None and candidate.title and "Amts" in candidate.title
                else _CLOSE
            )
            if candidate.name.start - max(ends) < reach or not heads:
                return before[-1]
            return heads[-1]
        return first_head

    def _owner(self, candidate: Candidate, before: list[Person]) -> Person | None:
        """The person in the genitive: "Lindenfels’ Vorgänger"."""
        if candidate.use is None:
            return None
        match = re.search(
            rf"([{UPPER}][\w-]+?)(?:s|’|')?[ \u00a0]$",
            self.text[max(0, candidate.use.start - 40) : candidate.use.start],
        )
        if match is None:
            return None
        word = match.group(1)
        return next((p for p in before if p.words[-1] in (word, word + "s")), None)

    def _city(
        self,
        person: Person,
        lead: Candidate,
        model: City | None = None,
        kin: str | None = None,
    ) -> City | None:
        role = person.role or "other"
        if role in _NEVER_PLACED:
            return None
        use = lead.use
        if role == "association_officer":
            return self.places.explicit(lead).get("complement")
        if role not in _LOCAL and not (use is not None and self._public(role, use)):
            return self.places.told(lead)
        if kin is None and self.places.told(lead) is None:
            lead = next((c for c in person.candidates if c.role == role and self.places.told(c)), lead)
        return self.ranking.choose(self._asked(person, lead, model, kin))

    def _public(self, role: str, use: TitleUse) -> bool:
        """Is it a function in a town hall, or in the government of a state within a country?"""
        said = self.text[use.complement[0] : use.complement[1]]
        if role == "minister":
            base = use.word.base
            state = base is not None and bool(base.used_in) and not use.word.prefix
            return state or use.word.prefix.startswith("landes") or _STATE.search(said) is not None
        return role == "other" and (
            use.word.prefix.startswith(_MUNICIPAL) or _TOWN_HALL.search(said) is not None
        )

    def _asked(self, person: Person, lead: Candidate, model: City | None, kin: str | None) -> Asked:
        """The question to `Places`: `model` and `kin` as for colleagues and successors."""
        at = lead.name.start
        low, high = bisect_left(self._starts, at - _CLOSE), bisect_left(self._starts, at)
        near = {
            p.city.id
            for c, p in self._known[low:high]
            if p is not person and p.city is not None and p.role in _HEADS and at - c.name.end < _SAME_BREATH
        }
        taken: frozenset[str] = frozenset()
        if person.role in _SINGLE and lead.use is not None and not lead.use.former:
            taken = frozenset(self._taken)
        other_kind = person.role in self._kinds and len(self._kinds) == 2
        return Asked(
            lead, person.role or "other", person.name, model, kin, frozenset(near), taken, other_kind
        )

    @classmethod
    def _is_former(cls, person: Person) -> bool:
        use = cls._lead(person).use
        return use is not None and use.former

    def _by_country(self, person: Person) -> None:
        """Titles that mean something else elsewhere: a Czech Starosta, a Polish Starost."""
        lead = self._lead(person)
        base = lead.use.word.base if lead.use else None
        if (
            base
            and base.countries
            and person.city
            and person.city.country in base.countries
            and person.role == base.role
        ):
            person.role = base.countries[person.city.country]

    @staticmethod
    def _second_to_lord_mayors(persons: list[Person]) -> None:
        """An Erster Bürgermeister beside an Oberbürgermeister is the deputy."""
        lords = {p.city.id for p in persons if p.role == "lord_mayor" and p.city}
        for person in persons:
            use = person.candidates[0].use
            if person.role == "mayor" and use and use.first and person.city and person.city.id in lords:
                person.role = "deputy_mayor"


def officials_of(
    persons: list[Person], names: NameReader, text: str, taken: list[tuple[int, int]]
) -> list[tuple[Official, list[tuple[int, int, str]], tuple[int, int]]]:
    """The officials with all their mentions as smoothed (start, end, rule), and the span that says where they serve.

    `taken`: spans in which a bare surname is something else (places, boilerplate).
    """
    spans: dict[int, list[tuple[int, int, str]]] = {id(person): [] for person in persons}
    covered: set[int] = set()
    for person in persons:
        for candidate in person.candidates:
            spans[id(person)].append((candidate.name.start, candidate.name.end, candidate.rule))
            covered.update(range(candidate.name.start, candidate.name.end))
    for person, start, end in _later_mentions(persons, names, text, covered, taken):
        spans[id(person)].append((start, end, "officials.surname"))
    made = []
    for person in persons:
        lead = Settler._lead(person)
        city = person.city.id if person.city else None
        official = Official(person.name, lead.title, person.role or "other", city)
        complement = lead.use.complement if lead.use else (0, 0)
        made.append((official, sorted(set(spans[id(person)])), complement))
    return made


def _later_mentions(
    persons: list[Person], names: NameReader, text: str, covered: set[int], taken: list[tuple[int, int]]
) -> Iterator[tuple[Person, int, int]]:
    """Every further full name, and every surname of somebody named before, as (person, start, end)."""
    by_surname: dict[str, list[Person]] = {}
    for person in persons:
        by_surname.setdefault(person.words[-1], []).append(person)
    blocked = {offset for start, end in taken for offset in range(start, end)}
    for match in _NAME_WORD.finditer(text):
        word = match.group()
        known = next(
            (form for form in (word, word.rstrip("’'"), word.removesuffix("s")) if form in by_surname), None
        )
        start = match.start()
        if known is None or start in covered:
            continue
        end = start + len(known)
        people = by_surname[known][-_NAMESAKES:]
        full = next((p for p in people if len(p.words) > 1 and text.endswith(p.name, 0, end)), None)
        if full is not None:
            yield full, end - len(full.name), end
            continue
        addressed = _ADDRESS.search(text, max(0, start - 14), start) is not None
        doubtful = known in names.lists.nouns or known in names.lists.forenames
        if not addressed and (start in blocked or (doubtful and start not in names.in_person)):
            continue
        if not names.word_before_is_forename(start):
            earlier = [p for p in people if p.candidates[0].name.start < start]
            yield (earlier or people)[-1], start, end


def mention(span: tuple[int, int], rule: str) -> Mention:
    """A mention at the original span, as sure as the rule that found it."""
    sure = {"officials.title": 0.95, "officials.party": 0.7, "officials.kin": 0.85, "officials.verb": 0.85}
    return Mention(span[0], span[1], rule, sure.get(rule, 0.9))
