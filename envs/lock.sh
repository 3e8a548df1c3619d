#!/usr/bin/env bash
# Rewrite the locks from *.in. Run it on purpose, then commit what changed.
# usage: envs/lock.sh   (needs uv on PATH)
#
# cpu.lock.txt, cuda.lock.txt                    everything, for the virtual environment
# compute-{cpu,cuda}.lock.txt, figures.lock.txt  the part of it that each container image holds
#
# All hold the same versions. The CUDA ones also name the packages that torch's GPU build asks for; the CPU ones leave
# them out, so that a CPU build of torch is enough.
set -euo pipefail
cd "$(dirname "$0")"

pin() { # LOCK REQUIREMENTS...
  uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header "${@:2}" -o "$1"
}
for_cpu() { # CUDA_LOCK
  grep -v -E '^(nvidia-|cuda-|triton==)' "$1"
}

pin cuda.lock.txt compute.in figures.in workflow.in dev.in
for_cpu cuda.lock.txt > cpu.lock.txt
pin compute-cuda.lock.txt compute.in --constraint cuda.lock.txt
for_cpu compute-cuda.lock.txt > compute-cpu.lock.txt
pin figures.lock.txt figures.in --constraint cuda.lock.txt
