"""What a date is in the sentence that names it: a signing, a beginning, an end, an event."""

from __future__ import annotations

import re

from pipeline.components.dates.grammar import Parse
from pipeline.components.dates.lexicon import Roles, any_of
from pipeline.components.dates.page import Page


class RoleReader:
    """Reads the role off the words around a date."""

    def __init__(self, rules: Roles) -> None:
        self._by_type = rules.by_type
        self._words = [
            (role, re.compile(rf"\b(?:{any_of(words)})\b", re.IGNORECASE))
            for role, words in rules.words.items()
        ]

        every = [word for words in rules.words.values() for word in words]
        self._any = re.compile(rf"\b(?:{any_of(every)})\b", re.IGNORECASE)

    def of(self, page: Page, parse: Parse) -> str | None:
        """The role of an expression, or None where its clause does not say."""
        clause = page.text[slice(*page.clause(parse.start, parse.end))]
        said = self._any.search(clause) is not None
        role, pattern = self._words[0]
        if said and pattern.search(clause):
            return role
        for kind in reversed(parse.before.split()):
            if kind in self._by_type:
                return self._by_type[kind]
            if kind not in ("article", "approx", "at", "year_span"):
                break
        for role, pattern in self._words[1:] if said else ():
            if pattern.search(clause):
                return role
        return None
