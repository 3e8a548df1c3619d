"""A sweep of alignment search over layers, properties and controls, resumable between items."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vitatlas.errors import UserError
from vitatlas.jobs.checkpoint import Checkpoint, StopRequest
from vitatlas.jobs.progress import Progress
from vitatlas.jobs.stopping import STOPPED
from vitatlas.relations.config.das import Search
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.evaluate import effect
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.fit import Fit, Stopped, converged, warning
from vitatlas.relations.das.learned import Item, Learned
from vitatlas.relations.das.reduce import NOT_SEARCHED
from vitatlas.relations.das.streams import Kept, Recomputed, Streams, bytes_per_layer, layer_groups


class Sweep:
    """All items of one model.

    Args:
        model: The model.
        settings: Layers, properties, controls, optimisation.
        seed: Random choices of an item derive from it and the item's name.
        folder: Where finished items wait for the others, as checkpoints.
        key: Identifies the job; items of another job are not used.

    Attributes:
        learned: Finished items, on the CPU.
        history: Their training, one row per epoch.

    Raises:
        UserError: A layer that the model does not have.
    """

    def __init__(self, model: CutModel, settings: Search, seed: int, folder: Path, key: str):
        self.model, self.settings, self.seed, self.folder, self.key = model, settings, seed, folder, key
        self.layers = settings.layers or list(range(model.depth))
        if max(self.layers) >= model.depth:
            problem = f"layer {max(self.layers)} is asked for, the model has layers 0 to {model.depth - 1}"
            raise UserError(problem, where="key 'relations.das.layers'")
        self.learned: dict[Item, Learned] = {}
        self.history: dict[Item, list[dict[str, Any]]] = {}

    def __len__(self) -> int:
        """How many items there are."""
        return len(self.settings.properties) * len(self.layers) * len(self.settings.controls)

    def learn(self, property: str, examples: Examples, stop: StopRequest, progress: Progress) -> dict[Item, Learned]:
        """Fit every item of a property on the training examples, or take it from its checkpoint.

        Where the edit does not even work when it is made in the image (`least_effect`), items get no subspace instead.

        Raises:
            UserError: Fewer examples than a batch; divergence.
            SystemExit: A signal asked to stop: the item at hand is dropped, finished ones are kept.
        """
        if len(examples) < self.settings.batch:
            problem = f"{len(examples)} training examples do not fill a batch of {self.settings.batch}"
            raise UserError(problem, where="keys 'relations.das.batch' and 'relations.das.sizes.train'")
        if self._hopeless(examples):
            self._leave_out(property, progress)
        else:
            self._learn_all(property, examples, stop, progress)
        return {item: learned for item, learned in self.learned.items() if item.property == property}

    def _hopeless(self, examples: Examples) -> bool:
        least = self.settings.least_effect
        return least is not None and effect(self.model, examples, self.settings.evaluation_batch) < least

    def _leave_out(self, property: str, progress: Progress) -> None:
        width = self.model.classifier.width
        for layer in self.layers:
            for control in self.settings.controls:
                item = Item(property, control, layer)
                self.learned[item], self.history[item] = (torch.eye(width), -torch.ones(width)), []
                progress.step(1)

    def _learn_all(self, property: str, examples: Examples, stop: StopRequest, progress: Progress) -> None:
        size = bytes_per_layer(self.model, examples, self.settings.controls)
        for layers in layer_groups(self.layers, size, self._room):
            items = [Item(property, control, layer) for layer in layers for control in self.settings.controls]
            self._learn_together(items, examples, stop, progress, keep=size <= self._room)

    @property
    def _room(self) -> int:
        return self.settings.cache_mb * 10**6

    def _learn_together(
        self, items: list[Item], examples: Examples, stop: StopRequest, progress: Progress, *, keep: bool
    ) -> None:
        """Items whose layers share one pass over the images, if their streams are kept; freed on return."""
        saved = {item: self._checkpoint(item).load() for item in items}
        layers = sorted({item.layer for item, state in saved.items() if state is None})
        streams: Streams = Recomputed(self.model, examples)
        if layers and keep:
            streams = Kept(self.model, examples, layers, self.settings.controls, self.settings.evaluation_batch)
        for item in items:
            state = saved[item] or self._fit(item, examples, streams, stop)
            self.learned[item], self.history[item] = (state["rotation"], state["mask"]), state["history"]
            progress.step(1)

    def _fit(self, item: Item, examples: Examples, streams: Streams, stop: StopRequest) -> dict[str, Any]:
        fit = Fit(item, self.model, examples, streams, self.settings, self.seed)
        try:
            fit.run(stop)
        except Stopped as signal:
            print(f"stopped by {signal} at {item}; run again to continue with it", file=sys.stderr)
            raise SystemExit(STOPPED) from None
        rotation, mask = fit.subspace.learned()
        state = {"rotation": rotation, "mask": mask, "history": fit.history}
        self._checkpoint(item).save(state)
        return state

    def _checkpoint(self, item: Item) -> Checkpoint:
        return Checkpoint(self.folder / str(item), self.key, every_s=0)

    def fits(self) -> list[dict[str, Any]]:
        """How each item's training went: property, control, layer, subspace_size, steps, loss_first and loss_last (mean
        of the first and the last epoch, penalty included), converged, warning. Losses are missing where nothing was
        searched for."""
        return [vars(item) | summary(self.history[item], mask) for item, (_, mask) in self.learned.items()]

    def histories(self) -> list[dict[str, Any]]:
        """The rows of `history`, with property, control and layer in front."""
        return [vars(item) | row for item, rows in self.history.items() for row in rows]


def summary(history: list[dict[str, Any]], mask: Tensor) -> dict[str, Any]:
    """An item's training in a few values."""
    if not history:
        nothing = {"subspace_size": 0, "steps": 0, "loss_first": math.nan, "loss_last": math.nan}
        return nothing | {"converged": False, "warning": NOT_SEARCHED}
    losses = [row["cross_entropy"] + row["penalty"] for row in history]
    size = int((mask > 0).sum())
    about: dict[str, Any] = {"subspace_size": size, "steps": history[-1]["step"]}
    about |= {"loss_first": losses[0], "loss_last": losses[-1], "converged": converged(losses)}
    return about | {"warning": warning(size, len(mask))}
