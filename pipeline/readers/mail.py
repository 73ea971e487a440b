"""Mail (.eml): the message as an article, and each attachment that a reader knows."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import PurePosixPath
from typing import BinaryIO

from pipeline.article import Article
from pipeline.readers.dates import as_edtf
from pipeline.readers.decode import clean
from pipeline.readers.markup import fragment_text
from pipeline.readers.source import Entry, ReadError, Refusal, Source, read_limited, safe_name

_ENOUGH = 40
"""Characters from which on a mail's own text is an article even beside attachments."""

_SIGNATURE = re.compile(r"^-- ?\n", re.MULTILINE)


def unpack_mail(stream: BinaryIO, uri: str, name: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
    """The message's own text, then its attachments. Raises ReadError for what is no mail or holds no text."""
    data = read_limited(stream)
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not message.keys():
        raise ReadError("no mail: it has no header")
    text = _body(message)
    attachments = [part for part in _attachments(message) if wanted(part.get_filename() or "")]
    if len(text.strip()) >= _ENOUGH or (text.strip() and not attachments):
        subject = clean(_header(message, "subject")).strip()
        article = Article(
            text=f"{subject}\n\n{text.strip()}\n" if subject else text.strip() + "\n",
            title=subject or None,
            published=as_edtf(_header(message, "date")),
            uri=uri,
            sha256=hashlib.sha256(data).hexdigest(),
            media_type="message/rfc822",
            encoding="utf-8",
        )
        yield Entry("", safe_name(name), uri, article)
    elif not attachments:
        raise ReadError("the mail holds no text")
    for part in attachments:
        filename = PurePosixPath((part.get_filename() or "").replace("\\", "/")).name
        where = f"{uri}!/{filename}"
        stem = safe_name(f"{name}-{PurePosixPath(filename).stem}")
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            source = Source(uri=where, data=payload, suffix=PurePosixPath(filename).suffix.lower())
            yield Entry(filename, stem, where, source)
        else:
            yield Entry(filename, stem, where, Refusal("the attachment cannot be decoded"))


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if part.get_filename() and not part.is_multipart():
            yield part


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None or part.get_filename():
        return ""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    text = _decoded(raw, str(part.get_content_charset("") or ""))
    if part.get_content_type() == "text/html":
        return fragment_text(text)
    text = clean(text)
    if (
        str(part.get_param("format", "")).lower() == "flowed"
    ):  # RFC 3676: a space at the end continues the line
        text = re.sub(r"(?<=\S) \n(?=[^\n>])", " ", text)
    return _SIGNATURE.split(text, maxsplit=1)[0]


def _decoded(raw: bytes, charset: str) -> str:
    for encoding in (charset, "utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("latin-1")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (
        ValueError,
        IndexError,
        LookupError,
        AttributeError,
        TypeError,
    ):  # the standard library chokes on some
        return ""
