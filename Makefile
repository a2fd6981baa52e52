# Every target sets up what it needs, so the first command on a fresh clone may be any of them.
#   SELECT="torchbind/attribute torchbind/in*"   the cases to work on, all when empty
#   TORCH="2.9.1 2.13.0"                         the PyTorch versions to work with, the default one when empty;
#                                                also all, latest, nightly
#   INDEX_URL=, FIND_LINKS=                      where to look for PyTorch, besides what pip and uv are told
#   BECAUSE="new decomposition"                  the reason that is written into accepted goldens

PYTHON ?= python3
SELECT ?=
TORCH ?=
BECAUSE ?=

BIN := .venv/bin
READY := .venv/.ready
GOLDENS = $(BIN)/goldens
INDEX_URL ?=
FIND_LINKS ?=
CHOSEN = $(SELECT) $(addprefix --torch ,$(TORCH)) $(addprefix --index-url ,$(INDEX_URL)) \
         $(addprefix --find-links ,$(FIND_LINKS))

# Tests of one file share what is dear to make; files run in the order in which tests/conftest.py puts them.
SIDE_BY_SIDE = --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
TESTS = pytest --ignore=tests/test_goldens.py $(SIDE_BY_SIDE) $(if $(CI),-p no:cacheprovider)

.DEFAULT_GOAL := help
.PHONY: check snapshot-update review gate matrix report test coverage lint format bench setup clean help

check: $(READY) ## hold the graphs of all cases against the goldens (SELECT=, TORCH=)
	$(GOLDENS) check $(CHOSEN)

snapshot-update: $(READY) ## accept the graphs as they are now (SELECT=, TORCH=, BECAUSE=)
	$(GOLDENS) update $(CHOSEN) $(if $(BECAUSE),--because "$$BECAUSE")

review: $(READY) ## accept or reject what the last checks found, one cluster at a time (TORCH=)
	$(GOLDENS) review $(addprefix --torch ,$(TORCH))

gate: $(READY) ## hold another PyTorch against the goldens: make gate TORCH=2.13.0
	@test -n "$(TORCH)" || { echo "say which PyTorch: make gate TORCH=2.13.0" >&2; exit 2; }
	$(GOLDENS) check $(CHOSEN)

matrix: $(READY) ## hold every supported PyTorch against the goldens, in one table
	$(GOLDENS) check $(SELECT) --torch all

report: $(READY) ## write how the graphs changed from version to version as one HTML file
	$(GOLDENS) report $(SELECT) --history --output .goldens/report.html

test: $(READY) ## run the harness's own tests
	$(BIN)/python -m $(TESTS)

coverage: $(READY) ## run the harness's own tests, and tell which of its lines they do not reach
	$(BIN)/python -m tests.counting $(TESTS)
	$(BIN)/python -m tests.counting.rest
	$(BIN)/coverage report

lint: $(READY) ## ruff and mypy --strict
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY) ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY) ## time a full check against bare tracing
	$(BIN)/python -m tests.bench

setup: $(READY) ## make the virtual environment; every other target does so by itself

# uv installs much faster and reads no settings of pip; where it cannot reach the packages, pip may.
$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	UV_FIND_LINKS="$${UV_FIND_LINKS:-$$PIP_FIND_LINKS}" \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[dev]' \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean: ## remove the virtual environment and the working folder; goldens stay
	rm -rf .venv .goldens

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

export BECAUSE
