# The doors of this project; `make help` lists them. Everything is installed into .venv from uv.lock.

SOURCE ?= sim
PLAYER_DATA ?= ../shared/data
PLACE := .demo/$(SOURCE)

export PLAYER_DATA
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export UV_PYTHON_DOWNLOADS ?= never
export PYTHONWARNINGS ?= ignore
export BENTOML_DO_NOT_TRACK := True
export MLFLOW_DISABLE_TELEMETRY := true
export DVC_NO_ANALYTICS := 1

UV := $(shell command -v uv || echo .tools/bin/uv)
PYTHON := .venv/bin/python
SERVICES := redis-server postgresql chromium openjdk-17-jre-headless libpango-1.0-0 libpangoft2-1.0-0 strace

.DEFAULT_GOAL := help
.PHONY: help setup services demo test feast-ui serve lint format bench prove notebooks clean

help: ## list these doors
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/synced ## install what uv.lock names into .venv

.venv/synced: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

.tools/bin/uv:
	@echo "fetching uv"
	@python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools uv

services: ## install the servers and tools that tests start (apt, as root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SERVICES)

demo: setup ## events to scored players on a small operator (SOURCE=dib: real payments; KEEP=1: stay up)
	@$(PYTHON) -m dvc repro --quiet --no-run-cache load_online@$(SOURCE)
	@$(PYTHON) -m serving.demo --place $(PLACE) $(if $(KEEP),--keep)

test: setup ## all tests
	@$(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder

feast-ui: setup ## Feast's own pages over the demo's registry, on loopback, port 8888
	@$(PYTHON) -m feast.cli.cli --chdir $(PLACE) ui --host 127.0.0.1 --port 8888

serve: setup ## the service on the demo's models, without keys, on loopback
	@PLAYER_DEMO=true PLAYER_CLOCK=last_event $(PYTHON) -m serving.run --place $(PLACE)

lint: setup ## style, types, and who may import whom
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: setup ## put the code into the house's form
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format --quiet .

bench: setup ## benchmarks at full size, each beside its floor and a peer
	@$(PYTHON) -m benchmarks.features
	@$(PYTHON) -m benchmarks.live
	@$(PYTHON) -m benchmarks.redis_tiles
	@$(PYTHON) -m benchmarks.decisions
	@$(PYTHON) -m benchmarks.simulator

prove: setup ## what takes long: many random histories, kills; resumable, results under docs/
	@$(PYTHON) -m benchmarks.prove

notebooks: setup ## run the notebooks and render them to HTML
	@$(PYTHON) -m notebooks.render

clean: ## remove what the demo and the tools made
	rm -rf .demo .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dvc.lock
