# Needs python3 >= 3.11 and make; set-up brings the rest. `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo run test lint format lock clean

# What is set up already, else the system's; name another one with PYTHON=python3.12.
PYTHON ?= $(shell test -x .venv/bin/python && echo .venv/bin/python || echo python3)
VENV := .venv/bin
ONESHOT ?=
ARGS =

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-17s %s\n' "$$name" "$$text"; done

setup: ## make .venv with the locked packages, and var/dentalhub.env
	@$(PYTHON) -m deploy.setup_environment

setup-dev: ## the same with what tests and linters need
	@$(PYTHON) -m deploy.setup_environment --dev

demo: setup ## a practice network of 30 centers, extracted and served; ONESHOT=1 stops after the CSV
	@$(VENV)/python manage.py demo $(if $(filter-out 0,$(ONESHOT)),--oneshot) $(ARGS)

run: setup ## start web and worker on what is there
	@$(VENV)/python manage.py migrate --verbosity 0
	@$(VENV)/python manage.py serve $(ARGS)

test: setup-dev ## run the tests; ARGS="-k name" narrows them
	@$(VENV)/python -m pytest $(ARGS)

lint: setup-dev ## ruff and mypy
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy .

format: setup-dev ## let ruff lay out the code and fix what it can
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

# Keeps the pinned versions that still fit pyproject.toml; ARGS=--upgrade takes new ones.
LOCK := $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

lock: setup-dev ## write the lock files anew from pyproject.toml; ARGS=--upgrade raises the versions
	$(VENV)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8"
	$(LOCK) pyproject.toml --extra sandbox --extra build $(ARGS) --output-file requirements.lock
	$(LOCK) pyproject.toml --all-extras --constraint requirements.lock $(ARGS) --output-file requirements-dev.lock

clean: ## remove .venv and caches; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
