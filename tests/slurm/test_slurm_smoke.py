"""Jobs of every paper on a cluster, in containers: the same tables as on this machine, and the words for sbatch."""

import re
import shlex
import time
from pathlib import Path

import pytest
from checkout import SOME_OF_EACH, assert_same_tables, rules_run

# Beside the options that name a job and its files.
ASKED = "-p cpu -t {runtime} --mem {memory} --requeue --ntasks=1 --cpus-per-task={cpus} --signal=TERM@10"
SINGLE = (
    *("pretrain", "finetune", "finetune_auxiliary", "attention", "attention_auxiliary", "walkthrough"),
    *("das", "novel", "information_flow", "probe"),
)
# Two jobs of a group run at once, if it has two; it asks for their memory, and for the time of all, one by one.
GROUPS = {"stimuli": "scenes", "pictures": "component_scenes", "tables": "behaviour", "figures": "figure"}


def needs(root: Path, rule: str) -> tuple[int, int]:
    """The memory and the time that a rule asks for in its first attempt."""
    text = "".join(path.read_text() for path in root.glob("rules/**/*.smk"))
    block = re.search(rf"^rule {rule}:\n((?:    .*\n|\n)+)", text, re.MULTILINE)[1]
    return tuple(int(re.search(rf"{key}=growing\((\d+)\)", block)[1]) for key in ("mem_mb", "runtime"))


def expected(root: Path) -> dict[str, str]:
    """The words that sbatch is to be asked in, by how a job's comment begins, as regular expressions."""
    lines = {}
    for rule in SINGLE:
        memory, runtime = needs(root, rule)
        lines[f"rule_{rule}"] = ASKED.format(memory=memory, runtime=runtime, cpus=1)
    for group, rule in GROUPS.items():
        memory = needs(root, rule)[0]
        lines[f"rule_{group}"] = ASKED.format(memory=f"({memory}|{2 * memory})", runtime=r"\d+", cpus="[12]")
    return lines


@pytest.fixture(scope="module")
def finished(remote):
    """A checkout in which the cluster made artifacts of every paper, from nothing."""
    run = remote("smoke-on-slurm")
    before = len(run.cluster.submissions)
    start = time.monotonic()
    run.project.log = run.snakemake(*SOME_OF_EACH)
    run.project.seconds = time.monotonic() - start
    print(f"jobs through SLURM: {run.project.seconds:.0f} s, {len(run.cluster.submissions) - before} submissions")
    return run


def test_the_tables_are_those_of_a_local_run(finished, smoke):
    assert_same_tables(smoke, finished.project)


def test_every_rule_asked_for_ran_and_nothing_is_left_to_do(finished):
    assert rules_run(finished.project.log) == finished.project.pending("--forceall", *SOME_OF_EACH)
    assert "Nothing to be done" in finished.project.snakemake("--dry-run", *SOME_OF_EACH)


def test_sbatch_was_asked_what_the_rules_say(finished, root):
    lines, seen = expected(root), set()
    for arguments in finished.cluster.submissions:
        options = {key: arguments[arguments.index(key) + 1] for key in ("--comment", "--output", "-D")}
        if options["-D"] != str(finished.project.path):
            continue
        assert "/results/slurm-logs/" in options["--output"]
        kind = max((line for line in lines if options["--comment"].startswith(line)), key=len, default="")
        asked = shlex.join(arguments[arguments.index("--comment") + 2 : arguments.index("-D")])
        if kind in lines:
            assert re.fullmatch(lines[kind], asked), f"{kind}: {asked}"
            seen.add(kind)
    assert seen == set(lines)


def test_logs_of_successful_jobs_are_gone(finished):
    assert list((finished.project.path / "results/slurm-logs").rglob("*.log")) == []
