# Every target sets up what it needs, so the first command on a fresh clone may be any of them.
#   SELECT="torchbind/attribute torchbind/in*"   the cases to work on, all when empty
#   TORCH="2.9.1 2.13.0"                         the PyTorch versions to work with, the default one when empty;
#                                                also all, latest, nightly
#   INDEX_URL=, FIND_LINKS=                      an index, and a folder or page of wheels, to look for PyTorch in
#   BECAUSE="new decomposition"                  the reason that is written into accepted goldens
#   EXAMPLES="backend onnx"                      the projects under examples/, all when empty
#   FUZZ_EXAMPLES=500, FUZZ_SEED=                damaged inputs of each test of `fuzz`, and a seed to bring back

PYTHON ?= python3
SELECT ?=
TORCH ?=
BECAUSE ?=
EXAMPLES ?=

BIN := .venv/bin
READY := .venv/.ready
GOLDENS = $(BIN)/goldens
INDEX_URL ?=
FIND_LINKS ?=

# What a person gives is data: make neither expands it nor hands it to the shell as text. It travels in the
# environment, unexpanded, under names of its own; make would export its own names expanded.
unexport SELECT TORCH INDEX_URL FIND_LINKS BECAUSE EXAMPLES
export GOLDENS_SELECT = $(value SELECT)
export GOLDENS_TORCH = $(value TORCH)
export GOLDENS_INDEX_URL = $(value INDEX_URL)
export GOLDENS_FIND_LINKS = $(value FIND_LINKS)
export GOLDENS_BECAUSE = $(value BECAUSE)
export GOLDENS_EXAMPLES = $(value EXAMPLES)
# The shell splits cases and versions at spaces; -f keeps it from taking patterns for files.
BEGIN = set -f; set --
VERSIONS = for each in $$GOLDENS_TORCH; do set -- "$$@" --torch "$$each"; done
SOURCES = test -z "$$GOLDENS_INDEX_URL" || set -- "$$@" --index-url "$$GOLDENS_INDEX_URL"; \
          test -z "$$GOLDENS_FIND_LINKS" || set -- "$$@" --find-links "$$GOLDENS_FIND_LINKS"
REASON = test -z "$$GOLDENS_BECAUSE" || set -- "$$@" --because "$$GOLDENS_BECAUSE"
CASES = "$$@" -- $$GOLDENS_SELECT

# Tests of one file share what is dear to make; files run in the order in which tests/conftest.py puts them.
SIDE_BY_SIDE = --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
TESTS = pytest --ignore=tests/test_goldens.py --ignore=tests/machines/test_ray_machines.py $(SIDE_BY_SIDE) $(if $(CI),-p no:cacheprovider)

.DEFAULT_GOAL := help
.PHONY: check snapshot-update review gate matrix nightly examples report atlas test ray fuzz coverage lint format bench pictures setup clean help

check: $(READY) ## hold the graphs of all cases against the goldens (SELECT=, TORCH=)
	@$(BEGIN); $(VERSIONS); $(SOURCES); $(GOLDENS) check $(CASES)

snapshot-update: $(READY) ## accept the graphs as they are now (SELECT=, TORCH=, BECAUSE=)
	@$(BEGIN); $(VERSIONS); $(SOURCES); $(REASON); $(GOLDENS) update $(CASES)

review: $(READY) ## accept or reject what the last checks found, one cluster at a time (TORCH=)
	@$(BEGIN); $(VERSIONS); $(GOLDENS) review "$$@"

gate: $(READY) ## hold another PyTorch against the goldens: make gate TORCH=2.13.0
	@test -n "$$GOLDENS_TORCH" || { echo "say which PyTorch: make gate TORCH=2.13.0" >&2; exit 2; }
	@$(BEGIN); $(VERSIONS); $(SOURCES); $(GOLDENS) check $(CASES)

matrix: $(READY) ## hold every supported PyTorch against the goldens, in one table
	@$(BEGIN) --torch all; $(GOLDENS) check $(CASES)

nightly: $(READY) ## hold the newest build against the goldens and the last night (SELECT=, INDEX_URL=, FIND_LINKS=)
	@$(BEGIN); $(VERSIONS); $(SOURCES); $(GOLDENS) nightly $(CASES)

examples: $(READY) ## hold the graphs of the projects under examples/ against their goldens (EXAMPLES=, TORCH=)
	@$(BEGIN); $(VERSIONS); for each in $${GOLDENS_EXAMPLES:-$$(ls examples)}; do \
	  echo "== examples/$$each"; (cd "examples/$$each" && ../../$(GOLDENS) check "$$@") || exit; done

report: $(READY) ## write how the graphs changed from version to version as one HTML file
	@$(BEGIN) --history --output .goldens/report.html; $(GOLDENS) report $(CASES)

atlas: $(READY) ## write the figures of docs/atlas anew, from the goldens; its prose stays
	$(BIN)/python -m tests.atlas

test: $(READY) ## run the harness's own tests
	$(BIN)/python -m $(TESTS)

ray: $(READY) ## test a cluster of three machines on this one
	$(BIN)/python -m pytest -n0 tests/machines/test_ray_machines.py

fuzz: $(READY) ## damage goldens, runs, archives, messages, arguments (FUZZ_EXAMPLES=, FUZZ_SEED=)
	FUZZ_EXAMPLES="$${FUZZ_EXAMPLES:-500}" $(BIN)/python -m pytest tests/fuzz $(SIDE_BY_SIDE)

coverage: $(READY) ## run the harness's own tests, and tell which of its lines they do not reach
	$(BIN)/python -m tests.counting $(TESTS)
	$(BIN)/python -m tests.counting.rest
	$(BIN)/coverage report

# Where no wheel holds actionlint, workflows are checked in CI alone.
lint: $(READY) ## ruff, mypy --strict, and actionlint for workflows
	@if test -x $(BIN)/actionlint; then $(BIN)/actionlint -shellcheck= -pyflakes=; \
	  else echo "actionlint has no wheel here, so no workflow was read"; fi
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY) ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY) ## time a full check against PyTorch alone
	$(BIN)/python -m tests.bench

pictures: $(READY) ## make the README's pictures anew, from real goldens
	$(BIN)/python -m tests.bench.pictures

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
