"""Run the workflow with Snakemake's output in short, and say where the results are."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.amounts import cores
from vitatlas.commands.progress import QUIET, shorten
from vitatlas.config.load import DEFAULT_TIER
from vitatlas.papers import papers
from vitatlas.project.results import where


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="as Snakemake takes them: figure_02, a file, a paper; none for all")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument("--cores", type=cores, default="all")
    given = parser.parse_args()
    snakemake = [sys.executable, "-m", "snakemake", *QUIET, "--cores", given.cores]
    command = [*snakemake, *given.targets, "--config", f"tier={given.tier}"]
    print(f"{given.tier}: results/{given.tier}, with the log of each job in results/{given.tier}/logs", file=sys.stderr)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace") as run:
        # A terminal's Ctrl-C reaches Snakemake too, which ends its jobs in order; other signals are handed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, _: run.send_signal(number))
        nothing = shorten(run.stderr or (), sys.stderr, live=sys.stderr.isatty())
    if nothing and (words := where(Path("results") / given.tier, papers())):
        print(words, file=sys.stderr)
    sys.exit(run.returncode)


if __name__ == "__main__":
    main()
