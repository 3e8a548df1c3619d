"""The commands of the README run as they stand there, at the smoke tier."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def commands() -> list[str]:
    blocks = re.findall(r"^```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


SNAKEMAKE = sorted({command for command in commands() if command.startswith("snakemake")})
CONTAINERS = "--use-singularity"
SLURM = "--workflow-profile profiles/slurm"


def test_the_two_commands_are_there():
    assert "make demo" in commands()
    assert "make test" in commands()
    assert len(SNAKEMAKE) >= 5


def run(smoke, command):
    smoke.run(*command.replace("results/demo", "results/smoke").split(), "--config", "tier=smoke")


# The one for a cluster is not among them: tests/slurm starts a cluster.
@pytest.mark.parametrize("command", [line for line in SNAKEMAKE if CONTAINERS not in line and SLURM not in line])
def test_a_command_of_the_readme_runs(smoke, command):
    run(smoke, command)


@pytest.mark.parametrize("command", [line for line in SNAKEMAKE if CONTAINERS in line])
def test_a_command_of_the_readme_runs_in_containers(container_command, smoke, command):
    run(smoke, command)


def test_make_demo_sets_itself_up_and_finds_everything_made(smoke, root):
    (smoke.path / ".venv").symlink_to(root / ".venv")
    try:
        said = smoke.run("make", "demo", TIER="smoke").stdout
        assert "Nothing to be done" in said and len(said.splitlines()) < 15
        assert "results/smoke/report/relations.html" in said and "results/smoke/coverage.html" in said
        assert "Nothing to be done" in smoke.run("make", "plan", TIER="smoke").stdout
    finally:
        (smoke.path / ".venv").unlink()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_a_link_leads_somewhere(root, link):
    assert (root / link).exists()
