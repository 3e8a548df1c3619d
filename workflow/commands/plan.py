"""Print what a run would cost: jobs, hours, memory, disk and download, each number with its origin."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from vitatlas.commands import frame
from vitatlas.commands.amounts import cores, count, positive
from vitatlas.commands.plan.plan import make_plan
from vitatlas.commands.plan.show import as_json, as_text
from vitatlas.config.load import DEFAULT_TIER


@frame.command
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="as Snakemake takes them: figure_02, a file, a paper; none for all")
    parser.add_argument("--tier", default=DEFAULT_TIER)
    parser.add_argument("--config", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="other settings")
    parser.add_argument(
        "--cores", type=cores, default="all", help="number of cores to schedule for (all: of this machine)"
    )
    parser.add_argument(
        "--gpus", nargs="+", type=positive, default=[1, 2, 4, 8], help="numbers of GPUs to schedule for"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")
    given = parser.parse_args()
    plan = make_plan(given.targets, given.tier, given.config, Path.cwd(), count(given.cores), given.gpus)
    print(as_json(plan) if given.format == "json" else as_text(plan))


if __name__ == "__main__":
    main()
