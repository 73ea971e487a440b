"""Finds who bears which title: names beside titles, in the ways that German texts put them."""

from __future__ import annotations

import re

from pipeline.components.officials.before import Before
from pipeline.components.officials.behind import Behind
from pipeline.components.officials.candidate import Candidate, Reading
from pipeline.components.officials.names import Name, NameReader
from pipeline.components.officials.titles import UPPER, TitleLexicon
from pipeline.components.officials.uses import TitleUse, UseReader

_LINKED = re.compile(rf"(?::?[ \u00a0]{{1,2}}|[ \u00a0]und[ \u00a0])(?=[{UPPER}1-3se])")
_CHAINED = frozenset({"", "und", ":"})
_CHAIR = re.compile(r"(?<![\w-])Vorsitz(?:[ \u00a0]von|:)[ \u00a0]")
_POST = re.compile(
    r"[ \u00a0]\((?:[12]\.[ \u00a0]|stellv\.[ \u00a0])?(?:Vorsitz|Kasse|Schriftführung|Kassenführung|Vorstand)\)"
)
_HELD = re.compile(
    r"(?<![\w-])Vorsitz[ \u00a0][^,.;:\n]{1,60}?(?=[ \u00a0](?:innehat|innehatte|übernahm|führte)(?![\w]))"
)
_LEADS = re.compile(r"(?<![\w-])(?:leitet|leitete|führt|führte|leiten|betreut|betreute)(?![\w-])")
_FROM_BODY = re.compile(
    r"[ \u00a0](?:vom|von der|von dem|aus dem)[ \u00a0](?=(?:Städte|Gemeinde|Kreis)?[Pp]artnerschafts|Städtepartner|Jumelage|Freundeskreis)"
)
_HERR = re.compile(rf"(?<![\w-])(?:Herrn?|Frau)[ \u00a0](?=[{UPPER}])")
_WITH_PARTY = re.compile(r"[ \u00a0]\((?P<party>[^()\n]{2,40})\)")
_OBITUARY = re.compile(
    r"Nachruf|[Vv]erstorben|gestorben|[Zz]um Tode? |Trauerfeier|(?<![a-z])trauer[nt]|hinterlässt|Beisetzung|Lebenswerk"
)
_OF_SUBJECT = re.compile(
    r"(?<![\w-])(?:war|wurde|blieb|als|lang|lange|langjährige[rn]?|unsere?|frühere[rn]?|ehemalige[rn]?|der|die)[ \u00a0]"
    r"(?:(?:er|sie|[a-zäöüß]+|\d{4})[ \u00a0]){0,4}$"
)
_CAPITAL = re.compile(rf"(?<![\w-])[{UPPER}]")
_SCHOOL = re.compile(r"[Ss]chul|Klasse|Gymnasium|Unterricht")
_COUNCIL = re.compile(
    r"Stadtrat|Gemeinderat|Kreistag|Stadtverordnete|Bezirks|Fraktion|Gemeindevertretung|Rats|Einwohnerrat"
)


class Finder:
    """Finds the candidates of one text."""

    def __init__(
        self, text: str, titles: TitleLexicon, names: NameReader, uses: UseReader, parties: frozenset[str]
    ) -> None:
        self.text = text
        self.titles = titles
        self.names = names
        self.uses = uses
        self.parties = parties
        self.reading = Reading(text, names, uses)
        self.behind = Behind(self.reading)
        self.before = Before(self.reading)
        self.found: list[Candidate] = []

    def run(self) -> list[Candidate]:
        """All candidates, in the order of their names."""
        pending: list[TitleUse] = []
        until = -1
        chained: TitleUse | None = None
        for start, end, word in self.titles.occurrences(self.text):
            if start < until:
                continue
            use = self.uses.read(self.text, start, end, word)
            if chained is not None and self.text[chained.after : use.start].strip(" \u00a0") in _CHAINED:
                use = self._chain(chained, use)
            chained = None
            found = self.behind.find(use)
            if found:
                self.found += found
                until = max(candidate.name.end for candidate in found)
                pending = [earlier for earlier in pending if earlier.head != use.head]
                continue
            if (use.role or use.word.kin) and _LINKED.match(self.text, use.after):
                chained = use
            pending.append(use)
        taken = [(candidate.name.start, candidate.name.end) for candidate in self.found]
        for use in pending:
            if (use.role or use.word.kin) and not any(a <= use.head < b for a, b in taken):
                candidate = self.before.find(use)
                if candidate is not None:
                    self.found.append(candidate)
        self._mourned([use for use in pending if use.role])
        self._chairs()
        self._leaders()
        self._members()
        self._with_party()
        self._drop_teachers()
        self.found.sort(key=lambda candidate: candidate.name.start)
        return self.found

    def _drop_teachers(self) -> None:
        """In a school's text "StR" is a Studienrat."""
        civic = any(
            c.role in ("mayor", "lord_mayor")
            or (c.use and not c.use.word.abbreviation and c.role == "councillor")
            for c in self.found
        )
        if not civic and _SCHOOL.search(self.text):
            self.found = [c for c in self.found if not (c.use and c.title and c.title.startswith("StR"))]

    def _mourned(self, unbound: list[TitleUse]) -> None:
        """Obituaries say "sie war Vorsitzende" of the one they are about, many sentences from the name."""
        if not _OBITUARY.search(self.text):
            return
        bound = {candidate.use.head for candidate in self.found if candidate.use}
        counts: dict[str, tuple[int, Name]] = {}
        for match in _CAPITAL.finditer(self.text, 0, 700):
            name = self.names.after(match.start())
            if (
                name is not None
                and len(name.words) > 1
                and self.names.likely(name)
                and name.text not in counts
            ):
                counts[name.text] = (self.text.count(name.words[-1]), name)
        if not counts:
            return
        _, subject = max(counts.values(), key=lambda item: (item[0], -item[1].start))
        if any(candidate.name.words[-1] == subject.words[-1] for candidate in self.found):
            return
        for use in unbound:
            if use.head not in bound and _OF_SUBJECT.search(self.text, max(0, use.start - 50), use.start):
                candidate = self.reading.candidate(use, subject, "officials.subject")
                candidate.place = [use.complement] if use.complement[1] > use.complement[0] else []
                self.found.append(candidate)
                return

    def _chain(self, first: TitleUse, second: TitleUse) -> TitleUse:
        """Two titles of one person: "Kulturreferent Stadtrat Mag. Egger"; the first one counts unless it says little.

        "Vorsitzender: Oberbürgermeister A" says who sits in the chair: there the second counts.
        """
        colon = self.text[first.after : first.after + 1] == ":"
        if (
            second.role
            and second.role != "other"
            and (colon or first.role in (None, "other") or first.word.kin)
        ):
            return second
        if (
            first.word.kin
            or first.role is None
            or (first.role == "councillor" and second.role == "department_head")
        ):
            return second
        return TitleUse(
            first.word, first.start, first.head, first.end, second.after, first.role, first.deputy, first.first,
            first.owner, first.adjectives, second.complement, first.former,
        )  # fmt: skip

    def _starts(self) -> set[int]:
        return {candidate.name.start for candidate in self.found}

    def _chairs(self) -> None:
        """ "unter Vorsitz von A", "dessen Vorsitz bis 2017 A innehatte"."""
        for match in _CHAIR.finditer(self.text):
            name = self.reading.name_at(match.end())
            if name is not None and name.start not in self._starts() and self.reading.plausible(name):
                self.found.append(Candidate(name, "Vorsitz", "association_officer", "officials.verb", None))
        for match in _POST.finditer(self.text):
            name = self.names.before(match.start())
            if name is not None and name.start not in self._starts() and self.reading.plausible(name):
                self.found.append(
                    Candidate(name, match.group()[2:-1], "association_officer", "officials.apposition", None)
                )
        for match in _HELD.finditer(self.text):
            name = self.names.before(match.end())
            if name is not None and name.start not in self._starts() and self.names.likely(name):
                self.found.append(Candidate(name, "Vorsitz", "association_officer", "officials.verb", None))

    def _leaders(self) -> None:
        """ "A leitet das Referat für Internationales", "A, die den Freundeskreis seit 2009 leitet"."""
        leader = self.titles.analyse("Leiter")
        bodies = leader.base.bodies if leader and leader.base else {}
        for verb in _LEADS.finditer(self.text):
            line = max(self.text.rfind("\n", 0, verb.start()), self.text.rfind(". ", 0, verb.start())) + 1
            start = max(line, verb.start() - 120)
            clause = self.text[max(start, self.text.rfind(",", start, verb.start())) : verb.start()]
            relative = re.match(r",[ \u00a0](?:die|der)[ \u00a0]", clause) is not None
            phrase = (
                clause
                if relative
                else re.split(r"[,.;:\n]", self.text[verb.end() : verb.end() + 70], maxsplit=1)[0]
            )
            body = self.titles.body_of_phrase(phrase)
            if body is None or (body not in bodies and body != "association"):
                continue
            name = (
                self.names.before(verb.start() - len(clause))
                if relative
                else self.names.before(verb.start() - 1)
            )
            if (
                name is None
                or name.start in self._starts()
                or not self.names.likely(name)
                or len(name.words) < 2
            ):
                continue
            role = "association_officer" if body == "association" else bodies[body]
            self.found.append(Candidate(name, None, role, "officials.verb", None))

    def _members(self) -> None:
        """ "Frau A vom Partnerschaftsverein"."""
        for match in _HERR.finditer(self.text):
            name = self.names.after(match.start())
            if (
                name is not None
                and _FROM_BODY.match(self.text, name.end)
                and name.start not in self._starts()
            ):
                self.found.append(Candidate(name, None, "association_officer", "officials.complement", None))

    def _with_party(self) -> None:
        """ "Beat Gygax (FDP)" in a text that has a council."""
        if not any(candidate.role == "councillor" for candidate in self.found) and not _COUNCIL.search(
            self.text
        ):
            return
        taken = {(candidate.name.start, candidate.name.end) for candidate in self.found}
        for match in _WITH_PARTY.finditer(self.text):
            if match.group("party").split(",")[0].strip() in self.parties:
                name = self.names.before(match.start())
                if name is not None and (name.start, name.end) not in taken and self.reading.plausible(name):
                    self.found.append(Candidate(name, None, "councillor", "officials.party", None))
