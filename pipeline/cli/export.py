"""`jumelage export` and `jumelage import`: reviewed records, and annotation tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """What to write."""

    json = "json"
    jsonl = "jsonl"
    label_studio = "label-studio"
    doccano = "doccano"
    brat = "brat"
    inception = "inception"


class Tool(StrEnum):
    """Which annotation tool the annotation comes from."""

    label_studio = "label-studio"
    doccano = "doccano"
    brat = "brat"
    inception = "inception"


def export(
    records: Annotated[Path, typer.Argument(metavar="OUT", help="A folder of records, or one .jsonl file.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR|FILE", help="Where it goes.")],
    form: Annotated[Form, typer.Option("--format", "-f", help="What to write.")] = Form.json,
    reviewed: Annotated[
        bool,
        typer.Option("--reviewed", help="With the analysts' decisions applied; rejected records left out."),
    ] = False,
    accepted: Annotated[
        bool, typer.Option("--accepted", help="Only records that an analyst has accepted.")
    ] = False,
) -> None:
    """Write records with the analysts' corrections, or for an annotation tool."""
    from pipeline.errors import JumelageError
    from pipeline.review import corpus
    from pipeline.review.export import reviewed_records

    if accepted:
        found = reviewed_records(records, frozenset({"accepted"}))
    else:
        found = reviewed_records(records) if reviewed else corpus.records(records)
    count = 0
    try:
        if form is Form.jsonl:
            output.parent.mkdir(parents=True, exist_ok=True)
            with output.open("w", encoding="utf-8", newline="\n") as out:
                for count, record in enumerate(found, 1):  # noqa: B007 - the last number is the count
                    out.write(record.to_json(indent=None) + "\n")
        elif form is Form.json:
            output.mkdir(parents=True, exist_ok=True)
            names: set[str] = set()
            for count, record in enumerate(found, 1):  # noqa: B007
                stem = Path(record.source.uri.split("#")[0]).stem or record.id
                name = stem if stem not in names else f"{stem}-{record.id}"
                names.add(name)
                (output / f"{name}.json").write_text(record.to_json() + "\n", "utf-8")
        else:
            from pipeline.interchange.registry import FORMATS
            from pipeline.interchange.standoff import from_record

            count = FORMATS[form.value].write(map(from_record, found), output)
    except OSError as error:
        raise JumelageError(f"{output}: {error.strerror or error}") from None
    print(f"{count} records to {output}")


def import_(
    annotation: Annotated[
        Path, typer.Argument(metavar="ANNOTATION", help="What the annotation tool exported.")
    ],
    records: Annotated[Path, typer.Argument(metavar="OUT", help="The records that were exported to it.")],
    form: Annotated[Tool, typer.Option("--format", "-f", help="The tool.")],
    user: Annotated[str, typer.Option("--user", help="Whose annotation it is, for the log.")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Mark the records as accepted.")] = False,
) -> None:
    """Take an annotation back as decisions in the review log; the records themselves stay as they are."""
    from pipeline.interchange.registry import FORMATS
    from pipeline.interchange.standoff import InterchangeError, to_record
    from pipeline.review.decisions import Judge, Operation
    from pipeline.review.diff import difference
    from pipeline.review.store import Store

    store = Store(records)
    store.refresh()
    changed = same = 0
    for document in FORMATS[form.value].read(annotation):
        try:
            reviewed = store.review(document.record)[1].record
        except KeyError:
            raise InterchangeError(f"{document.name}: {records} has no record {document.record}") from None
        operations: list[Operation] = difference(reviewed, to_record(document, reviewed))
        changed, same = (changed + 1, same) if operations else (changed, same + 1)
        if accept:
            operations.append(Judge(op="verdict", value="accepted"))
        if operations:
            store.decide(document.record, len(store.log(document.record)), user or form.value, operations)
    print(f"{changed} records changed, {same} as they were")
