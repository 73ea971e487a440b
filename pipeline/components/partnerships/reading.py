"""A reading of a sentence, and the patterns of words between places that tell one."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 40
"""Mentions of a sentence that are read; a list of hundreds is no sentence."""
DASH = re.compile(r"\s?[–—-]\s?|\s*[|/]\s*")
RELATIVE_START = re.compile(
    r"[,(–-]?\s*(?:und\s)?(?:das|die|der|welche[sr]?|deren|dessen)\b(?!\s+(?:Stadt|Gemeinde|Rat|Partnerschaft))"
)
HAS = re.compile(
    r"\s(?:hat|haben|hält es|halten es|pflegt|pflegen|unterhält|besitzt|habe)\s(?:[\wäöüß]+\s){0,3}"
)
PRONOUN = re.compile(r"(?:Sie|Es|Er|Dieser?|Dieses|Ihre Stadt|Die Stadt|Dort|Letzter\w+|Jene[rs]?)\s")
OF = re.compile(r"\s*(?:(?:von|der Stadt|des Landkreises|des Kreises)\s|(?:\w+\s){0,4}von\s)")
SINCE = re.compile(r"\s*(?:\([^()]{0,40}\b(?:1[89]|20)\d\d\b[^()]{0,20}\)|,?\s*(?:seit|jeweils seit)\s)")
YEAR_BRACKET = re.compile(
    r"\s*(?:\([^()]*\))?\s*[(,]?\s*(?:\([^()]{0,40}\b(?:1[89]|20)\d\d\b|(?:seit|von|Vertrag|Partnerschaft)\s)"
)
ARE = re.compile(r"\b(?:sind|seien|waren|wurden|werden|bleiben|gelten)\b")
DEFINITE = re.compile(r"\b(?:die|unsere|ihre|seine)\s(?:\w+\s){0,2}$")
WE_HAVE = re.compile(r"\b[Ww]ir haben\s(?:(?:ja|noch|auch|dann|außerdem)\s)*$")


@dataclass(slots=True)
class Frame:
    """A reading: `host` and `guest` (cities) are tied, by `kind`, shown at the two mentions (-1: not named there)."""

    kind: str
    host: int
    guest: int
    host_mention: int
    guest_mention: int
    sure: float
    denied: bool = False
