"""The publication date: from stamps of all kinds, never from what the text tells of."""

from __future__ import annotations

import pytest
import spacy

from pipeline.components.dates import Dates, parse_published
from pipeline.findings import Findings, findings_of

PROSE = (
    "Gäste aus Pori waren drei Tage lang in der Stadt. Am 3. Mai 2019 hatte der Rat das beschlossen. "
    "Die Chöre sangen gemeinsam, und der Bürgermeister dankte allen, die geholfen haben. Das Fest war gut besucht, "
    "und niemand fror. Im Herbst soll der Gegenbesuch folgen.\n"
)
DATES = Dates()


def find(text: str, published: str | None = None) -> Findings:
    doc = spacy.blank("de").make_doc(text)
    findings_of(doc).published = published
    return findings_of(DATES(doc))


@pytest.mark.parametrize(
    ("head", "foot", "published"),
    [
        ("AKTUELLES - 24.06.22\n\n", "", "2022-06-24"),
        ("Stand: 08.05.2019, 17:42 Uhr\n\n", "", "2019-05-08"),
        ("Gäste aus Pori\n\nvom 12.04.2019, 15:47 Uhr\n\n", "", "2019-04-12"),
        ("Von Jörn Spilker · 15. November 2019\n\n", "", "2019-11-15"),
        ("Homberg (Efze), 27.05.2019\n\n", "", "2019-05-27"),
        ("Medieninformation vom 23.10.2019\n\n", "", "2019-10-23"),
        ("LESERBRIEFE                    Samstag, 12. Oktober 2019, Seite 14\n\n", "", "2019-10-12"),
        ("Amtsblatt          Nr. 37        12. September 1964\n\n", "", "1964-09-12"),
        ("Heft 2/2019\n\n", "", "2019"),
        ("RUNDBRIEF · April 2019\n\n", "", "2019-04"),
        ("Gemeindeblatt Juli/August 2019\n\n", "", "2019-07/2019-08"),
        ("Niederschrift über die Sitzung des Rates\nam Dienstag, 28. Mai 2019, 17 Uhr\n\n", "", "2019-05-28"),
        ("03 Dez\n\n", "", "2019-12-03"),
        ("Elmer Anzeiger, 5./6. November 1988\n\n", "", "1988-11-05"),
        ("Rundbrief an alle Mitglieder, Advent 2019\n\n", "", "2019-12"),
        ("Rundbrief\nAusgabe 2/2020, Juli 2020\n\n", "", "2020-07"),
        ("Es gilt das gesprochene Wort. Sperrfrist: Freitag, 19. Juli 2019, 18 Uhr\n\n", "", "2019-07-19"),
        ("Medien-Information Nr. 118 vom 2. Oktober 2020\n\n", "", "2020-10-02"),
        ("Antwort des Gemeinderates vom 22. August 2019\n\n", "", "2019-08-22"),
        ("Elmer Kurier vom 9. August 2019\n\n", "", "2019-08-09"),
        ("Vorlage 17/2018 für den Kreistag am 25. April 2018\n\n", "", "2018-04-25"),
        ("Facharbeit\nVorgelegt von Lina Brand, Gymnasium im Schloss, März 2017\n\n", "", "2017-03"),
        ("Gäste\n\nGeschrieben von Beat, 11.09.2016, Kommentare: 4\n\n", "", "2016-09-11"),
        ("Am 24.06.2022 von Redaktion in Allgemein\n\n", "", "2022-06-24"),
        ("Nr. 312/19\n24.06.2019\n\n", "", "2019-06-24"),
        (
            "Gäste\nDo., 24. Juni 2021\n"
            + "Es wurde gefeiert, gesungen, gelacht und getanzt, drei Tage lang.\n",
            "",
            "2021-06-24",
        ),
        ("Stichtag: 01.10.2017\n\nElm | Opole | 14.05.2009\nAue | Pori | 12.05.2010\n\n", "", "2017-10-01"),
        ("", "\nGelesen am 23. August 2019 im „Elmer Boten“\n", "2019-08-23"),
        ("", "\nAllen hat es gefallen. 31.5.2019", "2019-05-31"),
        ("", "\nElmer Zeitung vom 2. Mai 2003\n", "2003-05-02"),
        ("", "\nDas Gespräch führte Lena Brand am 24. Juni 2022.\n", "2022-06-24"),
        ("", "\nangeschlagen am: 24.06.2022\nabgenommen am: 08.07.2022\n", "2022-06-24"),
        ("", "\n(erschienen am 11.05.2019)\n", "2019-05-11"),
        ("", "\nLetzte Änderung: 11.06.2019\n", "2019-06-11"),
        ("", "\nBochum, den 21. Mai 2019\n\ngez. Meier\n", "2019-05-21"),
        ("", "\nSüdhegau-Bote, 18. Juni 2019\n", "2019-06-18"),
        ("", "\nDiese Seite wurde zuletzt am 2. Mai 2022 um 21:14 Uhr bearbeitet.\n", "2022-05-02"),
    ],
)
def test_stamps(head: str, foot: str, published: str) -> None:
    assert find(head + PROSE + foot).published == published


@pytest.mark.parametrize(
    "foot",
    [
        "",
        "\nAnmeldung bis 30.6.2019\n",
        "\n1. Main-Echo, 4. März 2017, S. 2.\n2. Abgerufen am 2. Februar 2018.\n",
        "\nMehr dazu im Vertrag vom 12.5.1991.\n",
    ],
)
def test_dates_of_the_story_are_no_stamps(foot: str) -> None:
    findings = find(PROSE + foot)
    assert findings.published is None
    assert "no_publication_date" in {notice.code for notice in findings.warnings}


@pytest.mark.parametrize(
    "head",
    [
        "Nachruf auf Hans Meier\n* 3. Mai 1938   † 18. Juni 2022\n\n",
        "Unser Verein\nGegründet am 24. Juni 1974\n\n",
        "Unsere Partnerstadt\nseit 3. Mai 1974\n\n",
        "Satzung über die Ehrung vom 3. Mai 2001\n\n",
        "Ihre Anfrage vom 4. April 2022\n\n",
        "Chronik\n\nJuni 2019: Halden in Norwegen, mit uns verbunden, kündigt.\n\n",
        "Fest der Partnerschaft\nSamstag, 4. Mai 2019, ab 14 Uhr\n\n",
        "Programm\n\nMontag, 24. Juni 2019\n18 Uhr Empfang\n\n",
        "Unsere Partner\n\nEu | Frankreich | 24.06.1974\nPori | Finnland | 12.05.1990\n\n",
        "Tagebuch\n\nFreitag, 24. Mai 2019\nWir fahren los und kommen an und sind schon müde, aber alle singen.\n\n"
        "Samstag\nWir schlafen lange, essen gut, fahren weiter und kommen wieder an.\n\n",
        "Vortrag: „Europastadt seit 1998“ – Dr. Ines Kahl\n\n",
    ],
)
def test_other_dates_at_the_head_are_no_stamps(head: str) -> None:
    assert find(head + PROSE).published is None


def test_the_callers_metadata_wins() -> None:
    findings = find("Stand: 08.05.2019\n\nGestern war Empfang.\n", "2020-01-02")
    assert findings.published == "2020-01-02"
    assert [date.edtf for date in findings.dates] == ["2019-05-08", "2020-01-01"]


def test_stamps_have_the_role_publication() -> None:
    findings = find("Stand: 08.05.2019\n\n" + PROSE)
    first, *others = [date.role for date in findings.dates]
    assert first == "publication"
    assert "publication" not in others


def test_several_articles_keep_each_its_own_time() -> None:
    post = "Gestern waren Gäste da, morgen fahren sie heim. Es war schön mit ihnen.\n"
    text = f"@stadt · 14. Mai 2023\n\n{post}\n@stadt · 22. Mai 2023\n\n{post}"
    values = [date.edtf for date in find(text).dates]
    assert values == ["2023-05-14", "2023-05-13", "2023-05-15", "2023-05-22", "2023-05-21", "2023-05-23"]


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("2022-06-24", "2022-06-24"),
        ("2022-06", "2022-06"),
        ("24.06.2022", "2022-06-24"),
        ("24. Juni 2022, 15:47 Uhr", "2022-06-24"),
        ("2022-06-24T15:47:00+02:00", "2022-06-24"),
        ("neulich", None),
        ("", None),
    ],
)
def test_publication_dates_as_people_write_them(value: str, published: str | None) -> None:
    assert parse_published(value) == published


def test_a_chronicles_entry_with_the_year_first_is_no_stamp() -> None:
    text = "Chronik der Partnerschaft\n\n1989, Dezember - Die ersten Gäste kommen.\n\n1990, 12. Januar - Gegenbesuch.\n"
    assert find(text).published is None


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("RUNDBRIEF 4/2019                    im Dezember 2019", "2019-12"),
        ("Gemeindeblatt der Stadt Redingen · Ausgabe 1/2019", "2019"),
    ],
)
def test_a_month_says_more_than_the_year_of_an_issue(head: str, published: str) -> None:
    assert find(f"{head}\n\n{PROSE}").published == published
