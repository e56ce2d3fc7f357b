# `make run` sets up what is missing and runs Aftercare; `make help` lists the rest.
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PREPARE := scripts/with-python -m scripts.setup
APP := .venv/bin/python
RASA := .venv-rasa/bin/python

# Where Python may not put compiled modules beside the sources they get a folder of their own: without them
# every start compiles thousands of files again, which takes longer than all the rest of it.
ifneq ($(PYTHONDONTWRITEBYTECODE),)
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/__pycache__
endif

.PHONY: help setup setup-app setup-rasa setup-web setup-browser train migrate demo-data run \
	test test-unit test-browser test-nlu test-web lint types check-content evaluate bench lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Set up everything: both Python environments and the web pages
	@$(PREPARE) app rasa web

setup-app: ## Set up the app's environment (.venv)
	@$(PREPARE) app

setup-rasa: setup-app ## Set up Rasa's environment (.venv-rasa, Python 3.10)
	@$(PREPARE) rasa

setup-web: setup-app ## Build the web pages (web/dist)
	@$(PREPARE) web

setup-browser: ## Find Chromium for the browser tests, or install it
	@$(PREPARE) browser

train: setup-rasa ## Train the model if it is missing or stale
	@$(PREPARE) model

migrate: setup-app ## Bring the database to the newest tables
	@$(APP) -m bot migrate

demo-data: migrate ## Put the demo shop's customers, products and orders into the database
	@$(APP) -m bot demo-data

run: setup train demo-data ## Set up what is missing and run Aftercare until Ctrl-C
	@exec $(APP) -m bot run

test: setup train ## Run every check and every test, in the order of their cost
	@$(PREPARE) test-services
	@$(MAKE) --keep-going lint types check-content test-web test-nlu
	@$(APP) -m scripts.test all

test-unit: setup-app ## Run the tests that need neither Rasa nor a browser
	@$(APP) -m scripts.test unit

test-browser: setup train setup-browser ## Run the browser tests
	@$(APP) -m scripts.test browser

test-nlu: train ## Run the tests of Rasa's components and the story tests
	@$(RASA) -m pytest -p no:cacheprovider -c tests/nlu/pytest.ini tests/nlu

test-web: setup-web ## Run the web pages' own tests and type check
	@$(PREPARE) web-tests

lint: setup-app ## Check style and the direction of imports
	@$(APP) -m ruff check --quiet .
	@.venv/bin/lint-imports --no-logo --no-cache

types: setup-app ## Check types
	@$(APP) -m mypy --no-error-summary .

check-content: setup-app ## Check the shop's words and numbers in content/
	@$(APP) -m bot check-content

evaluate: train ## Measure understanding on a file: make evaluate FILE=samples.jsonl
	@test -n "$(FILE)" || { echo 'Name a file: make evaluate FILE=samples.jsonl' >&2; exit 1; }
	@$(RASA) -m bot.nlu.evaluate "$(FILE)"

bench: setup-app ## Measure the running system (start it with make run first)
	@$(APP) -m scripts.bench

lock: setup-app ## Write the locks in requirements/ anew (UPGRADE=--upgrade for newer releases)
	@cd requirements && for name in app dev node; do \
		../.venv/bin/uv pip compile $(UPGRADE) --quiet --universal --python-version 3.11 --fork-strategy fewest \
			--generate-hashes --no-header --no-emit-index-url $$name.in -o $$name.txt || exit 1; \
	done
	@cd requirements && ../.venv/bin/uv pip compile $(UPGRADE) --quiet --universal --python-version 3.10 \
		--generate-hashes --no-header --no-emit-index-url --excludes rasa-left-out.txt rasa.in -o rasa.txt

clean: ## Remove the environments, the build and the caches; the data in var/ stays
	rm -rf .venv .venv-rasa web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
