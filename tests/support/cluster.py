"""A real SLURM on this machine: munge, the controller and two nodes, one with mock GPUs, all below one folder.

Nothing outside the folder is touched, and other daemons of the same kind do not notice. Wants root (for the devices)
and the Debian packages `slurmctld slurmd slurm-client munge`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scontrol", "scancel", "srun")
NODES = ("node1", "node2")
GPUS = 2

CONF = """\
ClusterName=atlas
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
MinJobAge=3600
KillWait=5
SchedulerParameters=sched_interval=1,batch_sched_delay=0
GresTypes=gpu
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs={cpus} RealMemory=64000 Gres=gpu:mock:{gpus}
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs={cpus} RealMemory=64000
PartitionName=cpu Nodes=node[1-2] Default=YES MaxTime=UNLIMITED DefMemPerCPU=500
PartitionName=gpu Nodes=node1 MaxTime=UNLIMITED DefMemPerCPU=500
PartitionName=nogpu Nodes=node2 MaxTime=UNLIMITED DefMemPerCPU=500
"""


def missing() -> str | None:
    """Why there can be no cluster here; None if there can."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
    if absent:
        return f"no {', '.join(absent)} on this machine (Debian: slurmctld slurmd slurm-client munge)"
    return "the mock GPUs are device files, which only root can make" if os.geteuid() != 0 else None


class Cluster:
    """The daemons, and the commands of SLURM against them.

    Args:
        folder: Where everything lies: configuration, state, logs, devices.
        cpus: CPUs per node; they may be more than there are.
    """

    def __init__(self, folder: Path, cpus: int = 4):
        self.folder = folder
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(mode=0o755)
        (folder / "state").mkdir()
        host = socket.gethostname().split(".")[0]
        conf = CONF.format(host=host, folder=folder, ports=_free_ports(3), cpus=cpus, gpus=GPUS)
        (folder / "slurm.conf").write_text(conf)
        # Null devices: slurmd takes no plain files for GPUs.
        for number in range(GPUS):
            os.mknod(folder / f"gpu{number}", 0o20666, os.makedev(1, 3))
        gres = f"NodeName=node1 Name=gpu Type=mock File={folder}/gpu[0-{GPUS - 1}]\n"
        (folder / "gres.conf").write_text(gres)
        path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"], "/usr/sbin"])
        self.environment = os.environ | {"SLURM_CONF": str(folder / "slurm.conf"), "PATH": path}
        self._wrap()

    def start(self) -> None:
        """Start every daemon, and wait until both nodes are idle."""
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o600)
        files = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid"}
        files |= {"log-file": "munge.log", "seed-file": "munge.seed"}
        # It insists on folders that everybody may enter; those of tests are private.
        self._daemon(
            "munged", "--foreground", "--force", *(f"--{key}={self.folder / name}" for key, name in files.items())
        )
        self.wait_until(lambda: (self.folder / "munge.socket").exists(), 10, "munge")
        self.start_controller()
        for node in NODES:
            self._daemon("slurmd", "-D", "-N", node)
        self.wait_until(lambda: self.run("sinfo", "-h", "-N", "-o", "%T").split().count("idle") >= 2, 30, "nodes")

    def start_controller(self) -> None:
        """Start slurmctld, with the state of an earlier one if there was one."""
        self._daemon("slurmctld", "-D")
        self.wait_until(lambda: "UP" in self.run("scontrol", "ping"), 20, "slurmctld")

    def stop_controller(self) -> None:
        """End slurmctld; jobs go on meanwhile."""
        self._end("slurmctld")

    def stop(self) -> None:
        """End all jobs and daemons, whatever state they are in."""
        if "slurmctld" in self.daemons:
            self.run("scancel", "--user=root")
        for name in list(self.daemons)[::-1]:
            self._end(name)
        self._end_orphans()

    def run(self, *command: str, timeout: float = 10) -> str:
        """The text that a client command prints; empty where it fails or a daemon does not answer in time."""
        try:
            done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout

    def wait_until(self, ready: Callable[[], object], seconds: float, what: str) -> None:
        """Look every half second whether something is there.

        Raises:
            AssertionError: It is not, after so many seconds; shows the logs.
        """
        deadline = time.monotonic() + seconds
        while not ready():
            logs = "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in self.folder.glob("*.[lo][ou][gt]"))
            assert time.monotonic() < deadline, f"not there after {seconds} s: {what}\n{logs}"
            time.sleep(0.5)

    @property
    def submissions(self) -> list[list[str]]:
        """The arguments of every call of sbatch so far."""
        record = self.folder / "submissions"
        return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []

    def _wrap(self) -> None:
        """Put an srun first on PATH that knows the configuration, which the plugin takes from its environment; and an
        sbatch that notes its arguments."""
        (self.folder / "bin").mkdir()
        # In one write: Snakemake submits several jobs at once
        note = "import json, os, sys; os.write(1, (json.dumps(sys.argv[1:]) + chr(10)).encode())"
        note = f"{sys.executable} -c '{note}' \"$@\" >> {self.folder}/submissions"
        for name, before in (("srun", ":"), ("sbatch", note)):
            wrapper = self.folder / "bin" / name
            conf = f"export SLURM_CONF={self.folder}/slurm.conf"
            wrapper.write_text(f'#!/bin/sh\n{conf}\n{before}\nexec {shutil.which(name)} "$@"\n')
            wrapper.chmod(0o755)

    def _daemon(self, program: str, *arguments: str) -> None:
        name = f"{program} {arguments[-1]}" if program == "slurmd" else program
        output = (self.folder / f"{name.replace(' ', '-')}.out").open("ab")
        # Whatever becomes of the tests, the daemons go with them.
        bound = ["setpriv", "--pdeathsig", "TERM", program]
        self.daemons[name] = subprocess.Popen(
            [*bound, *arguments], env=self.environment, stdout=output, stderr=output, start_new_session=True
        )

    def _end(self, name: str) -> None:
        daemon = self.daemons.pop(name)
        daemon.terminate()
        try:
            daemon.wait(10)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait(10)

    def _end_orphans(self) -> None:
        """Whatever outlives its node: processes of jobs, known by the configuration in their environment."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if int(process.name) != os.getpid() and mark in (process / "environ").read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)
            except OSError:
                continue


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
