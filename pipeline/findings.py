"""What the components find in one article, before it becomes a record.

Every component of the pipeline writes its part of one `Findings`, which travels on the `Doc`
(`findings_of(doc)`). Offsets are character offsets of `doc.text`. Plain dataclasses: quick to make,
known to every component, free of spaCy and of the record's validation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY = "jumelage"
TEXT = "jumelage_text"


@dataclass(slots=True)
class Mention:
    """A stretch of text, the rule or model that found it and how sure that one is (0 to 1)."""

    start: int
    end: int
    by: str
    confidence: float = 1.0


@dataclass(slots=True)
class City:
    """One place (city, district, county or region) with all its mentions.

    `id` is "geonames:<id>" or "name:<slug>". `country` is ISO 3166-1 alpha-2. `confidence` is that of the
    link to the gazetteer, not of the mentions.
    """

    id: str
    name: str
    kind: str = "city"
    country: str | None = None
    country_name: str | None = None
    admin: str | None = None
    geonames_id: int | None = None
    geonames_name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    confidence: float = 1.0
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class PlaceClue:
    """A word that points to a place without naming it: no mention, but evidence.

    `kind`: "adjective" (Bochumer), "country" (Polen, polnisch), "dateline", "name_part" (FC Bochum,
    Stadtanzeiger Bochum). In `Findings.home`, signs of the town whose article it is: "dateline", "masthead", "address", "signature",
    "paper" (X-er Anzeiger), "body" (X-er Stadtrat), "domain" (stadt-x.de), which
    `pipeline/components/cities/home.py` describes. `city` is the place meant, ready
    to become an entry of `Findings.cities` if a later component makes it a party; `country` an ISO code.
    """

    start: int
    end: int
    kind: str
    city: City | None = None
    country: str | None = None
    by: str = ""
    confidence: float = 1.0


@dataclass(slots=True)
class Official:
    """A named person in a stated function. `city` is a `City.id`."""

    name: str
    title: str | None
    role: str
    city: str | None = None
    organisation: str | None = None
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Organisation:
    """A body that acts for the partnership. `kind`: association, committee, office, company, university, school, …"""

    name: str
    kind: str
    city: str | None = None
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class DateExpression:
    """A calendar expression; `by` "dates.anniversary" marks an anniversary, `edtf` then is the year it goes back to."""

    start: int
    end: int
    edtf: str | None
    modifier: str | None = None
    role: str | None = None
    by: str = "dates"
    confidence: float = 1.0


@dataclass(slots=True)
class Agreement:
    """A type of partnership or an instrument that the text speaks of (one of the two is set)."""

    type: str | None = None
    instrument: str | None = None
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Topic:
    """A field in which the partners work together."""

    id: str
    label: str
    score: float
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Partnership:
    """A relation between two places, given by their `City.id`; evidence as (start, end) of sentences."""

    cities: tuple[str, str]
    type: str
    status: str
    instrument: str | None = None
    signed: str | None = None
    since: str | None = None
    until: str | None = None
    officials: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    evidence: list[tuple[int, int]] = field(default_factory=list)
    by: str = "partnerships"
    confidence: float = 1.0


@dataclass(slots=True)
class Notice:
    """Something the reader of the record should know; `code` is a stable snake_case word."""

    code: str
    message: str


@dataclass(slots=True)
class Findings:
    """All that is known about one article so far.

    `own`: how probable it is of each place (by its id) that the article is its own; see `pipeline/components/own_town.py`.
    """

    title: str | None = None
    published: str | None = None
    boilerplate: list[Mention] = field(default_factory=list)
    dates: list[DateExpression] = field(default_factory=list)
    cities: list[City] = field(default_factory=list)
    clues: list[PlaceClue] = field(default_factory=list)
    home: list[PlaceClue] = field(default_factory=list)
    own: dict[str, float] = field(default_factory=dict)
    officials: list[Official] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)

    def warn(self, code: str, message: str) -> None:
        """Add a warning once."""
        notice = Notice(code, message)
        if notice not in self.warnings:
            self.warnings.append(notice)


def findings_of(doc: Doc) -> Findings:
    """The findings that travel on `doc`; made empty when there are none yet."""
    found = doc.user_data.get(KEY)
    if found is None:
        found = doc.user_data[KEY] = Findings()
    return cast(Findings, found)


def text_of(doc: Doc) -> str:
    """`doc.text`, which spaCy joins anew from its tokens each time it is asked; a dozen components ask."""
    text = doc.user_data.get(TEXT)
    if text is None:
        text = doc.user_data[TEXT] = doc.text
    return cast(str, text)
