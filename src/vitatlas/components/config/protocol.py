"""The switches of the section `components`: one per departure of the authors' code that can change a number."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vitatlas.config.strict import Strict

Switch = Literal["corrected", "reference"]


class Protocol(Strict):
    """One switch per departure of the reference code (SriramB-98/vit-decompose). Where biases go is the key
    `decomposition.policy`, how maps are held near isometries `alignment.training.….penalty`."""

    layernorm: Switch = Field(
        default="corrected",
        description="statistics that norms on the residual path are frozen with. corrected: those that the norm took; "
        "reference: the unbiased deviation and an epsilon of 1e-5, so that components miss the representation by about "
        "a thousandth",
    )
    similarity: Switch = Field(
        default="corrected",
        description="how pictures are ranked by a text, and components compared with texts in the proxies of scores "
        "(tables 2 and 4). corrected: by the cosine, as the paper says; reference: by the product",
    )
    gap: Switch = Field(
        default="corrected",
        description="by how much a component's score for one feature exceeds those for others. reference: others count "
        "as zero at least",
    )
    heatmap_selection: Switch = Field(
        default="corrected",
        description="which heads are drawn. corrected: the one with the highest score; reference: the sum of the three "
        "that explain most variance",
    )
    removal_selection: Switch = Field(
        default="corrected",
        description="pictures on which spurious components are chosen, and averaged. corrected: held-out ones of the "
        "training's kind; reference: those that are scored",
    )

    @property
    def switched(self) -> list[str]:
        """The switches that are not `corrected`."""
        return [name for name in type(self).model_fields if getattr(self, name) != "corrected"]
