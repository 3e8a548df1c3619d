"""A paper of other keys than those of `relations`, with a registry, for tests of what all papers share."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from pydantic import Field

from vitatlas.artifacts import schema, spec
from vitatlas.artifacts.registry import Registry, load_registry
from vitatlas.config.models import ModelZoo
from vitatlas.config.schema import Config, PaperSection, config_type
from vitatlas.config.strict import Strict
from vitatlas.paper.descriptor import Analysis, Paper
from vitatlas.paper.specs import Built, Settings, builder

PREPROCESSING = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
ZOO = ModelZoo.model_validate(
    {
        "models": {
            name: {"title": title, "timm": "resnet18", "origin": "none", "preprocessing": PREPROCESSING}
            for name, title in {"large": "Large net", "other": "Other net", "mini": "Mini net"}.items()
        }
    }
)


class Looking(Strict):
    """How features are looked at."""

    steps: int = 3
    rate: float = 0.5


class Section(PaperSection):
    """The section of the paper."""

    looking: Looking = Looking()
    layers: tuple[int, ...] = (0, 1)

    @property
    def deepest(self) -> int:
        """The last layer."""
        return self.layers[-1]

    def steps_of(self, model: str) -> int:
        """Steps with a model."""
        return self.looking.steps * (2 if model == "large" else 1)


class Panel(schema.Panel):
    """A feature of a layer."""

    layer: int
    feature: str


class PanelSpec(spec.PanelSpec):
    """A feature of a layer, as its job gets it."""

    layer: int
    feature: str

    @property
    def heading(self) -> str:
        """Layer and feature."""
        return f"layer {self.layer}, {self.feature}"


class Inner(Strict):
    """A part of a spec."""

    kept: int = 1


class ResponseSpec(Strict):
    """The spec of one job."""

    model: str
    steps: int
    note: str = "nothing"
    inner: Inner = Inner()
    seed: int


class BuiltSpec(Strict):
    """The spec of another."""

    paper: str


class ShowOptions(Strict):
    """Options of the family `show`."""

    beside: bool = Field(default=False, description="whether the weights are shown too")
    measure: str = "responses"


@builder(gpu=True, size=("steps",))
def responses(of: Settings, wildcards: Any) -> ResponseSpec:
    """The spec of rule `responses`."""
    return ResponseSpec(model=wildcards.model, steps=of.section.steps_of(wildcards.model), seed=of.seed("responses"))


@builder(image="figures")
def deepest(of: Settings, wildcards: Any) -> ResponseSpec:
    """The spec of rule `deepest`: by a property of the section, and where it computes."""
    memory = of.config.compute_of("deepest").gpu_memory_mb
    return ResponseSpec(model="large", steps=of.section.deepest + memory, note=of.results, seed=0)


@builder(program="{paper}_summary.py")
def summary(of: Settings, wildcards: Any) -> Built:
    """The spec of rule `summary`, with more that it depends on."""
    return Built(BuiltSpec(paper="looks"), programs=("notebooks/looks/show.ipynb",), files={"a.txt": wildcards.sum})


OPTIONS = {"show": ShowOptions}


class Features(Paper):
    """Features of layers. What is not here is as papers have it if they say nothing."""

    name = "looks"
    section = Section
    panel = Panel
    analyses = (
        Analysis("responses", "{model}/{layer}/{feature}", readings=("response",)),
        Analysis("weights", "{model}/{layer}"),
        Analysis("images", "{feature}"),
    )
    builders = (responses, deepest, summary)
    keys = ("feature",)
    options = OPTIONS


class FeaturesInWords(Features):
    """The same, with texts of its own."""

    artifact = spec.ArtifactSpec[PanelSpec]

    def panel_spec(self, panel: Any, zoo: ModelZoo, paper_model: str | None) -> PanelSpec:
        """With layer and feature."""
        title = zoo.models[panel.model].title
        return PanelSpec(model=panel.model, title=title, layer=panel.layer, feature=panel.feature)

    def caption_words(self, panels: Sequence[Any], options: Mapping[str, Any]) -> dict[str, str]:
        """`features`: how many there are."""
        return {"features": f"{len({panel.feature for panel in panels})} features"}


PLAIN = Features()
PAPER = FeaturesInWords()


def config(**changes: Any) -> Config:
    """A configuration of the paper."""
    values = {
        **{"tier": "demo", "seed": 7, "papers": ["looks"], "weights": {}, "compute": {"device": "cpu"}},
        **{"gpu_memory_mb": {"default": 100}, "looks": {"stand_ins": {"large": "mini", "other": "mini"}}},
    }
    return config_type({"looks": Section}).model_validate(values | changes)


REGISTRY: dict[str, Any] = {
    "title": "Features of networks",
    "reference": "Somebody, 2025",
    "families": {
        "show": {"kind": "figure", "reads": ["{measure}", "images"], "reads_with": {"beside": ["weights"]}},
        "list": {"kind": "table", "reads": ["responses", "published"]},
        "stimuli": {"kind": "figure", "reads": ["images"]},
    },
    "figures": {
        "figure_02": {
            "title": "What {models} see",
            "section": "2",
            "family": "show",
            "panels": [
                {"model": "large", "layer": 1, "feature": "stripes"},
                {"model": "other", "layer": 1, "feature": "stripes"},
                {"model": "large", "layer": 0, "feature": "dots"},
            ],
            "options": {"beside": True},
            "caption_known": True,
            "caption": "{panels}; {features}.",
        },
        "figure_03": {
            "title": "Images",
            "section": "2",
            "family": "stimuli",
            "panels": [{"model": "large", "layer": 1, "feature": "stripes"}],
            "caption_known": True,
            "caption": "Images.",
        },
    },
    "tables": {
        "table_01": {
            "title": "Numbers",
            "section": "3",
            "family": "list",
            "panels": [{"model": "large", "layer": 0, "feature": "stripes"}],
            "caption_known": True,
            "caption": "All numbers.",
        },
    },
    "notes": [
        {"about": {"feature": "dots"}, "text": "Dots are small."},
        {"about": {"model": "mini", "layer": 0}, "text": "Layer 0 of mini is its stem."},
    ],
}


def registry(folder: Path, *keys: str, value: Any = None, paper: Paper = PAPER) -> Registry:
    """The paper's registry, read from a file in the folder; with keys, a value of it is another."""
    content = copy.deepcopy(REGISTRY)
    place: Any = content
    for key in keys[:-1]:
        place = place[key]
    if keys:
        place[keys[-1]] = value
    path = folder / "looks.yaml"
    path.write_text(yaml.safe_dump(content))
    return load_registry(path, paper, ZOO)


def wildcards(**values: str) -> SimpleNamespace:
    """The wildcards of a job."""
    return SimpleNamespace(**values)
