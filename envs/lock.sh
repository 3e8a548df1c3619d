#!/usr/bin/env bash
# Rewrite both locks from runtime.in and dev.in. Run it on purpose, then commit what changed.
# usage: envs/lock.sh   (needs uv on PATH)
#
# The two locks hold the same versions. The CUDA one also names the packages that torch's GPU build asks for;
# the CPU one leaves them out, so that a CPU build of torch is enough.
set -euo pipefail
cd "$(dirname "$0")"
uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
  runtime.in dev.in -o cuda.lock.txt
grep -v -E '^(nvidia-|cuda-|triton==)' cuda.lock.txt > cpu.lock.txt
