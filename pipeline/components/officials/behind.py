"""Names behind their title: "Bürgermeisterin Dr. A", "der Starost des Landkreises X, A", "die Bürgermeister A und B"."""

from __future__ import annotations

import re

from pipeline.components.officials.candidate import Candidate, Reading
from pipeline.components.officials.names import Name
from pipeline.components.officials.titles import UPPER
from pipeline.components.officials.uses import TitleUse

_GAP = r"[ \u00a0]{1,2}"
_DIRECT = re.compile(
    rf"{_GAP}(?:(?:und|sowie|&){_GAP}(?:[a-zäöüß]+{_GAP})?(?:Ehrenbürger|Initiator|Gastgeber|Mitbegründer|Gründer|Hausherr)(?:in)?{_GAP})?"
    r"|[ \u00a0]?\t[ \t]*|[ \u00a0]\|[ \u00a0]|:[ \u00a0\t]*\n?[ \u00a0\t]*"
)
_GREETING = re.compile(r",[ \u00a0](?:lieber?|cher|chère|verehrter?|werter?|dear|caro|cara)[ \u00a0]")
_NEXT_LINE = re.compile(
    r"[ \t\u00a0]*\n(?:[ \t\u00a0]*\n)?[ \t\u00a0]*(?:(?:In Vertretung|Im Auftrag|[iI]\. ?V\.|[iI]\. ?A\.)[ \t]*\n?[ \t]*)?(?:gez\.?[ \u00a0]*)?"
)
_COMMA = re.compile(
    r"(?:[ \u00a0](?:damals|dort|hier|heute|an|seinerzeit))?[ \u00a0]?,[ \u00a0]{1,2}"
    r"(?:(?:der|die|ein|eine|einem|einer|einen|dem|den)[ \u00a0](?:gewissen?r?[ \u00a0])?(?=[A-Z]))?"
)
_NAMED = re.compile(
    rf"{_GAP}(?P<verb>namens|heißt|hieß|heisst|hiess|ist|war|wird|wurde|bleibt|blieb|sei)"
    rf"(?:{_GAP}(?:damals|seither|seitdem|nun|jetzt|noch|weiterhin|wieder|erneut|künftig|seit|\d{{4}}|heute|inzwischen)){{0,3}}{_GAP}"
)
_CLOSES = re.compile(
    r"[ \u00a0]?(?:[,.;:)–!?(\n/]|-[ \u00a0]|$)|[ \u00a0](?:und|sowie|aus|von|\(|hieß|heißt)|[’']?s?[ \u00a0]*$",
    re.M,
)
_ENDED = re.compile(r"[ \u00a0]?[,)]|[.;]|[ \u00a0](?:und|sowie|hieß)[ \u00a0]")
_AND = re.compile(r"[ \u00a0]?(?:\([^()\n]{1,40}\)[ \u00a0]?)?(?:,|[ \u00a0](?:und|sowie|bzw\.))[ \u00a0]")
_FROM = re.compile(
    r"[ \u00a0](?:aus|von)[ \u00a0](?:der[ \u00a0])?[^,.;:()\n]{2,40}?(?:[ \u00a0]\([^()\n]{1,12}\))?(?=,|[ \u00a0](?:und|sowie)[ \u00a0])"
)
_CAPITAL = re.compile(rf"(?<=[ \u00a0])[{UPPER}][\w.-]*")


class Behind:
    """Reads what follows a title."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text

    def find(self, use: TitleUse) -> list[Candidate]:
        """The bearers of the title that are named behind it."""
        if use.role is None and use.word.kin is None:
            return []
        for rule, read in (
            ("officials.title", self._direct),
            ("officials.signature", self._next_line),
            ("officials.complement", self._behind_complement),
            ("officials.complement", self._behind_comma),
            ("officials.verb", self._behind_verb),
        ):
            name = read(use)
            if name is not None:
                first = self.reading.candidate(use, name, rule)
                listed = use.plural or (
                    self.text[use.after : use.after + 1] == ":" and rule == "officials.title"
                )
                listed = listed or (use.word.base is not None and use.word.base.word == "Beisitzer")
                return [first, *self._more(use, first)] if listed else [first]
        return []

    def _direct(self, use: TitleUse) -> Name | None:
        plain = _DIRECT.match(self.text, use.after)
        if plain and not (plain.group().startswith(":") and use.definite):
            return self.reading.name_at(plain.end())
        greeting = _GREETING.match(self.text, use.after)
        if greeting:
            name = self.reading.name_at(greeting.end())
            return name if name is not None and self.reading.plausible(name) else None
        return None

    def _next_line(self, use: TitleUse) -> Name | None:
        line = _NEXT_LINE.match(self.text, use.after)
        if line is None or use.word.kin or (name := self.reading.name_at(line.end())) is None:
            return None
        rest = self.text[name.end : name.end + 40].split("\n", 1)[0]
        lead = self.text[self.text.rfind("\n", 0, use.start) + 1 : use.start]
        ended = not rest.strip(" ,.)") or "   " in rest[:4]
        return name if ended and len(lead.strip()) < 24 and "," not in lead else None

    def _behind_complement(self, use: TitleUse) -> Name | None:
        """The name behind "des Landkreises Olsztyn,", or inside "der Stadt Lincoln Neil Ashworth"."""
        start, end = use.complement
        if end <= start:
            return None
        names = self.reading.names
        comma = _COMMA.match(self.text, end)
        if (
            comma
            and (name := self.reading.name_at(comma.end())) is not None
            and _CLOSES.match(self.text, name.end)
        ) and (name.words[0] not in names.lists.nouns or self.reading.addressed(name) or names.likely(name)):
            return name
        for word in _CAPITAL.finditer(self.text, start, end):
            honoured = names.honorific.match(self.text, word.start())
            if honoured or (names.is_forename(word.group()) and word.start() > start + 3):
                found = self.reading.name_at(word.start())
                if found is not None and (honoured or len(found.words) > 1) and found.end >= end - 1:
                    use.complement = (start, word.start())
                    return found
        return None

    def _behind_comma(self, use: TitleUse) -> Name | None:
        comma = _COMMA.match(self.text, use.after)
        if comma is None or not (use.definite or use.possessive):
            return None
        name = self.reading.name_at(comma.end())
        if name is None or not _ENDED.match(self.text, name.end) or not self.reading.plausible(name):
            return None
        return name

    def _behind_verb(self, use: TitleUse) -> Name | None:
        if use.word.kin:
            return None
        for at in (use.after, use.complement[1]):
            named = _NAMED.match(self.text, at)
            if named and (name := self.reading.name_at(named.end())) is not None:
                sure = named.group("verb") in ("namens", "heißt", "hieß", "heisst", "hiess")
                if sure or self.reading.plausible(name):
                    return name
        return None

    def _more(self, use: TitleUse, first: Candidate) -> list[Candidate]:
        """Further names behind a plural title: "die Bürgermeister A (X) und B (Y)"."""
        found: list[Candidate] = []
        end = first.name.end
        while True:
            origin = _FROM.match(self.text, end)
            link = _AND.match(self.text, origin.end() if origin else end)
            name = self.reading.name_at(link.end()) if link else None
            if name is None or not self.reading.plausible(name):
                return found
            first.group = True
            rule = "officials.kin" if first.kin else "officials.plural"
            found.append(
                Candidate(name, first.title, first.role, rule, use, first.kin, list(first.place), True)
            )
            end = name.end
