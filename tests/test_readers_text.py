"""Text, Markdown and web pages become clean text; what is none of them is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.readers import ReadError, Source, read_path, read_source
from pipeline.readers.decode import clean, decode

GERMAN = "Die Städtepartnerschaft zwischen Köln und Turin – größte Freude über „50 Jahre“ – für Łódź nicht.\n"


def read(data: bytes, suffix: str = ".txt") -> Article:
    return next(read_source(Source(uri=f"a{suffix}", data=data), suffix))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_told(encoding: str) -> None:
    assert read(GERMAN.encode(encoding)).text == GERMAN


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp850", "mac_roman"])
def test_legacy_encodings_are_told(encoding: str) -> None:
    text = "Die Städtepartnerschaft zwischen Köln und Turin: größte Freude über 50 Jahre für beide Städte.\n"
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\t ", "the file is empty"),
        (b"\x00\x01\x02\x03" * 50, "zero bytes"),
        (bytes(range(1, 32)) * 20, "control characters"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\x89PNG....", "a PNG image"),
        (b"\xff\xfea\x00\x00", "does not go on as such"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(data)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("eins\r\nzwei\rdrei\u2028vier", "eins\nzwei\ndrei\nvier"),
        ("Städte\u00adpartnerschaft", "Städtepartnerschaft"),
        ("Städte\u00ad\n  partnerschaft", "Städtepartnerschaft"),
        ("12.\u00a0März\u202f2024", "12. März 2024"),
        ("Mu\u0308nchen", "München"),
        ("\ufeffAnfang\u200b", "Anfang"),
        ("a\x07b\x00c", "abc"),
    ],
)
def test_text_is_cleaned(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except ReadError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(text, str) and encoding


def test_markdown_is_read_as_its_reader_sees_it() -> None:
    page = (
        "---\ntitle: Besuch aus Como\ndate: 2024-05-03\n---\n# Besuch aus **Como**\n\n"
        "Die [Stadt](https://x.example) freut\nsich. ![Bild](x.png)\n\n- Fulda\n- Como\n\n| Ort | seit |\n|---|---|\n| Como | 1974 |\n"
    )
    article = read(page.encode(), ".md")
    assert article.title == "Besuch aus Como"
    assert article.published == "2024-05-03"
    assert article.text == (
        "Besuch aus Como\n\nDie Stadt freut\nsich. \n\n• Fulda\n\n• Como\n\nOrt | seit\n\nComo | 1974\n"
    )


PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Besuch aus Como | Stadt Fulda</title>
<meta property="article:published_time" content="2024-05-03T09:00:00+02:00"></head><body>
<nav><a href="/">Startseite</a> <a href="/r">Rathaus</a></nav><article><h1>Besuch aus Como</h1>
<p>Eine Delegation aus der Partnerstadt Como war zu Gast. Die Partnerschaft besteht seit 1960 und wird gepflegt.</p>
<p>Am Abend unterzeichneten beide Bürgermeister eine Erklärung über die künftige Zusammenarbeit der Schulen.</p>
</article><footer>Impressum</footer><script>alert(1)</script></body></html>"""


def test_a_web_page_gives_main_text_title_and_date() -> None:
    article = read(PAGE.encode(), ".html")
    assert article.published == "2024-05-03"
    assert article.title is not None and "Besuch aus Como" in article.title
    assert "Partnerstadt Como" in article.text
    assert "alert" not in article.text
    assert "Startseite" not in article.text


@pytest.mark.parametrize("declared", ["windows-1252", "iso-8859-1", "utf-8"])
def test_a_page_may_declare_its_encoding_rightly_or_wrongly(declared: str) -> None:
    page = PAGE.replace("utf-8", declared).encode("cp1252")
    assert "Bürgermeister" in read(page, ".html").text


@pytest.mark.parametrize(
    "soup", ["<" * 5000, "<div>" * 5000 + "x", "<p>&#x0;&#xD800;<b><i></p>Text</b>", "<!---->"]
)
def test_tag_soup_is_read_or_refused_never_fatal(soup: str) -> None:
    try:
        read(soup.encode(), ".html")
    except ReadError as error:
        assert "\n" not in str(error)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="No such file"):
        next(read_path(tmp_path / "fehlt.txt"))
    with pytest.raises(ReadError, match="cannot be read"):
        next(read_path(tmp_path))
    big = tmp_path / "gross.txt"
    with big.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(ReadError, match="too large: 200,000,000 bytes"):
        next(read_path(big))
    picture = tmp_path / "bild.xyz"
    picture.write_bytes(b"x")
    with pytest.raises(ReadError, match=r"no reader for '\.xyz'"):
        next(read_path(picture))
