"""Finds who bears which title: names beside titles, in the ways that German texts put them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.components.officials.names import Name, NameReader
from pipeline.components.officials.titles import UPPER, TitleLexicon
from pipeline.components.officials.uses import TitleUse, UseReader

_GAP = r"[ \u00a0]{1,2}"
_NEXT_LINE = re.compile(r"[ \t\u00a0]*\n[ \t\u00a0]*")
_DIRECT = re.compile(
    rf"{_GAP}|:[ \u00a0]*\n?[ \u00a0]*|,[ \u00a0](?:lieber?|cher|chère|verehrter?|werter?|dear|caro|cara)[ \u00a0]"
)
_NAMED = re.compile(
    rf"{_GAP}(?:namens|heißt|hieß|heisst|hiess|ist|war|wird|wurde|bleibt|blieb|sei)"
    rf"(?:{_GAP}(?:damals|seither|seitdem|nun|jetzt|noch|weiterhin|wieder|erneut|künftig|seit|\d{{4}}|heute|inzwischen)){{0,3}}{_GAP}"
)
_COMMA = re.compile(r"[ \u00a0]?,[ \u00a0]{1,2}")
_CLOSES = re.compile(
    r"[ \u00a0]?(?:[,.;:)–!?(\n/]|-[ \u00a0]|$)|[ \u00a0](?:und|sowie|aus|von|\()|[’']?s?[ \u00a0]*$", re.M
)
_APPOSED = re.compile(
    r"(?:,[ \u00a0]{1,2}(?P<mid>(?:[a-zäöüßéè0-9.]+[ \u00a0]{1,2}){0,7})|[ \u00a0]\((?P<in>(?:[a-zäöüß0-9.]+[ \u00a0]){0,5})|[ \u00a0][–-][ \u00a0](?P<dash>(?:[a-zäöüß0-9.]+[ \u00a0]){0,3}))$"
)
_NO_APPOSITION = re.compile(
    r"(?<![\w-])(?:mit|vom|von|zum|zur|beim|für|gegen|ohne|und|oder|dass|daß|wie|sowie|auch|nicht|sagte|so|als|ob|weil|wenn|bei|nach|in|im|durch|an|am|hat|hatte|will|kann|statt|trotz)(?![\w-])"
)
_BRACKET = re.compile(r"[ \u00a0]\([^()\n]{1,40}\)$")
_MIDDLE = re.compile(r",[ \u00a0][^,.;:()\n–]{3,32}$")
_AS = re.compile(r"(?<![\w-])als[ \u00a0](?:[\w.-]+[ \u00a0]){0,3}$")
_COPULA = re.compile(
    r"(?<=[\w.)])[ \u00a0](?:ist|war|wurde|wird|bleibt|blieb|sei|amtiert|fungiert)[ \u00a0](?:(?:[a-zäöüß][\w-]*|\d{4})[ \u00a0]){0,6}$"
)
_RELATIVE = re.compile(r",[ \u00a0](?:die|der)[ \u00a0](?:[^,.;:\n]{1,50}[ \u00a0])?$")
_RELATIVE_END = re.compile(r"[ \u00a0](?:war|ist|wurde|gewesen|wird)(?![\w])")
_AND = re.compile(r"[ \u00a0]?(?:\([^()\n]{1,40}\)[ \u00a0]?)?(?:,|[ \u00a0](?:und|sowie|bzw\.))[ \u00a0]")
_FROM = re.compile(
    r"[ \u00a0](?:aus|von)[ \u00a0](?:der[ \u00a0])?[^,.;:()\n]{2,40}?(?:[ \u00a0]\([^()\n]{1,12}\))?(?=,|[ \u00a0](?:und|sowie)[ \u00a0])"
)
_SIGNED = re.compile(
    r"(?:gez\.?|i\.?[ ]?A\.?|i\.?[ ]?V\.?|Ihre?|Eure?|Euer|Deine?|Im Auftrag|In Vertretung)?[ \u00a0]*\n?[ \u00a0]*"
)
_NOT_A_PERSON = re.compile(
    rf"[ -](?:Stra(?:ß|ss)e|Str\.|Platz|Weg|Allee|Schule|Gymnasium|Halle|Haus|Preis|Stiftung|Saal|Brücke|Ufer|Park|Ring|Stadion|Medaille|Denkmal|Gasse)(?![\w])|-[{UPPER}]"
)
_CHAIR = re.compile(r"(?<![\w-])(?:Vorsitz|Leitung|Führung)(?:[ \u00a0]von|[ \u00a0]hat|:)[ \u00a0]")
_WITH_PARTY = re.compile(r"[ \u00a0]\((?P<party>[^()\n]{2,40})\)")
_SUFFIX = re.compile(r",?[ \u00a0]\(?(?P<title>MdB|MdL|MdEP|MdA|MEP|MdNR)\b\)?")
_LOCAL_HEADS = frozenset(
    {"mayor", "lord_mayor", "district_head", "district_mayor", "governor", "deputy_mayor"}
)


@dataclass(slots=True)
class Candidate:
    """One naming of a person with a title, in the smoothed text.

    `use` is None where no title word stands (party in brackets). `kin` tells how the role follows from another
    person's. `place`: spans in which the city of the office may be named, best first. `group`: the office is shared
    by several names.
    """

    name: Name
    title: str | None
    role: str | None
    rule: str
    use: TitleUse | None
    kin: str | None = None
    place: list[tuple[int, int]] = field(default_factory=list)
    group: bool = False


class Finder:
    """Finds the candidates of one text."""

    def __init__(
        self, text: str, titles: TitleLexicon, reader: NameReader, uses: UseReader, parties: frozenset[str]
    ) -> None:
        self.text = text
        self.titles = titles
        self.names = reader
        self.uses = uses
        self.parties = parties
        self.found: list[Candidate] = []
        self._named: set[int] = set()

    def run(self) -> list[Candidate]:
        """All candidates, in the order of their names."""
        pending: list[TitleUse] = []
        until = -1
        chained: TitleUse | None = None
        for start, end, word in self.titles.occurrences(self.text):
            if start < until:
                continue
            use = self.uses.read(self.text, start, end, word)
            if chained is not None and self.text[chained.after : use.start].strip(" \u00a0") in (
                "",
                "und",
                ":",
            ):
                use = self._chain(chained, use)
            chained = None
            name = self._right(use)
            if name is not None:
                until = max(until, name)
                continue
            following = re.compile(rf"(?::?[ \u00a0]|[ \u00a0]und[ \u00a0])+(?=[{UPPER}1-3se])").match(
                self.text, use.after
            )
            if following and (use.role or use.word.kin):
                chained = use
            pending.append(use)
        for use in pending:
            if use.role is not None and use.head not in self._named:
                self._left(use)
        self._chairs()
        self._with_party()
        self.found.sort(key=lambda candidate: candidate.name.start)
        return self.found

    # --- the name behind the title

    def _right(self, use: TitleUse) -> int | None:
        """Find names behind `use`; the end of the last one, or None."""
        if use.role is None and use.word.kin is None:
            return None
        text = self.text
        plain = _DIRECT.match(text, use.after)
        if plain and not (plain.group().startswith(":") and use.definite):
            if (name := self._name(plain.end())) is not None:
                return self._add(use, name, "officials.title")
        line = _NEXT_LINE.match(text, use.after)
        if line and (name := self.names.after(line.end())) is not None and not use.word.kin:
            if self._line_end(name.end) and self._starts_line(use):
                return self._add(use, name, "officials.signature")
        if use.complement[1] > use.complement[0]:
            if (name := self._behind_complement(use)) is not None:
                return self._add(use, name, "officials.kin" if use.word.kin else "officials.complement")
        comma = _COMMA.match(text, use.after)
        if comma and (use.definite or use.possessive) and (name := self._name(comma.end())) is not None:
            if re.match(r"[ \u00a0]?[,)]|[.]", text[name.end : name.end + 2]) and self._plausible(name):
                return self._add(use, name, "officials.complement")
        for at in (use.after, use.complement[1]):
            named = _NAMED.match(text, at)
            if (
                named
                and not use.word.kin
                and (name := self._name(named.end())) is not None
                and self._plausible(name)
            ):
                return self._add(use, name, "officials.verb")
        return None

    def _behind_complement(self, use: TitleUse) -> Name | None:
        """The name behind "des Landkreises Olsztyn,", or inside "der Stadt Lincoln Keith Hargreaves"."""
        text, (start, end) = self.text, use.complement
        comma = _COMMA.match(text, end)
        if comma and (name := self._name(comma.end())) is not None and _CLOSES.match(text, name.end):
            if not self.names.lists.nouns & {name.words[0]} or self.names.likely(name):
                return name
        for word in re.compile(rf"(?<=[ \u00a0])[{UPPER}][\w.-]*").finditer(text, start, end):
            honoured = self.names.honorific.match(text, word.start())
            if honoured or (self.names.is_forename(word.group()) and word.start() > start + 3):
                name = self._name(word.start())
                if name is not None and (honoured or len(name.words) > 1) and name.end >= end - 1:
                    use.complement = (start, word.start())
                    return name
        return None

    def _name(self, at: int) -> Name | None:
        name = self.names.after(at)
        if name is None or _NOT_A_PERSON.match(self.text, name.end):
            return None
        return name

    def _plausible(self, name: Name) -> bool:
        return len(name.words) > 1 or self.names.likely(name)

    def _add(self, use: TitleUse, name: Name, rule: str, kin: str | None = None) -> int:
        kin = kin or use.word.kin
        role = self.uses.role(use, self.text) if not use.word.kin else None
        title = " ".join(self.text[use.start : use.end].split())
        use_end = use.end
        places = (
            [use.complement]
            if use.complement[1] > use.complement[0] and use.complement[0] < name.start
            else []
        )
        if rule == "officials.title" and name.start >= use.complement[0]:
            places = [span for span in places if span[1] <= name.start]
        candidate = Candidate(name, title, role, "officials.kin" if kin else rule, use, kin, places)
        self.found.append(candidate)
        self._named.add(use.head)
        del use_end
        end = name.end
        if use.plural and kin is None:
            end = self._more(use, candidate)
        return end

    def _more(self, use: TitleUse, first: Candidate) -> int:
        """Further names behind a plural title: "die Bürgermeister A (X) und B (Y)"."""
        end = first.name.end
        first.group = True
        while True:
            origin = _FROM.match(self.text, end)
            link = _AND.match(self.text, origin.end() if origin else end)
            if link is None or (name := self._name(link.end())) is None or not self._plausible(name):
                return end
            self.found.append(
                Candidate(
                    name, first.title, first.role, "officials.plural", use, None, list(first.place), True
                )
            )
            end = name.end

    # --- the name before the title

    def _left(self, use: TitleUse) -> None:
        text = self.text
        for find in (self._apposition, self._signature, self._statement):
            name, rule = find(use)
            if name is not None and not _NOT_A_PERSON.match(text, name.end):
                self._add(use, name, rule)
                return

    def _apposition(self, use: TitleUse) -> tuple[Name | None, str]:
        """ "X, Oberbürgermeister von Y", "X (1. Vorsitzender)"."""
        text = self.text
        link = _APPOSED.search(text, max(0, use.start - 90), use.start)
        if link is None:
            return None, ""
        middle = link.group("mid") or link.group("in") or link.group("dash") or ""
        if _NO_APPOSITION.search(
            re.sub(
                r"(?:seit|bis|von)[ \u00a0]\d{4}(?:[ \u00a0]bis[ \u00a0]\d{4})?|das war|das ist", "", middle
            )
        ):
            return None, ""
        at = link.start()
        bracket = _BRACKET.search(text, max(0, at - 44), at)
        name = self.names.before(bracket.start() if bracket else at)
        if name is None and middle.split(" ")[0] in ("", "der", "die", "unser", "unsere", "dem", "den"):
            between = _MIDDLE.search(text, max(0, at - 36), at)
            if between is not None:
                name = self.names.before(between.start())
                if name is not None and not self.names.likely(name):
                    name = None
        if name is None:
            return None, ""
        if (
            len(name.words) == 1
            and not self._addressed(name)
            and not self.names.likely(name)
            and use.definite
        ):
            return None, ""
        return name, "officials.apposition"

    def _addressed(self, name: Name) -> bool:
        return bool(
            re.search(
                r"(?:Herrn?|Frau|Dr\.|StRin|StR|gez\.)[ \u00a0](?:Dr\.[ \u00a0])?$",
                self.text[max(0, name.start - 16) : name.start],
            )
        )

    def _signature(self, use: TitleUse) -> tuple[Name | None, str]:
        """A name on the line above, in the same column."""
        text = self.text
        line_start = text.rfind("\n", 0, use.start) + 1
        line_end = text.find("\n", use.end)
        line_end = len(text) if line_end < 0 else line_end
        before, behind = text[line_start : use.start], text[use.end : line_end]
        if line_start == 0 or (before.strip() and not before.endswith("   ")):
            return None, ""
        if len(behind.strip()) > 45 and "   " not in behind[:45]:
            return None, ""
        column = len(re.findall(r"\S {3,}", before))
        above_end = line_start - 1
        above_start = text.rfind("\n", 0, above_end) + 1
        above = text[above_start:above_end]
        if not above.strip():
            return None, ""
        cells = [(m.start(), m.end()) for m in re.finditer(r"\S+(?: {1,2}\S+)*", above)]
        if column >= len(cells):
            return None, ""
        start, end = cells[column]
        signed = _SIGNED.match(above, start)
        name = self.names.after(above_start + (signed.end() if signed else start))
        if name is None or text[name.end : above_start + end].strip(" ,."):
            return None, ""
        return name, "officials.signature"

    def _statement(self, use: TitleUse) -> tuple[Name | None, str]:
        """ "X ist Bürgermeister von Y", "X, die als Stadträtin …", "X, der … Landrat war"."""
        text = self.text
        at = use.start
        if (said := _COPULA.search(text, max(0, at - 70), at)) is not None:
            name = self.names.before(said.start())
            if name is not None and self.names.likely(name):
                return name, "officials.verb"
        if (said := _AS.search(text, max(0, at - 50), at)) is not None:
            return self._nearest(said.start(), 60), "officials.verb"
        said = _RELATIVE.search(text, max(0, at - 70), at)
        if said is not None and _RELATIVE_END.search(text, use.end, use.complement[1] + 12):
            name = self.names.before(said.start())
            if name is not None and self.names.likely(name):
                return name, "officials.verb"
        return None, ""

    def _nearest(self, at: int, reach: int) -> Name | None:
        """The nearest likely name before `at` in the same sentence."""
        window = self.text[max(0, at - reach) : at]
        cut = max(window.rfind(mark) for mark in (". ", "\n", "! ", "? ", "“", ": "))
        begin = at - len(window) + cut + 1
        found: Name | None = None
        position = begin
        for word in re.compile(rf"(?<![\w-])[{UPPER}]").finditer(self.text, begin, at):
            if word.start() < position:
                continue
            name = self.names.after(word.start())
            if name is not None and name.end <= at:
                position = name.end
                if self.names.likely(name) and len(name.words) > 1:
                    found = name
        return found

    # --- without a title of a person

    def _chairs(self) -> None:
        """ "unter Vorsitz von Ingrid Wolpers"."""
        taken = {candidate.name.start for candidate in self.found}
        for match in _CHAIR.finditer(self.text):
            name = self._name(match.end())
            if (
                name is not None
                and name.start not in taken
                and self._plausible(name)
                and match.group().startswith("Vorsitz")
            ):
                self.found.append(Candidate(name, "Vorsitz", "association_officer", "officials.title", None))

    def _with_party(self) -> None:
        """ "Urs Zeltner (FDP)" in a text that has a council; "Hans Meier MdB"."""
        taken = {(candidate.name.start, candidate.name.end) for candidate in self.found}
        council = any(candidate.role == "councillor" for candidate in self.found) or bool(
            re.search(
                r"(?:Stadtrat|Gemeinderat|Kreistag|Stadtverordnete|Bezirks|Fraktion|Gemeindevertretung|Rats)",
                self.text,
            )
        )
        if not council:
            return
        for match in _WITH_PARTY.finditer(self.text):
            party = match.group("party").split(",")[0].strip()
            if party in self.parties:
                name = self.names.before(match.start())
                if (
                    name is not None
                    and (name.start, name.end) not in taken
                    and (self._addressed(name) or self._plausible(name))
                ):
                    self.found.append(Candidate(name, None, "councillor", "officials.party", None))

    # --- layout

    def _chain(self, first: TitleUse, second: TitleUse) -> TitleUse:
        """Two titles of one person: "Kulturreferent Stadtrat Mag. Egger"; the first one counts unless it says little."""
        if (
            first.word.kin
            or first.role in (None, "other")
            or (first.role == "councillor" and second.role == "department_head")
        ):
            return second
        merged = TitleUse(
            first.word, first.start, first.head, first.end, second.after, first.role, first.deputy, first.first,
            first.owner, first.adjectives, second.complement,
        )  # fmt: skip
        return merged

    def _line_end(self, at: int) -> bool:
        rest = self.text[at : at + 40].split("\n", 1)[0]
        return not rest.strip(" ,.)") or "   " in rest[:4]

    def _starts_line(self, use: TitleUse) -> bool:
        line = self.text[self.text.rfind("\n", 0, use.start) + 1 : use.start]
        return len(line.strip()) < 24 and "," not in line
