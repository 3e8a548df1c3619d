# The commands of vit-atlas. Each sets up what it needs; `make` alone lists them.
#   TIER=smoke|demo|paper   size of the run (default: demo)
#   TARGET="relations_figure_02 …"    what to make or plan (default: everything the tier can make)
#   FILE=path               the file that `identify` and `what-if` are asked about; `identify` takes a TARGET too
#   CORES=all               processor cores to use, or to plan for
#   VERBOSE=1               for `demo`: all that Snakemake prints, instead of progress in one line
#   GPUS="1 2 4 8"          numbers of GPUs to plan for
#   STYLE=dark|slide|colour-blind|paper  and FORMATS="pdf png tex": how figures are drawn again; WIDTH=5.5 inches at most,
#                           TIER_NOTE=caption: not in the picture
#   NOTE="…"                how records were measured, where that matters
#   MODEL=… DATA=…          what `components` and `features` are asked about: a model of the zoo, timm's name of weights,
#                           or a checkpoint with ARCHITECTURE=timm's name (MODEL_NAME=… in the zoo); a folder of pictures
#   TEXTS=…                 for `components`: a file of words. TEXT_MODEL=… is the CLIP model that reads them (default:
#                           the tier's)
#   LAYERS=… UNITS=… STEPS=…  for `features`: layers that are shown, units of each, steps per visualisation
#   ACCELERATOR=cpu|cuda    what images are for (default: as they are, else by this machine's driver)
#   BASE=docker|debootstrap where the base of images comes from (default: the first that can be reached)
#   MIRROR=…                Debian mirror for debootstrap (default: the one apt uses)
#   IMAGES="compute …"      images to build (default: all)
TIER ?= demo
TARGET ?=
VERBOSE ?=
CORES ?= all
GPUS ?= 1 2 4 8
NOTE ?=
STYLE ?=
FORMATS ?=
WIDTH ?=
TIER_NOTE ?=
FILE ?=
MODEL ?=
ARCHITECTURE ?=
MODEL_NAME ?=
DATA ?=
TEXTS ?=
TEXT_MODEL ?=
LAYERS ?=
UNITS ?=
STEPS ?=
BIN := .venv/bin
# Targets come first: --config takes all that follows it
SNAKEMAKE = $(BIN)/snakemake --cores $(CORES)
AT_TIER = --config tier=$(TIER)
RUN = $(BIN)/python workflow/commands/run.py --cores $(CORES) --tier $(TIER) -- $(TARGET)

.DEFAULT_GOAL := help
.PHONY: help environment demo plan why what-if identify verify components features bundle report restyle record test check docs containers lock clean-environment clean-containers

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 22

environment: ## make .venv from the pinned lock that fits this machine
	@envs/setup.sh

demo: environment ## make every artifact of the tier (a miniature of the papers, no GPU, no downloads)
	$(if $(VERBOSE),$(SNAKEMAKE) $(TARGET) $(AT_TIER),$(RUN))

plan: environment ## print what it would cost: jobs, hours, memory, disk, download
	$(BIN)/python workflow/commands/plan.py --tier $(TIER) --cores $(CORES) --gpus $(GPUS) -- $(TARGET)

why: environment ## say why TARGET would be made again: which value, module, environment or file is the cause
	$(BIN)/python workflow/commands/why.py --tier $(TIER) -- $(TARGET)

what-if: environment ## list what an edit of FILE would make run again
	$(BIN)/python workflow/commands/what_if.py --tier $(TIER) -- "$(FILE)"

identify: environment ## say where FILE, or the artifact TARGET, comes from, and which commands make it again
	$(BIN)/python workflow/commands/identify.py --tier $(TIER) -- "$(or $(FILE),$(TARGET))"

components: environment ## say which components of MODEL carry which words of TEXTS, with heat-maps of pictures of DATA
	$(BIN)/python workflow/commands/components/own.py --tier $(TIER) --cores $(CORES) --model "$(MODEL)" \
	  --architecture "$(ARCHITECTURE)" --name "$(MODEL_NAME)" --data "$(DATA)" --words "$(TEXTS)" --text-model "$(TEXT_MODEL)"

features: environment ## show what units of MODEL respond to: pictures made for them, and the top ones of DATA with maps
	$(BIN)/python workflow/commands/features/own.py --tier $(TIER) --cores $(CORES) --model "$(MODEL)" \
	  --architecture "$(ARCHITECTURE)" --name "$(MODEL_NAME)" --data "$(DATA)" \
	  $(if $(LAYERS),--layers $(LAYERS)) $(if $(UNITS),--units $(UNITS)) $(if $(STEPS),--steps $(STEPS))

verify: environment ## hold every file of the tier against the record inside it, and name what is stale, edited, foreign or missing
	$(BIN)/python workflow/commands/verify.py --tier $(TIER)

bundle: environment ## export finished TARGETs, each as a folder and a zip that can be drawn again elsewhere
	$(BIN)/python workflow/commands/bundle.py --tier $(TIER) -- $(TARGET)

report: environment ## write Snakemake's report of the tier, as one HTML file and as a zip, beside the papers' pages
	$(SNAKEMAKE) $(AT_TIER)
	$(SNAKEMAKE) --report results/$(TIER)/report/snakemake.html $(AT_TIER)
	$(SNAKEMAKE) --report results/$(TIER)/report/snakemake.zip $(AT_TIER)

restyle: environment ## draw finished figures again in another STYLE, from their CSVs, without computing anything
	$(BIN)/python workflow/commands/restyle.py --tier $(TIER) --style "$(STYLE)" --cores $(CORES) \
	  $(if $(WIDTH),--width $(WIDTH)) $(if $(TIER_NOTE),--note $(TIER_NOTE)) --formats $(FORMATS) -- $(TARGET)

record: environment ## enter what the finished jobs took into benchmarks/records, which plans are made from
	$(BIN)/python workflow/commands/record.py --tier $(TIER) --note "$(NOTE)" -- $(TARGET)

test: environment ## run every check and test
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 tests/quality tests/oracle tests/property tests/unit
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope tests/workflow tests/containers tests/demo tests/slurm

check: environment ## run the quick checks only: formatting, lint, types
	$(BIN)/python -m pytest tests/quality

docs: environment ## write anew what is generated: references, lists, ledger, and the demo's numbers if it is finished here
	$(BIN)/python workflow/commands/publish.py
	$(BIN)/python workflow/commands/document.py

containers: ## build the container images that are missing or out of date
	@test -x $(BIN)/python || env -u ACCELERATOR envs/setup.sh
	@$(BIN)/python containers/build.py --accelerator "$(ACCELERATOR)" --base "$(BASE)" --mirror "$(MIRROR)" $(IMAGES)

lock: environment ## pin the newest versions that envs/*.in allow (needs uv)
	envs/lock.sh

clean-environment: ## remove .venv
	rm -rf .venv

clean-containers: ## remove the images; those in the cache stay, and `make containers` takes them from there
	rm -f containers/*.sif containers/*.json containers/*.log
