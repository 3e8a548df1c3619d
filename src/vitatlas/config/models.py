"""The model zoo's schema: `config/models.yaml`.

An entry holds what every paper needs: title, architecture, weights, licence, preprocessing. What one paper alone needs
stands under that paper's name: in an entry (`models.<name>.<paper>`), or for all models (`<paper>`). Which keys are
allowed there, the paper's descriptor says (`vitatlas.paper.descriptor.Paper`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import Field, create_model, model_validator

from vitatlas.config.architecture import check_architecture
from vitatlas.config.encoders import EncoderSettings
from vitatlas.config.names import DEFAULT, Name
from vitatlas.config.read import require_known
from vitatlas.config.strict import Strict, WithoutDefaults
from vitatlas.errors import UserError

TEXT = ".text"
"""Behind a model's name: the published file with the text tower that belongs to the model."""


Mean = Annotated[float, Field(ge=0, le=1)]
Deviation = Annotated[float, Field(gt=0, le=1)]


class Preprocessing(Strict):
    """Normalisation of RGB values in [0, 1], per channel."""

    mean: tuple[Mean, Mean, Mean] = Field(description="mean of each colour channel in pretraining")
    std: tuple[Deviation, Deviation, Deviation] = Field(
        description="standard deviation of each colour channel in pretraining"
    )


class Backbone(WithoutDefaults):
    """A network up to its features, and where its weights come from: all that its results depend on."""

    timm: str = Field(description="timm architecture name, without a weights tag")
    architecture: dict[str, Any] = Field(
        default_factory=dict, description="arguments of timm.create_model that differ from the named architecture"
    )
    origin: Literal["hub", "torchvision", "file", "pretrain", "none"] = Field(
        description="hub: published weights; torchvision: those that torchvision publishes; file: a checkpoint on this "
        "machine; pretrain: the workflow's own pretraining; none: random initialisation"
    )
    hub: str | None = Field(default=None, description="repository of the published weights")
    file: str = Field(
        default="model.safetensors",
        description="file in that repository; torchvision's name of the weights; path of the checkpoint",
    )
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
    def publisher(self) -> str:
        """Repository of the published weights, or who or what else they come from."""
        return self.hub or self.origin

    @property
    def depth(self) -> int | None:
        """Number of blocks, where the entry itself says it."""
        return self.architecture.get("depth")

    @property
    def heads(self) -> int | None:
        """Number of attention heads per block, where the entry itself says it."""
        return self.architecture.get("num_heads")

    @model_validator(mode="after")
    def _of_use(self) -> Backbone:
        check_architecture(self.architecture)
        if self.origin == "hub" and not self.hub:
            raise ValueError("origin 'hub' needs the key 'hub'")
        if self.origin in ("torchvision", "file") and self.file == type(self).model_fields["file"].default:
            raise ValueError(f"origin '{self.origin}' needs the key 'file'")
        return self


class EncoderEntry(Backbone):
    """A network that encodes pictures: all that its representations depend on."""

    encoder: EncoderSettings


class ModelEntry(Backbone):
    """One entry of the zoo: a backbone, and how it is presented."""

    title: str = Field(description="name on figures and tables")
    license: str | None = Field(default=None, description="licence of the weights")
    taught: str | None = Field(
        default=None, description="what the network was taught, in words; of those that the workflow pretrains"
    )
    encoder: EncoderSettings | None = Field(
        default=None, description="how the network encodes whole pictures; null: no analysis of pictures uses it"
    )

    @property
    def backbone(self) -> Backbone:
        """The entry without its presentation and annexes."""
        return Backbone.model_validate({name: getattr(self, name) for name in Backbone.model_fields})


class ModelZoo(Strict):
    """The whole of `config/models.yaml`."""

    models: dict[Name, ModelEntry]

    @model_validator(mode="after")
    def _names(self) -> ModelZoo:
        if DEFAULT in self.models:
            raise ValueError(f"models.{DEFAULT}: no model can have this name; in settings it stands for all of them")
        return self

    def encoder(self, model: str) -> EncoderEntry:
        """A model of the zoo as an encoder of pictures.

        Raises:
            UserError: The zoo has no such model, or the model's entry has no key `encoder`.
        """
        where = f"config/models.yaml: key 'models.{model}'"
        require_known(model, self.models, "model", where)
        entry = self.models[model]
        if entry.encoder is None:
            raise UserError(
                f"model '{model}' has no key `encoder`, so that it cannot encode pictures",
                where=where,
                remedy=f"add models.{model}.encoder (docs/how-to/add-a-model.md), or choose another model",
            )
        return EncoderEntry.model_validate({**dict(entry.backbone), "encoder": entry.encoder})

    def published(self, name: str) -> Backbone:
        """The entry of a model, or under `<model>.text` that of the file with its text tower beside the network.

        Raises:
            UserError: The zoo has no such model, or the model has no text tower.
        """
        model, _, tower = name.partition(TEXT)
        require_known(model, self.models, "model", "config/models.yaml")
        entry = self.models[model]
        if model == name:
            return entry.backbone
        if tower or entry.encoder is None or entry.encoder.text is None:
            raise UserError(
                f"model '{model}' has no text tower",
                where=f"config/models.yaml: key 'models.{model}'",
                remedy=f"add models.{model}.encoder.text, or choose a CLIP model",
            )
        text = entry.encoder.text
        return entry.backbone.model_copy(update={"origin": "hub", "hub": text.hub, "file": text.file})

    def require_pretraining(self, recipes: Iterable[str], where: str) -> None:
        """Check that models with a recipe for the workflow's own pretraining are pretrained by the workflow.

        Args:
            recipes: Their names, which are in the zoo.

        Raises:
            UserError: A model has its weights from elsewhere, or none.
        """
        for model in recipes:
            origin = self.models[model].origin
            if origin != "pretrain":
                raise UserError(
                    f"nothing would use the recipe of '{model}': its weights are of origin '{origin}'",
                    where=where,
                    remedy=f"take it out, or say models.{model}.origin: pretrain",
                )

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
    zoo = create_model("ModelZoo", __base__=ModelZoo, models=(dict[Name, entry], ...), **of_zoo)
    return cast(type[ModelZoo], zoo)
