"""The specs of the perceptual stage's jobs. Imports no torch."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from vitatlas.config.compute import Compute
from vitatlas.config.strict import Strict
from vitatlas.relations.config.das import Search
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.config.protocol import Switch


class Cell(Strict):
    """A model, a task and a setting: the keys that analyses of fine-tuned models' residual streams share.

    Attributes:
        name: The model's name in the zoo, as it stands in tables.
        seed: What random choices derive from, together with model, task, setting and the number of the run.
        shared_below: Layers below this one have the same weights in all runs; 0: none has.
    """

    name: str
    model: Network
    geometry: Geometry
    task: Literal["discrimination", "rmts"]
    setting: str
    seed: int
    noise_std: float = Field(ge=0)
    shared_below: int = Field(default=0, ge=0)
    compute: Compute

    def columns(self, run: int) -> dict[str, Any]:
        """The columns that identify the fine-tuning run `run` in tables."""
        return {"model": self.name, "task": self.task, "setting": self.setting, "run": run}


class DasSpec(Cell):
    """One sweep over layers, properties and controls. Inputs `model` and `counterfactuals`, the sets of the searched
    properties and the splits train, val, test and test_iid; outputs `table`, `history` and `operators`.

    Attributes:
        run: The number of the fine-tuning run, as it stands in tables.
        mode: reference: the model in training mode. If that makes it random (dropout), a search that was interrupted
            continues with other draws.
    """

    run: int
    search: Search
    mode: Switch = "corrected"


class FlowSpec(Cell):
    """Information flow in all runs of one cell. Inputs `models`, in the order of `runs`, and `counterfactuals`, the
    sets of `properties` and the split test_iid; output `table`.

    Attributes:
        batch: Images per forward pass.
    """

    runs: list[int] = Field(min_length=1)
    properties: list[str] = Field(min_length=1)
    batch: int = Field(gt=0)
