"""Bytes → clean text: which encoding, which line breaks, which invisible characters."""

from __future__ import annotations

import codecs
import re
import unicodedata

from pipeline.readers.source import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"SQLite format": "a database",
    b"RIFF": "a media file",
    b"ID3": "an audio file",
    b"\x00\x00\x00\x18ftyp": "a video file",
}
_LEGACY = ("cp1252", "cp850", "mac_roman", "iso8859_2")
"""Encodings that German texts came in before UTF-8, the likeliest first."""

_GERMAN_SIGNS = re.compile(
    r"(?<=[A-Za-z])[äöüß]|[ÄÖÜ](?=[a-z])|[a-z][éèêáàâíîóôúçñ]|[„“”‚‘’–—…€§°«»]|(?<=\d)\s?½"
)
_FOREIGN_SIGNS = re.compile(
    r"[^\x00-\x7fäöüßÄÖÜéèêëáàâíîïóôúûçñøåæœ„“”‚‘’–—…€§°«»·•›‹½¼²³×©®´\s\u00a0\u00ad]"
)

_LINE_BREAKS = re.compile(r"\r\n|[\r\x85\u2028\u2029\x0b\x0c]")
_HYPHENATED = re.compile(r"(?<=\w)\u00ad[ \t]*\n[ \t]*(?=\w)")
_INVISIBLE = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CONTROL_SHARE = 0.02


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding of `data`. Raises ReadError for what is no text."""
    if not data.strip():
        raise ReadError("the file is empty")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding), encoding
            except UnicodeDecodeError:
                raise ReadError(f"it begins as {encoding} text but does not go on as such") from None
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise ReadError(f"not a text file but {what}")
    if b"\0" in data[:65536]:
        return _decode_utf16(data)
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _decode_legacy(data)
    sample = text[:65536]
    if len(_CONTROLS.findall(sample)) > _CONTROL_SHARE * len(sample):
        raise ReadError("not a text file: it is full of control characters")
    return text, encoding


def _decode_utf16(data: bytes) -> tuple[str, str]:
    """UTF-16 without a byte order mark shows as zeros in every second place."""
    sample = data[:65536]
    half = len(sample) // 2
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if half and sample[offset::2].count(0) > 0.6 * half and sample[1 - offset :: 2].count(0) < 0.1 * half:
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    raise ReadError("not a text file: it holds zero bytes")


def _decode_legacy(data: bytes) -> tuple[str, str]:
    """The legacy encoding in which `data` looks most like German; charset-normalizer where none does."""
    best: tuple[float, str, str] | None = None
    sample = data[:200_000]
    for encoding in _LEGACY:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = len(_GERMAN_SIGNS.findall(text)) - 2.0 * len(_FOREIGN_SIGNS.findall(text))
        if best is None or score > best[0]:
            best = (score, encoding, text)
    if best is not None and best[0] > 0:
        return data.decode(best[1], "replace"), best[1]
    from charset_normalizer import from_bytes

    match = from_bytes(sample).best()
    if match is None:
        raise ReadError("its encoding cannot be told")
    return data.decode(match.encoding, "replace"), match.encoding


def clean(text: str) -> str:
    """`text` as every offset will count it: composed (NFC), newlines as `\\n`, plain spaces, nothing invisible."""
    text = unicodedata.normalize("NFC", text)
    text = _LINE_BREAKS.sub("\n", text)
    text = _HYPHENATED.sub("", text)
    text = _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", text)
    return _CONTROLS.sub("", text)
