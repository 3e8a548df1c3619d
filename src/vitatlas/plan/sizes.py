"""Bytes of weights, computed from the number of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field

from vitatlas.config.models import Strict
from vitatlas.config.read import read_yaml, validate
from vitatlas.plan.origin import Value

FILE = Path(__file__).with_name("parameters.yaml")
CLASSES = 2
BYTES = 4
"""Per parameter: fp32."""


class Size(Strict):
    """One backbone, by the keys of the zoo that decide on its size.

    Attributes:
        width: Length of a token vector.
        parameters: Of the backbone, at the image size of its geometry, without a head.
    """

    timm: str
    architecture: dict[str, Any] = Field(default_factory=dict)
    geometry: str
    width: int
    parameters: int


class Parameters(Strict):
    """The sizes that are known."""

    backbones: list[Size]

    def published(self, model: Mapping[str, Any]) -> Value | None:
        """Bytes of a file of published weights; None for a backbone that is not listed.

        Args:
            model: Its entry in the zoo, as in a spec.
        """
        size = self._size(model)
        if size is None:
            return None
        text = "computed: parameters of the backbone × 4 bytes; a head or a larger position embedding comes on top"
        return Value(BYTES * size.parameters, text)

    def trained(self, model: Mapping[str, Any]) -> Value | None:
        """Bytes of the two copies of a fine-tuned model, best and last; None for a backbone that is not listed."""
        size = self._size(model)
        if size is None:
            return None
        features = size.width * (2 if model.get("readout") == "cls+mean" else 1)
        head = CLASSES * (features + model.get("head_bias", True))
        text = "computed: best and last weights, parameters × 4 bytes each; tables and checkpoints come on top"
        return Value(2 * BYTES * (size.parameters + head), text)

    def _size(self, model: Mapping[str, Any]) -> Size | None:
        return self._by_entry.get(_entry(model["timm"], model.get("architecture", {}), model["geometry"]))

    @cached_property
    def _by_entry(self) -> dict[tuple[str, ...], Size]:
        return {_entry(size.timm, size.architecture, size.geometry): size for size in self.backbones}


def load_parameters(path: Path = FILE) -> Parameters:
    """The sizes in a file.

    Raises:
        UserError: It cannot be read.
    """
    return validate(Parameters, read_yaml(path), str(path))


def _entry(timm: str, architecture: Mapping[str, Any], geometry: str) -> tuple[str, ...]:
    return (timm, repr(sorted(architecture.items())), geometry)
