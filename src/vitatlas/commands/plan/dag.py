"""The jobs of a run, as Snakemake itself sees them: which there are, and which are done.

Snakemake is asked twice, in dry runs: for all jobs, and for those that it would start. It answers by events (the
logger plugin in `plugins/`), not by text, so targets, profiles and overrides mean what they mean in a run.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitatlas.costs.machine import Machine
from vitatlas.errors import UserError

PLUGINS = Path(__file__).parent / "plugins"


class SnakemakeRefused(UserError):
    """Snakemake ended with an error; the problem is what it said, without what it says on any run.

    Attributes:
        answered: Whether it answered the question: it does not make this. Otherwise it could not be asked.
    """

    def __init__(self, output: str):
        self.answered = re.search(_ANSWERS, output, re.MULTILINE) is not None
        lines = [line for line in output.splitlines() if line.strip() and not re.match(_ON_ANY_RUN, line)]
        text = "\n".join(lines).removeprefix("error: ")
        if not self.answered:
            text = f"Snakemake could not be asked: {lines[-1].strip() if lines else 'it said nothing'}"
        super().__init__(text)


_ANSWERS = r"^error: |^(UserError|WorkflowError|MissingRuleException|MissingInputException|\w*RuleException)\b"
_ON_ANY_RUN = r"Using \w+ ?\w* profile |Building DAG|host: |  File \"|Assuming unrestricted"


@dataclass(frozen=True)
class PlannedJob:
    """One job.

    Attributes:
        inputs, outputs: Paths, as the rule states them.
        benchmark: Where Snakemake records its time and memory.
        mem_mb, gpu_mb: Memory that it asks for, of the machine and of the GPU, in MB; None where it does not say.
        spec: What it was handed as `--spec`.
        done: Whether it need not run.
        reason: Why it would run, in Snakemake's words.
    """

    rule: str
    wildcards: Mapping[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    benchmark: str | None
    threads: int
    mem_mb: float | None
    gpu_mb: float | None
    spec: Mapping[str, Any]
    done: bool
    reason: str = ""

    @property
    def name(self) -> str:
        """The name that identifies it among the jobs of a run."""
        return self.outputs[0]


def computes_on_gpu(job: PlannedJob, machine: Machine) -> bool:
    """Whether a job computes on a GPU: it must, or it takes one where there is one."""
    device = job.spec.get("compute", {}).get("device", "cpu")
    return device == "cuda" or (device == "auto" and machine.gpu is not None)


def jobs_of(
    targets: Sequence[str], settings: Sequence[str], folder: Path, own: Mapping[str, Any] | None = None
) -> list[PlannedJob]:
    """Every job that the targets need, done or not; rules without outputs, which only name targets, are left out.

    Args:
        targets: As on Snakemake's command line; none for the default.
        settings: As after `--config`: `tier=paper`, ….
        folder: The checkout.
        own: As in a file after `--configfile`.

    Raises:
        SnakemakeRefused: An unknown target, a mistake in the configuration, ….
    """
    with ThreadPoolExecutor(2) as pool:
        pending = pool.submit(_announced, targets, settings, folder, [], own)
        jobs = pool.submit(_announced, targets, settings, folder, ["--forceall"], own)
        to_do = {tuple(job["output"]) for job in pending.result()}
        return [_job(job, tuple(job["output"]) not in to_do) for job in jobs.result() if job["output"]]


def pending_jobs(targets: Sequence[str], settings: Sequence[str], folder: Path) -> list[PlannedJob]:
    """The jobs that a run would start, each with the reason; arguments and errors as of `jobs_of`."""
    return [_job(job, done=False) for job in _announced(targets, settings, folder, []) if job["output"]]


def _announced(
    targets: Sequence[str],
    settings: Sequence[str],
    folder: Path,
    arguments: Sequence[str],
    own: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """The jobs of a dry run."""
    path = os.pathsep.join(filter(None, [str(PLUGINS), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary, "jobs.jsonl")
        file.touch()
        command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1", "--quiet", "all", *arguments]
        command += ["--logger", "jobs", "--logger-jobs-file", str(file)]
        if own:
            Path(temporary, "own.json").write_text(json.dumps(own))
            command += ["--configfile", str(Path(temporary, "own.json"))]
        command += ["--config", *settings, "--", *targets]
        environment = os.environ | {"PYTHONPATH": path}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SnakemakeRefused(
                f"{done.stdout}\n{done.stderr}"
            )  # dry runs report to stdout, the Snakefile to stderr
        return [json.loads(line) for line in file.read_text().splitlines()]


def _job(told: Mapping[str, Any], done: bool) -> PlannedJob:
    resources = told["resources"]
    return PlannedJob(
        rule=told["rule_name"],
        wildcards=told["wildcards"],
        inputs=tuple(told["input"]),
        outputs=tuple(told["output"]),
        benchmark=told["benchmark"],
        threads=told["threads"],
        mem_mb=resources.get("mem_mb"),
        gpu_mb=resources.get("gpu_mb"),
        spec=_spec(told["shellcmd"]),
        done=done,
        reason=told["reason"] or "",
    )


def _spec(command: str | None) -> dict[str, Any]:
    """The spec that the command hands over as `--spec`; every rule does."""
    words = shlex.split(command or "")
    return json.loads(words[words.index("--spec") + 1]) if "--spec" in words else {}
