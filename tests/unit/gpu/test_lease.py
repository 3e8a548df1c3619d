"""Shares of GPUs: real processes, real locks, and an nvidia-smi that lists GPUs that are not there."""

import os
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from fake_gpus import SOURCE, Holder, install, uuid

from vitatlas.errors import UserError
from vitatlas.gpu import lease
from vitatlas.gpu.claims import Claim, place

SNAKEMAKE = Path(sys.executable).with_name("snakemake")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Makes a machine with GPUs of so many MiB; gives a function that starts a process that holds a share of one."""
    holders = []
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)

    def make(*memory_mb: int):
        monkeypatch.setenv("PATH", f"{install(tmp_path / 'bin', *memory_mb)}{os.pathsep}{os.environ['PATH']}")

        def hold(memory_mb: int, **environment: str) -> Holder:
            holders.append(Holder(memory_mb, tmp_path / "claims", **environment))
            return holders[-1]

        return hold

    yield make
    for holder in holders:
        holder.kill()


@pytest.mark.parametrize("devices", [1, 2, 4])
def test_as_many_processes_as_devices_get_one_each(machine, devices):
    hold = machine(*[24000] * devices)
    holders = [hold(20000) for _ in range(devices)]
    assert {holder.device() for holder in holders} == {uuid(index) for index in range(devices)}


def test_small_ones_get_a_device_each_too_while_there_are_enough(machine):
    hold = machine(80000, 80000, 80000)
    assert len({hold(4000).device() for _ in range(3)}) == 3


def test_more_processes_than_devices_share_them_evenly_by_memory(machine):
    hold = machine(24000, 24000, 24000)
    holders = [hold(6000) for _ in range(12)]
    assert Counter(holder.device() for holder in holders) == {uuid(index): 4 for index in range(3)}
    late = hold(6000)
    assert "waiting for 6000 MiB of GPU memory: other jobs leave 0 MiB on GPU 0" in late.says()
    assert late.waits()
    holders[5].end()
    assert late.device() in {uuid(index) for index in range(3)}


def test_a_killed_process_leaves_its_device_to_the_next(machine, tmp_path):
    hold = machine(24000)
    first, second = hold(20000), None
    assert first.device() == uuid(0)
    second = hold(20000)
    assert second.waits()
    first.kill()
    assert second.device() == uuid(0)
    assert len(list((tmp_path / "claims").glob("*.json"))) == 1, "the dead one's claim is still there"


def test_a_process_killed_while_it_waits_holds_up_nobody(machine):
    hold = machine(24000)
    first = hold(20000)
    assert first.device()
    second = hold(24000)
    assert second.waits()
    third = hold(4000)
    assert third.waits(), "overtook an earlier one that needs the device"
    second.kill()
    assert third.device() == uuid(0)


def test_small_ones_that_keep_coming_do_not_starve_a_large_one(machine):
    hold = machine(24000)
    small = [hold(8000), hold(8000)]
    assert {holder.device() for holder in small} == {uuid(0)}
    large = hold(24000)
    assert "jobs ahead in the queue: 0" in large.says()
    later = hold(8000)
    assert "jobs ahead in the queue: 1" in later.says()
    small[0].end()
    assert large.waits() and later.waits()
    small[1].end()
    assert large.device() == uuid(0)
    assert later.waits()
    large.end()
    assert later.device() == uuid(0)


def test_only_devices_in_cuda_visible_devices_are_used(machine):
    hold = machine(24000, 24000, 24000, 24000)
    holders = [hold(20000, CUDA_VISIBLE_DEVICES=f"3,{uuid(1)[:14]}") for _ in range(3)]
    got = [holder.device() for holder in holders if not holder.waits()]
    assert sorted(got) == [uuid(1), uuid(3)]


def test_runs_with_other_devices_in_cuda_visible_devices_know_of_each_other(machine):
    hold = machine(24000, 24000, 24000)
    assert hold(20000, CUDA_VISIBLE_DEVICES="1,2").device() == uuid(1)
    assert hold(20000, CUDA_VISIBLE_DEVICES="0,1").device() == uuid(0)
    assert hold(20000, CUDA_VISIBLE_DEVICES="0,1").waits()


def test_one_device_in_cuda_visible_devices_is_shared_by_memory(machine):
    hold = machine(24000, 24000)
    assert hold(20000, CUDA_VISIBLE_DEVICES="1").device() == uuid(1)
    assert hold(4000, CUDA_VISIBLE_DEVICES="1").device() == uuid(1)
    assert hold(4000, CUDA_VISIBLE_DEVICES="1").waits()


@pytest.mark.parametrize("given", [{"SLURM_JOB_ID": "7", "CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": ""}])
def test_the_one_device_of_a_slurm_job_and_none_at_all_stay_as_they_are(machine, tmp_path, given):
    hold = machine(24000, 24000)
    value = given["CUDA_VISIBLE_DEVICES"]
    holders = [hold(20000, **given) for _ in range(2)]
    assert [holder.process.communicate()[0].strip() for holder in holders] == [value, value]
    assert not (tmp_path / "claims").exists()


def test_an_instance_of_a_divided_gpu_stays_as_it_is(machine):
    hold = machine(24000)
    assert hold(20000, CUDA_VISIBLE_DEVICES="MIG-1234").device() == "MIG-1234"


def test_without_nvidia_smi_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    lease.take(1000, tmp_path / "claims")
    assert "CUDA_VISIBLE_DEVICES" not in os.environ and not (tmp_path / "claims").exists()


def test_more_than_any_device_has_is_an_error(machine, tmp_path):
    machine(24000, 16000)
    with pytest.raises(UserError) as raised:
        lease.take(24001, tmp_path / "claims")
    for words in ("24001 MiB", "24000 MiB", "key 'gpu_memory_mb'", "lower"):
        assert words in str(raised.value)


def test_a_device_that_is_not_there_is_an_error(machine, tmp_path, monkeypatch):
    machine(24000, 24000)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,5")
    with pytest.raises(UserError) as raised:
        lease.take(1000, tmp_path / "claims")
    for words in ("no GPU 5", "0, 1", "CUDA_VISIBLE_DEVICES=0,5", "nvidia-smi -L"):
        assert words in str(raised.value)


def test_users_do_not_share_a_folder(machine, tmp_path, monkeypatch):
    machine(24000)
    folders = set()
    for user in (1001, 1002):
        monkeypatch.setattr(os, "getuid", lambda user=user: user)
        folders.add(lease.default_folder())
    assert len(folders) == 2
    taken = tmp_path / "claims"
    taken.mkdir()
    with pytest.raises(UserError, match="is not yours"):
        lease.take(1000, taken)


def test_the_folder_is_for_its_user_only(machine, tmp_path):
    machine(24000)(1000).device()
    assert stat.S_IMODE((tmp_path / "claims").stat().st_mode) == 0o700


def test_two_jobs_that_snakemake_starts_beside_each_other_get_distinct_devices(machine, tmp_path):
    machine(24000, 24000)
    work = tmp_path / "work"
    work.mkdir()
    # Each job waits until the other has its device, so that they hold theirs at the same time.
    (work / "job.py").write_text(
        "import os, sys, time\n"
        "from pathlib import Path\n"
        f"sys.path.insert(0, {str(SOURCE)!r})\n"
        "from vitatlas.gpu import lease\n"
        f"lease.take(20000, Path({str(tmp_path / 'claims')!r}))\n"
        "Path(sys.argv[1]).write_text(os.environ['CUDA_VISIBLE_DEVICES'])\n"
        "end = time.monotonic() + 30\n"
        "while len(list(Path().glob('*.device'))) < 2 and time.monotonic() < end:\n"
        "    time.sleep(0.05)\n"
    )
    (work / "Snakefile").write_text(
        "rule all:\n    input: 'a.device', 'b.device'\n"
        "rule job:\n    output: '{name}.device'\n    resources: gpu_mb=20000\n"
        f"    shell: '{sys.executable} job.py {{output}}'\n"
    )
    done = subprocess.run(
        [SNAKEMAKE, "--cores", "2", "--resources", "gpu_mb=48000"],
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {(work / f"{name}.device").read_text() for name in "ab"} == {uuid(0), uuid(1)}


def claim(number: int, memory_mb: int, device: str | None = None, **devices: int) -> Claim:
    return Claim(number, memory_mb, devices or {"a": 24, "b": 80}, device)


def test_a_device_without_jobs_goes_before_one_with_more_room():
    assert place([claim(1, 10, "b"), claim(2, 10)]) == {2: "a"}


def test_of_devices_with_as_many_jobs_the_one_with_the_most_room_goes_first():
    assert place([claim(1, 10), claim(2, 10), claim(3, 10)]) == {1: "b", 2: "a", 3: "b"}


def test_a_large_one_reserves_only_one_device():
    claims = [claim(1, 60, "b"), claim(2, 70), claim(3, 10), claim(4, 10), claim(5, 10)]
    assert place(claims) == {3: "a", 4: "a"}


def test_what_fits_no_more_beside_an_earlier_one_waits():
    assert place([claim(2, 20, a=24), claim(1, 20, a=24)]) == {1: "a"}


def test_a_later_large_one_does_not_hold_up_an_earlier_small_one():
    assert place([claim(1, 20, "a", a=24), claim(2, 4, a=24), claim(3, 24, a=24)]) == {2: "a"}
