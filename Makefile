# `make` alone is `make check`. Everything runs in .venv, which the first target that needs it builds.
SHELL  := /bin/bash
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
DEV    := $(VENV)/ready-dev
LIMIT  ?= 10
OUTLET ?= liputan6

.PHONY: bench bench-archive bench-export bench-growth bench-kin bench-search bench-soak
.PHONY: check clean contracts crawl demo drift help lint lock soak test types

check: test lint types contracts drift  ## everything: tests, ruff, mypy --strict, import contracts, migration drift

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not installed; Kliping needs Python 3.11 or newer (make PYTHON=python3.12 …)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "make: $(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 2; }
	@echo "installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(DEV): requirements-dev.txt $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

crawl: $(READY)  ## crawl the newest stories into the database (LIMIT=10 OUTLET=liputan6), then list them
	@$(BIN)/kliping crawl $(OUTLET) --limit $(LIMIT) -s LOG_LEVEL=ERROR
	@$(BIN)/kliping list --outlet $(OUTLET) --limit $(LIMIT)
	@echo "Ask more:  $(BIN)/kliping sql        Its Postgres runs on until  $(BIN)/kliping db stop"

demo: $(READY)  ## the same without a network, against the recorded Liputan6 that ships with the project
	@$(BIN)/python -m demo

test: $(DEV)  ## all tests, short forms of the long ones
	@$(BIN)/python -m pytest

bench-archive: $(DEV)  ## what archiving costs a crawl, and how fast the archive is read again
	@$(BIN)/python -m benchmarks.archive
	@$(BIN)/python -m benchmarks.rereading

soak: $(DEV)  ## the full counts
	@$(BIN)/python -m pytest -m soak --timeout 3600

bench-search: $(DEV)  ## how good search is; TEXTS=folder of real stories, MILLION=1000000 for answer times over so many
	@$(BIN)/python -m benchmarks.search $(if $(TEXTS),--texts $(TEXTS)) $(if $(MILLION),--million $(MILLION))

bench: $(DEV)  ## what a page costs, paired with stock Scrapy and a plain service (BENCH="--rounds 3 --pages 500 --json FILE")
	@$(BIN)/python -m benchmarks.bench $(BENCH)

bench-soak: $(DEV)  ## one crawl of 200,000 addresses, whose memory must not grow (BENCH="--pages 100000")
	@$(BIN)/python -m benchmarks.soak $(BENCH)

bench-growth: $(DEV)  ## 1, 5 and 20 outlets crawled at once, and 20 by 1, 2, 4 and 8 workers
	@$(BIN)/python -m benchmarks.growth $(BENCH)

lint: $(DEV)  ## ruff, all of its rules but those that pyproject.toml names with a reason
	@$(BIN)/ruff check

types: $(DEV)  ## mypy --strict
	@$(BIN)/mypy

contracts: $(DEV)  ## who may import whom
	@$(BIN)/lint-imports

drift: $(DEV)  ## whether a migration is missing
	@$(BIN)/python -m pytest tests/test_schema.py -k "what_the_code_says or fine_print or explains or alembics"

bench-export: $(DEV)  ## memory and speed of an export of 10,000 and of 100,000 stories
	@$(BIN)/python -m benchmarks.export

bench-kin: $(DEV)  ## how well near-copies are told from what looks like one
	@$(BIN)/python -m benchmarks.kin

lock:  ## renew requirements.txt and requirements-dev.txt (needs uv)
	uv pip compile -q --generate-hashes --python-version 3.11 pyproject.toml build.in -o requirements.txt
	uv pip compile -q --generate-hashes --python-version 3.11 --group dev -c requirements.txt -o requirements-dev.txt

clean:  ## remove the environment and the demo's data; the server of the demo is stopped first
	@! test -x $(BIN)/kliping || env -u DATABASE_URL -u DATABASE_URL_FILE KLIPING_DATA=$${KLIPING_DATA:-$(CURDIR)/.demo} $(BIN)/kliping db stop || true
	rm -rf $(VENV) .demo
