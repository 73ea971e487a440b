"""`Doc` → `Record`: the only place that knows both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from spacy.tokens import Doc

from pipeline import findings as found
from pipeline import record as rec
from pipeline.article import Article
from pipeline.findings import Findings, findings_of, text_of


class _Mentioned(Protocol):
    @property
    def mentions(self) -> Sequence[found.Mention]: ...


EntryT = TypeVar("EntryT", bound=_Mentioned)


def assemble(doc: Doc, article: Article, language: str, provenance: rec.Provenance) -> rec.Record:
    """The record of `article`, from what the components found in `doc`."""
    findings = findings_of(doc)
    text = text_of(doc)
    # An office may belong to a town that the text names only as an adjective ("der Soester Bürgermeister"): it is an
    # entry of the record when it is a party, which the partnerships decide after the officials were found.
    known = {city.id for city in findings.cities if city.mentions}
    parties = {city for partnership in findings.partnerships for city in partnership.cities}
    warnings = [*article.warnings, *((notice.code, notice.message) for notice in findings.warnings)]
    return rec.Record(
        schema_version=rec.SCHEMA_VERSION,
        id=article.id,
        source=rec.Source(
            uri=article.uri, sha256=article.sha256, media_type=article.media_type, encoding=article.encoding
        ),
        title=findings.title,
        published=findings.published,
        language=language,
        text=text,
        boilerplate=_mentions(text, findings.boilerplate),
        cities=[_city(text, city, city.id in parties) for city in _by_first_mention(findings.cities)],
        officials=[
            rec.Official(
                name=official.name,
                title=official.title,
                role=official.role,
                city=official.city if official.city in known else None,
                organisation=official.organisation,
                mentions=_mentions(text, official.mentions),
            )
            for official in _by_first_mention(findings.officials)
        ],
        organisations=[
            rec.Organisation(
                name=body.name,
                kind=body.kind,
                city=body.city if body.city in known else None,
                mentions=_mentions(text, body.mentions),
            )
            for body in _by_first_mention(findings.organisations)
        ],
        dates=[_date(text, date) for date in sorted(findings.dates, key=lambda date: (date.start, date.end))],
        agreements=[
            rec.Agreement(
                type=agreement.type,
                instrument=agreement.instrument,
                mentions=_mentions(text, agreement.mentions),
            )
            for agreement in _by_first_mention(findings.agreements)
        ],
        topics=[
            rec.Topic(
                id=topic.id,
                label=topic.label,
                score=_rounded(topic.score),
                mentions=_mentions(text, topic.mentions),
            )
            for topic in sorted(findings.topics, key=_first_mention)
        ],
        partnerships=_partnerships(text, findings),
        warnings=[rec.Warning_(code=code, message=message) for code, message in dict.fromkeys(warnings)],
        provenance=provenance,
    )


def _by_first_mention(entries: Iterable[EntryT]) -> list[EntryT]:
    mentioned = [entry for entry in entries if entry.mentions]
    return sorted(mentioned, key=lambda entry: min(mention.start for mention in entry.mentions))


def _first_mention(topic: found.Topic) -> float:
    return min((mention.start for mention in topic.mentions), default=float("inf"))


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _mentions(text: str, mentions: Iterable[found.Mention]) -> list[rec.Mention]:
    surest: dict[tuple[int, int], found.Mention] = {}
    for mention in mentions:
        known = surest.setdefault((mention.start, mention.end), mention)
        if mention.confidence > known.confidence:
            surest[mention.start, mention.end] = mention
    return [
        rec.Mention(
            start=mention.start,
            end=mention.end,
            text=text[mention.start : mention.end],
            by=mention.by,
            confidence=_rounded(mention.confidence),
        )
        for _, mention in sorted(surest.items())
    ]


def _city(text: str, city: found.City, partner: bool) -> rec.City:
    return rec.City(
        id=city.id,
        name=city.name,
        kind=city.kind,
        country=city.country,
        country_name=city.country_name,
        admin=city.admin,
        geonames_id=city.geonames_id,
        geonames_name=city.geonames_name,
        latitude=city.latitude,
        longitude=city.longitude,
        population=city.population,
        confidence=_rounded(city.confidence),
        partner=partner,
        mentions=_mentions(text, city.mentions),
    )


def _date(text: str, date: found.DateExpression) -> rec.DateMention:
    return rec.DateMention(
        start=date.start,
        end=date.end,
        text=text[date.start : date.end],
        by=date.by,
        confidence=_rounded(date.confidence),
        edtf=date.edtf,
        modifier=date.modifier,
        role=date.role,
    )


def _partnerships(text: str, findings: Findings) -> list[rec.Partnership]:
    made = []
    for partnership in findings.partnerships:
        evidence = [
            rec.Span(start=start, end=end, text=text[start:end])
            for start, end in sorted(set(partnership.evidence))
        ]
        made.append(
            rec.Partnership(
                id=rec.partnership_id(partnership.cities, partnership.type),
                cities=list(partnership.cities),
                type=partnership.type,
                instrument=partnership.instrument,
                status=partnership.status,
                signed=partnership.signed,
                since=None if partnership.status in rec.UNBEGUN else partnership.since,
                until=partnership.until,
                officials=partnership.officials,
                topics=partnership.topics,
                evidence=evidence,
                by=partnership.by,
                confidence=_rounded(partnership.confidence),
            )
        )
    return sorted(made, key=lambda partnership: partnership.evidence[0].start)
