"""Files that hold many articles: rows, feeds, mail, archives, crawls; and what is wrong with some of them."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.readers import (
    Entry,
    ReadError,
    Refusal,
    Source,
    entries,
    is_container,
    known,
    limits,
    read_path,
)
from pipeline.readers.dates import as_edtf
from pipeline.readers.markup import fragment_text
from pipeline.readers.source import safe_name

TEXT = "Bochum und Tsukuba sind Partnerstädte – seit 2019.\n"


def unpack(tmp_path: Path, name: str, data: bytes) -> list[Entry]:
    path = tmp_path / name
    path.write_bytes(data)
    return list(entries(path, name))


def article(entry: Entry) -> Article:
    assert isinstance(entry.content, Article), entry
    return entry.content


def reason(entry: Entry) -> str:
    assert isinstance(entry.content, Refusal), entry
    return entry.content.reason


# rows


def test_json_lines_carry_text_id_title_date_and_address(tmp_path: Path) -> None:
    row = {
        "text": TEXT,
        "id": 7,
        "title": "Feier",
        "published": "2019-12-03T10:00:00Z",
        "url": "https://bochum.example/1",
    }
    [entry] = unpack(tmp_path, "a.jsonl", json.dumps(row).encode())
    found = article(entry)
    assert (found.text, found.title, found.published, found.uri) == (
        TEXT,
        "Feier",
        "2019-12-03",
        "https://bochum.example/1",
    )
    assert (entry.key, entry.name) == ("id 7", "a-7")


def test_bad_lines_are_refused_by_number_and_the_others_read(tmp_path: Path) -> None:
    lines = [
        b'{"text": "Eins."}',
        b"kein JSON",
        b"[1]",
        b'{"titel": "ohne Text"}',
        b'{"text": "  "}',
        b"",
        b'{"text": "Zwei."}',
    ]
    found = unpack(tmp_path, "a.jsonl", b"\n".join(lines))
    assert [article(entry).text for entry in (found[0], found[-1])] == ["Eins.", "Zwei."]
    assert [entry.uri for entry in found[1:-1]] == ["a.jsonl:2", "a.jsonl:3", "a.jsonl:4", "a.jsonl:5"]
    assert [reason(entry).split(":")[0] for entry in found[1:-1]] == [
        "no JSON", "no JSON object", "it has no 'text'", "its 'text' is empty",
    ]  # fmt: skip


def test_a_line_that_is_too_long_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)
    found = unpack(tmp_path, "a.jsonl", b'{"text": "' + b"x" * 5000 + b'"}\n{"text": "Zwei."}\n')
    assert "longer than 1,000 bytes" in reason(found[0])
    assert article(found[1]).text == "Zwei."


def test_a_row_keeps_its_key_when_others_come_before_it(tmp_path: Path) -> None:
    one, two = b'{"text": "Eins."}\n', b'{"text": "Zwei."}\n'
    assert unpack(tmp_path, "a.jsonl", one + two)[1].key == unpack(tmp_path, "a.jsonl", two)[0].key


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_in_any_dialect(tmp_path: Path, delimiter: str, encoding: str) -> None:
    table = f'Titel{delimiter}Text{delimiter}Datum\nFeier{delimiter}"Köln{delimiter} größte\nFreude."{delimiter}3.12.2019\n'
    [entry] = unpack(tmp_path, "a.csv", table.encode(encoding))
    found = article(entry)
    assert (found.title, found.text, found.published) == (
        "Feier",
        f"Köln{delimiter} größte\nFreude.".replace("\t", "\t"),
        "2019-12-03",
    )


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "empty"), (b"a,b\n1,2\n", "no column 'text' in its first line, which has: a, b")]
)
def test_tables_without_text_are_refused(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        unpack(tmp_path, "a.csv", data)


def test_an_unreadable_date_is_a_warning(tmp_path: Path) -> None:
    [entry] = unpack(tmp_path, "a.jsonl", b'{"text": "Eins.", "published": "bald"}')
    assert article(entry).published is None
    assert article(entry).warnings[0][0] == "unreadable_date"


@pytest.mark.parametrize(
    ("value", "edtf"),
    [
        ("2019-12-03", "2019-12-03"), ("2019-12-03 09:00", "2019-12-03"), ("2019-12", "2019-12"), ("2019", "2019"),
        ("3. 12. 2019", "2019-12-03"), (1575363600, "2019-12-03"), ("Tue, 03 Dec 2019 09:00:00 GMT", "2019-12-03"),
        ("31.02.2019", None), ("", None), (None, None), ("99.99.9999", None),
    ],
)  # fmt: skip
def test_dates_of_metadata(value: object, edtf: str | None) -> None:
    assert as_edtf(value) == edtf


def test_parquet_rows(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table(
        {"id": [1, 2], "text": [TEXT, "Zwei."], "date": [dt.date(2019, 12, 3), None], "other": [[1], [2]]}
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    one, two = entries(tmp_path / "a.parquet", "a.parquet")
    assert (article(one).text, article(one).published, one.key) == (TEXT, "2019-12-03", "id 1")
    assert article(two).uri == "a.parquet#2"
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "b.parquet")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 kaputt")
    for name, why in (("b.parquet", "no column 'text'"), ("c.parquet", "not a readable Parquet")):
        with pytest.raises(ReadError, match=why):
            list(entries(tmp_path / name, name))


# feeds and mail


def test_rss(tmp_path: Path) -> None:
    feed = """<?xml version="1.0"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Stadt</title>
    <item><title>Feier</title><link>https://bochum.example/1</link><pubDate>Tue, 03 Dec 2019 09:00:00 +0100</pubDate>
    <description>kurz</description><content:encoded><![CDATA[<p>Bochum &amp; Tsukuba.</p><script>x()</script><p>Zwei.</p>]]></content:encoded></item>
    <item><title>Leer</title></item></channel></rss>"""
    one, two = unpack(tmp_path, "a.rss", feed.encode())
    found = article(one)
    assert (found.text, found.title) == ("Feier\n\nBochum & Tsukuba.\nZwei.\n", "Feier")
    assert (found.published, found.uri) == ("2019-12-03", "https://bochum.example/1")
    assert "no text" in reason(two)


def test_atom(tmp_path: Path) -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Feier</title><id>urn:1</id>
    <link href="https://bochum.example/1"/><updated>2019-12-03T09:00:00Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Bochum.</p><p>Tsukuba.</p></div></content></entry></feed>"""
    [entry] = unpack(tmp_path, "a.xml", feed.encode())
    assert article(entry).text == "Feier\n\nBochum.\nTsukuba.\n"
    assert (entry.key, article(entry).published) == ("urn:1", "2019-12-03")


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (b"<html><p>x</p></html>", "no feed"),
        (b"<rss><channel>", "not well-formed"),
        (
            b'<!DOCTYPE r [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><rss><item><title>&b;</title></item></rss>',
            "entities",
        ),
        (
            b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item><title>&a;</title></item></rss>',
            "entities",
        ),
        (b"<rss>" + b"<a>" * 5000, "nested deeper"),
        (b"", "not well-formed"),
    ],
)
def test_hostile_xml_is_refused(tmp_path: Path, xml: bytes, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        unpack(tmp_path, "a.xml", xml)


def test_mail_with_an_attachment(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["Date"], mail["From"] = (
        "Städtepartnerschaft",
        "Tue, 03 Dec 2019 09:00:00 +0100",
        "a@b.example",
    )
    mail.set_content(TEXT + "\n-- \nPressestelle\n")
    mail.add_alternative("<p>anders</p>", subtype="html")
    mail.add_attachment(TEXT.encode(), maintype="text", subtype="plain", filename="rede.txt")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="bild.png")
    one, two = unpack(tmp_path, "a.eml", bytes(mail))
    assert article(one).text == f"Städtepartnerschaft\n\n{TEXT}"
    assert (article(one).title, article(one).published) == ("Städtepartnerschaft", "2019-12-03")
    assert isinstance(two.content, Source)
    assert (two.content.uri, two.content.suffix) == ("a.eml!/rede.txt", ".txt")


def test_mail_in_html_only(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Feier"
    mail.set_content("<p>Bochum &amp; Tsukuba feiern ihre Partnerschaft in diesem Jahr.</p>", subtype="html")
    [entry] = unpack(tmp_path, "a.eml", bytes(mail))
    assert article(entry).text == "Feier\n\nBochum & Tsukuba feiern ihre Partnerschaft in diesem Jahr.\n"


@pytest.mark.parametrize("data", [b"", b"\n\nnur Text", b"\x00\x01\x02", b"Subject: leer\n\n"])
def test_what_is_no_mail_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReadError):
        unpack(tmp_path, "a.eml", data)


@given(st.text(alphabet="<>&/;abp div=\"'!-\n"))
def test_any_markup_gives_text(markup: str) -> None:
    assert isinstance(fragment_text(markup), str)


# archives


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


MEMBERS = {
    "2019/bochum.txt": TEXT.encode(),
    "2019/bild.png": b"\x89PNG",
    "__MACOSX/2019/bochum.txt": b"x",
    ".versteckt.txt": b"x",
    "2020/bochum.txt": b"Zwei.",
    "rows.jsonl": b'{"text": "Drei.", "id": "c"}\n',
}


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tgz", "a.tar", "a.tar.bz2", "a.tar.xz"])
def test_archives(tmp_path: Path, name: str) -> None:
    mode = {"a.tar": "w", "a.tar.bz2": "w:bz2", "a.tar.xz": "w:xz"}.get(name, "w:gz")
    found = unpack(tmp_path, name, zipped(MEMBERS) if name == "a.zip" else tarred(MEMBERS, mode))
    assert [(entry.key, entry.name, entry.uri) for entry in found] == [
        ("2019/bochum.txt", "bochum", f"{name}!/2019/bochum.txt"),
        ("2020/bochum.txt", "bochum", f"{name}!/2020/bochum.txt"),
        ("rows.jsonl!id c", "rows-c", f"{name}!/rows.jsonl:1"),
    ]
    assert [a.text for a in read_path(tmp_path / name)] == [TEXT, "Zwei.", "Drei."]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.txt.gz", gzip.compress),
        ("a.txt.bz2", bz2.compress),
        ("a.txt.xz", lzma.compress),
        ("a.gz", gzip.compress),
    ],
)
def test_single_compressed_files(tmp_path: Path, name: str, pack: object) -> None:
    (tmp_path / name).write_bytes(pack(TEXT.encode()))  # type: ignore[operator]
    assert [a.text for a in read_path(tmp_path / name)] == [TEXT]


def test_zstd(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress(b'{"text": "Eins."}\n{"text": "Zwei."}\n'))
    assert [a.text for a in read_path(tmp_path / "a.jsonl.zst")] == ["Eins.", "Zwei."]


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT.encode() * 50, "b.txt": b"Zwei."}))
    data[60:70] = b"\xff" * 10
    one, two = unpack(tmp_path, "a.zip", bytes(data))
    assert isinstance(one.content, Refusal)
    assert isinstance(two.content, Source)


@pytest.mark.parametrize(
    "name",
    ["a.zip", "a.tar", "a.tar.gz", "a.txt.gz", "a.txt.xz", "a.txt.bz2", "a.warc", "a.warc.gz", "a.jsonl.gz"],
)
@pytest.mark.parametrize("data", [b"", b"kein Archiv", b"PK\x03\x04...", b"\x1f\x8b\x08\x00broken"])
def test_damaged_archives_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ReadError) as error:
        list(read_path(tmp_path / name))
    assert "\n" not in str(error.value)


def test_a_truncated_archive_gives_what_comes_before_the_cut(tmp_path: Path) -> None:
    whole = tarred({f"{i}.txt": bytes(f"Text {i}." * 2000, "ascii") for i in range(20)}, "w")
    path = tmp_path / "a.tar"
    path.write_bytes(whole[: len(whole) // 2])
    got = []
    with pytest.raises(ReadError):
        for entry in entries(path, "a.tar"):
            got.append(entry)
            if isinstance(entry.content, Refusal):
                raise ReadError(entry.content.reason)
    assert len(got) > 5


@pytest.mark.parametrize("name", ["a.txt.gz", "a.zip", "a.tar.gz", "a.jsonl.gz"])
def test_decompression_bombs_are_refused(tmp_path: Path, name: str) -> None:
    zeros = b" " * 30_000_000
    data = {"a.zip": zipped({"a.txt": zeros}), "a.tar.gz": tarred({"a.txt": zeros})}.get(
        name
    ) or gzip.compress(zeros)
    try:
        reasons = [reason(entry) for entry in unpack(tmp_path, name, data)]
    except ReadError as error:
        reasons = [str(error)]
    assert len(reasons) == 1
    assert any(word in reasons[0] for word in ("bomb", "too large", "longer than"))


def test_archives_may_be_nested_but_not_for_ever(tmp_path: Path) -> None:
    inner = zipped({"a.txt": TEXT.encode()})
    for _ in range(limits.MAX_DEPTH - 1):
        inner = zipped({"x.zip": inner})
    assert isinstance(unpack(tmp_path, "a.zip", inner)[0].content, Source)
    [entry] = unpack(tmp_path, "a.zip", zipped({"x.zip": zipped({"x.zip": inner})}))
    assert "nested deeper" in reason(entry)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT.encode()}))
    data[6] |= 1
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    assert "encrypted" in reason(unpack(tmp_path, "a.zip", bytes(data))[0])


def test_names_of_members_lead_nowhere() -> None:
    assert safe_name("../../etc/passwd") == "etc-passwd"
    assert safe_name("C:\\Köln\\x") == "C-Köln-x"
    assert len(safe_name("x" * 500)) <= 100
    assert safe_name("x" * 500) != safe_name("x" * 501)


# crawls


def warc(pages: list[tuple[str, str, bytes]], gz: bool = True) -> bytes:
    writer_module = pytest.importorskip("warcio.warcwriter")
    headers_module = pytest.importorskip("warcio.statusandheaders")
    file = io.BytesIO()
    writer = writer_module.WARCWriter(file, gzip=gz)
    for url, kind, body in pages:
        headers = headers_module.StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
        )
    missing = headers_module.StatusAndHeaders(
        "404 Not Found", [("Content-Type", "text/html")], protocol="HTTP/1.1"
    )
    record = writer.create_warc_record(
        "https://b.example/weg", "response", payload=io.BytesIO(b"weg"), http_headers=missing
    )
    writer.write_record(record)
    return file.getvalue()


PAGE = "<html><head><title>Feier</title></head><body><article><p>Bochum und Tsukuba feiern größte Freude.</p></article></body></html>"


@pytest.mark.parametrize("gz", [True, False])
def test_crawls_give_their_pages(tmp_path: Path, gz: bool) -> None:
    data = warc(
        [
            ("https://b.example/a?x=1", "text/html; charset=iso-8859-1", PAGE.encode("latin-1")),
            ("https://b.example/bild", "image/png", b"\x89PNG"),
            ("https://b.example/b", "text/plain", TEXT.encode()),
        ],
        gz,
    )
    one, two = unpack(tmp_path, "a.warc.gz" if gz else "a.warc", data)
    assert isinstance(one.content, Source)
    assert (one.uri, one.name, one.content.suffix, one.content.german_only) == (
        "https://b.example/a?x=1", "b.example-a-x-1", ".html", True,
    )  # fmt: skip
    assert isinstance(two.content, Source) and two.content.suffix == ".txt"
    texts = [a.text for a in read_path(tmp_path / ("a.warc.gz" if gz else "a.warc"))]
    assert "größte Freude" in texts[0]
    assert texts[1] == TEXT


def test_the_servers_word_on_the_encoding_goes_first(tmp_path: Path) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="iso-8859-2">')
    (tmp_path / "a.warc.gz").write_bytes(
        warc([("https://b.example/a", "text/html; charset=UTF-8", page.encode())])
    )
    assert "größte Freude" in next(read_path(tmp_path / "a.warc.gz")).text


@pytest.mark.parametrize(
    ("name", "is_known", "container"),
    [
        ("a.txt", True, False), ("a.PDF", True, False), ("a.warc.gz", True, True), ("a.tar.gz", True, True),
        ("a.txt.gz", True, True), ("a.json", False, False), ("a.png", False, False), ("a.png.gz", False, True),
        ("README", False, False), ("a.csv.xz", True, True), ("a.gz", False, True),
    ],
)  # fmt: skip
def test_endings(name: str, is_known: bool, container: bool) -> None:
    assert (known(name), is_container(name)) == (is_known, container)


def test_a_table_without_a_header_is_refused_in_one_line(tmp_path: Path) -> None:
    text = "Der Rat der Stadt Fulda hat am Montag\nzugestimmt und " + "lange beraten " * 20
    with pytest.raises(ReadError) as refused:
        unpack(tmp_path, "a.csv", f'1,"{text}"\n2,"{text}"\n'.encode())
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 100
