# Tellwhen: everything a newcomer types. Needs Python 3.11 with pip, and make; the rest goes into .venv.

PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/.installed
CODE   := flows tasks data_checks
# The benchmarks' peers live in an environment of their own.
PEERS  := .venv-bench
PEERS_STAMP := $(PEERS)/.installed
SIZES  ?= 100k
RUNS   ?= 3
SIZE   ?= 1M
DAYS   ?= 60
MINUTES ?= 5
READERS ?= 20
LOCALES := tasks/messages/locales
CHECKS := format lint types imports sql-style
DEMO   ?= demo
# No host in the lock files: they are to work with whatever index pip is configured for. Universal: before 3.11.3 one more package is needed.
LOCK = $(BIN)/python .ci/uv.py pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links
# What can run in parallel does, in two processes: more do not help on small machines.
WORKERS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Nothing here reports to anybody.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup run test check check-fast fix docs messages bench bench-growth bench-readers bench-dispatch bench-composing simulate clean lock format lint types imports sql-style tests tests-fast

help: ## this list
	@echo "Tellwhen tells customers when. The targets:"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## the main job on bundled data, two days in a row, into ./demo (DEMO=folder for another)
	@# ./demo is the demo's own: a second `make run` starts afresh. Another folder is left alone.
	@if [ "$(DEMO)" = demo ]; then rm -rf demo; fi
	@$(BIN)/tellwhen demo $(DEMO)

test: setup ## everything: format, lint, types, import rules, SQL style, all tests
	@echo "Everything; this takes about twenty minutes on two cores. What was skipped, and why, stands at the end."
	@$(MAKE) --no-print-directory --keep-going $(CHECKS) tests

check: setup ## all checks that run no code of ours
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

check-fast: setup ## under a minute: format, lint, types, unit and SQL tests
	@$(MAKE) --no-print-directory --keep-going format lint types tests-fast

fix: setup ## put format and what else can be put right by itself right
	@$(BIN)/ruff check --fix --quiet .; $(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --processes $(WORKERS) sql

docs: setup ## write docs/configuration.md anew from the schema
	@$(BIN)/python docs/configuration.py

messages: setup ## after a change of a message template: put its sentences into our catalogues, to be translated
	@mkdir -p $(LOCALES)
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --omit-header --no-wrap --add-location file --add-comments Translators: --output $(LOCALES)/tellwhen.pot .
	@$(BIN)/pybabel --quiet update --domain tellwhen --input-file $(LOCALES)/tellwhen.pot --output-dir $(LOCALES) --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

bench: setup $(PEERS_STAMP) ## Tellwhen beside dbt, pandas and datacompy, on the same files (SIZES="100k 1M 10M" RUNS=3)
	@$(BIN)/python -m benchmarks.speed --sizes $(SIZES) --runs $(RUNS)

bench-growth: setup $(PEERS_STAMP) ## sixty days in a row: run time and size, beside a dbt snapshot (SIZE=1M DAYS=60)
	@$(BIN)/python -m benchmarks.growth --size $(SIZE) --days $(DAYS)

bench-readers: setup ## twenty readers of the published copy while runs follow one another (SIZE=1M MINUTES=5 READERS=20)
	@$(BIN)/python -m benchmarks.readers --size $(SIZE) --minutes $(MINUTES) --readers $(READERS)

simulate: setup ## a year of faults and deaths, drawn from a seed (SIMULATION_DAYS=365 SEED=1)
	@$(BIN)/python -m tests.simulation.year

bench-dispatch: setup ## notices sent a second, beside SendGrid's own client
	@$(BIN)/python -m benchmarks.dispatch

bench-composing: setup ## notices written a second, beside rendering each
	@$(BIN)/python -m benchmarks.composing

clean: ## remove the environment, caches and the demo folder
	rm -rf .venv $(PEERS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: setup ## resolve the dependencies anew into requirements*.lock (UPGRADE=--upgrade for newer versions)
	@$(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock > /dev/null
	@$(LOCK) $(UPGRADE) --group dev pyproject.toml -o requirements-dev.lock > /dev/null
	@$(LOCK) $(UPGRADE) --group pyproject.toml:peers -o benchmarks/requirements.lock > /dev/null

# --- one step each -----------------------------------------------------------------------------------------------

format: setup
	@echo "format"; $(BIN)/ruff format --check --quiet . || { echo "run 'make fix'"; exit 1; }

lint: setup
	@echo "lint"; $(BIN)/ruff check --quiet .

types: setup
	@echo "types"; $(BIN)/mypy --no-error-summary $(CODE)

imports: setup
	@echo "imports"; $(BIN)/lint-imports > .venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }

sql-style: setup
	@echo "SQL style"; $(BIN)/sqlfluff lint --processes $(WORKERS) --disable-progress-bar sql > .venv/sqlfluff.log 2>&1 || { cat .venv/sqlfluff.log; exit 1; }

tests: setup
	@$(BIN)/pytest -n $(WORKERS)

tests-fast: setup
	@$(BIN)/pytest -n $(WORKERS) $(wildcard tests/unit tests/sql)

# --- the environment ---------------------------------------------------------------------------------------------

setup: $(STAMP)

# Made again only when what it is made of changed. uv installs what is locked, checked by hash; should it fail where pip works, pip does the same.
$(STAMP): requirements.lock requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: Tellwhen needs Python 3.11; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up .venv with the locked packages; the first time this takes a minute or two."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq uv
	@$(BIN)/python .ci/uv.py pip sync --quiet --require-hashes requirements-dev.lock \
	  || { echo "uv could not; pip does it now, which takes longer."; $(BIN)/python -m pip install -qq --no-deps --require-hashes -r requirements-dev.lock; }
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(PEERS_STAMP): benchmarks/requirements.lock | setup
	@echo "Setting up $(PEERS) with what the benchmarks compare with."
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(BIN)/python .ci/uv.py pip sync --quiet --python $(PEERS)/bin/python --require-hashes benchmarks/requirements.lock
	@touch $@
