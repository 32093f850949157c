# Needs python3 >= 3.11 and make; set-up brings the rest. `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev chart-tools demo run test score lint bandit audit format lock image-steps clean

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

chart-tools: setup-dev ## helm, and schemas of Kubernetes, for the tests of the chart
	@$(VENV)/python -m deploy.chart_tools

demo: setup ## a practice network of 30 centers, extracted and served; ONESHOT=1 stops after the CSV
	@$(VENV)/python manage.py demo $(if $(filter-out 0,$(ONESHOT)),--oneshot) $(ARGS)

run: setup ## start web and worker on what is there
	@$(VENV)/python manage.py migrate --verbosity 0
	@$(VENV)/python manage.py serve $(ARGS)

test: setup-dev ## run the tests; ARGS="-k name" narrows them
	@$(VENV)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder $(ARGS)

SCHEMAS := tests/data/schemas
# What proposals for the development set must reach; tests/benchmarks/matcher/dev_set.py names the same.
REQUIRED := 'S.f1>=0.96' 'C.f1>=0.95' 'B.f1>=0.95' 'A.f1>=0.88' 'ALL.auto_precision>=0.995' 'ALL.coverage>=0.75' \
	'ALL.polarity>=1.0'

score: setup-dev ## propose mappings for the development set and score them
	@rm -rf var/score
	@$(VENV)/python manage.py propose_from_files $(SCHEMAS)/dev var/score
	@$(VENV)/python $(SCHEMAS)/score.py var/score $(SCHEMAS)/dev --errors $(foreach figure,$(REQUIRED),--require $(figure))
	@$(VENV)/python -m tests.benchmarks.matcher.date_forms var/score $(SCHEMAS)/dev

lint: setup-dev ## ruff and mypy
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy .

CODE := dentalhub centers mappings extraction deploy

bandit: setup-dev ## look for unsafe calls in our code
	$(VENV)/bandit --quiet --recursive --severity-level medium --confidence-level medium --configfile pyproject.toml $(CODE)

audit: bandit ## the same, and known vulnerabilities of the locked packages
	@$(VENV)/python -m deploy.audit_packages

format: setup-dev ## let ruff lay out the code and fix what it can
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

# Keeps the pinned versions that still fit pyproject.toml; ARGS=--upgrade takes new ones.
LOCK := $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

# Small, and what a container could not get later.
SERVER := --extra redis --extra vault --extra build

lock: setup-dev ## write the lock files anew from pyproject.toml; ARGS=--upgrade raises the versions
	$(VENV)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8"
	$(LOCK) pyproject.toml $(SERVER) --extra sandbox $(ARGS) --output-file requirements.lock
	$(LOCK) pyproject.toml $(SERVER) --extra s3 --extra aws-sm --constraint requirements.lock $(ARGS) --output-file requirements-s3.lock
	$(LOCK) pyproject.toml --all-extras --constraint requirements.lock $(ARGS) --output-file requirements-dev.lock

image-steps: ## the container image's build steps in an empty directory, without an engine, and a start
	@$(PYTHON) -m deploy.image_steps $(ARGS)

clean: ## remove .venv and caches; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
