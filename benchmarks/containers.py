"""What containers cost: wall time of a tier, or of one target of it, in the images and in the virtual environment.

    python benchmarks/containers.py [--tier demo] [--target figure_02] [--folder DIR] [--json FILE]

Both runs start from nothing, one after the other, in fresh clones of the last commit, with the images of this checkout
(`make containers`) and all cores. The machine should have nothing else to do. The demo tier takes about an hour.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
SNAKEMAKE = Path(sys.executable).with_name("snakemake")


def main() -> None:
    """Measure, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", default="demo", help="the tier to make (default: demo)")
    parser.add_argument("--target", default="all", help="what to make (default: everything)")
    parser.add_argument("--folder", type=Path, help="where to make the two clones, and leave them (default: nowhere)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        plain = seconds(folder / "plain", arguments.tier, arguments.target)
        contained = seconds(folder / "contained", arguments.tier, arguments.target, "--use-singularity")
    figures = {f"{name} seconds, virtual environment": value for name, value in plain.items()}
    figures |= {f"{name} seconds, containers": value for name, value in contained.items()}
    figures |= {f"{name} ratio": contained[name] / plain[name] for name in plain}
    for name, value in figures.items():
        print(f"{name:44} {value:>10.4g}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def seconds(folder: Path, tier: str, target: str, *options: str) -> dict[str, float]:
    """Seconds of one run from nothing: by the clock, and the jobs' own, added up."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    for name in (ROOT / "containers").glob("*.sif"):
        for path in (name, name.with_suffix(".json")):
            (folder / "containers" / path.name).symlink_to(path)
    print(f"{tier}, {'in containers' if options else 'in the virtual environment'} …", file=sys.stderr)
    command = [str(SNAKEMAKE), target, "--cores", "all", "--quiet", "all", *options, "--config", f"tier={tier}"]
    start = time.monotonic()
    subprocess.run(command, cwd=folder, check=True)
    wall = time.monotonic() - start
    records = (folder / f"results/{tier}/benchmarks").rglob("*.tsv")
    return {"wall": wall, "jobs": sum(float(pd.read_csv(record, sep="\t")["s"].sum()) for record in records)}


if __name__ == "__main__":
    main()
