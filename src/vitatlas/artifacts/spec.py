"""The spec of a figure or table: what its job is handed besides tables."""

from __future__ import annotations

from typing import Any, Literal

from vitatlas.artifacts.schema import Setting, Task, Tier, options_of
from vitatlas.config.models import Geometry, Strict
from vitatlas.jobs import Spec

TASK_TITLES: dict[Task, str] = {"discrimination": "discrimination", "rmts": "RMTS"}


def number(artifact: str) -> str:
    """What the artifact of this name is called: `Figure 2`, `Table 3`, `Extra`."""
    kind, _, rest = artifact.partition("_")
    return kind.title() if kind == "extra" else f"{kind.title()} {int(rest)}"


class PanelSpec(Strict):
    """One panel of a figure, or one row of a table, with what the zoo says of its model.

    Attributes:
        paper_model: The paper's model, and `paper_title` its title, where its published numbers are drawn; else None.
    """

    model: str
    title: str
    task: Task | None
    setting: Setting | None
    geometry: Geometry
    pretraining_scale: str
    pretrained: bool
    first_layer_for_peaks: int
    paper_model: str | None = None
    paper_title: str | None = None

    @property
    def heading(self) -> str:
        """Model, task and setting in words."""
        if self.task is None:
            return self.title
        setting = " (32 combinations)" if self.setting == "32" else ""
        return f"{self.title} on {TASK_TITLES[self.task]}{setting}"


class ArtifactSpec(Spec):
    """One figure or table. All text is final.

    Attributes:
        tier_note: What readers must know of the tier's numbers; None where they are the paper's.
        notes: What must stand beside the results.
        seen_split: The split on which the accuracy on seen combinations is measured.
    """

    artifact: str
    paper: str
    tier: Tier
    family: str
    title: str
    section: str
    caption: str
    panels: list[PanelSpec]
    options: dict[str, Any]
    tier_note: str | None
    notes: list[str]
    seen_split: Literal["test_iid", "test"] = "test_iid"

    def measured(self, split: str) -> str:
        """The split that is measured where `split` is meant."""
        return self.seen_split if split == "test_iid" else split

    @property
    def typed_options(self) -> Any:
        """The options as the family's own model."""
        return options_of(self.family).model_validate(self.options)

    @property
    def number(self) -> str:
        """`Figure 2`, `Table 3`; `Extra` for a figure that the paper does not have."""
        return number(self.artifact)

    @property
    def remarks(self) -> list[str]:
        """What must stand beside the numbers: the tier's note, then the notes on models."""
        return [self.tier_note, *self.notes] if self.tier_note else self.notes
