"""Time to draw every finished figure again in another style, against executing the notebooks that draw them.

    python benchmarks/restyle.py [--root FOLDER] [--tier demo] [--notebooks figure_02 …] [--json FILE]

`restyle` is `make restyle`, from start to end. A notebook is executed as the workflow does it, by its script in a
process of its own; a few figures stand for all. Both write PDF and PNG into a folder that is thrown away. The ratio is
of CPU seconds per figure, which other programs do not lengthen as they do wall time. Needs a finished tier: figures,
and their analysis tables.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from vitatlas.jobs.embedded import read_provenance

ROOT = Path(__file__).resolve().parents[1]
SHOWN = ("figure_02", "figure_03", "figure_05", "figure_20")


def main() -> None:
    """Measure both ways, print a table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder with results/<tier>")
    parser.add_argument("--tier", default="demo")
    parser.add_argument("--style", default="dark")
    parser.add_argument("--cores", type=int, default=2, help="processes that restyle")
    parser.add_argument("--notebooks", nargs="+", default=SHOWN, metavar="FIGURE")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one flat object")
    given = parser.parse_args()
    figures = sorted((given.root / "results" / given.tier / "figures").resolve().glob("*/*.csv"))
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = restyled(figures, Path(folder), given)
        csvs = [csv for csv in figures if csv.stem in given.notebooks]
        notebooks = [executed(csv, Path(folder), given.root.resolve()) for csv in csvs]
    of_restyle, of_notebook = cpu / len(figures), sum(notebooks) / len(notebooks)
    found = {
        "figures": len(figures),
        "restyle_all_wall_s": wall,
        "restyle_all_cpu_s": cpu,
        "restyle_cpu_s_per_figure": of_restyle,
        "notebook_cpu_s_per_figure": of_notebook,
        "ratio": of_notebook / of_restyle,
    }
    for name, value in found.items():
        print(f"{name:30} {value:>10.3g}")
    if given.json:
        given.json.write_text(json.dumps({"cores": given.cores, "style": given.style, **found}, indent=1) + "\n")


def restyled(figures: list[Path], folder: Path, given: argparse.Namespace) -> tuple[float, float]:
    """Wall and CPU seconds that restyling all figures takes, from a copy of their CSVs."""
    for csv in figures:
        copy = folder / "results" / given.tier / "figures" / csv.parent.name / csv.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(csv.read_bytes())
    program = [sys.executable, str(ROOT / "workflow/commands/restyle.py")]
    return _seconds([*program, "--tier", given.tier, "--style", given.style, "--cores", str(given.cores)], folder)


def executed(csv: Path, folder: Path, root: Path) -> float:
    """CPU seconds that the notebook of one figure takes, from the tables and the spec that its CSV names."""
    record = read_provenance(csv)
    (folder / "spec.json").write_text(json.dumps(record["spec"]))
    command = [sys.executable, str(ROOT / "workflow/scripts/figure.py"), "--spec", f"@{folder / 'spec.json'}"]
    command += ["--input", "tables", *record["inputs"]]
    for form in ("pdf", "png", "csv"):
        command += ["--output", form, str(folder / f"drawn.{form}")]
    return _seconds([*command, "--output", "notebook", str(folder / "drawn.ipynb")], root)[1]


def _seconds(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of a command, with the processes that it starts."""
    wall, cpu = time.perf_counter(), _cpu()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


if __name__ == "__main__":
    main()
