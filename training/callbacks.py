"""What the training configs name that the shipped model does not need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacy.language import Language
from spacy.util import registry

import pipeline.components.name_vectors  # noqa: F401  (registers its names)


@registry.callbacks("jumelage.fill_name_vectors.v1")  # type: ignore[untyped-decorator]
def fill_name_vectors(path: str) -> Callable[[Language], None]:
    """Read a prepared name-vectors folder into the pipeline before its layers are initialised."""

    def fill(nlp: Language) -> None:
        nlp.vocab.vectors.from_disk(Path(path))

    return fill
