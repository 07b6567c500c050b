# Two commands for everybody: `make demo` sets up .venv and runs the main job on a sample shop,
# `make test` sets up .venv and runs every test that needs no server and not several seconds.
# PYTHON=python3.12 chooses another interpreter; delete .venv to change it afterwards.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
# For containers at Azure: one system, one Python.
CONTAINER := uv pip compile --quiet --python-version 3.12 --python-platform x86_64-manylinux_2_28 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-browser test-servers check tutorial bench calibrate lock clean

help:
	@echo "make demo    set up .venv, then find segments in a sample shop (ARGS=\"--customers 500\")"
	@echo "make test    set up .venv, then run the tests on all cores (ARGS=tests/report)"
	@echo "make test-browser  the pages in a real Chromium, which must be installed (with npm, which fetches axe-core)"
	@echo "make test-servers  beside real MLflow, Azure, Postgres, LibreOffice and npm's checkers, which must be installed (ARGS=tests/servers/mlflow)"
	@echo "make check   style, types, import direction, documents"
	@echo "make tutorial  run docs/tutorial.ipynb and store what it shows"
	@echo "make bench   measure speed beside the usual tools, about an hour (ARGS=\"--small --rows choose,fit\" is quick)"
	@echo "make calibrate  how often the verdict is wrong, on simulated tables (about an hour)"
	@echo "make lock    re-make the locks from pyproject.toml, with uv (ARGS=--upgrade for newer versions)"
	@echo "make clean   remove .venv and everything that was built"

demo: $(VENV)/.core
	@$(BIN)/segmentry demo $(ARGS)

# A process a core, each on one thread, or they would wait for each other; who has no tests left takes some from the others.
test: $(VENV)/.dev
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

# Whole files to one process: tests of a file share the runs that they look at.
test-browser: $(VENV)/.browser build/axe/axe.min.js
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		$(BIN)/python -m pytest -m browser --numprocesses 2 --dist loadfile $(or $(ARGS),tests/browser)

# Other people's platforms, each in an environment of its own: tests/servers/mlflow and tests/servers/azure; the rest is in ours.
test-servers: $(VENV)/.dev $(VENV)-mlflow/.ready $(VENV)-azure/.ready
	@$(BIN)/python -m pytest -m server tests/servers --ignore tests/servers/mlflow --ignore tests/servers/azure
	@$(VENV)-mlflow/bin/python -m pytest -m server tests/servers/mlflow
	@$(VENV)-azure/bin/python -m pytest -m server tests/servers/azure

check: $(VENV)/.dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest --quiet tests/house

tutorial: $(VENV)/.dev
	@$(BIN)/python docs/execute.py

bench: $(VENV)-bench/.peers
	@$(VENV)-bench/bin/python benchmarks/run.py $(ARGS)

calibrate: $(VENV)/.core
	@cd calibration && ../$(BIN)/python calibrate.py $(ARGS)

# What builds the package is locked as well; it takes its version from the lock for development.
lock:
	@command -v uv > /dev/null || { echo "make lock needs uv, which the rest does not: pip install uv" >&2; exit 1; }
	@$(COMPILE) pyproject.toml --output-file requirements.lock $(ARGS)
	@$(COMPILE) pyproject.toml --extra look --constraints requirements.lock --output-file requirements-look.lock $(ARGS)
	@$(COMPILE) pyproject.toml --extra look --group dev --constraints requirements-look.lock --output-file requirements-dev.lock $(ARGS)
	@$(COMPILE) --group browser --constraints requirements-dev.lock --output-file requirements-browser.lock $(ARGS)
	@$(COMPILE) pyproject.toml --extra look --extra mlflow --group mlflow-server --output-file requirements-mlflow.lock $(ARGS)
	@$(COMPILE) pyproject.toml --extra azure --group azure-server --output-file requirements-azure.lock $(ARGS)
	@$(CONTAINER) pyproject.toml --group azure-online --constraints requirements.lock --output-file src/segmentry/export/azure_ml/online.lock $(ARGS)
	@$(CONTAINER) pyproject.toml --group azure-jobs --output-file src/segmentry/export/azure_ml/jobs.lock $(ARGS)
	@grep -A1 'build-system' pyproject.toml | sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' \
		| $(COMPILE) - --constraints requirements-dev.lock --output-file requirements-build.lock
	@$(COMPILE) benchmarks/requirements.txt --constraints requirements-dev.lock --output-file benchmarks/requirements.lock $(ARGS)
	@git --no-pager diff --stat -- '*requirements*.lock'

clean:
	@rm -rf $(VENV) $(VENV)-bench $(VENV)-mlflow $(VENV)-azure build dist src/*.egg-info src/segmentry/kernels/_native*.so .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
		echo "segmentry needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1 | head -n 1)" >&2; \
		echo "  try: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute) …"
	@$(PYTHON) -m venv $(VENV) || { \
		echo "$(PYTHON) can't make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

# The build's own needs come from a lock too, so pip need not fetch them unchecked into an isolated build. The compiled core
# is built in place, and anew when its sources change; without a C compiler the plain one computes. Charts and web pages (the
# extra "look") come along: requirements.lock alone is what runs without them.
$(VENV)/.core: $(VENV)/.python requirements-look.lock requirements-build.lock pyproject.toml $(wildcard src/segmentry/kernels/native/*)
	@$(PIP_INSTALL) --require-hashes -r requirements-look.lock -r requirements-build.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core requirements-dev.lock
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.browser: $(VENV)/.dev requirements-browser.lock
	@$(PIP_INSTALL) --require-hashes -r requirements-browser.lock
	@touch $@

$(VENV)-%/.ready: $(VENV)/.core requirements-%.lock
	@$(PYTHON) -m venv $(VENV)-$*
	@$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
		--require-hashes -r requirements-$*.lock -r requirements-build.lock
	@$(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
		--no-deps --no-build-isolation --editable .
	@touch $@

# axe-core looks for faults of accessibility; fetched by its version, and taken only if it is what its hash says.
AXE := axe-core-4.14.1
AXE_SHA512 := FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==
build/axe/axe.min.js: Makefile
	@mkdir -p build/axe
	@cd build/axe && npm pack --silent --loglevel=error $(subst axe-core-,axe-core@,$(AXE)) > /dev/null
	@$(BIN)/python -c 'import base64, hashlib, sys; data = open(sys.argv[1], "rb").read(); \
		sys.exit(base64.b64encode(hashlib.sha512(data).digest()).decode() != sys.argv[2])' \
		build/axe/$(AXE).tgz "$(AXE_SHA512)" || { echo "$(AXE).tgz is not what it should be" >&2; exit 1; }
	@tar -xzf build/axe/$(AXE).tgz -C build/axe --strip-components=1 package/axe.min.js
	@touch $@

# What is measured beside the usual libraries runs with them in one environment; ours is this checkout.
BENCH := $(VENV)-bench
$(BENCH)/.peers: $(VENV)/.core benchmarks/requirements.lock
	@echo "Setting up $(BENCH) with the libraries to measure beside (once, a few minutes) …"
	@$(BIN)/python -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
		--require-hashes -r requirements.lock -r requirements-build.lock -r benchmarks/requirements.lock
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
		--no-deps --no-build-isolation --editable .
	@touch $@
