"""Names before their title: "A, Maire von X", signatures, "A ist Bürgermeister", "A, die als Stadträtin …"."""

from __future__ import annotations

import re

from pipeline.components.officials.candidate import Candidate, Reading
from pipeline.components.officials.names import Name
from pipeline.components.officials.titles import UPPER
from pipeline.components.officials.uses import TitleUse

_SMALL = r"(?:[a-zäöüßéè0-9.]+[ \u00a0]{1,2})"
_APPOSED = re.compile(
    rf"(?P<loose>(?:[ \u00a0][a-zäöüß]{{2,9}}){{0,2}}),[ \u00a0]{{1,2}}(?P<mid>{_SMALL}{{0,7}}(?:[{UPPER}]\w+er[ \u00a0])?)$"
    rf"|[ \u00a0]\((?P<in>{_SMALL}{{0,5}})$|[ \u00a0][–-][ \u00a0](?P<dash>{_SMALL}{{0,3}})$"
)
_APPOSED_LONG = re.compile(
    rf",[ \u00a0][{UPPER}][^,.;:()\n]{{2,60}}[ \u00a0](?:und|sowie|lang|später|zugleich)[ \u00a0](?:[a-zäöüß]+[ \u00a0]){{0,2}}$"
)
_SINCE = re.compile(
    r"(?:seit|bis|von)[ \u00a0]\d{4}(?:[ \u00a0]bis[ \u00a0]\d{4})?|das (?:war|ist)(?: so etwas wie)?"
)
_NO_APPOSITION = re.compile(
    r"(?<![\w-])(?:mit|vom|von|zum|zur|beim|für|gegen|ohne|und|oder|dass|daß|wie|sowie|auch|nicht|sagte|so|als|ob|weil"
    r"|wenn|bei|nach|in|im|durch|an|am|hat|hatte|will|kann|statt|trotz)(?![\w-])"
)
_BRACKET = re.compile(r"[ \u00a0]\([^()\n]{1,40}\)$")
_MIDDLE = re.compile(r",[ \u00a0][^,.;:()\n–]{3,32}$")
_ARTICLE = re.compile(
    r"(?<![\w-])(?:der|die|das|dem|den|ein|eine|einem|unsere?|seine?|ihre?|meine?)[ \u00a0]$"
)
_AS = re.compile(r"(?<![\w-])als[ \u00a0](?:(?:[\w-]+|\d\.)[ \u00a0]){0,3}$")
_COPULA = re.compile(
    r"(?<=[\w.)])[ \u00a0](?:ist|war|wurde|wird|bleibt|blieb|sei|amtiert|fungiert)[ \u00a0](?:(?:[a-zäöüß][\w-]*|\d{4})[ \u00a0]){0,6}$"
)
_ELECTED = re.compile(r"(?<![\w-])(?:zum|zur)[ \u00a0](?:[a-zäöüß]+[ \u00a0]){0,3}$")
_ELECTION = re.compile(
    r"[^.;\n]{0,60}?(?:gewählt|ernannt|bestellt|bestimmt|berufen|gekürt|befördert)(?![\w])"
)
_PRONOUN = re.compile(
    r"(?<![\w-])(?:(?:[Ee]r|[Ss]ie)[ \u00a0](?:ist|war|wurde|bleibt|blieb|sei)|(?:ist|war|wurde|blieb)[ \u00a0](?:er|sie))[ \u00a0]"
    r"(?:(?:[a-zäöüß][\w-]*|\d{4})[ \u00a0]){0,6}$"
)
_RELATIVE = re.compile(r",[ \u00a0](?:die|der)[ \u00a0](?:[^,.;:\n]{1,50}[ \u00a0])?$")
_RELATIVE_END = re.compile(r"[ \u00a0](?:war|ist|wurde|gewesen|wird)(?![\w])")
_SIGNED = re.compile(
    r"(?:gez\.?|i\.?[ ]?A\.?|i\.?[ ]?V\.?|Ihre?|Eure?|Euer|Deine?|Im Auftrag|In Vertretung)?[ \u00a0]*\n?[ \u00a0]*"
)
_CELL = re.compile(r"\S+(?: {1,2}\S+)*")
_GAP_BEFORE = re.compile(r"\S {3,}")
_CAPITAL = re.compile(rf"(?<![\w-])[{UPPER}]")
_SENTENCE_MARKS = (". ", "\n", "! ", "? ", "“", ": ")
_REACH = 150


class Before:
    """Reads what stands before a title."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.names = reading.names

    def find(self, use: TitleUse) -> Candidate | None:
        """The bearer of the title that is named before it."""
        if use.word.kin:
            name = self._apposition(use) if use.possessive else None
            return self._made(use, name, "officials.kin")
        for rule, read in (
            ("officials.apposition", self._apposition),
            ("officials.signature", self._signature),
            ("officials.verb", self._statement),
        ):
            found = self._made(use, read(use), rule)
            if found is not None:
                return found
        return None

    def _made(self, use: TitleUse, name: Name | None, rule: str) -> Candidate | None:
        if name is None or self.reading.is_thing(name):
            return None
        return self.reading.candidate(use, name, rule)

    def _apposition(self, use: TitleUse) -> Name | None:
        """ "X, Oberbürgermeister von Y", "X (1. Vorsitzender)", "X, die Hausherrin, Bürgermeisterin"."""
        text = self.text
        if (
            use.word.abbreviation
            and use.role == "legislator"
            and text[use.start - 1 : use.start] in (" ", "\u00a0")
        ):
            return self.names.before(use.start - 1)
        link = _APPOSED.search(text, max(0, use.start - 90), use.start)
        if link is None:
            long = _APPOSED_LONG.search(text, max(0, use.start - 90), use.start)
            name = self.names.before(long.start()) if long else None
            return name if name is not None and self.names.likely(name) else None
        middle = link.group("mid") or link.group("in") or link.group("dash") or ""
        if _NO_APPOSITION.search(_SINCE.sub("", middle)):
            return None
        at = link.start()
        if link.group("loose") and not use.possessive:
            at += len(link.group("loose"))
        bracket = _BRACKET.search(text, max(0, at - 44), at)
        name = self.names.before(bracket.start() if bracket else at)
        if name is not None and len(name.words) == 1:
            known = self.reading.addressed(name) or self.names.likely(name)
            if _ARTICLE.search(text, max(0, name.start - 8), name.start) or (
                (use.definite or middle.startswith("ein")) and not known
            ):
                name = None
        if name is None and middle.split(" ")[0] in ("", "der", "die", "unser", "unsere", "dem", "den"):
            between = _MIDDLE.search(text, max(0, at - 36), at)
            name = self.names.before(between.start()) if between else None
            if name is not None and not self.names.likely(name):
                return None
        return name

    def _signature(self, use: TitleUse) -> Name | None:
        """A name on the line above, in the same column."""
        text = self.text
        line_start = text.rfind("\n", 0, use.start) + 1
        line_end = text.find("\n", use.end)
        line_end = len(text) if line_end < 0 else line_end
        before, behind = text[line_start : use.start], text[use.end : line_end]
        if line_start == 0 or (before.strip() and not before.endswith("   ")):
            return None
        if len(behind.strip()) > 45 and "   " not in behind[:45]:
            return None
        above_end = line_start - 1
        above_start = text.rfind("\n", 0, above_end) + 1
        if above_start > 0 and not text[above_start:above_end].strip():
            above_end = above_start - 1
            above_start = text.rfind("\n", 0, above_end) + 1
        cells = [match.span() for match in _CELL.finditer(text, above_start, above_end)]
        column = len(_GAP_BEFORE.findall(before))
        if column >= len(cells):
            return None
        start, end = cells[column]
        signed = _SIGNED.match(text, start, end)
        name = self.names.after(
            signed.end() if signed else start, addressed=bool(signed and signed.group().strip())
        )
        return name if name is not None and not text[name.end : end].strip(" ,.") else None

    def _statement(self, use: TitleUse) -> Name | None:
        """ "X ist Bürgermeister von Y", "X, die als Stadträtin …", "X, der … Landrat war", "er ist da Kämmerer"."""
        text, at = self.text, use.start
        if (said := _PRONOUN.search(text, max(0, at - 80), at)) is not None:
            return self.nearest(said.start(), _REACH)
        if (said := _COPULA.search(text, max(0, at - 70), at)) is not None:
            name = self.names.before(said.start())
            if name is not None and (self.names.likely(name) or self.reading.addressed(name)):
                return name
        if (said := _AS.search(text, max(0, at - 50), at)) is not None:
            return self.nearest(said.start(), _REACH)
        if (said := _ELECTED.search(text, max(0, at - 50), at)) is not None and _ELECTION.match(
            text, use.end
        ):
            return self.nearest(said.start(), _REACH)
        said = _RELATIVE.search(text, max(0, at - 70), at)
        if said is not None and _RELATIVE_END.search(text, use.end, use.complement[1] + 12):
            name = self.names.before(said.start())
            if name is not None and self.names.likely(name):
                return name
        return None

    def nearest(self, at: int, reach: int) -> Name | None:
        """The nearest likely name before `at` in the same sentence."""
        window = self.text[max(0, at - reach) : at]
        cut = max(window.rfind(mark) for mark in _SENTENCE_MARKS)
        begin = at - len(window) + cut + 1
        found: Name | None = None
        position = begin
        for word in _CAPITAL.finditer(self.text, begin, at):
            if word.start() < position:
                continue
            name = self.names.after(word.start())
            if name is not None and name.end <= at:
                position = name.end
                if (self.names.likely(name) and len(name.words) > 1) or self.reading.addressed(name):
                    found = name
        return found
