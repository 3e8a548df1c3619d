"""The specs of the jobs that make scenes, counterfactual sets and pictures of both. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import Strict
from vitatlas.relations.config.models import Geometry


class ScenesSpec(Strict):
    """The scene tables of one task and setting. Output `scenes`: a Parquet file per split in `sizes`, named by it."""

    task: str
    setting: str
    geometry: Geometry
    geometry_name: str
    sizes: dict[str, int]
    seed: int


class CounterfactualsSpec(Strict):
    """The counterfactual sets of one task and setting.

    Input `scenes`: the tables of the splits in `sizes`. Output `counterfactuals`: a Parquet file per property and
    split, named `<property>/<split>.parquet`.

    Attributes:
        sizes: Examples by split.
        reuse: How often a base image may serve, each time with another source image.
    """

    task: str
    setting: str
    properties: list[Literal["shape", "color"]] = Field(min_length=1)
    geometry: Geometry
    sizes: dict[str, int]
    reuse: int = Field(default=1, gt=0)
    seed: int


class CounterfactualExamplesSpec(Strict):
    """Examples of either direction. Input `counterfactuals`, the sets of both properties and the split; output
    `table`."""

    task: str
    setting: str
    split: str
    geometry: Geometry
    noise_std: float = Field(ge=0)
    per_direction: int = Field(default=2, gt=0, description="examples per property, direction and pair")


class StimulusSamplesSpec(Strict):
    """Examples of both labels (figures 1 and 8). Input `scenes`, one table; output `table`."""

    task: str
    setting: str
    geometry: Geometry
    noise_std: float = Field(ge=0)
    seed: int
    per_label: int = Field(gt=0)


class ShapeSheetSpec(Strict):
    """All silhouettes and colours (figure 7). Output `table`."""

    geometry: Geometry
    noise_std: float = Field(ge=0)
    size: int = Field(default=96, gt=0, description="side of the large drawings, in pixels")


class MontageSpec(Strict):
    """A grid of the first scenes of a table. Input `scenes`, one table; output `image`."""

    geometry: Geometry
    noise_std: float = Field(ge=0)
    count: int = Field(default=24, gt=0)
    columns: int = Field(default=6, gt=0)
    scale: int = Field(default=1, gt=0)


class ExportStimuliSpec(Strict):
    """Scene tables as folders of images. Input `scenes`: any number of tables; output `folder`."""

    task: str
    setting: str
    geometry: Geometry
    noise_std: float = Field(ge=0)
    train_size: int = Field(gt=0, description="scenes in the training split; part of the folder's name")
