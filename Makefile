# One place that says how to set up, check and run things. `make demo` and `make test` are all it takes.
PYTHON ?= python3
BIN := .venv/bin
test real accept: export PYTHONWARNDEFAULTENCODING := 1

.PHONY: default demo test lint real bench accept clean

default: lint test

# The virtual environment, made once and again only when pyproject.toml changes.
.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# PyTorch, which tests train beside our network, and the libraries that open our exports.
.venv/peer: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,peer]'
	touch $@

demo: .venv/installed
	$(BIN)/deeprunning demo --out demo

test: .venv/installed
	$(BIN)/pytest -m 'not real and not accept' tests

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

real: .venv/installed
	$(BIN)/pytest -m 'real and not accept' tests/real

bench: .venv/installed
	$(BIN)/python -m tests.bench
	$(BIN)/deeprunning bench dataset --out bench
	$(BIN)/deeprunning bench nn --models reference --batches 1 32 128 --out bench

accept: .venv/peer
	$(BIN)/pytest -m accept -s tests/accept tests/real

clean:
	rm -rf .venv bench demo build dist
