"""The environment variables that a job sees: those declared here, and no others.

What a user has set for other programs (paths of modules, settings of libraries, start-up files, a locale) must not
change what a job makes. In a virtual environment, in a container and pasted into a shell, a job starts by leaving out
what is not declared.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

KEEP = "VITATLAS_KEEP"
"""The variable that names further variables to keep: key `variables` in config/site.yaml."""

DECLARED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "agg",
    "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait actively slow small jobs on shared cores down several times
    "PYTHONNOUSERSITE": "1",
    "TZ": "UTC",
}
"""The variables that every job has, whatever the user has."""

KEPT = re.compile(
    "|".join(
        (
            # who and where
            r"PATH|HOME|USER|LOGNAME|SHELL|HOSTNAME|PWD|TERM|COLUMNS|TMPDIR|TMP|TEMP|XDG_(CACHE_HOME|RUNTIME_DIR)",
            # the way to the network
            r"(?i:(https?|ftp|all|no)_proxy)|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE",
            r"HF_(HOME|ENDPOINT|TOKEN|TOKEN_PATH|HUB_\w+|XET_\w+)",
            # where libraries keep their files
            r"TORCH_HOME|TRITON_CACHE_DIR|TORCHINDUCTOR_CACHE_DIR|DRJIT_(CACHE_DIR|LIBLLVM_PATH)|MPLCONFIGDIR",
            # the machine: processors, GPUs, drivers, compilers
            r"\w+_NUM_THREADS|VECLIB_MAXIMUM_THREADS|LD_LIBRARY_PATH|CC|CXX|CPATH|LIBRARY_PATH",
            r"CUDA_(VISIBLE_DEVICES|DEVICE_ORDER|HOME|PATH|CACHE_PATH)|NVIDIA_(VISIBLE_DEVICES|DRIVER_CAPABILITIES)",
            # the cluster and the container
            r"(SLURM|SLURMD|PBS|LSB|OAR)_\w+|(APPTAINER|SINGULARITY)_(BIND|COMMAND|CONTAINER|ENVIRONMENT|NAME)",
            r"VITATLAS_\w+",
        )
    )
)
"""Names of variables that a job keeps as they are."""

AT_START = re.compile(r"PYTHON\w*|LD_(PRELOAD|AUDIT)|LC_\w+|LANG|LANGUAGE|TZ|MALLOC_\w+|GLIBC_TUNABLES")
"""Names of variables that have had their effect before a program can look at them."""


def declared(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment that a job is to have, out of the one that it was started in."""
    more = set(environment.get(KEEP, "").split())
    kept = {name: value for name, value in environment.items() if KEPT.fullmatch(name) or name in more}
    return kept | {name: value for name, value in DECLARED.items() if name not in more}


def enter() -> None:
    """Give this process the declared environment; starts the program anew where a variable had its effect already.

    Does nothing in a process that is no script of a rule, such as a test that imports one.
    """
    if not is_script(sys.argv[0]):
        return
    wanted = declared(os.environ)
    # A variable that is there, but empty, has no effect
    differing = {name for name in {*os.environ, *wanted} if os.environ.get(name, "") != wanted.get(name, "")}
    if any(AT_START.fullmatch(name) for name in differing):
        # Between two programs nobody would say what was stopped: the new one hears of it when it can
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted)
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    os.environ.update(wanted)


def is_script(program: str) -> bool:
    """Whether a program is the script of a rule of this project."""
    return Path(program).resolve().is_relative_to(Path(__file__).resolve().parents[3] / "workflow/scripts")
