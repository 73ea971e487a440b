"""The record: what one article yields, as Pydantic models that hold its invariants.

It is the interface between all parts: command line, Python API, review page, exports and scorer speak it. The
invariants are checked when a record is built and again when one is read: every span's text is what stands in
`text` at its offsets, every city id that is used exists, dates are EDTF, enumerations hold, lists are in order
of first mention. Unknown keys are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.edtf import is_edtf
from pipeline.errors import JumelageError

SCHEMA_VERSION = "1.0"
SCHEMA_ID = "https://jumelage.example/schema/record-1.0.json"

Kind = Literal["city", "district", "county", "region"]
Role = Literal[
    "lord_mayor", "mayor", "deputy_mayor", "district_mayor", "district_head", "department_head", "councillor",
    "governor", "minister", "head_of_state", "diplomat", "legislator", "association_officer", "academic", "clergy",
    "other",
]  # fmt: skip
Modifier = Literal["early", "mid", "late", "before", "after"]
DateRole = Literal["publication", "signing", "start", "end", "event", "other"]
AgreementType = Literal[
    "twinning", "friendship", "project_partnership", "climate_partnership", "solidarity_partnership",
    "sponsorship", "strategic_partnership", "cooperation", "contact",
]  # fmt: skip
Instrument = Literal["treaty", "charter", "letter_of_intent", "memorandum", "declaration", "resolution"]
TopicId = Literal[
    "economy", "innovation", "digitalisation", "science", "education", "youth", "culture", "sport", "health",
    "environment", "mobility", "urban_development", "administration", "tourism", "peace", "humanitarian_aid",
    "development", "civil_protection", "social", "agriculture", "religion",
]  # fmt: skip
Status = Literal["planned", "agreed", "active", "dormant", "suspended", "ended", "rejected"]
UNBEGUN: frozenset[str] = frozenset({"planned", "agreed", "rejected"})


class RecordError(JumelageError):
    """A record that does not hold the contract; the message is one line."""


def _edtf(value: str) -> str:
    if not is_edtf(value):
        raise ValueError(f"{value!r} is no EDTF date of the contract")
    return value


Edtf = Annotated[str, AfterValidator(_edtf), Field(description="Extended Date/Time Format, levels 0-1")]
CityId = Annotated[str, Field(pattern=r"^(geonames:[1-9]\d*|name:\S+)$")]
Confidence = Annotated[float, Field(ge=0, le=1)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(_Part):
    """A stretch of the record's text: offsets count its Unicode code points, `end` is exclusive."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    text: Annotated[str, Field(min_length=1)]


class Mention(Span):
    """A span, the rule or model that found it, and how sure that one is."""

    by: str
    confidence: Confidence


class Source(_Part):
    """Where the article came from."""

    uri: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    media_type: str
    encoding: str


class City(_Part):
    """A city, district, county or region with all its mentions; `partner`: a party to one of the partnerships."""

    id: CityId
    name: str
    kind: Kind
    country: Country | None
    country_name: str | None = Field(default=None, description="German name of the country")
    admin: str | None = Field(default=None, description="State, province or region it lies in")
    geonames_id: int | None
    geonames_name: str | None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None
    population: Annotated[int, Field(ge=0)] | None
    confidence: Confidence = Field(default=1.0, description="of the link to GeoNames")
    partner: bool
    mentions: Annotated[list[Mention], Field(min_length=1)]


class Official(_Part):
    """A named person in a public or representative function that the text states."""

    name: Annotated[str, Field(min_length=1)]
    title: str | None
    role: Role
    city: CityId | None
    organisation: str | None
    mentions: Annotated[list[Mention], Field(min_length=1)]


class Organisation(_Part):
    """A body that acts for the partnership."""

    name: Annotated[str, Field(min_length=1)]
    kind: str
    city: CityId | None
    mentions: Annotated[list[Mention], Field(min_length=1)]


class DateMention(Mention):
    """An expression that names a calendar date or period; `edtf` is null where it cannot be resolved."""

    edtf: Edtf | None
    modifier: Modifier | None
    role: DateRole | None


class Agreement(_Part):
    """A type of partnership or an instrument that the text speaks of."""

    type: AgreementType | None
    instrument: Instrument | None
    mentions: Annotated[list[Mention], Field(min_length=1)]


class Topic(_Part):
    """A field in which the partners work together."""

    id: TopicId
    label: str
    score: Confidence
    mentions: list[Mention]


class Partnership(_Part):
    """A relation between two places that the text asserts, plans, denies or ends."""

    id: str
    cities: Annotated[list[CityId], Field(min_length=2, max_length=2)]
    type: AgreementType
    instrument: Instrument | None
    status: Status
    signed: Edtf | None
    since: Edtf | None
    until: Edtf | None
    officials: list[str]
    topics: list[TopicId]
    evidence: Annotated[list[Span], Field(min_length=1)]
    by: str
    confidence: Confidence

    @model_validator(mode="after")
    def _two_places_one_state(self) -> Self:
        if self.cities[0] == self.cities[1]:
            raise ValueError(f"a partnership of {self.cities[0]} with itself")
        if self.id != partnership_id(self.cities, self.type):
            raise ValueError(f"id {self.id!r} does not name cities and type")
        if self.since is not None and self.status in UNBEGUN:
            raise ValueError(f"{self.id}: since {self.since} while {self.status}")
        return self


class Warning_(_Part):  # noqa: N801 - `Warning` is Python's
    """Something the reader of the record should know; `code` is stable."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    message: str


class Provenance(_Part):
    """What made the record."""

    pipeline: str
    model: str
    rules: str
    gazetteer: str


class Record(_Part):
    """What one article yields (the record contract, version 1.0)."""

    schema_version: Literal["1.0"]
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    source: Source
    title: str | None
    published: Edtf | None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    text: str
    boilerplate: list[Mention] = Field(default_factory=list, description="Spans left out of extraction")
    cities: list[City]
    officials: list[Official]
    organisations: list[Organisation] = Field(default_factory=list)
    dates: list[DateMention]
    agreements: list[Agreement]
    topics: list[Topic]
    partnerships: list[Partnership]
    warnings: list[Warning_]
    duplicate_of: str | None = Field(default=None, description="id of the record of the same release")
    provenance: Provenance

    @model_validator(mode="after")
    def _invariants(self) -> Self:
        self._check_grounding()
        self._check_references()
        self._check_order()
        return self

    def spans(self) -> Iterable[Span]:
        """Every span of the record."""
        yield from self.boilerplate
        yield from self.dates
        entries: tuple[City | Official | Organisation | Agreement | Topic, ...] = (
            *self.cities,
            *self.officials,
            *self.organisations,
            *self.agreements,
            *self.topics,
        )
        for entry in entries:
            yield from entry.mentions
        for partnership in self.partnerships:
            yield from partnership.evidence

    def _check_grounding(self) -> None:
        text = self.text
        for span in self.spans():
            if text[span.start : span.end] != span.text:
                raise ValueError(
                    f"span {span.start}-{span.end} says {span.text[:60]!r}, "
                    f"the text {text[span.start : span.end][:60]!r}"
                )

    def _check_references(self) -> None:
        ids = [city.id for city in self.cities]
        known = set(ids)
        if len(known) != len(ids):
            raise ValueError("two cities of one id")
        names = {official.name for official in self.officials}
        topics = {topic.id for topic in self.topics}
        holders: tuple[Official | Organisation, ...] = (*self.officials, *self.organisations)
        for holder in holders:
            if holder.city is not None and holder.city not in known:
                raise ValueError(f"{holder.name}: city {holder.city} is no entry of cities")
        parties: set[str] = set()
        seen: set[str] = set()
        for partnership in self.partnerships:
            parties.update(partnership.cities)
            key = "--".join(sorted(partnership.cities)) + partnership.type
            if key in seen:
                raise ValueError(f"partnership {partnership.id} stands twice")
            seen.add(key)
            if missing := set(partnership.officials) - names:
                raise ValueError(f"{partnership.id}: {sorted(missing)[0]} is no entry of officials")
            if unknown := set(partnership.topics) - topics:
                raise ValueError(f"{partnership.id}: {sorted(unknown)[0]} is no entry of topics")
        if missing := parties - known:
            raise ValueError(f"partnership of {sorted(missing)[0]}, which is no entry of cities")
        for city in self.cities:
            if city.partner != (city.id in parties):
                raise ValueError(f"{city.id}: partner is {city.partner}, the partnerships say otherwise")

    def _check_order(self) -> None:
        starts: dict[str, list[int]] = {
            "boilerplate": [span.start for span in self.boilerplate],
            "dates": [date.start for date in self.dates],
            "partnerships": [partnership.evidence[0].start for partnership in self.partnerships],
        }
        for name in ("cities", "officials", "organisations", "agreements"):
            entries = getattr(self, name)
            starts[name] = [entry.mentions[0].start for entry in entries]
            for entry in entries:
                mentions = [(mention.start, mention.end) for mention in entry.mentions]
                if mentions != sorted(set(mentions)):
                    raise ValueError(f"{name}: mentions out of order, or one twice, at {mentions[0][0]}")
        for name, values in starts.items():
            if values != sorted(values):
                raise ValueError(f"{name} are not in order of first mention")

    def to_json(self, indent: int | None = 2) -> str:
        """The record as JSON text (UTF-8, keys in the contract's order, a newline only where indented)."""
        return self.model_dump_json(indent=indent)

    @classmethod
    def from_json(cls, data: bytes | str) -> Record:
        """Read a record; raises RecordError with one line that says where it breaks the contract."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            message = str(first["msg"]).removeprefix("Value error, ").replace("\n", " ")
            raise RecordError(f"{where}: {message}" if where else message) from None


def partnership_id(cities: Iterable[str], type_: str) -> str:
    """The id of a partnership: its two city ids and its type."""
    return "--".join([*cities, type_])


def json_schema() -> dict[str, Any]:
    """The record's JSON Schema (draft 2020-12)."""
    schema = Record.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
