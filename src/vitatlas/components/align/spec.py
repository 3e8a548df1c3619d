"""The spec of the job that learns maps into the text space. Imports no torch."""

from __future__ import annotations

from vitatlas.components.align.config import Alignment, Method
from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict


class AlignSpec(Strict):
    """The maps of one encoder by one method. Inputs `contributions` (vectors, pictures, components) and `targets`
    (representations of the same pictures by the CLIP model; none for a model of the text space itself, whose maps are
    identities); outputs `maps` (safetensors) and `history`.

    Attributes:
        name: The model's name in the zoo.
        run: Which of its pretrainings.
        own_space: Whether the texts are of the model's own space.
        train, held_out: The parts of pictures to learn from, and to choose the epoch by.
        seed: What initial entries and the order of pictures derive from.
    """

    name: str
    run: int
    method: Method
    settings: Alignment
    own_space: bool
    train: str
    held_out: str
    seed: int
    compute: Compute
