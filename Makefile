# make lab: everything needed, then JupyterLab.   make test: everything needed, then all tests.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export JUPYTER_PLATFORM_DIRS := 1
# Two threads a process at most: the course's figures are for two cores. Waiting threads sleep: where another program
# wants the cores too, spinning ones make the training of a small network ten times slower.
export OMP_NUM_THREADS ?= 2
export OMP_WAIT_POLICY ?= passive

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/'

# With the environment's own Python where there is one that starts, else with PYTHON.
setup:  ## the virtual environment with everything pinned: made, gone on with or mended
	@if $(BIN)/python -c '' 2>/dev/null; then $(BIN)/python -m tools.set_up; \
	elif [ "$$($(PYTHON) -c 'import sys; print(sys.version_info > (3, 6))' 2>/dev/null)" = True ]; then \
	  MAKECMDGOALS="$(MAKECMDGOALS)" $(PYTHON) -m tools.set_up; \
	else echo "$(PYTHON) is no Python 3 that runs here. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; fi

lab: setup  ## JupyterLab at your own copy of the course (ARGS="--port 9000 --no-browser")
	@exec $(BIN)/python -m vdm_tutor lab $(ARGS)

test: setup  ## all tests: package, proofs, notebooks, browser (fetched where there is none)
	@$(BIN)/python -m tools.browser
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout 300 notebooks

steady: setup  ## tests and lessons again, as other processors would run them
	$(BIN)/python -m tools.steady

notebooks: setup  ## execute the lessons afresh and keep their outputs (NAMES="06 07" for some)
	$(BIN)/python -m tools.notebooks $(NAMES)

mutants: setup  ## slip every formula of the numbers room; a test must go red
	$(BIN)/python -m tools.mutants

equations: setup  ## EQUATIONS.md afresh, every equation decided again
	$(BIN)/python -m tools.equations

judge: setup  ## docs/judge.md afresh: what the judge of formulas is tried with, line by line (a quarter of an hour)
	$(BIN)/python -m tools.judge

bench: setup  ## BENCHMARKS.md afresh: how fast the course is, beside what people use instead (five minutes)
	$(BIN)/python -m tools.bench

results: setup  ## train and measure every rung of the ladder again (half an hour)
	$(BIN)/python -m experiments.results

pins: setup  ## requirements.txt's second half afresh from what is installed
	$(BIN)/python -m tools.pins

.PHONY: help setup lab test steady notebooks mutants equations judge bench results pins
