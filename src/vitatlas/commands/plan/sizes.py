"""Bytes of weights, computed from the number of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field

from vitatlas.commands.plan.origin import Value
from vitatlas.config.read import read_yaml, validate
from vitatlas.config.strict import Strict

FILE = Path(__file__).with_name("parameters.yaml")
BYTES = 4
"""Per parameter: fp32."""


class Size(Strict):
    """One backbone, by the keys of the zoo that decide on its size.

    Attributes:
        image: Side of the images that it was built for, in pixels. Another one changes a position embedding at most.
        parameters: Of the backbone, without a head.
    """

    timm: str
    architecture: dict[str, Any] = Field(default_factory=dict)
    image: int
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
        text = "computed: parameters of the backbone × 4 bytes; a head or a larger position embedding comes on top"
        return None if size is None else Value(BYTES * size.parameters, text)

    def trained(self, model: Mapping[str, Any]) -> Value | None:
        """Bytes of the two copies of a trained model, best and last; None for a backbone that is not listed.

        Args:
            model: Its entry in the zoo, as in a spec.
        """
        size = self._size(model)
        each = "parameters of the backbone × 4 bytes each; a head, tables and checkpoints come on top"
        return None if size is None else Value(2 * BYTES * size.parameters, f"computed: best and last weights, {each}")

    def _size(self, model: Mapping[str, Any]) -> Size | None:
        return self._by_entry.get(_entry(model["timm"], model.get("architecture", {})))

    @cached_property
    def _by_entry(self) -> dict[tuple[str, str], Size]:
        return {_entry(size.timm, size.architecture): size for size in self.backbones}


def load_parameters(path: Path = FILE) -> Parameters:
    """The sizes in a file.

    Raises:
        UserError: It cannot be read.
    """
    return validate(Parameters, read_yaml(path), str(path))


def _entry(timm: str, architecture: Mapping[str, Any]) -> tuple[str, str]:
    return timm, repr(sorted(architecture.items()))
