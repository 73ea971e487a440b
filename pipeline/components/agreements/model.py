"""What `rules/agreements.yaml` holds, validated."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.knowledge.rules import Rule, StrictModel
from pipeline.knowledge.wordforms import Pattern

AgreementType = Literal[
    "twinning",
    "friendship",
    "project_partnership",
    "climate_partnership",
    "solidarity_partnership",
    "sponsorship",
    "strategic_partnership",
    "cooperation",
    "contact",
]
Instrument = Literal["treaty", "charter", "letter_of_intent", "memorandum", "declaration", "resolution"]


class AgreementRule(Rule):
    """Words and phrases that speak of a type of partnership or of an instrument.

    `evidence` is what a hit says about the article: "strong" words mean municipal partnerships and nothing
    else, "plain" ones are used of companies and couples too. `requires` is what must stand near: "partners"
    (words for partnership or municipalities within 50 words), "signing" (a word of signing in the sentence),
    "place" (a recognised place). `unless` lists words whose presence within ten words in the sentence forbids
    a hit. `denied` says what becomes of "kein Vertrag", "einen Vertrag gibt es nicht".
    """

    type: AgreementType | None = None
    instrument: Instrument | None = None
    evidence: Literal["strong", "plain", "none"] = "none"
    words: list[Pattern] = Field(default_factory=list)
    phrases: list[Pattern] = Field(default_factory=list)
    requires: Literal["partners", "signing", "place"] | None = None
    unless: list[Pattern] = Field(default_factory=list)
    denied: Literal["keep", "skip"] = "keep"
    confidence: Annotated[float, Field(gt=0, le=1)] = 0.9

    @model_validator(mode="after")
    def _one_of_the_two(self) -> AgreementRule:
        if (self.type is None) == (self.instrument is None):
            raise ValueError("a rule has either a type or an instrument")
        if not self.words and not self.phrases:
            raise ValueError("a rule needs words or phrases")
        return self


class Decision(StrictModel):
    """Weights that decide whether an article speaks of municipal partnerships at all.

    Each is multiplied with log(1 + count) of: strong words; plain words beside a municipal word; plain words
    elsewhere; words of other senses; words of other worlds; municipal words;
    words of encounters. The sum with `bias` is the
    log odds.
    """

    bias: float
    strong: float
    plain_beside: float
    plain_elsewhere: float
    other_senses: float
    other_worlds: float
    municipal: float
    encounters: float


class AgreementRules(StrictModel):
    """The whole file."""

    version: Literal[1]
    municipal: list[Pattern]
    encounters: list[Pattern]
    other_senses: list[Pattern]
    other_worlds: list[Pattern]
    signing: list[Pattern]
    negation: list[Pattern]
    decision: Decision
    rules: list[AgreementRule]
