# make lab: everything needed, then JupyterLab.   make test: everything needed, then all tests.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export JUPYTER_PLATFORM_DIRS := 1
# Two threads a process at most: the course's figures are for two cores. Waiting threads sleep: where another program
# wants the cores too, spinning ones make the training of a small network ten times slower.
export OMP_NUM_THREADS ?= 2
export OMP_WAIT_POLICY ?= passive

# Debian keeps venv in a package of its own, one for each Python.
VENV_BY_APT = export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq -y install \
  $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])') </dev/null >/dev/null

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/'

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("VDM Tutor needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 " + "$(MAKECMDGOALS)")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && $(VENV_BY_APT); } \
	  || { echo "This Python makes no virtual environments: install its venv package, on Debian python3-venv." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/ready: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing exact versions into .venv: a minute or more, once."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

setup: .venv/ready  ## the virtual environment with everything pinned

lab: .venv/ready  ## JupyterLab at your own copy of the course (ARGS="--port 9000 --no-browser")
	@exec $(BIN)/python -m vdm_tutor lab $(ARGS)

test: .venv/ready  ## all tests: package, proofs, notebooks, browser (fetched where there is none)
	@$(BIN)/python -m tools.browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	OMP_NUM_THREADS=1 $(BIN)/pytest -q -n 2 --dist loadfile tests
	OMP_NUM_THREADS=1 $(BIN)/pytest -q -n 2 --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout 300 notebooks

steady: .venv/ready  ## tests and lessons again, as other processors would run them
	$(BIN)/python -m tools.steady

notebooks: .venv/ready  ## execute the lessons afresh and keep their outputs (NAMES="06 07" for some)
	$(BIN)/python -m tools.notebooks $(NAMES)

mutants: .venv/ready  ## slip every formula of the numbers room; a test must go red
	$(BIN)/python -m tools.mutants

equations: .venv/ready  ## EQUATIONS.md afresh, every equation decided again
	$(BIN)/python -m tools.equations

bench: .venv/ready  ## how fast the widgets follow the hand, beside interact
	$(BIN)/python -m tools.bench

results: .venv/ready  ## train and measure every rung of the ladder again (half an hour)
	$(BIN)/python -m experiments.results

pins: .venv/ready  ## requirements.txt's second half afresh from what is installed
	$(BIN)/python -m tools.pins

.PHONY: help setup lab test steady notebooks mutants equations bench results pins
