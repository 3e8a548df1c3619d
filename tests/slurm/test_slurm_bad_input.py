"""Jobs are to go to a cluster and something is missing: it is said, and nothing is handed over."""

import pytest
from checkout import copy_of

PROFILE = ("--workflow-profile", "profiles/slurm", "--config", "tier=smoke")


@pytest.fixture(scope="module")
def checkout(root, tmp_path_factory):
    return copy_of(root, tmp_path_factory.mktemp("bad-site"))


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (None, ["nothing says with which account", "config/site.yaml", "cp config/site.example.yaml config/site.yaml"]),
        ("partitions: {cpu: short}\n", ["the key 'account' is missing", "config/site.yaml", "account: null"]),
        ("acount: lab\n", ["unknown key 'acount'", "did you mean 'account'?"]),
    ],
    ids=["no file", "no account", "misspelt"],
)
def test_a_site_that_is_not_described_is_one_clear_error(checkout, site, words):
    path = checkout.path / "config/site.yaml"
    path.unlink(missing_ok=True)
    if site:
        path.write_text(site)
    printed = checkout.run("snakemake", "--dry-run", *PROFILE, check=False).stdout
    assert all(word in printed for word in words), printed
    assert "Traceback" not in printed
    assert "rule finetune" not in printed


def test_the_example_is_a_site(checkout):
    example = (checkout.path / "config/site.example.yaml").read_text()
    (checkout.path / "config/site.yaml").write_text(example)
    # In the virtual environment: a machine that can run images is not what this asks for.
    command = ("snakemake", "--dry-run", "--sdm", "env-modules", *PROFILE)
    checkout.run(*command, SLURM_CONF="/nonexistent")


@pytest.mark.parametrize(
    ("partitions", "words"),
    [
        ("{gpu: nogpu}", ["the partition 'nogpu' has none", "partitions.gpu", "name one that has: cpu, gpu"]),
        ("{cpu: fast}", ["no partition 'fast'; there are: cpu, gpu, nogpu", "partitions.cpu"]),
    ],
)
def test_a_partition_that_does_not_do_is_named(checkout, cluster, partitions, words):
    (checkout.path / "config/site.yaml").write_text(f"account: null\npartitions: {partitions}\n")
    command = ("snakemake", "--dry-run", *PROFILE, "compute={device: cuda}")
    environment = {key: cluster.environment[key] for key in ("SLURM_CONF",)}
    printed = checkout.run(*command, check=False, **environment).stdout
    assert all(word in printed for word in words), printed
    assert "Traceback" not in printed
