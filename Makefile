# Two commands matter: `make run` (see and hear it work) and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: help setup run test test-all lint types bench clean

help:      ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:     ## virtual environment and dependencies; does nothing when they are there
	@$(PYTHON) deploy/setup_environment.py --venv $(VENV)

run: setup ## set up, ask one spoken question, then serve http://localhost:8000
	@$(BIN)/kumpel serve --demo

test: setup lint types ## the everyday tests
	$(BIN)/python -m pytest

test-all: setup lint types ## and the browser, faults and everything slow
	$(BIN)/python -m pytest -m ''

lint: setup ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## strict types
	$(BIN)/mypy

bench: setup ## what is measured, as tables
	$(BIN)/kumpel bench loop

clean:     ## removes the virtual environment and what tests left
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
