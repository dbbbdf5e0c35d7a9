# Chipwire: everything is set up by the targets themselves. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
GOLD ?= ../shared/gold
WORKERS ?= 2
ARGS ?=
ONLY ?=
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint score bench lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Chipwire needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) (once; some minutes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(STAMP)  ## the virtual environment, from the lock file

demo: $(STAMP)  ## the bundled newsroom, one whole ingest, deals, alerts, report (ARGS=--fresh starts over)
	@$(BIN)/chipwire demo $(ARGS)

test: $(STAMP)  ## all tests (ARGS=… goes to pytest; WORKERS=2 processes)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lint: $(STAMP)  ## ruff, mypy, import-linter, the knowledge files' validator
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --no-namespace-packages pipeline nlp spiders flows demo
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m nlp.knowledge.check

score: $(STAMP)  ## the reader against the gold articles, by language (GOLD=folder)
	@$(BIN)/python -m bench.score --gold "$(GOLD)" $(ARGS)

bench: $(STAMP)  ## all measurements of bench/ (takes minutes); ONLY=name for one
	@$(BIN)/python -m bench.all $(ONLY)

clean:  ## what the demo and the tools left (not .venv)
	@test ! -d out/demo || $(BIN)/python -c 'from pathlib import Path; from demo.run import wipe; wipe(Path("out/demo"))'
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build

lock:  ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet --output-file requirements.lock
