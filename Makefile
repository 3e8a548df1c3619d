# The commands of vit-atlas. Each sets up what it needs; `make` alone lists them.
#   TIER=smoke|demo|paper   size of the run (default: demo)
#   TARGET="figure_02 …"    what to make or plan (default: everything the tier can make)
#   CORES=all               processor cores to use
TIER ?= demo
TARGET ?=
CORES ?= all
BIN := .venv/bin
SNAKEMAKE = $(BIN)/snakemake --cores $(CORES) --config tier=$(TIER)

.DEFAULT_GOAL := help
.PHONY: help environment demo plan test check docs lock clean-environment

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 22

environment: ## make .venv from the pinned lock that fits this machine
	@envs/setup.sh

demo: environment ## make every artifact of the tier (a miniature of the papers, no GPU, no downloads)
	$(SNAKEMAKE) $(TARGET)

plan: environment ## print what would run, and why
	$(SNAKEMAKE) --dry-run $(TARGET)

test: environment ## run every check and test
	$(BIN)/python -m pytest tests

check: environment ## run the quick checks only: formatting, lint, types
	$(BIN)/python -m pytest tests/quality

docs: environment ## write anew what is generated: config/README.md, config/schema, docs/artifacts.md
	$(BIN)/python workflow/scripts/document.py

lock: environment ## pin the newest versions that envs/*.in allow (needs uv)
	envs/lock.sh

clean-environment: ## remove .venv
	rm -rf .venv
