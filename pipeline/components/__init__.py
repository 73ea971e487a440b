"""The spaCy components, one for each thing extracted."""

from pipeline.components import serialise as serialise
