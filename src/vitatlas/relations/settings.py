"""The view of the configuration that this paper's builders and paths get: cells, and the parts that several name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vitatlas.config.read import require_known
from vitatlas.paper.specs import Settings
from vitatlas.relations.analyses import PHOTOGRAPHS
from vitatlas.relations.config.models import PAPER, Geometry, RelationsModel, geometry_of, network_of
from vitatlas.relations.config.section import RelationsSection

NAME = PAPER


@dataclass(frozen=True)
class RelationsSettings(Settings):
    """The tier and the models, as this paper sees them."""

    @property
    def own(self) -> RelationsSection:
        """This paper's section of the configuration."""
        section: RelationsSection = self.section
        return section

    def annex(self, model: str) -> RelationsModel:
        """The section of this paper in the entry of a model.

        Raises:
            UserError: There is no such model, or its entry has nothing for this paper.
        """
        require_known(model, self.zoo.models, "model", "the requested target")
        found: RelationsModel = self.zoo.annex_of(model, NAME)
        return found

    def geometry(self, name: str) -> Geometry:
        """The geometry of this name.

        Raises:
            UserError: There is none.
        """
        geometries: dict[str, Geometry] = self.zoo.annex(NAME).geometries
        require_known(name, geometries, "geometry", "the requested target")
        return geometries[name]

    @property
    def shown_models(self) -> list[str]:
        """The models that the tier's artifacts show."""
        return sorted({model for models in self.shown.values() for model in models})

    def patches_seen_by(self, canvas: int) -> list[int]:
        """The sides of the patches of all models that photorealistic images of a size are shown to, by artifacts."""
        kinds = [kind for kind in self.shown if kind.startswith(PHOTOGRAPHS)]
        seen = (geometry_of(self.zoo, model) for kind in kinds for model in self.shown[kind])
        return sorted({geometry.patch for geometry in seen if geometry.canvas == canvas})

    def photoreal_set(self, name: str) -> str:
        """The set of photorealistic images that models of a geometry are shown: the images' side, `224`. Where it is
        not made for the geometry's patches, a set of its own, `224p28`: so a new geometry changes no other's images.

        An object that owns a patch owns one of those into which it can be cut, too.
        """
        geometry = self.geometry(name)
        served = any(patch % geometry.patch == 0 for patch in self.patches_seen_by(geometry.canvas))
        return f"{geometry.canvas}" if served else f"{geometry.canvas}p{geometry.patch}"

    def model(self, name: str) -> dict[str, Any]:
        """The keys of a spec that say which model it is about."""
        return {"name": name, "model": network_of(self.zoo, name), "geometry": geometry_of(self.zoo, name)}

    def cell(self, wildcards: Any) -> dict[str, Any]:
        """The keys of a spec that say which cell it is about: a model, a task and a setting."""
        return self.model(wildcards.model) | {"task": wildcards.task, "setting": wildcards.setting}

    def analysed(self, wildcards: Any) -> dict[str, Any]:
        """A cell whose model is looked into, with the normalisation that the protocol asks for."""
        cell, other = self.cell(wildcards), self.annex(wildcards.model).reference_preprocessing
        if self.own.protocol.normalisation == "reference" and other is not None:
            cell["model"] = cell["model"].model_copy(update={"preprocessing": other})
        return cell

    def shared_below(self, wildcards: Any) -> int:
        """The layer below which all fine-tuning runs of a cell have the same weights: the frozen ones of its
        checkpoint. Runs with a pretraining of their own, or from random weights, share none."""
        if self.zoo.models[wildcards.model].origin in ("none", "pretrain"):
            return 0
        return self.own.finetuning_of(wildcards.model, wildcards.task).frozen_blocks

    def shown_by(self, model: str) -> list[str]:
        """The tables of what each pretraining of a model showed; none where the workflow does not pretrain it."""
        if self.zoo.models[model].origin != "pretrain":
            return []
        return [f"{self.results}/weights/{model}/run{run}.shown.parquet" for run in self.own.runs_of(model)]

    def perceptual_runs(self, wildcards: Any) -> list[int]:
        """The runs of a cell whose perceptual stage is analysed."""
        return self.own.perceptual_runs_of(wildcards.model, wildcards.setting)
