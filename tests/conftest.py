"""What all tests share: the shipped extractor, made once, and a way to make a small one."""

from __future__ import annotations

import pytest

import pipeline
from pipeline.extractor import Extractor


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The Extractor as a user gets it: shipped model, shipped rules."""
    return pipeline.load()
