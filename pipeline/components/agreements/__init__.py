"""Types of partnership and instruments that an article speaks of (`findings.agreements`).

The decision whether the article speaks of municipal partnerships at all stands before everything: "Vertrag"
and "Partnerschaft" are words of companies, schools, parishes and couples as well. `Matcher.log_odds` is that
decision; the topics follow it too.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right, insort
from collections.abc import Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.agreements.matcher import Hit, Matcher, Scan
from pipeline.components.agreements.model import AgreementRules
from pipeline.components.spans import write_spans
from pipeline.findings import Agreement, Findings, Mention, findings_of, text_of
from pipeline.knowledge.rules import load_rules

SENTENCE_END = re.compile(
    r"(?<=[.!?:;])[\"”“«»)]?\s+(?=[\"„»«(]?[^\W\da-zäöüß_])|\n[ \t]*\n|\n(?=[ \t]*[-–•*\d])"
)

NAMED_KINDS = ("project_partnership", "strategic_partnership")
"""Kinds that a text calls "Partnerschaft" for short once it has named them."""

FEW_PLACES = 5
"""A text with more places than this is likely to speak of other partnerships beside the one it names."""


@Language.factory("jumelage_agreements", default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Agreements:
    """The component; `rules` is a folder with `agreements.yaml`, None for the shipped one."""
    return Agreements(rules)


def load(directory: Path | str | None = None) -> AgreementRules:
    """The rules of `directory` (None: the shipped ones). Raises RulesError."""
    return load_rules("agreements", AgreementRules, directory)


class Agreements:
    """Writes `findings.agreements` and the span group `jumelage_agreements` (label AGREEMENT)."""

    def __init__(self, rules: Path | str | None = None) -> None:
        self.matcher = Matcher(load(rules))
        self._evidence = {rule.id: rule.evidence for rule in self.matcher.rules}

    def __call__(self, doc: Doc) -> Doc:
        """Find the agreements of `doc`."""
        findings = findings_of(doc)
        scan = self.matcher.scan(text_of(doc), sentence_starts(doc))
        found: dict[tuple[str | None, str | None], Agreement] = {}
        places = sorted((mention.start, mention.end) for city in findings.cities for mention in city.mentions)
        log_odds = self.matcher.log_odds(scan, places)
        if log_odds > 0:
            certainty = 1 / (1 + math.exp(-log_odds))
            for mention, kind, instrument in self._mentions(scan, findings, places, certainty):
                key = (kind, instrument)
                found.setdefault(key, Agreement(kind, instrument)).mentions.append(mention)
        few = 0 < len(findings.cities) <= FEW_PLACES
        if few and self._plain_only(found) and any((kind, None) in found for kind in NAMED_KINDS):
            del found["twinning", None]
        findings.agreements = list(found.values())
        write_spans(
            doc,
            "jumelage_agreements",
            "AGREEMENT",
            (
                (mention.start, mention.end, agreement.type or agreement.instrument or "")
                for agreement in findings.agreements
                for mention in agreement.mentions
            ),
        )
        return doc

    def _rank(self, hit: Hit) -> tuple[bool, int, int, int]:
        """Of hits that overlap, strong evidence goes before plain, then the longest before the others."""
        plain = self.matcher.rules[hit.rule].evidence != "strong"
        return plain, hit.first - hit.last, hit.first, hit.rule

    def _plain_only(self, found: dict[tuple[str | None, str | None], Agreement]) -> bool:
        """Are all mentions of a twinning plain ("Partnerschaft"), so that they may mean a partnership named else?"""
        twinning = found.get(("twinning", None))
        return twinning is not None and all(
            self._evidence[mention.by] != "strong" for mention in twinning.mentions
        )

    def _mentions(
        self, scan: Scan, findings: Findings, places: Sequence[tuple[int, int]], certainty: float
    ) -> list[tuple[Mention, str | None, str | None]]:
        skipped = sorted((mention.start, mention.end) for mention in findings.boilerplate)
        mentions: list[tuple[Mention, str | None, str | None]] = []
        taken: dict[tuple[str | None, str | None], list[tuple[int, int]]] = {}
        for hit in sorted(scan.hits, key=self._rank):
            rule = self.matcher.rules[hit.rule]
            start, end = scan.starts[hit.first], scan.ends[hit.last]
            own = taken.setdefault((rule.type, rule.instrument), [])
            if overlaps(own, start, end) or inside(skipped, start):
                continue
            if self.matcher.accepts(scan, hit, places):
                insort(own, (start, end))
                mention = Mention(start, end, rule.id, round(rule.confidence * certainty, 3))
                mentions.append((mention, rule.type, rule.instrument))
        mentions.sort(key=lambda found: (found[0].start, found[0].end))
        return mentions


def sentence_starts(doc: Doc) -> list[int]:
    """First characters of the sentences: the pipeline's own, else cut at punctuation and blank lines."""
    rows = doc.to_array(["SENT_START", "IDX"])  # many times faster than doc.sents
    if rows[1:, 0].any():  # of a text without sentences, the first token still counts as a start
        starts: list[int] = rows[rows[:, 0] == 1][:, 1].tolist()
        return starts if starts[:1] == [0] else [0, *starts]
    return [0, *(match.end() for match in SENTENCE_END.finditer(text_of(doc)))]


def overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Does one of the ascending, disjoint spans share a character with `start` to `end`?"""
    at = bisect_right(spans, (start, 1 << 60))
    return (at > 0 and spans[at - 1][1] > start) or (at < len(spans) and spans[at][0] < end)


def inside(spans: Sequence[tuple[int, int]], position: int) -> bool:
    """Does one of the ascending, disjoint spans hold `position`?"""
    at = bisect_right(spans, (position, 1 << 60)) - 1
    return at >= 0 and spans[at][0] <= position < spans[at][1]
