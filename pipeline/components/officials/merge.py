"""From namings to persons: one entry each, role and city settled, later mentions added."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.components.officials.candidate import Candidate
from pipeline.components.officials.names import NameReader
from pipeline.components.officials.place import Asked, Places
from pipeline.components.officials.titles import UPPER, fold
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
_SINGLE = frozenset({"mayor", "lord_mayor", "district_head"})
_DEPUTIES = {"mayor": "deputy_mayor", "lord_mayor": "deputy_mayor"}
_MUNICIPAL = ("stadt", "gemeinde", "kreis", "rathaus", "bezirks", "orts", "samt")
_NEVER_PLACED = frozenset({"legislator", "head_of_state"})
_ADDRESS = re.compile(r"(?:Herrn?|Frau|Dr\.|Prof\.|gez\.|Monsieur|Madame|Mr\.?|Mrs\.?)[ \u00a0]{1,2}$")
_ASSOCIATION = re.compile(
    r"[Vv]erein|[Kk]omitee|[Gg]esellschaft|[Vv]erband|[Kk]lub|Club|[Ff]reundeskreis|Comité|Ausschuss"
)
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
    for candidate in candidates:
        words = candidate.name.words
        gender = candidate.use.word.gender if candidate.use else ""
        fits = [person for person in persons if _same(person, words, gender)]
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
    if mine[-1] != other[-1]:
        return False
    short, long = sorted((mine[:-1], other[:-1]), key=len)
    return all(any(w == v or (w.endswith(".") and v.startswith(w[:-1])) for v in long) for w in short)


class Settler:
    """Gives persons their role and city."""

    def __init__(self, text: str, places: Places) -> None:
        self.text = text
        self.places = places

    def settle(self, persons: list[Person]) -> list[Person]:
        """Those of `persons` who hold an office, with role and city."""
        order = sorted(
            ((c.name.start, c, p) for p in persons for c in p.candidates), key=lambda item: item[0]
        )
        for person in persons:
            lead = self._lead(person)
            person.role = lead.role
        known = [(c, p) for _, c, p in order]
        for person in persons:
            if person.role is not None:
                person.city = self._city(person, self._lead(person), known)
        settled: list[Person] = []
        for person in persons:
            if person.role is None:
                self._settle_kin(person, known)
            if person.role is not None:
                settled.append(person)
        for person in settled:
            self._by_country(person)
        self._second_to_lord_mayors(settled)
        self._by_company(settled)
        return settled

    def _by_company(self, persons: list[Person]) -> None:
        """Roles that the other persons of the article settle.

        Beside councillors a Schriftführer keeps the minutes. A Präsident without a body is one of a state, unless
        the text before speaks of an association.
        """
        council = any(person.role == "councillor" for person in persons)
        for person in persons:
            lead = self._lead(person)
            use = lead.use
            if (
                use is None
                or use.word.base is None
                or use.word.prefix
                or person.role != "association_officer"
            ):
                continue
            word = use.word.base.word
            alone = use.complement[0] == use.complement[1]
            if council and word == "Schriftführer" and alone:
                person.role = "other"
            bare = alone and lead.rule == "officials.title" and not use.possessive
            if (
                word == "Präsident"
                and bare
                and not _ASSOCIATION.search(self.text, max(0, use.start - 400), use.start)
            ):
                person.role, person.city = use.word.base.country_role, None

    @staticmethod
    def _lead(person: Person) -> Candidate:
        """The naming that says most about the office."""
        sure = [c for c in person.candidates if c.role and c.rule != "officials.party"]
        telling = [c for c in sure if c.role != "other"] or sure
        return (telling or [c for c in person.candidates if c.role] or person.candidates)[0]

    def _settle_kin(self, person: Person, order: list[tuple[Candidate, Person]]) -> None:
        candidate = person.candidates[0]
        before = [p for c, p in order if c.name.start < candidate.name.start and p is not person and p.role]
        use = candidate.use
        speaker = use is not None and bool(_SPEAKER.fullmatch(use.owner))
        model = self._owner(candidate, before)
        if model is None and candidate.kin == "office" and use is not None and use.possessive and not speaker:
            model = next((p for c, p in order if c.rule == "officials.subject"), None)
        heads = [p for p in before if p.role in _HEADS]
        if model is None and speaker:
            everyone = [p for _, p in order if p.role in _HEADS and p is not person]
            model = everyone[0] if everyone else None
        if model is None and before:
            last = before[-1]
            close = (
                candidate.name.start
                - max(c.name.end for c in last.candidates if c.name.start < candidate.name.start)
                < 160
            )
            model = last if close or not heads else heads[-1]
        if model is None:
            everyone = [p for _, p in order if p.role in _HEADS and p is not person]
            model = everyone[0] if everyone else None
        if model is None or model.role is None:
            return
        role = model.role
        if candidate.kin == "deputy":
            role = _DEPUTIES.get(role, role)
        person.role = role
        person.city = self._city(person, candidate, order, model.city, candidate.kin)
        if (
            candidate.kin == "same"
            and role == "lord_mayor"
            and person.city
            and person.city.country not in (None, "DE")
        ):
            person.role = "mayor"

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
        order: list[tuple[Candidate, Person]],
        model: City | None = None,
        kin: str | None = None,
    ) -> City | None:
        role = person.role or "other"
        if role in _NEVER_PLACED:
            return None
        municipal = role == "other" and lead.use is not None and lead.use.word.prefix.startswith(_MUNICIPAL)
        if role not in _LOCAL and not municipal:
            return self.places.told(lead)
        if kin is None and self.places.told(lead) is None:
            lead = next((c for c in person.candidates if c.role == role and self.places.told(c)), lead)
        return self.places.choose(self.asked(person, lead, order, model, kin))

    def asked(
        self,
        person: Person,
        lead: Candidate,
        order: list[tuple[Candidate, Person]],
        model: City | None = None,
        kin: str | None = None,
    ) -> Asked:
        """The question to `Places`: `model` and `kin` as for colleagues and successors."""
        near = {
            p.city.id
            for c, p in order
            if p is not person
            and p.city is not None
            and p.role in _HEADS
            and 0 <= lead.name.start - c.name.end < 60
        }
        taken: set[str] = set()
        if person.role in _SINGLE and lead.use is not None and not lead.use.former:
            taken = {
                p.city.id
                for _, p in order
                if p is not person and p.city is not None and p.role in _SINGLE and not self._is_former(p)
            }
        heads = {p.role for _, p in order if p.role in ("mayor", "lord_mayor") and not self._is_former(p)}
        other_kind = person.role in heads and len(heads) == 2
        return Asked(
            lead,
            person.role or "other",
            person.name,
            model,
            kin,
            frozenset(near),
            frozenset(taken),
            other_kind,
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
    """The officials with all their mentions as smoothed (start, end, rule), and the span that says where they serve."""
    by_surname: dict[str, list[Person]] = {}
    for person in persons:
        by_surname.setdefault(person.words[-1], []).append(person)
    forms: dict[str, list[Person]] = {}
    for person in persons:
        for candidate in person.candidates:
            forms.setdefault(candidate.name.text, []).append(person)
        forms.setdefault(person.name, []).append(person)
        forms.setdefault(person.words[-1], []).append(person)
    spans: dict[int, list[tuple[int, int, str]]] = {id(person): [] for person in persons}
    titled = {(c.name.start, c.name.end): (person, c) for person in persons for c in person.candidates}
    for (start, end), (person, candidate) in titled.items():
        spans[id(person)].append((start, end, candidate.rule))
    if forms:
        covered = sorted(titled)
        blocked = {offset for start, end in [*covered, *taken] for offset in range(start, end)}
        alternatives = "|".join(
            re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form))
        )
        for match in re.compile(rf"(?<![\w-])({alternatives})(?=(?:s|’|')?(?![\w-]))").finditer(text):
            form, start, end = match.group(1), match.start(), match.end(1)
            people = forms[form]
            if " " not in form:
                addressed = _ADDRESS.search(text, max(0, start - 14), start)
                if start in blocked and not addressed:
                    continue
                if (
                    not addressed
                    and (form in names.lists.nouns or form in names.lists.forenames)
                    and start not in names.in_person
                ):
                    continue
                if names.word_before_is_forename(start):
                    continue
                earlier = (
                    [p for p in by_surname[form] if min(c.name.start for c in p.candidates) < start]
                    if form in by_surname
                    else people
                )
                people = earlier or people
            elif start in blocked:
                continue
            spans[id(people[-1])].append((start, end, "officials.surname"))
    made = []
    for person in persons:
        lead = Settler._lead(person)
        found = sorted(set(spans[id(person)]))
        official = Official(
            person.name, lead.title, person.role or "other", person.city.id if person.city else None
        )
        made.append((official, found, lead.use.complement if lead.use else (0, 0)))
    return made


def mention(span: tuple[int, int], rule: str) -> Mention:
    """A mention at the original span, as sure as the rule that found it."""
    sure = {"officials.title": 0.95, "officials.party": 0.7, "officials.kin": 0.85, "officials.verb": 0.85}
    return Mention(span[0], span[1], rule, sure.get(rule, 0.9))
