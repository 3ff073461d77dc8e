# Two commands do all the set-up: `make demo` and `make test`. Both stand on `make install`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test check storm clean

install: $(STAMP)

# The lock file pins every version; --no-deps keeps it the only source of versions.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/huanwei warm-up
	touch $(STAMP)

demo: install
	$(BIN)/huanwei demo demo

test: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered -q

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Long property tests and benchmark-sized tests.
storm: install
	$(BIN)/python -m pytest -m slow -q

lock:
	uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header \
		--extra dev --extra bench --extra cluster pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) demo build *.egg-info
