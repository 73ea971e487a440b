"""PDF, Word and OpenDocument: prose in reading order, words whole, and a reason for what cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.readers import ReadError, Source, limits, read_source
from pipeline.readers.layout import Line, prose

canvas = pytest.importorskip("reportlab.pdfgen.canvas")

LEFT = """Die Stadt Bochum und die japanische
Wissenschaftsstadt Tsukuba haben am
25. November 2019 einen Städtepart-
nerschaftsvertrag unterzeichnet. Da-
rüber freuten sich beide Oberbürger-
meister. Die Haupt-
und Nebenorte feierten mit."""
RIGHT = """Auch Gäste aus Nordrhein-
Westfalen waren dabei. Die Urkunde
wurde im Rathaus verlesen und von
allen Anwesenden mit viel Beifall
aufgenommen, bevor es weiterging
zum Empfang der beiden Städte."""
PROSE_LEFT = (
    "Die Stadt Bochum und die japanische Wissenschaftsstadt Tsukuba haben am 25. November 2019 einen "
    "Städtepartnerschaftsvertrag unterzeichnet. Darüber freuten sich beide Oberbürgermeister. "
    "Die Haupt- und Nebenorte feierten mit."
)
PROSE_RIGHT = (
    "Auch Gäste aus Nordrhein-Westfalen waren dabei. Die Urkunde wurde im Rathaus verlesen und von allen "
    "Anwesenden mit viel Beifall aufgenommen, bevor es weiterging zum Empfang der beiden Städte."
)


def pdf(pages: Sequence[Sequence[tuple[float, float, float, str]]], title: str = "") -> bytes:
    """A PDF; each page is a list of (x, y, size, text), drawn in that order."""
    file = io.BytesIO()
    page = canvas.Canvas(file)
    if title:
        page.setTitle(title)
    for texts in pages:
        for x, y, size, text in texts:
            page.setFont("Helvetica", size)
            page.drawString(x, y, text)
        page.showPage()
    page.save()
    return file.getvalue()


def read(data: bytes, suffix: str) -> Article:
    return next(read_source(Source(uri=f"a{suffix}", data=data, suffix=suffix)))


def test_a_simple_pdf_is_prose() -> None:
    lines = [(72.0, 750.0 - 14 * i, 11.0, line) for i, line in enumerate(LEFT.splitlines())]
    article = read(pdf([lines], title="Bochum wird Partnerstadt"), ".pdf")
    assert article.text == PROSE_LEFT + "\n"
    assert article.title == "Bochum wird Partnerstadt"
    assert article.media_type == "application/pdf"


@pytest.mark.parametrize("order", ["column by column", "row by row"])
def test_two_columns_are_read_one_after_the_other(order: str) -> None:
    left = [(60.0, 700.0 - 13 * i, 10.0, line) for i, line in enumerate(LEFT.splitlines())]
    right = [(310.0, 700.0 - 13 * i, 10.0, line) for i, line in enumerate(RIGHT.splitlines())]
    title = [(60.0, 750.0, 20.0, "Bochum und Tsukuba sind nun Partnerstädte")]
    rows = sorted([*left, *right], key=lambda t: (-t[1], t[0])) if order == "row by row" else [*left, *right]
    text = read(pdf([[*title, *rows]]), ".pdf").text
    assert text == f"Bochum und Tsukuba sind nun Partnerstädte\n\n{PROSE_LEFT}\n\n{PROSE_RIGHT}\n"


def test_three_columns() -> None:
    words = ["die", "Partnerschaft", "der", "Städte"]
    columns = [[f"Spalte {c} Zeile {i} {words[i % 4]}" for i in range(8)] for c in (1, 2, 3)]
    texts = [(50.0 + 180 * c, 700.0 - 13 * i, 9.0, columns[c][i]) for i in range(8) for c in range(3)]
    text = " ".join(read(pdf([texts]), ".pdf").text.split())
    assert text == " ".join(line for column in columns for line in column)


def test_a_table_reads_row_by_row() -> None:
    rows = [
        ("Stadt", "seit"),
        ("Oxford", "1947"),
        ("Potsdam", "1988"),
        ("Chengdu", "2009"),
        ("Minsk", "1993"),
    ]
    texts = [
        (x, 700.0 - 16 * i, 10.0, cell)
        for i, row in enumerate(rows)
        for x, cell in zip((60.0, 300.0), row, strict=False)
    ]
    assert "Potsdam 1988" in read(pdf([texts]), ".pdf").text.replace("\n\n", "\n")


def test_sentences_go_on_over_pages_without_page_numbers_and_running_heads() -> None:
    def page(number: int, text: str) -> list[tuple[float, float, float, str]]:
        return [
            (60, 800, 8, "Amtsblatt der Stadt Bochum"),
            (60, 600, 10, text),
            (60, 586, 10, "und diese Zeile steht auch dort, damit es"),
            (300, 40, 8, f"Seite {number}"),
        ]

    text = read(pdf([page(i, f"mit Seite {i} weitergeht") for i in range(1, 5)]), ".pdf").text
    assert "Amtsblatt" not in text
    assert "Seite 1\n" not in text
    assert "damit es mit Seite 2 weitergeht" in text


def test_paragraphs_stay_apart() -> None:
    texts = [(60.0, y, 10.0, f"Ein ganzer Absatz mit Text {y:.0f}.") for y in (700, 687, 660, 647, 620)]
    assert read(pdf([texts]), ".pdf").text.count("\n\n") == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7 broken", "not a readable PDF"),
        (b"", "the file is empty"),
        (b"plain text", "not a readable PDF"),
    ],
)
def test_broken_pdfs_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(data, ".pdf")


def test_a_scan_is_refused() -> None:
    with pytest.raises(ReadError, match="OCR"):
        read(pdf([[]]), ".pdf")


def test_a_locked_pdf_is_refused() -> None:
    file = io.BytesIO()
    page = canvas.Canvas(file, encrypt="geheim")
    page.drawString(60, 700, "Text")
    page.save()
    with pytest.raises(ReadError, match="password"):
        read(file.getvalue(), ".pdf")


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PAGES", 2)
    with pytest.raises(ReadError, match="3 pages; the limit is 2"):
        read(pdf([[(60, 700, 10, "Text")]] * 3), ".pdf")


@given(st.data())
def test_damaged_pdfs_are_read_or_refused(data: st.DataObject) -> None:
    whole = pdf([[(60, 700, 10, "Die Stadt Bochum und Tsukuba")]])
    start = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 50))
    damaged = whole[:start] + data.draw(st.binary(max_size=30)) + whole[start + length :]
    try:
        assert read(damaged, ".pdf").text.strip()
    except ReadError as error:
        assert "\n" not in str(error)


@given(
    st.lists(
        st.builds(
            lambda x, y, w, t: Line(x, y, x + w, y + 10, t),
            st.floats(0, 600), st.floats(0, 800), st.floats(1, 300), st.text("abc -.", min_size=1, max_size=30),
        ),
        max_size=60,
    )
)  # fmt: skip
def test_no_letter_is_lost_on_any_page(lines: list[Line]) -> None:
    def letters(text: str) -> list[str]:
        return sorted(char for char in text if char.isalpha())

    assert letters(prose([lines])) == letters("".join(line.text for line in lines))


def test_word_documents() -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.core_properties.title = "Zehn Jahre Partnerschaft"
    document.add_paragraph("Bochum und Tsukuba feiern.")
    table = document.add_table(rows=2, cols=2)
    for i, text in enumerate(["Oxford", "1947", "Potsdam", "1988"]):
        table.cell(i // 2, i % 2).text = text
    document.add_paragraph("Das war am 3. Mai 2019.")
    file = io.BytesIO()
    document.save(file)
    article = read(file.getvalue(), ".docx")
    assert (
        article.text
        == "Bochum und Tsukuba feiern.\n\nOxford | 1947\nPotsdam | 1988\n\nDas war am 3. Mai 2019.\n"
    )
    assert article.title == "Zehn Jahre Partnerschaft"


def zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:text>'
    '<text:h>Partnerschaft</text:h><text:p>Bochum<text:s text:c="1"/>und <text:span>Tsukuba</text:span>'
    "<text:line-break/>feiern.</text:p><table:table><table:table-row><table:table-cell><text:p>Oxford</text:p>"
    "</table:table-cell><table:table-cell><text:p>1947</text:p></table:table-cell></table:table-row></table:table>"
    "<office:annotation><text:p>Kommentar</text:p></office:annotation>"
    "</office:text></office:body></office:document-content>"
)


def test_open_document_texts() -> None:
    assert (
        read(zipped(content_xml=ODT), ".odt").text
        == "Partnerschaft\n\nBochum und Tsukuba\nfeiern.\n\nOxford | 1947\n"
    )


@pytest.mark.parametrize("suffix", [".docx", ".odt"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04 damaged", "not a"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old or encrypted Office"),
        (zipped(other_xml="<a/>"), "there is no"),
    ],
)
def test_broken_office_documents_are_refused(suffix: str, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(data, suffix)


def test_entities_are_not_read() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]>' + ODT.replace("Kommentar", "&x;")
    with pytest.raises(ReadError, match="entities"):
        read(zipped(content_xml=bomb), ".odt")


@pytest.mark.parametrize(("suffix", "name"), [(".docx", "word__document_xml"), (".odt", "content_xml")])
def test_a_decompression_bomb_is_refused(suffix: str, name: str) -> None:
    with pytest.raises(ReadError, match="bomb"):
        read(zipped(**{name: " " * 30_000_000}), suffix)
