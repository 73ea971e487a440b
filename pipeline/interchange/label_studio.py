"""Label Studio: a JSON list of tasks with pre-annotations, and the labelling configuration.

Offsets are code points, as Label Studio stores them since its frontend counts so (label-studio-frontend #308); regions
of older exports, counted in UTF-16 units, are recognised by their text and converted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pipeline.interchange.standoff import (
    EVIDENCE,
    LABELS,
    Document,
    InterchangeError,
    Link,
    Note,
    pack,
    unpack,
)
from pipeline.record import AgreementType

CONFIG = "label-studio.xml"


def write(documents: Iterable[Document], target: Path) -> int:
    """Write `target`/tasks.json and the labelling configuration; returns the number of tasks."""
    target.mkdir(parents=True, exist_ok=True)
    tasks = [_task(document) for document in documents]
    (target / "tasks.json").write_text(json.dumps(tasks, ensure_ascii=False, indent=1), "utf-8")
    (target / CONFIG).write_text(configuration(), "utf-8")
    return len(tasks)


def configuration() -> str:
    """What to paste into Label Studio under Settings, Labelling Interface."""
    labels = "".join(f'\n    <Label value="{name}"/>' for name in (*LABELS, EVIDENCE))
    types = "".join(f'\n    <Relation value="{name}"/>' for name in get_args(AgreementType))
    return (
        f'<View>\n  <Labels name="label" toName="text">{labels}\n  </Labels>\n  <Relations>{types}\n  </Relations>\n'
        '  <Text name="text" value="$text" granularity="symbol"/>\n</View>\n'
    )


def _task(document: Document) -> dict[str, Any]:
    result: list[dict[str, Any]] = []
    for note in document.notes:
        value = {
            "start": note.start,
            "end": note.end,
            "text": document.text[note.start : note.end],
            "labels": [note.label],
        }
        region: dict[str, Any] = {
            "id": note.id,
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": value,
        }
        if lines := pack(note):
            region["meta"] = {"text": lines}
        result.append(region)
    for link in document.links:
        result.append(
            {
                "type": "relation",
                "from_id": link.source,
                "to_id": link.target,
                "direction": "right",
                "labels": [link.label],
            }
        )
    data = {"text": document.text, "record": document.record, "name": document.name}
    return {"data": data, "predictions": [{"model_version": "jumelage", "result": result}]}


def read(source: Path) -> Iterator[Document]:
    """Documents of an export (JSON); an annotator's annotation counts before the pre-annotation."""
    path = source / "tasks.json" if source.is_dir() else source
    try:
        tasks = json.loads(path.read_text("utf-8"))
        for task in tasks:
            versions = [*task.get("annotations", []), *task.get("predictions", [])]
            # an export names predictions by number, and keeps annotations that were skipped
            versions = [v for v in versions if isinstance(v, dict) and not v.get("was_cancelled")]
            yield _document(task["data"], versions[0]["result"] if versions else [])
    except (OSError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise InterchangeError(f"{path}: no Label Studio export ({type(error).__name__}: {error})") from None


def _document(data: dict[str, Any], result: list[dict[str, Any]]) -> Document:
    document = Document(data["record"], data["name"], data["text"])
    for region in result:
        if region["type"] == "labels" and region["value"].get("labels"):
            value = region["value"]
            start, end = _code_points(document.text, value["start"], value["end"], value.get("text"))
            note = Note(region["id"], start, end, value["labels"][0])
            unpack(note, region.get("meta", {}).get("text", []))
            document.notes.append(note)
        elif region["type"] == "relation":
            kind = (region.get("labels") or ["twinning"])[0]
            link = Link(f"R{len(document.links) + 1}", region["from_id"], region["to_id"], kind)
            document.links.append(link)
    return document


def _code_points(text: str, start: int, end: int, words: str | None) -> tuple[int, int]:
    if words is None or text[start:end] == words:
        return start, end
    units = text.encode("utf-16-le")
    try:
        first = len(units[: 2 * start].decode("utf-16-le"))
        last = len(units[: 2 * end].decode("utf-16-le"))
    except UnicodeDecodeError:
        return start, end
    return (first, last) if text[first:last] == words else (start, end)
