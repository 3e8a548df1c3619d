"""The schema of a tier's configuration: `config/demo.yaml`, `config/smoke.yaml`, `config/paper.yaml`.

Shared keys, and one section per paper under the paper's name, needed where `papers` names it. Every tier has the same
keys and other sizes. A key that is missing, misspelt or of the wrong type is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, cast, get_args

from pydantic import Field, create_model, model_validator

from vitatlas.config.compute import Compute, ComputeSection
from vitatlas.config.names import ModelName, NameOf
from vitatlas.config.numbers import LARGEST, Positive, too_large
from vitatlas.config.strict import Strict
from vitatlas.images.brought.data_set import DataSection


class PaperSection(Strict):
    """The keys that the sections of all papers have.

    Attributes:
        pretrains: Whether rules of the paper make the weights of models whose origin is `pretrain`.
    """

    pretrains: ClassVar[bool] = False

    stand_ins: dict[ModelName, ModelName] = Field(
        description="which model of the zoo takes the place of a paper's model in every artifact; {} for none"
    )

    @property
    def pretrained(self) -> list[str]:
        """The models that rules of the paper pretrain."""
        return []

    @property
    def switched(self) -> list[str]:
        """The switches that are set to go back from our protocol to that of the paper's own code."""
        return []


class Weights(Strict):
    """Where published weights come from."""

    source: str | None = Field(
        default=None,
        description="a folder with one file or folder per model, for machines without network; null: download",
    )


class Config(Strict):
    """One tier."""

    tier: Literal["smoke", "demo", "paper"] = Field(description="name of the tier; results go to results/<tier>")
    seed: int = Field(ge=0, lt=2**63, description="every random choice of the workflow derives from this number")
    papers: list[Annotated[str, NameOf("paper")]] = Field(
        min_length=1, description="papers whose artifacts are made; each has a section below"
    )
    weights: Weights
    compute: ComputeSection
    gpu_memory_mb: dict[Annotated[str, NameOf("rule", default=True)], Positive] = Field(
        description="GPU memory that one job may need, in MiB: `default`, other amounts under the names of rules that "
        "compute on a GPU. Jobs share a GPU as far as these amounts fit; results do not depend on them. They are "
        "estimates until measured: each job's log ends with what it really took"
    )

    data: DataSection = Field(
        default={}, description="pictures that you bring: data sets by name; docs/how-to/own-pictures.md"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        if twice := sorted({name for name in self.papers if self.papers.count(name) > 1}):
            raise ValueError(f"papers: '{twice[0]}' is named twice")
        for key, value in too_large(self.model_dump(exclude={"seed"})):
            raise ValueError(f"{key}: {value} is too large; no amount is above {LARGEST}")
        if "default" not in self.gpu_memory_mb:
            raise ValueError("gpu_memory_mb: the entry 'default' is missing")
        for paper in self.papers:
            if paper in type(self).model_fields and getattr(self, paper) is None:
                raise ValueError(f"papers: the section '{paper}' is missing")
        return self

    def pretrainers(self, model: str) -> list[str]:
        """The papers whose rules pretrain this model, whether this run makes them or not; a paper without a section
        may be one."""
        types = {name: get_args(field.annotation) for name, field in type(self).model_fields.items()}
        able = [name for name, kinds in types.items() if any(getattr(kind, "pretrains", False) for kind in kinds)]
        sections = {name: self.section(name) for name in able}
        return [name for name, section in sections.items() if section is None or model in section.pretrained]

    def section(self, paper: str) -> Any:
        """The section of a paper."""
        return getattr(self, paper)

    def compute_of(self, rule: str) -> Compute:
        """Where and how the jobs of `rule` compute."""
        memory = self.gpu_memory_mb.get(rule, self.gpu_memory_mb["default"])
        return Compute(**self.compute.model_dump(), gpu_memory_mb=memory)


def config_type(sections: Mapping[str, type[PaperSection]]) -> type[Config]:
    """The schema of a tier in which these papers may have sections.

    Args:
        sections: By paper, the type of its section.
    """
    of_papers: dict[str, Any] = {
        name: (section | None, Field(default=None, description=f"the paper '{name}'"))
        for name, section in sections.items()
    }
    return cast(type[Config], create_model("Config", __base__=Config, __doc__=Config.__doc__, **of_papers))
