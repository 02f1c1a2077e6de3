# Every target sets up what it needs; `make help` explains them.
PYTHON ?= python3
VENV := .venv
HITO := $(VENV)/bin/hito
READY := $(VENV)/.ready
# The thesis's own protocol where there is a GPU or FULL=1 asks for it, else the reduced one (the table names it).
PROTOCOL := $(if $(filter 1,$(FULL)),full,$(shell nvidia-smi -L >/dev/null 2>&1 && echo full || echo reduced))
CORES := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
ARGS ?=

# Compiled modules are kept: without them every process compiles torch and torchvision anew.
unexport PYTHONDONTWRITEBYTECODE
export UV_COMPILE_BYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup reproduce open-set embeddings defects report dashboard sync test soak check format components pins clean distclean

help:  ## Show this help
	@echo "hito: make TARGET [ARGS='KEY=VALUE ...']"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 16

setup: $(READY)  ## Make .venv with everything pinned in requirements.txt (other targets call it)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "hito needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 ..."; exit 1; }
	@if command -v uv >/dev/null; then ln -sf "$$(command -v uv)" .uv; \
	elif [ ! -x .boot/bin/uv ]; then echo "Installing uv, the installer ..."; \
		$(PYTHON) -m venv .boot && .boot/bin/python -m pip install --quiet --disable-pip-version-check uv; fi
	@[ -e .uv ] || ln -sf .boot/bin/uv .uv
	@echo "Installing into $(VENV): torch and the others, about 5 GB with torch's GPU libraries ..."
	@[ -x $(VENV)/bin/python ] || ./.uv venv --quiet --python $(PYTHON) $(VENV)
	@./.uv pip install --python $(VENV)/bin/python --requirements requirements.txt
	@./.uv pip install --quiet --python $(VENV)/bin/python --no-deps --editable .
	@$(VENV)/bin/python -m compileall -q src
	@touch $@

reproduce: $(READY)  ## The thesis's closed-set ablation beside its figures (FULL=1: 224 px also without a GPU)
	@$(HITO) experiment=thesis/closed_set protocol=$(PROTOCOL) $(ARGS)

open-set: $(READY)  ## Rest class, dual network and detectors in one table, 20 replicates
	@$(HITO) experiment=thesis/open_set protocol=$(PROTOCOL) replicates=20 $(ARGS)

embeddings: $(READY)  ## Clusters of embeddings beside the thesis's figures, with the map of photos
	@$(HITO) experiment=thesis/embeddings $(ARGS)

defects: $(READY)  ## What the thesis's defects change, each with a verdict
	@$(HITO) experiment=thesis/defects protocol=$(PROTOCOL) $(ARGS)

report: $(READY)  ## Write report.html of the runs in multirun/ anew (ARGS=thesis/closed_set: of one experiment)
	@$(HITO) report $(ARGS)

dashboard: $(READY)  ## Make a W&B workspace of the runs in multirun/ (ARGS=thesis/closed_set: of one experiment)
	@$(HITO) dashboard $(ARGS)

sync: $(READY)  ## Send the runs that W&B recorded offline (again after a failure: it goes on)
	@$(HITO) sync $(ARGS)

test: $(READY)  ## All tests, in parallel (ARGS='-k leak' picks some)
	@$(VENV)/bin/python -m pytest -n $(CORES) $(ARGS)

soak: $(READY)  ## Property tests with any number of random cases (CASES=100000)
	@HITO_SOAK=$(or $(CASES),$(HITO_SOAK),100000) $(VENV)/bin/python -m pytest tests/properties -n $(CORES) --timeout 0 $(ARGS)

check: $(READY)  ## Lint, format check, strict types, and which room may import which
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy
	@PYTHONPATH=src:tests/architecture $(VENV)/bin/lint-imports --no-cache

format: $(READY)  ## Put the source in the house style
	@$(VENV)/bin/ruff check --fix . ; $(VENV)/bin/ruff format .

components: $(READY)  ## List every component that a configuration can name
	@$(HITO) components

pins: $(READY)  ## Renew requirements.txt from pyproject.toml
	@./.uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-emit-index-url --all-extras \
		pyproject.toml --output-file requirements.txt

clean:  ## Remove caches of tools (runs in multirun/ and the data cache stay)
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## Remove the environment too
	@rm -rf $(VENV) .boot .uv
