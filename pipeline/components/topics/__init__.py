"""The fields in which the partners of an article work together (`findings.topics`).

Words alone will not do: an article mentions much that partners do not do together. So the words of a topic are
counted apart by how much they say and by what stands near (cooperation, plans, places), and a small trained model
turns that into a probability. Articles that speak of no municipal partnership have no topics.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components import agreements
from pipeline.components.agreements.matcher import Matcher
from pipeline.components.spans import write_spans
from pipeline.components.topics.model import TopicRules
from pipeline.components.topics.scan import FAINT, STRONG, Context, Hit, TopicScanner, describe
from pipeline.components.topics.scorer import TopicScorer
from pipeline.findings import Findings, Mention, Topic, findings_of, text_of
from pipeline.knowledge.rules import load_rules

CONFIDENCE = {STRONG: 0.9, 2: 0.7, FAINT: 0.4}


@Language.factory("jumelage_topics", default_config={"rules": None})
def create(nlp: Language, name: str, rules: str | None) -> Topics:
    """The component; `rules` is a folder with `topics.yaml`, None for the shipped one."""
    return Topics(rules)


def load(directory: Path | str | None = None) -> TopicRules:
    """The rules of `directory` (None: the shipped ones). Raises RulesError."""
    return load_rules("topics", TopicRules, directory)


class Topics:
    """Writes `findings.topics` and the span group `jumelage_topics` (label TOPIC)."""

    def __init__(self, rules: Path | str | None = None) -> None:
        self.rules = load(rules).rules
        self.scanner = TopicScanner(load(rules))
        self._agreements = Matcher(agreements.load(rules))

    def __call__(self, doc: Doc) -> Doc:
        """Find the topics of `doc`."""
        findings = findings_of(doc)
        findings.topics = self._topics(doc, findings) if self._speaks_of_partnership(doc, findings) else []
        write_spans(
            doc,
            "jumelage_topics",
            "TOPIC",
            (
                (mention.start, mention.end, topic.id)
                for topic in findings.topics
                for mention in topic.mentions
            ),
        )
        return doc

    @cached_property
    def scorer(self) -> TopicScorer:
        """The trained model, read when it is first asked."""
        return TopicScorer([rule.topic for rule in self.rules])

    def features(self, doc: Doc) -> tuple[list[Hit], dict[int, list[float]]]:
        """The topic words of `doc`, and the features of each topic, by the number of its rule."""
        hits, count = self.scanner.scan(text_of(doc), context_of(doc, findings_of(doc)))
        return hits, describe(hits, text_of(doc), count)

    def _speaks_of_partnership(self, doc: Doc, findings: Findings) -> bool:
        if "jumelage_agreements" in doc.spans:
            return bool(findings.agreements)
        scan = self._agreements.scan(text_of(doc), agreements.sentence_starts(doc))
        return self._agreements.log_odds(scan, _spans(_places(findings))) > 0

    def _topics(self, doc: Doc, findings: Findings) -> list[Topic]:
        hits, described = self.features(doc)
        numbers = list(described)
        scores = self.scorer.probabilities(numbers, [described[number] for number in numbers])
        topics = []
        for number, score in zip(numbers, scores.tolist(), strict=True):
            if score >= self.scorer.threshold:
                rule = self.rules[number]
                mentions = _mentions(hits, number, rule.id)
                topics.append(Topic(rule.topic, rule.label, round(score, 3), mentions))
        return sorted(topics, key=lambda topic: (topic.mentions[0].start, topic.id))


def context_of(doc: Doc, findings: Findings) -> Context:
    """What the pipeline knows of `doc` so far."""
    names = [(mention.start, mention.end) for official in findings.officials for mention in official.mentions]
    places = _places(findings)
    labels = ("PER",) if places else ("PER", "LOC")  # what the model takes for a place may be a "Smart City"
    names += [(entity.start_char, entity.end_char) for entity in doc.ents if entity.label_ in labels]
    return Context(
        bounds=agreements.sentence_starts(doc),
        places=_spans(places),
        names=_spans([*names, *places]),
        boilerplate=_spans((mention.start, mention.end) for mention in findings.boilerplate),
    )


def _places(findings: Findings) -> list[tuple[int, int]]:
    return [(mention.start, mention.end) for city in findings.cities for mention in city.mentions]


def _spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ascending and disjoint: overlapping spans become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _mentions(hits: list[Hit], topic: int, rule: str) -> list[Mention]:
    """The words that speak for a topic: the telling ones, or the faint ones where there are no others."""
    own = [hit for hit in hits if hit.topic == topic]
    telling = [hit for hit in own if hit.level > FAINT and not hit.denied]
    mentions: list[Mention] = []
    for hit in telling or own:
        if not mentions or hit.start >= mentions[-1].end:
            mentions.append(Mention(hit.start, hit.end, rule, CONFIDENCE[hit.level]))
    return mentions
