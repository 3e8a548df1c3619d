"""A small finished tier: files with real records inside, which hold just enough for the page of a paper."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw
from pydantic import ConfigDict
from safetensors.numpy import save_file

from vitatlas.artifacts.files import artifact_files, kind_of
from vitatlas.config.strict import Strict
from vitatlas.jobs.embedded import line
from vitatlas.jobs.job import Job, parse
from vitatlas.jobs.provenance import record_of, weights_metadata
from vitatlas.jobs.tables import write_table
from vitatlas.report.claims import CLAIM, Invariant
from vitatlas.report.job import make_page
from vitatlas.report.spec import TEMPLATES, PageSpec, Row

ROOT = Path(__file__).resolve().parents[2]
RESULTS = "results/demo"
NASTY = '<script>document.title="broken"</script> & "quoted"'
NOTE = "Demo tier: miniature models."
LESSON = "Mini net was taught what it is asked."
OWN = "Stands for Large net alone."
TUTORIAL = "docs/tutorial/paper.ipynb"
PANELS = [{"model": "mini", "title": "Mini net", "layer": 3}, {"model": "other", "title": "Other net", "layer": 3}]
HUB = "resources/weights/hub.safetensors"
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    # Files of the tier: the job that makes each, and what it is handed
    "scenes/train.parquet": ("scenes/mini", ()),
    "scenes/test.parquet": ("scenes/mini", ()),
    "pairs.parquet": ("pairs/mini", ("scenes/train.parquet", "scenes/test.parquet")),
    "weights/mini.safetensors": ("pretrain/mini", ()),
    "models/run0.safetensors": ("finetune/mini/run0", ("weights/mini.safetensors", "scenes/train.parquet")),
    "models/run1.safetensors": ("finetune/mini/run1", ("weights/mini.safetensors", "scenes/train.parquet")),
    "models/run0/searched.parquet": ("search/mini/run0", ("models/run0.safetensors", "pairs.parquet")),
    "analysis/paper/searched/mini.parquet": ("searched/mini", ("models/run0/searched.parquet",)),
    "analysis/paper/answers/mini.parquet": ("answers/mini", ("models/run0.safetensors", "models/run1.safetensors")),
    "analysis/paper/answers/hub.parquet": ("answers/hub", (HUB,)),
}
BENCHMARKS = {
    "figures/paper/figure_01": (2.0, 300.0),
    "searched/mini": (1.0, None),
    "search/mini/run0": (100.0, 600.0),
    "finetune/mini/run0": (50.0, 700.0),
    "finetune/mini/run1": (50.0, 650.0),
    "pretrain/mini": (60.0, 500.0),
    "pairs/mini": (3.0, None),
    "scenes/mini": (4.0, None),
    "scenes/other": (900.0, None),  # before nothing that is shown
}
SECONDS_BEFORE_FIGURE_01 = 1 + 100 + 50 + 60 + 3 + 4  # searched in one of the two models
SHOWN = {
    # The tier's artifacts, in the order of the page: title and table
    "figure_01": ("Interventions", "analysis/paper/searched/mini.parquet"),
    "extra_more_detail": ("Of our own", "analysis/paper/searched/mini.parquet"),
    "table_01": ("Accuracies", "analysis/paper/answers/mini.parquet"),
}
SPEC = PageSpec(
    paper="paper",
    tier="demo",
    title=f"A paper {NASTY}",
    reference="Nobody, 2026",
    command="snakemake {target}",
    keys=["layer"],
    tier_note=NOTE,
    tutorial=TUTORIAL,
    stand_ins={"Mini net": ["Large net", "Larger net"]},
    words={"tiny_net": "Tiny net", "mini": "Mini net"},
    missing=[Row(name="figure_02", title="Not made", section="1", state="pending", remark="not yet")],
)


class AnySpec(Strict):
    """The spec of the jobs here."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Tier:
    """The tier's folder, `root/results/demo`, finished but for the page. Records name files as seen from `root`."""

    def __init__(self, root: Path, claims: bool = True, invariants: bool = True):
        self.root, self.results = root, root / RESULTS
        self.page = self.results / "report/paper.html"
        with chdir(root):
            self._intermediate()
            for name, (title, table) in SHOWN.items():
                self._artifact(name, title, f"{RESULTS}/{table}")
        for name, (seconds, memory) in BENCHMARKS.items():
            text = f"s\tmax_rss\tcpu_time\n{seconds}\t{'NA' if memory is None else memory}\tNA\n"
            self.write(f"benchmarks/{name}.tsv", text)
        self.write("compute.csv", "kind,jobs,hours,longest_s,memory_mb\ndas,2,1.5,3600,612.5\nscenes,1,0.001,3.6,\n")
        self.write("coverage.html", "<p>coverage</p>")
        (root / TUTORIAL).parent.mkdir(parents=True)
        (root / TUTORIAL).write_text("{}")
        if invariants:
            columns = [field.name for field in fields(Invariant)]
            self.table("verdicts/paper_invariants.csv", ["name", *columns], INVARIANTS)
        if claims:
            self.table("verdicts/paper.csv", ["id", *CLAIM, "layer"], CLAIMS)
            self.write("verdicts/paper.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"/>')

    def write(self, name: str, text: str) -> Path:
        path = self.results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def table(self, name: str, columns: list[str], rows: list[dict[str, str]]) -> None:
        path = self.write(name, "# vitatlas: {}\n")
        with path.open("a", newline="") as handle:
            table = csv.DictWriter(handle, columns, restval="")
            table.writeheader()
            table.writerows(rows)

    def record(self, name: str, *inputs: str) -> dict[str, Any]:
        """The record that a job of this name would write, given these files of the tier."""
        with chdir(self.root):
            return record_of(job(name, [f"{RESULTS}/{path}" for path in inputs]), "paper/other")

    def make(self, **changes: Any) -> str:
        """Run the job; the text of the page."""
        files = {
            "artifacts": [path for name in SHOWN for path in artifact_files("paper", name, RESULTS).values()],
            "verdicts": [f"{RESULTS}/verdicts/paper.csv"],
            "badge": [f"{RESULTS}/verdicts/paper.svg"],
            "invariants": [f"{RESULTS}/verdicts/paper_invariants.csv"],
            "compute": [f"{RESULTS}/compute.csv"],
            "templates": [str(ROOT / name) for name in TEMPLATES],
        }
        spec = SPEC.model_copy(update=changes).model_dump(mode="json")
        with chdir(self.root):
            words = []
            for name, paths in files.items():
                words += ["--input", name, *(path for path in paths if Path(path).exists())]
            words += ["--output", "html", f"{RESULTS}/report/paper.html", "--spec", json.dumps(spec)]
            make_page(parse(PageSpec, words))
        return self.page.read_text()

    def _intermediate(self) -> None:
        Path(HUB).parent.mkdir(parents=True)
        save_file({"weight": np.zeros(1)}, HUB)
        for name, (maker, inputs) in FILES.items():
            path = Path(RESULTS, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            made = job(maker, [file if file == HUB else f"{RESULTS}/{file}" for file in inputs])
            if path.suffix == ".parquet":
                write_table(made, path, pd.DataFrame({"value": [0.5]}))
            else:
                save_file({"weight": np.zeros(1)}, path, weights_metadata(made, path, {"model": "mini"}))

    def _artifact(self, name: str, title: str, table: str) -> None:
        about = {"artifact": name, "paper": "paper", "tier": "demo", "family": "any", "title": title}
        about |= {"section": "1 & more", "caption": f"Long enough to be read. {NASTY}", "tier_note": NOTE}
        about |= {
            "notes": [LESSON, OWN] if name == "figure_01" else [LESSON],
            "reading": "its rows" if name == "figure_01" else "",
        }
        spec = about | {
            "panels": PANELS,
            "options": {},
            "code": {},
            "environment": "0",
        }
        record = record_of(job(f"{kind_of(name)}s/paper/{name}", [table], spec), f"paper/{name}")
        texts = {"md": MARKDOWN, "csv": line(record, ".csv") + "model,runs\nmini,3\nmini,2\nother,1\n"}
        for form, path in artifact_files("paper", name, ".").items():
            file = self.write(path, texts.get(form, "x"))
            if form == "png":
                picture().save(file)
        if kind_of(name) == "figure":
            self.write(f"notebooks/paper/{name}.ipynb", "{}")


def job(name: str, inputs: Sequence[str], spec: dict[str, Any] | None = None) -> Job[AnySpec]:
    """A job as a rule would hand it over."""
    words = ["--spec", json.dumps(spec or {}), "--log", f"{RESULTS}/logs/{name}.log"]
    return parse(AnySpec, [*words, *(["--input", "files", *inputs] if inputs else [])])


def picture() -> Image.Image:
    """A wide drawing."""
    image = Image.new("RGB", (1600, 600), "white")
    ImageDraw.Draw(image).ellipse((300, 50, 1300, 550), fill="navy")
    return image


def claim(number: int, artifact: str, verdict: str, **more: str) -> dict[str, str]:
    found = {
        "id": f"claim_{number}",
        "artifact": artifact,
        "statement": f"Statement {number}",
        "about": "claim",
    }
    return found | {"verdict": verdict} | more


CLAIMS = [
    claim(
        1,
        "figure_01",
        "reproduced",
        published="0.85",
        ours="0.91234",
        sd="0.02",
        runs="3",
        place="-3.117",
        model="theirs",
        ours_model="mini",
        layer="7",
    ),
    claim(2, "figure_01", "not reproduced", statement=NASTY, published="3", ours="1"),
    claim(
        3,
        "figure_01, table_01",
        "not attempted",
        about="number",
        published="0.5",
        reason="a miniature is not compared in value",
    ),
    claim(
        4,
        "table_01",
        "direction only",
        published="a > b",
        ours="a ≥ b",
        ours_model="tiny_net, mini",
        sd="0.00664",
        runs="1.0",
        reason="of tiny_net as claim_1, see figure_02 (or this/that)",
    ),
    claim(
        5, "figure_02", "not attempted", about="number", published="0.1", reason="a miniature is not compared in value"
    ),
    claim(6, "", "reproduced", reason=NASTY),
]
INVARIANTS = [
    {"name": "one", "statement": f"It holds {NASTY}", "source": "§4", "held": "true", "worst": "1e-9", "bound": "1e-6"},
    {"name": "two", "statement": "It does not", "source": "§4", "held": "false", "worst": "0.01", "bound": "1e-6"},
]
MARKDOWN = f"""<!-- vitatlas: {{}} -->
**Table 1. Accuracies.** A caption.

| Model | Test |
| --- | ---: |
| mini-objects | 99.6 ± 0.2 |
| {NASTY} | 50.0 |

{NOTE}

A note below the table.

Runs: Mini net 2 to 3, Other net 1.
"""
