"""What all tests share: the shipped extractor, made once, and a way to make a small one."""

from __future__ import annotations

import pytest
from hypothesis import settings

import pipeline
from pipeline.extractor import Extractor

settings.register_profile("jumelage", deadline=None)  # no test depends on how busy the machine is
settings.load_profile("jumelage")


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The Extractor as a user gets it: shipped model, shipped rules."""
    return pipeline.load()
