"""The shape of `rules/officials.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.knowledge.rules import Rule, StrictModel, load_rules

Role = Literal[
    "lord_mayor", "mayor", "deputy_mayor", "district_mayor", "district_head", "department_head", "councillor",
    "governor", "minister", "head_of_state", "diplomat", "legislator", "association_officer", "academic",
    "clergy", "other",
]  # fmt: skip
Bends = Literal["er", "weak", "strong", "adj", "rat", "mann", "herr", "inv"]


class Title(StrictModel):
    """A base word of titles, its inflection and what its surroundings make of its role."""

    word: str
    bends: Bends
    role: Role | None
    deputy: Role | None = None
    first: Role | None = None
    portfolio: Role | Literal["same"] | None = "same"
    prefixes: dict[str, Role | None] = Field(default_factory=dict)
    bodies: dict[str, Role] = Field(default_factory=dict)
    country: list[str] = Field(default_factory=list)
    used_in: list[str] = Field(default_factory=list)
    countries: dict[str, Role] = Field(default_factory=dict)
    country_role: Role | None = None
    feminine: list[str] = Field(default_factory=list)
    plural: list[str] = Field(default_factory=list)
    alone: bool = True
    elsewhere: Role | None = None
    not_before: list[str] = Field(default_factory=list)


class Kin(StrictModel):
    """Words for those who hold the same office as somebody else."""

    same: list[str]
    office: list[str]
    deputy: list[str]


class Qualifiers(StrictModel):
    """Words before a title that belong to it."""

    deputy: list[str]
    first: list[str]
    former: list[str]
    present: list[str]


class Mark(StrictModel):
    """Letters and surname endings that point to countries."""

    countries: list[str]
    letters: str = ""
    endings: list[str] = Field(default_factory=list)


class Languages(StrictModel):
    """Groups of languages by the countries that speak them, and how German spells names of a group."""

    groups: dict[str, list[str]]
    forenames: dict[str, list[str]] = Field(default_factory=dict)
    address: dict[str, list[str]] = Field(default_factory=dict)
    marks: list[Mark] = Field(default_factory=list)
    spellings: dict[str, list[tuple[str, str]]] = Field(default_factory=dict)


class OfficialsRules(StrictModel):
    """`rules/officials.yaml`."""

    version: Literal[1]
    bodies: dict[str, list[str]]
    titles: list[Title]
    abbreviations: dict[Role, list[str]]
    kin: Kin
    qualifiers: Qualifiers
    honorifics: list[str]
    parties: list[str]
    languages: Languages
    rules: list[Rule]


class PlaceWeights(StrictModel):
    """`rules/officials_places.yaml`: what speaks for a place as that of an office (`ranking.FEATURES`)."""

    version: Literal[1]
    weights: dict[str, float]


def load_weights(directory: str | None) -> PlaceWeights:
    """The weights of a rules folder; those shipped where it has none of its own."""
    if directory is not None and not (Path(directory) / "officials_places.yaml").exists():
        directory = None
    return load_rules("officials_places", PlaceWeights, directory)
