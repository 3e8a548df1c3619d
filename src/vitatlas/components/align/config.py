"""The kinds of maps into a text space, and how they are learned. Imports no torch."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from vitatlas.config.strict import Strict

Method = Literal["single", "free", "compalign", "procrustes", "orthogonal", "tied"]
"""How maps are found.

single: one map for all components, without a penalty. free: one per component, without a penalty. compalign: one per
component, with a penalty that keeps each near an isometry. procrustes: one rotation and scale for all, in closed form.
orthogonal: exact isometries, one per component. tied: the rotation of procrustes and a small departure per component.
"""

METHODS: tuple[Method, ...] = get_args(Method)

ISOMETRIC: frozenset[Method] = frozenset({"compalign", "procrustes", "orthogonal", "tied"})
"""Methods whose maps are meant to preserve lengths."""


class Alignment(Strict):
    """How the maps into the text space are learned; `procrustes` needs none of it but `side`."""

    learning_rate: float = Field(default=3e-4, gt=0, description="learning rate of Adam")
    weight_decay: float = Field(
        default=1e-6, ge=0, description="Adam's weight decay, added to the gradient; isometries have none"
    )
    batch: int = Field(default=32, gt=0, description="images per step")
    epochs: int = Field(default=2, gt=0, description="passes over the training images; the best one's maps are kept")
    initial_spread: float | None = Field(
        default=None,
        gt=0,
        description="standard deviation of the entries before the first step; null: 0.55 / √(width of the model)",
    )
    penalty: Literal["corrected", "reference"] = Field(
        default="corrected",
        description="compalign: corrected: on the side of a map that can be isometric; reference: always on that of "
        "the text space, where it cannot reach zero if the text space is the wider one",
    )
    penalty_weight: float = Field(default=1.0, ge=0, description="compalign: weight of the penalty")
    tied_weight: float = Field(
        default=0.1, ge=0, description="tied: weight of the mean squared departure from the shared rotation"
    )
    side: Literal["either", "isometric"] = Field(
        default="either",
        description="either: a map into a narrower text space need only be isometric backwards; isometric: such a text "
        "space is refused",
    )
