"""The model zoo's schema: `config/models.yaml`.

An entry holds what every paper needs: title, architecture, weights, licence, preprocessing. What one paper alone needs
stands under that paper's name: in an entry (`models.<name>.<paper>`), or for all models (`<paper>`). Which keys are
allowed there, the paper's descriptor says (`vitatlas.paper.descriptor.Paper`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from pydantic import Field, create_model, model_serializer, model_validator
from pydantic.functional_serializers import SerializerFunctionWrapHandler

from vitatlas.config.strict import Strict
from vitatlas.errors import UserError


class Preprocessing(Strict):
    """Normalisation of RGB values in [0, 1], per channel."""

    mean: tuple[float, float, float] = Field(description="mean of each colour channel in pretraining")
    std: tuple[float, float, float] = Field(description="standard deviation of each colour channel in pretraining")


class Backbone(Strict):
    """A network up to its features, and where its weights come from: all that its results depend on."""

    timm: str = Field(description="timm architecture name, without a weights tag")
    architecture: dict[str, Any] = Field(
        default_factory=dict, description="arguments of timm.create_model that differ from the named architecture"
    )
    origin: Literal["hub", "pretrain", "none"] = Field(
        description="hub: published weights; pretrain: the workflow's own pretraining; none: random initialisation"
    )
    hub: str | None = Field(default=None, description="repository of the published weights")
    file: str = Field(default="model.safetensors", description="file in that repository")
    preprocessing: Preprocessing
    position_init: Literal["default", "sincos2d"] = Field(
        default="default", description="initial position embedding where there are no weights"
    )
    attention_init: Literal["default", "mimetic"] = Field(
        default="default",
        description="initial attention where there are no weights; mimetic: as in trained transformers, so that tokens "
        "attend to tokens like themselves (Trockman & Kolter, 2023)",
    )

    @property
    def depth(self) -> int | None:
        """Number of blocks, where the entry itself says it."""
        return self.architecture.get("depth")

    @model_validator(mode="after")
    def _hub_named(self) -> Backbone:
        if self.origin == "hub" and not self.hub:
            raise ValueError("origin 'hub' needs the key 'hub'")
        return self

    @model_serializer(mode="wrap")
    def _without_defaults(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without what is at its default: a key that the schema gains later changes no spec until it is used."""
        fields = type(self).model_fields
        return {
            name: value
            for name, value in dump(self).items()
            if fields[name].is_required() or getattr(self, name) != fields[name].get_default(call_default_factory=True)
        }


class ModelEntry(Backbone):
    """One entry of the zoo: a backbone, and how it is presented."""

    title: str = Field(description="name on figures and tables")
    license: str | None = Field(default=None, description="licence of the weights")

    @property
    def backbone(self) -> Backbone:
        """The entry without its presentation and annexes."""
        return Backbone.model_validate({name: getattr(self, name) for name in Backbone.model_fields})


class ModelZoo(Strict):
    """The whole of `config/models.yaml`."""

    models: dict[str, ModelEntry]

    def annex(self, paper: str) -> Any:
        """The section of a paper, about all models.

        Raises:
            UserError: The zoo does not say it.
        """
        found = getattr(self, paper, None)
        if found is None:
            raise UserError(f"the zoo has no section '{paper}'", where="config/models.yaml", remedy=f"add {paper}: …")
        return found

    def annex_of(self, model: str, paper: str) -> Any:
        """The section of a paper in the entry of a model.

        Raises:
            UserError: The model's entry does not say it, so that the paper cannot use the model.
        """
        found = getattr(self.models[model], paper, None)
        if found is None:
            raise UserError(
                f"model '{model}' has no section '{paper}', so that the paper '{paper}' cannot use it",
                where=f"config/models.yaml: key 'models.{model}'",
                remedy=f"add models.{model}.{paper} (config/README.md lists its keys), or choose another model",
            )
        return found


def zoo_type(annexes: Mapping[str, tuple[type[Strict] | None, type[Strict] | None]]) -> type[ModelZoo]:
    """The schema of a zoo in which these papers have annexes.

    Args:
        annexes: By paper, the type of its annex to the zoo and that of its annex to an entry; None where it has none.
    """
    of_zoo: dict[str, Any] = {name: (kind | None, None) for name, (kind, _) in annexes.items() if kind}
    of_entry: dict[str, Any] = {name: (kind | None, None) for name, (_, kind) in annexes.items() if kind}
    entry = create_model("ModelEntry", __base__=ModelEntry, **of_entry)
    zoo = create_model("ModelZoo", __base__=ModelZoo, models=(dict[str, entry], ...), **of_zoo)
    return cast(type[ModelZoo], zoo)
