"""One naming of a person with a title, and what the finders share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.components.officials.names import Name, NameReader
from pipeline.components.officials.titles import UPPER
from pipeline.components.officials.uses import TitleUse, UseReader

_NOT_A_PERSON = re.compile(
    r"[ -](?:Stra(?:ß|ss)e|Str\.|Platz|Weg|Allee|Schule|Gymnasium|Halle|Haus|Preis|Stiftung|Saal|Brücke|Ufer"
    rf"|Park|Ring|Stadion|Medaille|Denkmal|Gasse|Turnier|Pokal)(?![\w])|-[{UPPER}]"
)
_ADDRESSED = re.compile(
    r"(?:Herrn?|Frau|Hr\.|Fr\.|Mr\.?|Mrs\.?|Monsieur|Madame|Dr\.|StRin|StR|gez\.)[ \u00a0](?:Dr\.[ \u00a0])?$"
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


class Reading:
    """A smoothed text and the readers of names and titles at work on it."""

    def __init__(self, text: str, names: NameReader, uses: UseReader) -> None:
        self.text = text
        self.names = names
        self.uses = uses

    def name_at(self, at: int) -> Name | None:
        """The name that begins at `at`, unless it is that of a street or a school."""
        name = self.names.after(at)
        return None if name is None or self.is_thing(name) else name

    def is_thing(self, name: Name) -> bool:
        """Is it a street, a hall, a prize that is named after somebody?"""
        return _NOT_A_PERSON.match(self.text, name.end) is not None

    def addressed(self, name: Name) -> bool:
        """Does "Herr", "Frau" or "Dr." stand before the name?"""
        return _ADDRESSED.search(self.text, max(0, name.start - 16), name.start) is not None

    def plausible(self, name: Name) -> bool:
        """Is it more than one capitalised word that may be anything?"""
        return len(name.words) > 1 or self.addressed(name) or self.names.likely(name)

    def candidate(self, use: TitleUse, name: Name, rule: str) -> Candidate:
        """`name` as bearer of the title."""
        kin = use.word.kin
        role = None if kin else self.uses.role(use, self.text)
        title = " ".join(self.text[use.start : use.end].split())
        start, end = use.complement
        inside = end > start and not (start <= name.start < end)
        return Candidate(
            name, title, role, "officials.kin" if kin else rule, use, kin, [(start, end)] if inside else []
        )
