"""What rules ask for, by tier and site."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from vitatlas.config.site import Site
from vitatlas.project.load import gpu_rules, load_config, load_zoo
from vitatlas.project.resources import Places, growing

ANY = SimpleNamespace()
SLURM = {"account": None}


def places(root: Path, tier: str, **site: object) -> Places:
    zoo = load_zoo(root / "config/models.yaml")
    return Places(load_config(root / "config", {"tier": tier}, zoo), Site.model_validate(site))


def test_amounts_grow_with_each_attempt() -> None:
    amount = growing(4000)
    assert [amount(ANY, attempt) for attempt in (1, 2, 3)] == [4000, 8000, 12000]


def test_without_a_site_only_the_gpu_is_asked_for(root: Path) -> None:
    assert places(root, "paper").on_cpu() == {}
    asked = places(root, "paper").on_gpu("finetune")
    assert asked.keys() == {"gpu", "gpu_mb"}
    assert asked["gpu"] == 1 and asked["gpu_mb"] > 1000


def test_where_the_tier_computes_on_cpus_no_gpu_is_asked_for(root: Path) -> None:
    here = places(root, "demo", account="lab", partitions={"cpu": "short", "gpu": "a100"})
    assert here.on_gpu("finetune") == here.on_cpu()
    assert here.on_cpu()["slurm_partition"] == "short"


@pytest.mark.parametrize(
    ("gpu", "asked"),
    [
        ({}, {"gpu": 1}),
        ({"model": "a100"}, {"gpu": 1, "gpu_model": "a100"}),
        ({"by": "gres"}, {"gres": "gpu:1"}),
        ({"by": "gres", "model": "a100"}, {"gres": "gpu:a100:1"}),
    ],
)
def test_a_gpu_is_asked_for_as_the_site_wants(root: Path, gpu: dict[str, str], asked: dict[str, object]) -> None:
    resources = places(root, "paper", gpu=gpu).on_gpu("finetune")
    resources.pop("gpu_mb")
    assert resources == asked


def test_slurm_is_told_account_partition_signal_and_options(root: Path) -> None:
    here = places(root, "paper", account="lab", partitions={"gpu": "a100"}, signal_s=90, sbatch="--reservation=course")
    assert here.on_cpu() == {"slurm_account": "lab", "slurm_extra": "--signal=TERM@90 --reservation=course"}
    assert here.on_gpu("finetune")["slurm_partition"] == "a100"


def test_no_account_is_no_key(root: Path) -> None:
    assert places(root, "demo", **SLURM).on_cpu() == {"slurm_extra": "--signal=TERM@120"}


def test_scratch_is_looked_up_where_the_job_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = places(root, "demo", scratch="/scratch/$JOB").on_cpu()["tmpdir"]
    monkeypatch.setenv("JOB", "7")
    assert folder(ANY) == "/scratch/7"


def test_every_rule_says_what_it_needs_and_where_it_runs(root: Path) -> None:
    on_gpu = gpu_rules(load_config(root / "config", {}, load_zoo(root / "config/models.yaml")))
    assert len(on_gpu) >= 10
    asked = {}
    for path in root.glob("rules/**/*.smk"):
        for rule, text in re.findall(r"^rule (\w+):\n((?:    .*\n|\n)+)", path.read_text(), re.MULTILINE):
            if "    shell:" in text:  # else it only names targets
                asked[rule] = re.search(r"    resources:\n((?:        .*\n)+)", text)[1]
    assert len(asked) >= 30
    for rule, text in asked.items():
        assert re.search(r"mem_mb=growing\(\d+\)", text) and re.search(r"runtime=growing\(\d+\)", text), rule
        where = f'**on_gpu("{rule}")' if rule in on_gpu else "**on_cpu()"
        assert where in text, f"rule {rule}: {text}"
