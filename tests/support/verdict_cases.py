"""Published numbers, readings and specs for the tests of verdicts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from vitatlas.config.read import validate
from vitatlas.relations.keys import KEYS, NUMERIC, SHOWN
from vitatlas.relations.readings import of_published
from vitatlas.relations.words import WORDS
from vitatlas.verdicts.claim_schema import ClaimBase
from vitatlas.verdicts.collect import as_readings
from vitatlas.verdicts.judge import judge
from vitatlas.verdicts.keys import Keys
from vitatlas.verdicts.measured import Readings
from vitatlas.verdicts.published import Published, load_published
from vitatlas.verdicts.schema import PublishedFile
from vitatlas.verdicts.spec import VerdictSpec

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "config/published/relations.yaml"
TEMPLATE = ROOT / "workflow/report/badge.svg"
OF_RELATIONS = Keys(keys=list(KEYS), numeric=list(NUMERIC))
TITLES = {
    name: entry["title"] for name, entry in yaml.safe_load((ROOT / "config/models.yaml").read_text())["models"].items()
}
SWITCHES = ["normalisation", "sites", "seen_accuracy"]
"""The departures of the authors' code that change published numbers."""
STAND_INS = yaml.safe_load((ROOT / "config/demo.yaml").read_text())["relations"]["stand_ins"]


@cache
def relations() -> Published:
    """The numbers and claims of the first paper."""
    return load_published(PATH, OF_RELATIONS)


@cache
def relations_as_readings() -> pd.DataFrame:
    """Its numbers as readings of one run."""
    return as_readings([of_published(relations().table())], OF_RELATIONS)


@cache
def measured(runs: int = 3) -> pd.DataFrame:
    """Its numbers, as if each of our runs had found them; and among pairs made the same what is known of all pairs."""
    one = relations_as_readings()
    pooled = one[one["analysis"] == "novel"].assign(quantity="made same")
    return pd.concat([part.assign(run=run) for run in range(runs) for part in (one, pooled)], ignore_index=True)


def judged(ours: pd.DataFrame, own: VerdictSpec) -> pd.DataFrame:
    """Verdicts on it, from our readings."""
    return judge(relations(), relations_as_readings(), ours, own)


@cache
def verdicts_of_the_paper() -> pd.DataFrame:
    """Verdicts on its numbers, as if we had measured them in three runs, as its authors did."""
    return judged(measured(), spec(switched=SWITCHES))


def runs(model: str, *values: float, **keys: Any) -> list[dict[str, Any]]:
    """Rows of one value per run."""
    return [keys | {"model": model, "run": run, "value": value} for run, value in enumerate(values)]


def in_runs(count: int, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows in so many runs."""
    return [row | {"run": run} for run in range(count) for row in rows]


def spec(scale: str = "paper", **more: Any) -> VerdictSpec:
    """A spec of the first paper: of the tier that has the paper's models, or of one with stand-ins."""
    tier = {"paper": "paper", "miniature": "demo", "test run": "smoke"}[scale]
    values = {"paper": "relations", "tier": tier, "scale": scale, "note": None, "notes": [], "unmade": {}}
    values |= {"words": WORDS, "shown": list(SHOWN), **OF_RELATIONS.model_dump()}
    stand_ins = {} if scale == "paper" else STAND_INS
    return VerdictSpec(**{**values, "titles": TITLES, "stand_ins": stand_ins} | more)


def claim(**values: Any) -> ClaimBase:
    """One claim, from its entry in the file without its wording."""
    wording = {"id": "a/claim", "statement": "so it is", "source": "figure 1", "confidence": "stated by the paper"}
    return _checked([wording | values]).claims[0]


def _checked(claims: list[dict[str, Any]]) -> PublishedFile:
    tolerances = {"plateau": 0.05, "steep": 0.1, "rise": 0.1}
    file = {"title": "A paper", "reference": "Authors", "reference_code": "a repository", "tolerances": tolerances}
    return validate(PublishedFile, file | {"numbers": {}, "claims": claims}, "a test")


def readings(rows: list[dict[str, Any]]) -> Readings:
    """Readings with these keys; analysis `any`, model `a` and run 0 where a row does not say."""
    filled = [{"analysis": "any", "model": "a", "run": 0} | row for row in rows]
    return Readings(as_readings([pd.DataFrame(filled)], OF_RELATIONS))


def curve(values: list[float], **keys: Any) -> list[dict[str, Any]]:
    """Rows of one curve over layers."""
    return [keys | {"layer": layer, "value": value} for layer, value in enumerate(values)]


def content() -> dict[str, Any]:
    """The file as plain values, to be spoilt."""
    return yaml.safe_load("""
title: A paper
reference: Authors
reference_code: a repository
tolerances: {plateau: 0.05, steep: 0.1, rise: 0.1}
numbers:
  das:
    shared: {source: a file, decimals: 3, tolerance: layers, rows: [model, property], along: layer}
    blocks:
      - {artifact: figure_03, values: {m shape: [0.5, 0.9, 0.88, null], m color: [0.1, 0.1, 0.1, 0.1]}}
      - {artifact: null, tolerance: 0.2, along: null, rows: [model], values: {m: 0.75}}
claims:
  - id: early
    kind: peak
    statement: In {model}, {property} peaks early
    source: figure 3
    confidence: stated by the paper
    of: {analysis: das}
    curves: [{}]
    depth: [0, 0.5]
    each: [{artifact: figure_03, model: m, property: [shape, color]}]
unknown: [{what: everything else, artifacts: [figure_04], reason: not told}]
""")
