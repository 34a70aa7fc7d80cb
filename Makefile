# Two commands do everything on a machine with Python 3.11 to 3.14:
#   make lab     install into .venv and open the course in JupyterLab
#   make test    install into .venv and run every check that a change has to pass
# make help lists the small ones.

SHELL   := /bin/sh
VENV    ?= .venv
BIN     := $(VENV)/bin
PY      := $(BIN)/python
READY   := $(VENV)/.ready
WORKERS ?= auto
BROWSERS ?= 2
LAB     ?=
BENCH   ?=
GPU     ?=

# Lessons and tests are compared with stored results: no data set of this machine may change them.
CLEAN_HOME := MXLEARN_HOME="$(CURDIR)/build/test-home"
# Several workers, each with a thread pool on all processors, would wait for one another.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
PYTEST     := $(CLEAN_HOME) $(ONE_THREAD) $(PY) -m pytest
NBVAL      := --nbval-current-env --nbval-cell-timeout=120 --nbval-kernel-startup-timeout=60 \
              --nbval-sanitize-with tests/notebooks/sanitize.cfg

.DEFAULT_GOAL := help
.PHONY: help lab test install lint unit notebooks-test browser-test bench gpu-check lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

lab: $(READY)  ## open the course; options in LAB, e.g. make lab LAB="--port 9000 --no-browser"
	@$(BIN)/mxlearn lab $(LAB)

test: lint unit notebooks-test browser-test  ## every check: lint, unit, operator sweep, golden files, lessons, browser

install: $(READY)  ## only create .venv and install into it

lint: $(READY)  ## ruff, pyright, import-linter
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(PY)
	$(BIN)/lint-imports

unit: $(READY)  ## unit tests, operator sweep, golden files
	$(PYTEST) tests -m "not browser and not gpu" -n $(WORKERS) --dist loadfile

notebooks-test: $(READY)  ## run each lesson and compare what it prints with what is stored
	$(PYTEST) --nbval $(NBVAL) notebooks -n $(WORKERS) --dist loadfile

browser-test: $(READY)  ## the widgets and the course in a real Chrome or Chromium
	browser=$$($(PY) tests/browser/ensure_browser.py) && \
	MXLEARN_BROWSER="$$browser" $(PYTEST) tests -m browser -n $(BROWSERS) --dist loadfile

bench: $(READY)  ## measure against peers; options in BENCH, see tests/benchmarks/README.md
	$(PY) -m tests.benchmarks.bench $(BENCH)

gpu-check: $(READY)  ## on a machine with a GPU: its tests, benchmarks and timings; options in GPU, e.g. GPU="--standin"
	$(PY) -m tests.gpu.check $(GPU)

lock:  ## write requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra lab --extra test --group build --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --quiet -o requirements.lock

clean:  ## remove .venv, build results and caches; the course folder of a student is never touched
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find mxlearn widgets tests datasets -name __pycache__ -type d -prune -exec rm -rf {} +

ifeq ($(wildcard $(PY)),)  # the Python of an older .venv was removed or upgraded: install again
.PHONY: $(READY)
endif

$(READY): pyproject.toml requirements.lock
	@VENV="$(VENV)" PYTHON="$(PYTHON)" /bin/sh tests/install.sh
	@touch $@
