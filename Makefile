# The commands everyone uses. What they do is in deploy/setup.sh and deploy/run.sh, readable in one sitting.
SHELL := /bin/bash
PYTHON := .venv/bin/python

.PHONY: run test soak bench lint setup

# Set up, migrate, load the demo county if the database is empty, and serve until stopped.
run:
	@exec deploy/run.sh

# Set up and check everything: style, types, walls between rooms, then the tests.
test:
	@deploy/setup.sh tests
	@$(MAKE) --no-print-directory lint
	@$(PYTHON) -m pytest -n 2 --dist loadscope --no-loadscope-reorder

# The generated faults in their full numbers (`make test` has a share of them): an hour. SEED=n begins elsewhere.
soak:
	@deploy/setup.sh tests
	@SOAK=1 $(PYTHON) -m pytest -n 2 --dist loadscope --no-loadscope-reorder tests/faults

# Measure, each figure beside a yardstick of the same run. Wants an idle machine.
bench:
	@deploy/setup.sh tests
	@$(PYTHON) -m tests.bench

lint:
	@.venv/bin/ruff check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

setup:
	@deploy/setup.sh
