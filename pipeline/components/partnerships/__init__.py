"""Who is partnered with whom: pairs of places, the kind of tie, its state and its dates.

The way: `layout` splits the text into blocks, sentences and clauses; `lexicon` finds the cues of
`rules/partnerships.yaml`; `places` orders the mentions into lists with their prepositions and tells whose article it
is; `frames` reads each sentence for who is tied to whom; `features` lists the candidate pairs with what speaks for
and against them; `scorer` weighs that (trained on gold by `training.partnerships`); `decide` gives the accepted pairs
their type, state, dates, people, topics and evidence.
"""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.partnerships.analysis import analyse
from pipeline.components.partnerships.decision import decide
from pipeline.components.partnerships.lexicon import Lexicon, cue_lexicon, load
from pipeline.components.partnerships.scorer import model
from pipeline.components.spans import write_spans
from pipeline.findings import City, Findings, Mention, findings_of, text_of

__all__ = ["Partnerships", "create", "load"]


class Partnerships:
    """The component: fills `findings.partnerships`, and adds parties that stand only in a clue to `findings.cities`."""

    def __init__(self, rules: str | None = None, minimum: float | None = None) -> None:
        # a folder's rules may change between two loads: they are read anew
        self.lexicon = cue_lexicon() if rules is None else Lexicon(load(rules))
        self.model = model()
        self.minimum = self.model.threshold if minimum is None else minimum

    def __call__(self, doc: Doc) -> Doc:
        findings, text = findings_of(doc), text_of(doc)
        findings.partnerships = []
        context = analyse(text, findings, self.lexicon)
        if context is not None:
            known = {city.id for city in findings.cities}
            for partnership, candidate in decide(context, self.model, self.minimum):
                for number in (candidate.first, candidate.second):
                    city = context.places.cities[number]
                    if city.id not in known:
                        known.add(city.id)
                        _name(findings, city)
                findings.partnerships.append(partnership)
            order = {city.id: city.mentions[0].start for city in findings.cities if city.mentions}
            findings.cities.sort(key=lambda city: order.get(city.id, len(text)))
            findings.partnerships.sort(
                key=lambda p: (p.evidence[0][0] if p.evidence else 0, max(order.get(c, 0) for c in p.cities))
            )
        spans = [(start, end, p.by) for p in findings.partnerships for start, end in p.evidence]
        write_spans(doc, "jumelage_partnerships", "PARTNERSHIP", spans)
        return doc


def _name(findings: Findings, city: City) -> None:
    """Make a party an entry of the record, with the clues that point to it as its mentions."""
    city.mentions = [
        Mention(clue.start, clue.end, clue.by or "partnerships.clue", clue.confidence)
        for clue in (*findings.clues, *findings.home)
        if clue.city is not None and clue.city.id == city.id
    ]
    findings.cities.append(city)


@Language.factory("jumelage_partnerships", default_config={"rules": None, "minimum": None})
def create(nlp: Language, name: str, rules: str | None, minimum: float | None) -> Callable[[Doc], Doc]:
    """The component for `nlp.add_pipe("jumelage_partnerships")`; `rules` is a folder or None for the shipped one."""
    return Partnerships(rules, minimum)
