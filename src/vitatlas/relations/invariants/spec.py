"""The spec of the job that checks this paper's invariants. Imports no torch."""

from __future__ import annotations

from vitatlas.config.strict import Strict
from vitatlas.invariants.spec import CheckSpec
from vitatlas.relations.config.models import Geometry


class Expected(Strict):
    """Sizes that the configuration and the zoo give.

    Attributes:
        scenes: Scenes per split.
        counterfactuals: Examples per property and split.
        draws: Draws of novel representations per example.
        attention_images: Images per class of the attention analysis.
        probe_images: Images per answer and split of probes.
        photoreal_images: Images of the photorealistic set.
        geometries: Patch grids by name.
        mean_readout: Models whose head reads patch tokens beside the class token.
    """

    scenes: dict[str, int]
    counterfactuals: dict[str, int]
    draws: int
    attention_images: int
    probe_images: dict[str, int]
    photoreal_images: int
    geometries: dict[str, Geometry]
    mean_readout: list[str]


class InvariantsSpec(CheckSpec):
    """The paper's tables in one tier, and what is expected of them.

    Inputs `analyses`, `rests_on` (scenes, counterfactual sets, what pretraining showed, photorealistic images); outputs
    `csv`, `md`.
    """

    expected: Expected
