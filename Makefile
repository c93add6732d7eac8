# One-word commands; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-bench
ONE := .venv-datasette-1
# Models and BLAS are fastest with one thread a process on small machines.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help

setup: $(VENV)/.installed ## make .venv with the locked dependencies

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	touch $@

run: setup ## the whole job on the sample newsroom: crawl, read, assess, show
	$(BIN)/molva demo

test: $(VENV)/.installed-dev ## install what tests need and run them all
	$(BIN)/python -m pytest -q -m "not slow"

test-slow: $(VENV)/.installed-dev ## tests that take longer (soak, kill rounds, fuzz)
	$(BIN)/python -m pytest -q -m slow

test-datasette-1: $(ONE)/.installed ## the pages on the pre-release of Datasette 1.0: may fail
	-$(ONE)/bin/python -m pytest -q -m "not slow" tests/test_db_datasette.py \
		tests/test_db_pages.py tests/test_db_review_desk.py tests/test_db_publish.py

# Only Datasette and what it needs are its own; all else is looked for in the other.
$(ONE)/.installed: requirements-datasette-1.lock $(VENV)/.installed-dev
	$(PYTHON) -m venv $(ONE)
	echo '*' > $(ONE)/.gitignore
	$(ONE)/bin/pip install --quiet --no-deps --require-hashes -r requirements-datasette-1.lock
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > \
		"$$($(ONE)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/rest.pth"
	touch $@

check: $(VENV)/.installed-dev ## lint, types, import contracts, generated docs, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m docs.generate --check
	$(MAKE) --no-print-directory test

bench: $(VENV)/.installed-dev $(PEERS)/.installed ## measure beside the best peers; one table
	$(BIN)/python -m bench

# The peers' pins clash with ours: they run in an environment of their own.
$(PEERS)/.installed: requirements-bench.lock
	$(PYTHON) -m venv $(PEERS)
	echo '*' > $(PEERS)/.gitignore
	$(PEERS)/bin/pip install --quiet --no-deps --require-hashes -r requirements-bench.lock
	touch $@

browse: setup ## open the database in Datasette
	$(BIN)/molva browse

docs: $(VENV)/.installed-dev ## write command help and data dictionary into docs/
	$(BIN)/python -m docs.generate

browser: ## install Debian's Chromium for tests in a browser and screenshots
	apt-get install --yes --no-install-recommends chromium chromium-driver

screenshots: $(VENV)/.installed-dev ## pictures of the six pages into docs/screenshots
	$(BIN)/python -m docs.screenshots

SECONDS ?= 600
TARGETS := extract feeds text
SHARE = $(shell expr $(SECONDS) / 4)
fuzz: $(VENV)/.installed-dev ## fuzz parsers, reading and exports for SECONDS=600 with new seeds
	end=$$(($$(date +%s) + $(SHARE))); \
	while [ $$(date +%s) -lt $$end ]; do \
		timeout --signal=INT $$((end - $$(date +%s) + 1)) $(BIN)/python -m pytest -q -x \
			-p no:cacheprovider --timeout=0 --hypothesis-profile=fuzz \
			tests/test_growth_fuzz.py; \
		code=$$?; [ $$code -eq 0 ] || [ $$code -eq 124 ] || exit $$code; \
	done
	for target in $(TARGETS); do \
		$(BIN)/python -m tests.fuzz.run $$target $(SHARE) || exit 1; \
	done

lock: $(VENV)/.installed-dev ## make the lock files from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --extra build -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --extra build --extra dev \
		-c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile tests/datasette_1.in --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header \
		-o requirements-datasette-1.lock
	$(BIN)/uv pip compile bench/requirements.in --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header \
		--overrides bench/overrides.txt -o requirements-bench.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) $(PEERS) $(ONE) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: setup run test test-slow test-datasette-1 check bench browse docs browser screenshots fuzz lock clean help
