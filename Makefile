# Every target sets up what it needs in .venv: Python 3.11 or newer, make and a network are enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= ../shared/data

.PHONY: help extract test lint model bench schema clean

help:
	@echo "make extract   records of the corpus, into outputs/"
	@echo "make test      the test suite"
	@echo "make lint      ruff, mypy, import layers"
	@echo "make model     rebuild the German model from DATA=$(DATA)"
	@echo "make bench     speed and memory, as ratios in one run"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "jumelage needs Python 3.11 or newer; say PYTHON=python3.12 (or the like)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"

$(VENV)/.runtime: $(BIN)/python pyproject.toml hatch_build.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.development: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[all]" --group dev
	@touch $@

extract: $(VENV)/.runtime
	$(BIN)/jumelage extract corpus/raw --output outputs

test: $(VENV)/.development
	$(BIN)/python -m pytest

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

model: $(VENV)/.development
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group training
	$(BIN)/python -m training.build $(DATA)

bench: $(VENV)/.development
	$(BIN)/python -m benchmarks

schema: $(VENV)/.runtime
	$(BIN)/jumelage schema > schema/record.schema.json

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
