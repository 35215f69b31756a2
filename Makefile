# make demo: a fictional city in the browser. make test: all checks and tests. Nothing else to install by hand.
# On Windows use the plain pip lines of the README.
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

.PHONY: demo test check bench soak spark docs browser servers clean

demo: $(READY)
	$(BIN)/akteursatlas demo

test: $(READY_DEV) browser servers check
	$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not e2e"
	$(BIN)/python -m pytest -n 2 --dist loadfile -q -m e2e

check: $(READY_DEV)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m docs.generate --check
	$(BIN)/python -m tests.cypher_lint

bench: $(READY_DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	$(BIN)/python -m benchmarks.path --write
	$(BIN)/python -m benchmarks.servers --write
	$(BIN)/python -m benchmarks.reading --write
	$(BIN)/python -m benchmarks.gaps --write
	$(BIN)/python -m benchmarks.app --write
	$(BIN)/python -m benchmarks.browser --write
	$(BIN)/python -m benchmarks.questions --write
	$(BIN)/python -m benchmarks.duplicates --write

# Splink on a real Spark: half a gigabyte to fetch, and a Java from 17 on.
spark: $(READY_DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[spark]"
	$(BIN)/python -m pytest -q tests/test_scale_out.py

# Fifty ingests killed at random moments; some minutes.
soak: $(READY_DEV)
	AKTEURSATLAS_KILLS=50 $(BIN)/python -m pytest -q -s tests/test_killed.py

docs: $(READY_DEV)
	$(BIN)/python -m docs.generate

# The browser of the tests: one that is there, else the system's package, else Playwright's own.
browser: $(READY_DEV)
	@$(BIN)/python -m tests.browser

# The servers that the tests run on: the jars of Neo4j, kept between runs, and PostgreSQL; says what is missing.
servers: $(READY_DEV)
	@$(BIN)/python -m tests.neo4j_server
	@$(BIN)/python -m tests.postgres_server

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) wird gebraucht (Python 3.11 oder neuer): make demo PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(READY): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(READY_DEV): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
