"""Selections: which readings a claim is about."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from vitatlas.config.strict import Strict

Depth = tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]]
Take = Literal["value", "best", "mean"]


class Selection(Strict):
    """A choice of readings: values by key. A key that is not given is not asked for; several values: any of them; null:
    the readings must not have it."""

    model_config = ConfigDict(extra="allow")

    def given(self) -> dict[str, Any]:
        """The keys that are asked for, with their values."""
        return dict(self.__pydantic_extra__ or {})


class Side(Selection):
    """One side of a comparison."""

    depth: Depth | None = Field(default=None, description="only layers in this range of depth")


class Beside(Selection):
    """Other readings of the same models, where the effect must be there of which a claim says that it is not."""

    depth: Depth = Field(default=(0, 1), description="the best of the layers in this range of depth")
    above: float | None = Field(
        default=None, description="what it must be greater than; null: what the claim is near to"
    )
    by: float = Field(gt=0, description="by how much, at least")


class Curve(Selection):
    """One curve over layers."""

    ceiling: float | None = Field(
        default=None,
        gt=0,
        description="placed where it first comes so near to its highest value; null: at the highest",
    )


class Line(Selection):
    """One line of `each`: a claim of its own, or one per combination of the values of its lists."""

    artifact: str | None = None
    contradicted: str | None = Field(default=None, description="how the published numbers contradict it here")
