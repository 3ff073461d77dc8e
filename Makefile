# Two commands do all the set-up: `make demo` stands on `make install`, `make test` on `make dev`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.dev-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet pyproject.toml

.PHONY: install dev demo test check docs storm lock wheel clean

install: $(STAMP)

dev: $(DEV_STAMP)

# A lock pins all that is installed, by version and hash; --no-deps keeps it the only source of versions.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps -r requirements.lock
	$(PIP) install --no-deps -e .
	$(BIN)/huanwei warm-up
	touch $(STAMP)

# The tools of developers come on top of what users have, in the versions users have.
$(DEV_STAMP): $(STAMP) requirements-dev.lock
	$(PIP) install --no-deps -r requirements-dev.lock
	touch $(DEV_STAMP)

demo: install
	$(BIN)/huanwei demo demo

test: dev docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered -q

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Long property tests and benchmark-sized tests.
storm: dev
	$(BIN)/python -m pytest -m slow -q

# The documentation site in build/site; a broken link or a page missing from the menu fails.
docs: dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lock:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install uv
	$(LOCK) --extra dev --extra bench --extra cluster -o requirements-dev.lock
	$(LOCK) --constraint requirements-dev.lock -o requirements.lock

wheel: install
	$(BIN)/python -m pip wheel --quiet --no-deps -w build .

clean:
	rm -rf $(VENV) demo build *.egg-info
