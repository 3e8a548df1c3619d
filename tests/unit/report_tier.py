"""A small finished tier, made of files that hold just enough for the page of a paper."""

from __future__ import annotations

import csv
import json
from dataclasses import fields
from pathlib import Path

import yaml
from artifact_specs import CONFIG, STAND_INS, ZOO
from PIL import Image, ImageDraw

from vitatlas.artifacts.provenance import line, provenance
from vitatlas.artifacts.registry import inputs, load_registry, outputs, resolve
from vitatlas.jobs import parse
from vitatlas.report.claims import Claim, Invariant
from vitatlas.report.job import make_page
from vitatlas.report.spec import TEMPLATES, PageSpec

ROOT = CONFIG.parent
NASTY = '<script>document.title="broken"</script> & "quoted"'
PANELS = [{"model": "clip_b16", "task": "discrimination", "setting": "256"}]
ENTRY = {"section": "1 & more", "panels": PANELS, "caption": "{panels}. Long enough to be read."}
REGISTRY = {
    "title": f"A paper {NASTY}",
    "reference": "Nobody, 2026",
    "families": {
        "das": {"kind": "figure", "inputs": ["analysis/das/{model}/{task}/{setting}.parquet"]},
        "behaviour": {"kind": "table", "inputs": ["analysis/behaviour/{model}/{task}/{setting}.parquet"]},
        "later": {"kind": "figure", "inputs": [], "pending": "not yet"},
    },
    "figures": {
        "figure_01": ENTRY | {"title": "Interventions", "family": "das"},
        "figure_02": ENTRY | {"title": "Not made", "family": "later"},
    },
    "extras": {"extra_more_detail": ENTRY | {"title": "Of our own", "family": "das"}},
    "tables": {"table_01": ENTRY | {"title": "Accuracies", "family": "behaviour", "options": {"columns": []}}},
}
BENCHMARKS = {
    "figures/paper/figure_01": (2.0, 300.0),
    "das_table/mini-objects/discrimination/256": (1.0, None),
    "das/mini-objects/discrimination/256/seed0": (100.0, 600.0),
    "finetune/mini-objects/discrimination/256/seed0": (50.0, 700.0),
    "finetune/mini-objects/discrimination/256/seed1": (50.0, 650.0),
    "pretrain/mini-objects": (60.0, 500.0),
    "counterfactuals/mini/discrimination/256": (3.0, None),
    "scenes/mini/discrimination/256": (4.0, None),
    "scenes/mini/rmts/256": (900.0, None),  # of another task
}
SECONDS_BEFORE_FIGURE_01 = 1 + 100 + 50 + 60 + 3 + 4  # the subspaces were searched in one of the two models


class Tier:
    """The tier's folder, `root/results/demo`, finished but for the page."""

    def __init__(self, root: Path, claims: bool = True):
        self.results = root / "results/demo"
        self.registry_file = root / "paper.yaml"
        REGISTRY["tables"]["table_01"]["options"]["columns"] = [{"title": "Test", "split": "test"}]
        self.registry_file.write_text(yaml.safe_dump(REGISTRY, sort_keys=False))
        self.registry = load_registry(self.registry_file, ZOO)
        self.page = self.results / "report/paper.html"
        self._artifacts()
        for name, (seconds, memory) in BENCHMARKS.items():
            text = f"s\tmax_rss\tcpu_time\n{seconds}\t{'NA' if memory is None else memory}\tNA\n"
            self.write(f"benchmarks/{name}.tsv", text)
        self.write("compute.csv", "kind,jobs,hours,longest_s,memory_mb\ndas,2,1.5,3600,612.5\nscenes,1,0.001,3.6,\n")
        self.write("coverage.html", "<p>coverage</p>")
        self.table("verdicts/paper_invariants.csv", Invariant, INVARIANTS)
        if claims:
            self.table("verdicts/paper.csv", Claim, CLAIMS)
            self.write("verdicts/paper.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"/>')

    def write(self, name: str, text: str) -> Path:
        path = self.results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def table(self, name: str, kind: type, rows: list[dict[str, str]]) -> None:
        path = self.write(name, "# vitatlas: {}\n")
        with path.open("a", newline="") as handle:
            table = csv.DictWriter(handle, [field.name for field in fields(kind)], restval="")
            table.writeheader()
            table.writerows(rows)

    def make(self) -> str:
        """Run the job; the text of the page."""
        arguments = ["--input", "registry", str(self.registry_file), "--input", "models", str(CONFIG / "models.yaml")]
        for name, files in {
            "verdicts": self.results.glob("verdicts/paper.csv"),
            "badge": self.results.glob("verdicts/paper.svg"),
            "invariants": [self.results / "verdicts/paper_invariants.csv"],
            "compute": [self.results / "compute.csv"],
            "templates": [ROOT / name for name in TEMPLATES],
        }.items():
            arguments += ["--input", name, *map(str, files)]
        spec = {"paper": "paper", "tier": "demo", "stand_ins": STAND_INS}
        make_page(parse(PageSpec, [*arguments, "--output", "html", str(self.page), "--spec", json.dumps(spec)]))
        return self.page.read_text()

    def _artifacts(self) -> None:
        for artifact in self.registry.in_tier("demo"):
            for form, path in outputs(artifact, str(self.results)).items():
                texts = {"md": MARKDOWN, "csv": line(provenance(artifact.name, {"tier": "demo"}, []), ".csv")}
                self.write(str(Path(path).relative_to(self.results)), texts.get(form, "x"))
                if form == "png":
                    picture().save(path)
            self.write(f"notebooks/paper/{artifact.name}.ipynb", "{}")
            for table in inputs(resolve(artifact, STAND_INS), ".", ZOO):
                self.write(table, "x" * 1000)


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
        "kind": "order",
        "about": "claim",
    }
    return found | {"verdict": verdict} | more


CLAIMS = [
    claim(1, "figure_01", "reproduced", published="0.85", ours="0.91234", sd="0.02", seeds="3", place="-3.117"),
    claim(2, "figure_01", "not reproduced", statement=NASTY, published="3", ours="1"),
    claim(
        3,
        "figure_01, table_01",
        "not attempted",
        about="number",
        published="0.5",
        reason="a miniature is not compared in value",
    ),
    claim(4, "table_01", "direction only", published="a > b", ours="a ≥ b"),
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

A note below the table.
"""
