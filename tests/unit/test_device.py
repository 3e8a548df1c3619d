"""Where a job computes; on a machine without a GPU, so torch is made to believe that there is one."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from fake_gpus import SOURCE, install, uuid

from vitatlas import device
from vitatlas.config.compute import Compute
from vitatlas.errors import UserError
from vitatlas.gpu import lease
from vitatlas.project.atlas import load_atlas

ROOT = Path(__file__).resolve().parents[2]

OF_A_CELL = {
    "relations": {"geometry": "p16", "task": "discrimination", "setting": "256", "auxiliary": "both", "canvas": "48p8"}
    | {"shard": "0", "paper": "relations", "artifact": "figure_02"},
    "pictures": {
        "side": "64",
        "reading": "documents",
        "paper": "pictures",
        "artifact": "extra_encoders",
    },
    "components": {
        "pictures": "pictures",
        "method": "compalign",
        "kind": "scores",
        "side": "64",
        "part": "test",
        "paper": "components",
        "artifact": "figure_02",
    },
    "features": {
        "part": "scored",
        "side": "64",
        "kind": "moved",
        "paper": "features",
        "artifact": "figure_07",
    },
}
"""Values of the wildcards of each paper's rules."""


def own_pretrainings(room):
    """The models that a paper pretrains."""
    own = room.settings.own
    return getattr(own.encoders if room.name == "pictures" else own, "pretraining", {})


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with two GPUs of 24,000 MiB, and a torch that finds those that CUDA_VISIBLE_DEVICES leaves over."""
    monkeypatch.setenv("PATH", f"{install(tmp_path / 'bin', 24000, 24000)}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    monkeypatch.setattr(lease, "default_folder", lambda: tmp_path / "claims")
    monkeypatch.setattr(lease, "_held", [])
    seen = []
    monkeypatch.setattr(torch.backends.cuda, "is_built", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: bool(seen.append(os.environ["CUDA_VISIBLE_DEVICES"]) or 1))
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda: 3 * 2**30)
    yield seen
    device.atexit.unregister(device._report)


def test_the_share_is_taken_before_torch_looks_for_devices(machine):
    made = device.Device(Compute(device="cuda", precision="bf16", compile=True, gpu_memory_mb=20000))
    assert machine == [uuid(0)]
    assert (made.torch.type, made.half, made.compiles) == ("cuda", True, True)


def test_a_second_device_in_the_same_process_is_the_same(machine):
    for _ in range(2):
        device.Device(Compute(device="auto", gpu_memory_mb=20000))
    assert machine == [uuid(0), uuid(0)]


def test_on_a_cpu_no_gpu_is_touched(machine, tmp_path):
    threads = torch.get_num_threads()
    made = device.Device(Compute(device="cpu", precision="bf16", compile=True))
    torch.set_num_threads(threads)
    assert (made.torch.type, made.half, made.compiles) == ("cpu", False, False)
    assert machine == [] and not (tmp_path / "claims").exists()


def test_a_job_too_large_for_every_gpu_says_so(machine):
    with pytest.raises(UserError, match="key 'gpu_memory_mb'"):
        device.Device(Compute(device="cuda", gpu_memory_mb=30000))


def test_the_log_ends_with_the_memory_taken(capfd, machine):
    device._report(4000)
    assert "reserved up to 3072 MiB; gpu_memory_mb claims 4000 MiB" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("built", "contained", "words"),
    [
        (False, False, "ACCELERATOR=cuda make environment"),
        (False, True, "make containers ACCELERATOR=cuda"),
        (True, False, "nvidia-smi"),
        (True, True, "--nv"),
    ],
)
def test_no_gpu_is_an_error_that_says_what_to_do(monkeypatch, tmp_path, built, contained, words):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(torch.backends.cuda, "is_built", lambda: built)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for name in ("APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"):
        monkeypatch.delenv(name, raising=False)
    if contained:
        monkeypatch.setenv("APPTAINER_CONTAINER", "/containers/compute.sif")
    with pytest.raises(UserError) as raised:
        device.Device(Compute(device="cuda"))
    assert "key 'compute.device'" in str(raised.value) and words in str(raised.value)
    assert device.Device(Compute(device="auto")).torch.type == "cpu"


def test_no_job_asks_torch_for_devices_when_it_is_imported():
    """CUDA would take CUDA_VISIBLE_DEVICES as it is then; the share that the job takes later would be for nothing."""
    folder = ROOT / "src/vitatlas/relations"
    found = [*folder.glob("*/job.py"), folder / "attention/walkthrough.py", folder / "das/flow.py"]
    assert len(found) > 8
    modules = [".".join(path.relative_to(folder).with_suffix("").parts) for path in found]
    program = (
        "import torch\n"
        "def asked(*_): raise SystemExit('asked for devices at import')\n"
        "for name in ('is_available', 'device_count', '_lazy_init'): setattr(torch.cuda, name, asked)\n"
        + "".join(f"import vitatlas.relations.{module}\n" for module in modules)
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def a_visualised_set(room):
    """Group, name and model of a set of visualisations; nothing of a paper that has none."""
    for group, sets in getattr(room.settings.own, "visualisations", {}).items():
        for name, models in sets.items():
            return {"group": group, "set": name, "model": next(iter(models))}
    return {}


def test_exactly_the_rules_with_a_share_of_a_gpu_are_told_how_large_it_is():
    for tier in ("smoke", "demo", "paper"):
        atlas = load_atlas(ROOT, {"tier": tier})
        told = set()
        for name, room in atlas.rooms.items():
            pretrained = own_pretrainings(room)
            model = next(iter(pretrained), getattr(room.settings.own, "text_model", "clip_b16"))
            data = next(iter(atlas.config.data), None)
            words = {"model": model, "run": "0", "data": data} | OF_A_CELL[name]
            cell = SimpleNamespace(**words | a_visualised_set(room))
            # A tier without miniatures, or without the user's pictures or models, has no spec of their jobs to look at.
            rules = {builder.rule for builder in room.paper.builders}
            lacking = {rule for rule in rules if rule.startswith("own_")}
            lacking |= set() if pretrained else {"pretrain", "pretrain_encoder"}
            lacking |= set() if atlas.config.data else {"prepare"}
            lacking |= {"component_scenes", "feature_scenes"} if tier == "paper" else set()
            lacking |= set() if getattr(room.settings.own, "readings", {}) else {"read_pictures"}
            told |= lacking & rules & set(atlas.gpu_rules)
            for rule in rules - lacking:
                spec = atlas.spec_of(rule, cell)
                told |= {rule} if "compute" in spec else set()
                wanted = atlas.config.compute_of(rule).gpu_memory_mb
                assert rule not in told or spec["compute"]["gpu_memory_mb"] == wanted
        assert told == set(atlas.gpu_rules)


def test_each_rule_that_asks_for_a_gpu_can_be_given_a_number_of_its_own():
    rules = "\n".join(path.read_text() for path in (ROOT / "rules").glob("**/*.smk"))
    asking = re.findall(r"^rule (\w+):(?:\n(?: .*)?)*?\n        \*\*on_gpu\(\"(\w+)\"\),$", rules, re.MULTILINE)
    assert sorted(asking) == sorted((name, name) for name in load_atlas(ROOT, {}).gpu_rules)
    for name, _ in asking:
        config = load_atlas(ROOT, {"gpu_memory_mb": {name: 12345}}).config
        assert config.compute_of(name).gpu_memory_mb == 12345
