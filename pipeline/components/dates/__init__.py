"""Finds the date expressions of an article and gives them their value in EDTF."""

from __future__ import annotations

import re
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import edtf
from pipeline.components.dates.context import Bounds, Context
from pipeline.components.dates.grammar import Grammar, Parse
from pipeline.components.dates.guards import GuardBook
from pipeline.components.dates.lexer import runs, token_pattern
from pipeline.components.dates.lexicon import DatesRules, build_lexicon
from pipeline.components.dates.page import Page
from pipeline.components.dates.published import (
    Stamp,
    StampFinder,
    articles,
    best,
    diary,
    entries,
    parse_published,
)
from pipeline.components.dates.resolve import KINDS, resolve
from pipeline.components.dates.roles import RoleReader
from pipeline.components.dates.tense import TenseReader
from pipeline.components.dates.timeline import Timeline, current
from pipeline.components.spans import write_spans
from pipeline.findings import DateExpression, findings_of, text_of
from pipeline.knowledge.rules import RulesError, load_rules

_STAMPED = 9
"""From this score on a date is taken for another stamp with the article's date."""
_IMPOSSIBLE = frozenset(["date", "day", "a_day", "a_date", "b_date"])
"""Slots of figures that are no date when no day answers to them (31.4.)."""
_STAMPS = frozenset(["day", "date", "month"])
_MONTHLY = frozenset(["month", "date", "a_month", "b_month", "b_date"])
# A day, a month or two, a season or a year may be an article's date.
_STAMP = re.compile(r"\d{4}(?:-(?:0\d|1[0-2])(?:-\d\d)?|-2[1-4])?|\d{4}-(?:0\d|1[0-2])/\d{4}-(?:0\d|1[0-2])")

_WEEKEND = re.compile(r"(\d{4}-\d\d-)\d\d/\d{4}-\d\d-\d\d")

__all__ = ["Dates", "create", "load", "parse_published"]


@Language.factory("jumelage_dates", default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Dates:
    """The component, with the rules of a folder or the shipped ones."""
    return Dates(rules)


def load(directory: Path | str | None = None) -> DatesRules:
    """`dates.yaml` of a folder, or the shipped one. Raises RulesError."""
    rules = load_rules("dates", DatesRules, directory)
    for rule in rules.rules:
        if rule.as_ not in KINDS:
            raise RulesError(f"dates.yaml: {rule.id}: as: {rule.as_!r} is none of {', '.join(sorted(KINDS))}")
    GuardBook(rules.guards).require(rules)
    Grammar(rules)
    return rules


class Dates:
    """A spaCy component: fills `findings.dates` and `findings.published`."""

    def __init__(self, rules: str | Path | None = None) -> None:
        self.rules = load(rules)
        self.lexicon = build_lexicon(self.rules)
        self.grammar = Grammar(self.rules)
        self.guards = GuardBook(self.rules.guards)
        self.stamps = StampFinder(self.rules.stamps)
        self.tense = TenseReader(self.rules.tense)
        self.roles = RoleReader(self.rules.roles)
        self.token = token_pattern(self.rules.decade_suffixes, self.rules.ordinal_suffixes)
        self.heads = frozenset(self.rules.heads)

    def __call__(self, doc: Doc) -> Doc:
        findings = findings_of(doc)
        text = text_of(doc)
        page, parses = self._parse(text, [(ent.start_char, ent.end_char) for ent in doc.ents])
        stamps = self._stamps(text, parses)
        stamp = best(stamps)
        posts: list[tuple[int, Bounds]] = []
        if findings.published is None:
            posts = articles(stamps)
            stamp = stamp or self._yearless_stamp(text, parses)
            findings.published = stamp.edtf if stamp is not None else None
        if findings.published is None:
            findings.warn(
                "no_publication_date", "the text does not say when it appeared; relative dates may stay open"
            )
        anchor = edtf.bounds(findings.published) if findings.published else None
        timeline = Timeline(page, parses, self.tense, anchor, posts + entries(text, parses))
        stamped = {item.start for item in stamps if item.score > _STAMPED and item.edtf == findings.published}
        stamped |= {stamp.start} if stamp is not None and stamp.edtf == findings.published else set()
        for parse in parses:
            for start, end, found in resolve(parse, timeline.context(parse)):
                if found.edtf is None and _IMPOSSIBLE & parse.slots.keys():
                    continue
                role = "publication" if start in stamped else self.roles.of(page, parse)
                findings.dates.append(
                    DateExpression(start, end, found.edtf, found.modifier, role, parse.rule.id)
                )
                if start not in stamped:
                    timeline.note(parse, found)
                if found.mismatch:
                    quote = " ".join(text[start:end].split())
                    findings.warn("weekday_mismatch", f"{quote!r}: {found.edtf} is a {found.mismatch}")
        findings.dates.sort(key=lambda found: (found.start, found.end))
        write_spans(doc, "jumelage_dates", "DATE", [(d.start, d.end, d.edtf or "") for d in findings.dates])
        return doc

    def _parse(self, text: str, names: list[tuple[int, int]]) -> tuple[Page, list[Parse]]:
        """The date expressions of a text, not yet with values."""
        atoms = runs(text, self.lexicon, self.heads, self.token)
        page = Page(text, atoms, self.tense, names)

        def allows(parse: Parse) -> bool:
            self._issue_year(text, parse)
            _no_count_as_year(text, parse)
            if parse.kinds.get("a_date") == "my" and self.stamps.is_issue(text, parse.start):
                return False  # Ausgabe 2/2020, Juli 2020
            allowed = self.guards.allows(text, parse, page)
            page.has_focus = page.has_focus or (allowed and bool(_MONTHLY & parse.slots.keys()))
            return allowed

        parses: list[Parse] = []
        for run in atoms:
            parses += self.grammar.parse(run, allows)
        return page, parses

    def _issue_year(self, text: str, parse: Parse) -> None:
        """Leave of the number of an issue, as in Heft 2/1997, the year."""
        if (
            parse.kinds.get("date") == "my"
            and text[parse.start] != "0"
            and self.stamps.is_issue(text, parse.start)
        ):
            parse.slots = {"year": int(text[parse.end - 4 : parse.end])}
            parse.kinds, parse.spans = {"year": "issue"}, {}
            parse.start = parse.end - 4

    def _yearless_stamp(self, text: str, parses: list[Parse]) -> Stamp | None:
        """A stamp that leaves its year to the text ("03 Dez", "Stand: Mitte April"): that nearest to what it tells."""
        told = current(parses, ())
        found: list[Stamp] = []
        days = diary(text, parses)
        for parse in parses:
            if told is None or parse.rule.as_ != "point" or not _STAMPS & parse.slots.keys():
                continue
            if parse.start in days:
                continue
            for start, end, value in resolve(parse, Context(anchor=told)):
                if value.edtf and not value.firm and _STAMP.fullmatch(value.edtf):
                    stamp = self.stamps.score(text, start, end, value.edtf)
                    found += [stamp] if stamp is not None else []
        return best(found)

    def _stamps(self, text: str, parses: list[Parse]) -> list[Stamp]:
        """The dates that look like the article's own."""
        found = []
        for parse in parses:
            if parse.rule.as_ not in ("point", "list", "range"):
                continue
            for start, end, value in resolve(parse, Context()):
                if value.edtf and value.firm and value.modifier is None:
                    written = self._as_stamp(text, parse, start, value.edtf)
                    if written is None:
                        continue
                    stamp = self.stamps.score(text, start, end, written, parse.kinds.get("year") == "issue")
                    if stamp is not None:
                        found.append(stamp)
        days = diary(text, parses)
        return [stamp for stamp in found if stamp.start not in days]

    def _as_stamp(self, text: str, parse: Parse, start: int, value: str) -> str | None:
        """The value as an article's date, or None where it cannot be one.

        A feast is an issue's month (Rundbrief, Advent 2019), two days are a weekend's issue and that of its first.
        """
        if "entry" in parse.rule.checks:  # '1989, Dezember' is a chronicle's
            return None
        if "holiday" in parse.slots:
            return value[:7] if self.stamps.names_issue(text, start) else None
        if _WEEKEND.fullmatch(value):
            return value[:10] if self.stamps.names_paper(text, start) else None
        return value if _STAMP.fullmatch(value) else None


def _no_count_as_year(text: str, parse: Parse) -> None:
    """Takes back a number word that was read as a year and counts what follows (im Mai zwanzig Schüler)."""
    for slot in ("shortyear", "b_shortyear"):
        if parse.kinds.get(slot) == "num":
            start, end = parse.spans[slot]
            if int(parse.slots[slot]) < 45 or re.match(r"\s+[A-ZÄÖÜ]", text[end : end + 3]):
                parse.end = parse.start + len(text[parse.start : start].rstrip())
                for holder in (parse.slots, parse.kinds, parse.spans):
                    holder.pop(slot)
