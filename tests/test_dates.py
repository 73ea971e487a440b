"""Date expressions as a linguist would check them: texts with marks, values after the bar."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from pipeline.components.dates import load
from pipeline.findings import Findings, findings_of
from pipeline.knowledge.rules import RulesError
from pipeline.knowledge.shipped import RULES
from pipeline.rulebook import parse_marks


@pytest.fixture(scope="module")
def nlp() -> Language:
    """A German pipeline with nothing but dates."""
    nlp = spacy.blank("de")
    nlp.add_pipe("jumelage_dates")
    return nlp


def find(nlp: Language, text: str, published: str | None = None) -> Findings:
    """The findings of `text`; `published` as a caller's metadata would give it."""
    doc = nlp.make_doc(text)
    findings_of(doc).published = published
    return findings_of(nlp(doc))


def check(nlp: Language, marked: str, published: str | None = None) -> None:
    """Exactly the marked spans are found, with the values that stand after the bars."""
    text, marks = parse_marks(marked)
    found = {
        (date.start, date.end): f"{date.edtf} {date.modifier}" if date.modifier else str(date.edtf)
        for date in find(nlp, text, published).dates
    }
    assert {text[start:end]: value for (start, end), value in found.items()} == {
        text[mark.start : mark.end]: mark.value for mark in marks
    }
    assert set(found) == {(mark.start, mark.end) for mark in marks}


@pytest.mark.parametrize(
    "marked",
    [
        "Am [Samstag, dem 12. Mai 1984|1984-05-12], wurde die Urkunde unterzeichnet.",
        "Vom [28. Dezember bis 3. Januar 2020|2019-12-28/2020-01-03] war Pause.",
        "Am [3. und 4.|2021-07-03/2021-07-04] sowie am [10. Juli 2021|2021-07-10] finden Proben statt.",
        "Von [Mittwoch, 5., bis Sonntag, 9. Mai 2021|2021-05-05/2021-05-09], waren Gäste da.",
        "im Zeitraum [2014 bis 2020|2014/2020]",
        "seit [Mitte der Siebzigerjahre|197X mid]",
        "[Anfang der 2000er-Jahre|200X early]",
        "zu [Beginn des Jahres 1990|1990 early]",
        "Im [dritten Quartal 2022|2022-07/2022-09] wird gebaut.",
        "am [Ostersamstag 1987|1987-04-18]",
        "Im [Advent 2018|2018-12-02/2018-12-24] kam die Gruppe.",
        "am [9.11.89|1989-11-09]",
        "den [9ten November 1843|1843-11-09]",
        "am [9. Septem-\nber 1973|1973-09-09] im Rathaus",
        "vom [8. bis 10. Au-\ngust 2014|2014-08-08/2014-08-10]",
        "die Urkunde vom [18. September neunundneunzig|1999-09-18]",
        "[neunzehnhundertfünfundsechzig|1965]",
        "anno [1525|1525]",
        "im [18./19. Jahrhundert|17XX/18XX]",
        "im [Fruehjahr 1950|1950-21] und am [3. Maerz 1951|1951-03-03]",
        "Zuschuss\tChinon\t[10.–13.05.2018|2018-05-10/2018-05-13]\t46920,00",
        "Vahrn am Vigiljoch[Juli 2023|2023-07]ausbezahlt",
    ],
)
def test_dates_that_stand_by_themselves(nlp: Language, marked: str) -> None:
    check(nlp, marked)


@pytest.mark.parametrize(
    ("published", "marked"),
    [
        ("2022-06-24", "[Vorgestern|2022-06-22] kamen sie, [übermorgen|2022-06-26] fahren sie."),
        ("2022-06-24", "Am [Mittwoch|2022-06-22] war Empfang."),
        ("2022-06-24", "Am [Mittwoch|2022-06-29] wird Empfang sein."),
        ("2022-06-24", "am [vergangenen Freitag|2022-06-17]"),
        ("2022-06-24", "am [kommenden Montag|2022-06-27]"),
        ("2022-06-24", "[letzte Woche|2022-06-13/2022-06-19]"),
        ("2022-06-24", "[Vor drei Jahren|2019~] beschlossen wir das."),
        ("2022-06-24", "seit [über 40 Jahren|1982~]"),
        ("2022-06-24", "seit [rund zehn Jahren|2012~]"),
        ("2022-06-24", "[dieses Jahr|2022] und im [Mai dieses Jahres|2022-05]"),
        ("2022-06-24", "Im [November|2021-11] hatte der Rat zugestimmt."),
        ("2022-06-24", "Im [November|2022-11] soll der Rat zustimmen."),
        ("2024-02-22", "Der Rat hat am [21. November|2023-11-21] einstimmig zugestimmt."),
        ("2022-11-26", "Sie soll ab [Februar|2023-02] gelten."),
        ("1953-10-27", "zu [Pfingsten k. J.|1954-06-06]"),
        ("1966-10-04", "am [22. v. Mts.|1966-09-22] und am [30. Juni d. J.|1966-06-30]"),
        ("2021-06-15", "In der Nacht von [Samstag auf Sonntag|2021-06-12/2021-06-13] brannte es."),
        ("2017-02-09", "Das gilt [heuer|2017], im [Vorjahr|2016] galt es nicht."),
        ("2019-06-24", "Zum [50-jährigen Bestehen|1969~] kam das [25. Jubiläum|1994~] des Chores."),
    ],
)
def test_dates_against_the_publication_date(nlp: Language, published: str, marked: str) -> None:
    check(nlp, marked, published)


@pytest.mark.parametrize(
    "text",
    [
        "Telefon 0511 168-2019, Fax 0511/168 2020",
        "CH-2000 Neuenburg, Rue du Lac 12, 1950 Sion",
        "Der SV 1920 Musterstadt gewann 3:2 gegen den TSV 1860.",
        "Die Stadt hat 1950 Einwohner und 2010 Haushalte.",
        "IBAN DE12 5001 0517 2019 1985 00",
        "Heinrich VIII. und Ludwig XIV. regierten.",
        "um 19.30 Uhr, von 10.15 bis 11.45 Uhr",
        "Juli Zeh liest. April Müller, Mai Linh und August Macke.",
        "jeden 1. Sonntag im Monat",
        "Öffnungszeiten: Mo–Fr 9–12 Uhr, Do 14–18 Uhr",
        "So einfach ist das. Mit Mut. Die Do-it-yourself-Gruppe.",
        "drei Jahre lang, für fünf Jahre, alle zwei Jahre",
        "in den letzten Jahren, in letzter Zeit, vor Jahren",
        "Der 50-jährige Bürgermeister und die 18- bis 25-Jährigen.",
        "Straße der Deutschen Einheit, Platz des 18. März",
        "10.000 Unterschriften, 2.500 km, 3.5 Prozent",
        "Das gilt bis heute; Semlin ist heute ein Stadtbezirk.",
    ],
)
def test_what_only_looks_like_a_date(nlp: Language, text: str) -> None:
    assert [text[date.start : date.end] for date in find(nlp, text, "2021-06-15").dates] == []


def test_a_chronicle_gives_its_entries_their_year(nlp: Language) -> None:
    check(
        nlp,
        "[1957|1957]\n[18. Mai|1957-05-18]: Unterschrift.\n\n[1959|1959]\nIm [Juli|1959-07] Gegenbesuch.\n\n"
        "[1964|1964]\nZu [Pfingsten|1964-05-17] Konzert, im [Jahr darauf|1965] noch eines.",
        "2024-05",
    )


def test_a_diary_goes_on_from_day_to_day(nlp: Language) -> None:
    check(
        nlp,
        "[Montag, 13. Mai|2019-05-13]\nWir fuhren los.\n\nAm [Dienstag|2019-05-14] wurden wir empfangen.\n\n"
        "[Mittwoch|2019-05-15]: Ausflug. [Freitag, 17. Mai|2019-05-17]: Heimfahrt.",
        "2019-05-29",
    )


def test_the_text_makes_its_own_time(nlp: Language) -> None:
    check(
        nlp,
        "Am [2. Mai 1999|1999-05-02] trafen sie sich. [Drei Tage später|1999-05-05] kam der Vertrag, "
        "am [Tag darauf|1999-05-06] das Fest.",
        "2024-05-01",
    )
    check(
        nlp,
        "Die Urkunde von [1974|1974]: Unterschrieben wurde am [18. April jenes Jahres|1974-04-18].",
        "2024-10-14",
    )


def test_a_year_less_day_without_any_clock_keeps_its_year_open(nlp: Language) -> None:
    check(nlp, "Anmeldung bis [30. April|XXXX-04-30], sonst im [Herbst|None].")


def test_a_day_that_never_was_is_no_date(nlp: Language) -> None:
    check(nlp, "Die Rechnung vom 31.4.2019 und vom 30. Februar liegt bei.", "2019-06-01")


def test_a_weekday_that_does_not_fit_is_warned_of(nlp: Language) -> None:
    findings = find(nlp, "Am Montag, 3. Mai 2019, tagte der Rat.", "2019-06-01")
    assert [(notice.code, notice.message) for notice in findings.warnings] == [
        ("weekday_mismatch", "'Montag, 3. Mai 2019': 2019-05-03 is a Friday")
    ]
    findings = find(nlp, "Der Rat tagt übermorgen, Freitag, im Rathaus.", "2019-06-01")
    assert [notice.code for notice in findings.warnings] == ["weekday_mismatch"]


def test_the_weekday_finds_the_year(nlp: Language) -> None:
    check(
        nlp,
        "Treffpunkt ist am [Sonnabend, 28. August|2021-08-28]. Er wurde [2021|2021] gepflanzt, nicht [2019|2019].",
    )


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("signing", "Der Vertrag wurde am 25.11.2019 unterzeichnet."),
        ("start", "Die Partnerschaft besteht seit 1974."),
        ("end", "Die Frist läuft bis 30.6.2022."),
        ("event", "Das Fest findet am 30.6.2022 statt."),
        (None, "Er nannte den 30.6.2022."),
    ],
)
def test_roles_that_the_sentence_says(nlp: Language, role: str | None, text: str) -> None:
    assert [date.role for date in find(nlp, text, "2021-06-15").dates] == [role]


def test_span_group_and_order(nlp: Language) -> None:
    doc = nlp("Am 5. und 12. Mai 2021, dann 2022 wieder.")
    assert [(span.text, span.label_, span.kb_id_) for span in doc.spans["jumelage_dates"]] == [
        ("5.", "DATE", "2021-05-05"),
        ("12. Mai 2021", "DATE", "2021-05-12"),
        ("2022", "DATE", "2022"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("as: quarter", "as: quart", "dates.quarter: as: 'quart' is none of"),
        ("checks: [span]", "checks: [spam]", "dates.ago: there is no check 'spam'"),
        ("since < approx?", "sience < approx?", "'sience' is neither a type nor a macro"),
        ("n=int >", "n=int", "needs < and > once"),
    ],
)
def test_a_mistake_in_the_rules_is_one_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (RULES / "dates.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "dates.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulesError) as caught:
        load(tmp_path)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_everyone_before_a_full_stop_makes_no_habit_of_the_day(nlp: Language) -> None:
    check(nlp, "Am Ende sangen alle laut.\nAm [Samstag|2022-06-18] reisten sie ab.", "2022-06-22")


def test_a_count_behind_a_month_takes_its_blanks_with_it(nlp: Language) -> None:
    check(nlp, "Es kamen im [Mai|2022-05]  drei", "2022-06-22")
