"""What `rules/topics.yaml` holds, validated."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from pipeline.knowledge.rules import Rule, StrictModel
from pipeline.knowledge.wordforms import Pattern

TOPICS = (
    "economy",
    "innovation",
    "digitalisation",
    "science",
    "education",
    "youth",
    "culture",
    "sport",
    "health",
    "environment",
    "mobility",
    "urban_development",
    "administration",
    "tourism",
    "peace",
    "humanitarian_aid",
    "development",
    "civil_protection",
    "social",
    "agriculture",
    "religion",
)
"""The topics that a record knows."""


class TopicRule(Rule):
    """One field of work: its words by how much they say, its German label, its place in IPTC and the UN goals."""

    label: Annotated[str, Field(min_length=3)]
    iptc: list[Annotated[str, Field(pattern=r"^medtop:\d{8}$")]]
    sdg: list[Annotated[int, Field(ge=1, le=17)]]
    strong: list[Pattern]
    clear: list[Pattern]
    faint: list[Pattern]
    never: list[Pattern] = Field(default_factory=list)

    @field_validator("id")
    @classmethod
    def _of_topics(cls, value: str) -> str:
        if value.removeprefix("topics.") not in TOPICS:
            raise ValueError(f"the id of a topic's rule is topics. and one of {', '.join(TOPICS)}")
        return value

    @property
    def topic(self) -> str:
        """The topic's id in the record: "youth" for the rule `topics.youth`."""
        return self.id.removeprefix("topics.")


class TopicRules(StrictModel):
    """The whole file."""

    version: Literal[1]
    offices: list[Pattern]
    venues: list[Pattern]
    cues: list[Pattern]
    visits: list[Pattern]
    plans: list[Pattern]
    rules: Annotated[list[TopicRule], Field(min_length=1)]
