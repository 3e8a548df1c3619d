"""What verdicts depend on besides analysis tables and published numbers."""

from __future__ import annotations

from typing import Literal

from vitatlas.jobs import Spec

Scale = Literal["paper", "miniature", "test run"]
SCALES: dict[str, Scale] = {"smoke": "test run", "demo": "miniature"}
"""What a tier's models are, beside the paper's; tiers not named here have the paper's own."""


class VerdictSpec(Spec):
    """The spec of rule `verdicts`.

    Attributes:
        scale: `paper` where the paper's own models are measured.
        note: What readers must know of the tier's numbers.
        notes: What must stand beside the results of its models.
        stand_ins: The tier's model by the paper's, where another stands in.
        titles: Every model of the zoo, with its title.
        unmade: Why the tier does not make an artifact, by its name.
        seen_split: The split on which accuracy on seen combinations is measured.
    """

    paper: str
    tier: str
    scale: Scale
    note: str | None
    notes: list[str]
    stand_ins: dict[str, str]
    titles: dict[str, str]
    unmade: dict[str, str]
    seen_split: str = "test_iid"

    def title(self, model: str) -> str:
        """The model's title, or its name where the zoo does not have it."""
        return self.titles.get(model, model)

    def ours(self, model: str) -> str:
        """The tier's model that stands for one of the paper's."""
        return self.stand_ins.get(model, model)

    def small(self) -> str:
        """Why values are not compared in a tier with other models."""
        return f"{self.scale}: values are compared where the paper's own models are measured (tier paper)"

    def no_table(self, artifact: str | None, missing: str) -> str:
        """Why something was not measured.

        Args:
            artifact: The figure or table that shows it.
            missing: What there is nothing of.
        """
        if artifact is None:
            return f"no figure or table of the registry needs it; {missing}"
        reason = self.unmade.get(artifact)
        return f"{artifact} is not made: {reason}" if reason else missing
