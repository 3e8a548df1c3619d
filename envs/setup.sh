#!/usr/bin/env bash
# Make the virtual environment .venv from the pinned lock that fits this machine; do nothing when it is up to date.
# usage: envs/setup.sh
# environment: PYTHON=python3.12      another interpreter, 3.11 or newer
#              ACCELERATOR=cpu|cuda   instead of looking for an NVIDIA driver
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "error: '$python' is not Python 3.11 or newer" >&2
  echo "  remedy: name one that is: PYTHON=python3.12 make demo" >&2
  exit 1
fi
accelerator=${ACCELERATOR:-$(nvidia-smi -L >/dev/null 2>&1 && echo cuda || echo cpu)}
lock=envs/$accelerator.lock.txt
if [ ! -f "$lock" ]; then
  echo "error: no lock for accelerator '$accelerator'; there are: cpu, cuda" >&2
  exit 1
fi

# A half-made environment has no stamp, so the next run goes on with it.
stamp=.venv/vitatlas-lock
if [ -f "$stamp" ] && cmp -s "$stamp" "$lock"; then
  exit 0
fi
echo "Setting up .venv from $lock with $("$python" --version) (a few minutes, most of it downloads)"
[ -x .venv/bin/python ] || "$python" -m venv .venv
# The CPU lock leaves out what only torch's CUDA build needs. Where no CPU build of torch can be had, pip adds it here.
# Where pip finds both builds of torch, it takes the CPU build, whose version (2.13.0+cpu) counts as the higher one.
not_cpu=$([ "$accelerator" = cpu ] || sed -n 's/^torch==\([^ ;]*\).*/torch!=\1+cpu/p' "$lock")
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$lock" --constraint <(echo "$not_cpu") 2> >(grep -v '^WARNING: Location' >&2)
cp "$lock" "$stamp"
