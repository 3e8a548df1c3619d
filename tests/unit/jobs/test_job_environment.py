"""The environment that a job sees, whatever its user has set."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.jobs.environment import DECLARED, KEEP, declared, is_script

ROOT = Path(__file__).resolve().parents[3]

LEAKS = {
    "JUPYTER_PATH": "/mine",
    "JUPYTER_PREFER_ENV_PATH": "0",
    "IPYTHONDIR": "/mine",
    "MATPLOTLIBRC": "/mine/matplotlibrc",
    "MPLBACKEND": "module://mine",
    "PYTHONPATH": "/mine",
    "PYTHONSTARTUP": "/mine/startup.py",
    "PYTHONOPTIMIZE": "2",
    "PYTHONWARNINGS": "error",
    "LC_NUMERIC": "de_DE.UTF-8",
    "LC_ALL": "tr_TR.ISO-8859-9",
    "LANGUAGE": "ru",
    "TZ": "Pacific/Auckland",
    "LD_PRELOAD": "/mine/lib.so",
    "NVIDIA_TF32_OVERRIDE": "1",
    "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE": "1",
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
    "XDG_DATA_HOME": "/mine",
    "XDG_CONFIG_HOME": "/mine",
}
NEEDED = {
    "CUDA_VISIBLE_DEVICES": "1",
    "HTTPS_PROXY": "http://proxy",
    "no_proxy": "here",
    "HF_HUB_OFFLINE": "1",
    "SLURM_JOB_ID": "3",
    "OMP_NUM_THREADS": "1",
    "TMPDIR": "/scratch",
    "VITATLAS_COMMIT": "abc",
}


@pytest.mark.parametrize("name", LEAKS)
def test_what_could_change_a_result_is_left_out(name):
    assert declared({**NEEDED, name: LEAKS[name]}).get(name) == DECLARED.get(name)


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_job_needs_is_kept(name):
    assert declared({**LEAKS, **NEEDED})[name] == NEEDED[name]


def test_a_site_may_keep_more():
    found = declared({KEEP: "NCCL_DEBUG TZ", "NCCL_DEBUG": "INFO", "NCCL_ALGO": "Ring", "TZ": "Asia/Tokyo"})
    assert (found["NCCL_DEBUG"], found["TZ"]) == ("INFO", "Asia/Tokyo") and "NCCL_ALGO" not in found


@given(st.dictionaries(st.sampled_from([*LEAKS, *NEEDED, "OTHER", KEEP]), st.text(max_size=5)))
def test_a_declared_environment_is_declared(environment):
    """Otherwise a job would start anew without end."""
    once = declared(environment)
    assert declared(once) == once


def test_only_scripts_of_rules_change_their_environment():
    assert is_script(str(ROOT / "workflow/scripts/figure.py"))
    assert not is_script(sys.argv[0]) and not is_script("workflow/commands/identify.py")


@pytest.fixture
def hostile(tmp_path):
    """A user's environment in which every door leads to a module that ends the program."""
    (tmp_path / "mine").mkdir()
    for name in ("yaml", "pandas", "usercustomize"):
        (tmp_path / f"mine/{name}.py").write_text("raise SystemExit('of the user')\n")
    (tmp_path / "matplotlibrc").write_text("axes.facecolor: red\n")
    return os.environ | LEAKS | {"PYTHONPATH": str(tmp_path / "mine"), "LD_PRELOAD": "", "LC_ALL": "C"}


def test_a_job_is_not_led_to_a_users_modules(hostile, tmp_path):
    published = "config/published/relations.yaml"
    command = [sys.executable, "workflow/scripts/published.py", "--input", "published", published]
    environment = hostile | {"VITATLAS_COMMIT": "abc"}
    done = subprocess.run(
        [*command, "--output", "table", str(tmp_path / "t.parquet"), "--spec", json.dumps(spec())],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "t.parquet").exists()


def spec():
    from vitatlas.jobs.fingerprint import without_fingerprint
    from vitatlas.project.atlas import load_atlas

    class Wildcards:
        paper = "relations"

    return without_fingerprint(load_atlas(ROOT, {"tier": "smoke"}).spec_of("published", Wildcards()))
