"""The public API: `load()` gives an `Extractor`, which turns articles into records."""

from __future__ import annotations

from pipeline import lean as lean  # isort: skip  # before anything else imports spaCy

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import thread_time

from spacy.language import Language
from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController

from pipeline.article import Article
from pipeline.assemble import assemble
from pipeline.edtf import is_edtf
from pipeline.errors import JumelageError
from pipeline.findings import findings_of
from pipeline.knowledge.langid import language_of
from pipeline.knowledge.rules import RulesError
from pipeline.knowledge.shipped import RULES
from pipeline.language import build_language, make_doc, model_name
from pipeline.record import Provenance, Record
from pipeline.workers import Pool

VOCABULARY = 20_000
"""Words that stay in memory (about 6 MB), those of the first articles: nine tenths of what later ones are made of."""

_SURE = 0.8
"""From this probability on another language than German is believed."""


class ArticleError(JumelageError):
    """An article that cannot be processed; the message is one line."""


OnError = Callable[[Article, ArticleError], None]


def load(
    model: str | Path | None = None, rules: str | Path | None = None, min_confidence: float | None = None
) -> Extractor:
    """An `Extractor` with `model` (package name or folder) and the `rules` folder; None: the shipped ones.

    Partnerships less sure than `min_confidence` (0 to 1) are left out of its records.
    Raises ModelError (pipeline.language) or RulesError (pipeline.knowledge.rules), each with a one-line message.
    """
    extractor = Extractor(build_language(model, rules, min_confidence), rules)
    extractor._source = (model, rules, min_confidence)
    return extractor


class Extractor:
    """Turns articles into records.

    `nlp` is the spaCy `Language` with our components; `seconds` adds up the processor time of each.
    """

    def __init__(self, nlp: Language, rules: str | Path | None = None) -> None:
        self.nlp = nlp
        self.seconds: dict[str, float] = {}
        self._source: tuple[str | Path | None, str | Path | None, float | None] | None = None
        self._blas = ThreadpoolController()
        self.provenance = Provenance(
            pipeline=_package_version(),
            model=model_name(nlp),
            rules=rules_digest(Path(rules or RULES)),
            gazetteer=_gazetteer_version(),
        )

    def extract(
        self,
        text_or_article: str | Article,
        published: str | None = None,
        title: str | None = None,
        uri: str | None = None,
    ) -> Record:
        """The record of one article.

        `published` (EDTF), `title` and `uri` add to, or override, what an Article says of itself. Offsets of the
        record count characters of the text given; only lone surrogates, which no JSON can hold, are replaced,
        one for one. Raises ArticleError for an empty or too long text.
        """
        article = _article(text_or_article, published, title, uri)
        with self._one_thread(), self._bounded_memory():
            return self._record(self._processed(self._doc(article)), article)

    def extract_all(
        self, articles: Iterable[str | Article], jobs: int = 1, on_error: OnError | None = None
    ) -> Iterator[Record]:
        """Records of many articles, lazily and in input order; memory stays flat however many there are.

        `jobs`: processes that work at it (1: this one); the records are the same. An article that cannot be
        processed raises its ArticleError, or is handed to `on_error` and left out; with more than one job that
        includes an article at which a process died twice or sat for two minutes.
        """
        given = (_article(item) for item in articles)
        outcomes = self._here(given) if jobs == 1 else self._elsewhere(given, jobs)
        for article, outcome in outcomes:
            if isinstance(outcome, Record):
                yield outcome
            elif on_error is None:
                raise outcome
            else:
                on_error(article, outcome)

    def _here(self, articles: Iterator[Article]) -> Iterator[tuple[Article, Record | ArticleError]]:
        # One by one: in batches the model is no faster on a CPU (measured: 10,270 words a second, 10,256 in 32s)
        for article in articles:
            try:
                yield article, self.extract(article)
            except ArticleError as error:
                yield article, error

    def _elsewhere(
        self, articles: Iterator[Article], jobs: int
    ) -> Iterator[tuple[Article, Record | ArticleError]]:
        with Pool[Article, bytes](partial(_json_maker, self), jobs) as pool:
            for article, outcome in pool.run(articles):
                if isinstance(outcome, bytes):
                    yield article, Record.from_json(outcome)
                else:
                    yield article, ArticleError(outcome.reason if outcome is not None else "it was left out")

    def _processed(self, doc: Doc) -> Doc:
        """`doc` after all components, as `nlp(doc)` gives it; takes their time."""
        for name, component in self.nlp.pipeline:
            start = thread_time()
            doc = component(doc)
            self.seconds[name] = self.seconds.get(name, 0.0) + thread_time() - start
        return doc

    def _one_thread(self) -> AbstractContextManager[object]:
        """The model's matrices are small: a second BLAS thread only spins, and takes the core of another process."""
        if all(library.num_threads == 1 for library in self._blas.lib_controllers):
            return nullcontext()
        limited: AbstractContextManager[object] = self._blas.limit(limits=1, user_api="blas")
        return limited

    def _bounded_memory(self) -> AbstractContextManager[object]:
        """What keeps the vocabulary from growing without end: words beyond `VOCABULARY` are forgotten with their article.

        spaCy's tokenizer remembers words only outside a memory zone, and takes four times as long for others.
        """
        return nullcontext() if len(self.nlp.vocab) < VOCABULARY else self.nlp.memory_zone()

    def __reduce__(self) -> tuple[object, ...]:
        """Processes that are not forked make their own from model and rules."""
        if self._source is None:
            raise TypeError("only an Extractor made by pipeline.load() can be sent to another process")
        return load, self._source

    def _doc(self, article: Article) -> Doc:
        if not article.text.strip():
            raise ArticleError("the text is empty")
        if len(article.text) > self.nlp.max_length:
            raise ArticleError(
                f"the text has {len(article.text):,} characters; the limit is {self.nlp.max_length:,}"
            )
        doc = make_doc(self.nlp, article.text)
        findings = findings_of(doc)
        findings.title = article.title
        findings.published = article.published
        return doc

    def _record(self, doc: Doc, article: Article) -> Record:
        language, probability = language_of(article.text)
        if language != "de" and probability >= _SURE:
            findings_of(doc).warn("not_german", f"the text seems to be in {language!r}, not in German")
        else:
            language = "de"
        return assemble(doc, article, language, self.provenance)


def _json_maker(extractor: Extractor) -> Callable[[Article], bytes]:
    return lambda article: extractor.extract(article).to_json(indent=None).encode()


def _article(
    given: str | Article, published: str | None = None, title: str | None = None, uri: str | None = None
) -> Article:
    """`given` as an Article that a record can hold; None leaves what it says of itself."""
    if published is not None and not is_edtf(published):
        raise ArticleError(f"published: {published!r} is no date like 2019-11-25, 2019-11 or 2019")
    if isinstance(given, str):
        return Article(
            text=_without_surrogates(given),
            title=title,
            published=published,
            uri="text:" if uri is None else uri,
        )
    return Article(
        text=_without_surrogates(given.text),
        title=given.title if title is None else title,
        published=given.published if published is None else published,
        uri=given.uri if uri is None else uri,
        sha256=given.sha256,
        media_type=given.media_type,
        encoding=given.encoding,
        warnings=given.warnings,
    )


def _without_surrogates(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _package_version() -> str:
    try:
        return version("jumelage")
    except PackageNotFoundError:
        return "0+unknown"


def _gazetteer_version() -> str:
    from pipeline.knowledge.gazetteer.build import source_version

    return source_version()


def rules_digest(folder: Path) -> str:
    """One SHA-256 over all rule files of `folder`: "sha256:<first 16 hex digits>"."""
    digest = hashlib.sha256()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if not files:
        raise RulesError(f"{folder}: no rules there")
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()[:16]}"
