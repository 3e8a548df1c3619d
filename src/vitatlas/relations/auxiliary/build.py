"""From the configuration to the auxiliary losses of one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch

from vitatlas.errors import UserError
from vitatlas.models.build import Classifier
from vitatlas.relations.auxiliary.losses import Auxiliary, Loss
from vitatlas.relations.auxiliary.pipeline import PipelineLoss
from vitatlas.relations.auxiliary.probes import Disentanglement, Identity, Judgement
from vitatlas.relations.config.auxiliary import AuxiliaryLoss, Pipeline, Probe, Task
from vitatlas.relations.config.models import Geometry

WHERE = "key 'relations.auxiliary.variants'"


def build_auxiliary(
    wanted: Sequence[AuxiliaryLoss],
    classifier: Classifier,
    geometry: Geometry,
    task: str,
    frozen_blocks: int,
    seed: int,
) -> Auxiliary:
    """The losses of a run. Probes start from random weights that depend on `seed` and on nothing else.

    Raises:
        UserError: A layer or head that the model does not have; a layer whose input is frozen; a loss on a display
            pair, which the task does not have; a model too shallow for the rule of relative depth.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        losses = [_loss(loss, classifier, geometry, cast(Task, task)) for loss in wanted]
    for loss in losses:
        _check(loss, classifier, frozen_blocks)
    return Auxiliary(losses, [loss.weight for loss in wanted])


def _loss(wanted: AuxiliaryLoss, classifier: Classifier, geometry: Geometry, task: Task) -> Loss:
    if isinstance(wanted, Pipeline):
        return PipelineLoss(wanted.layers(classifier.depth, task), wanted.heads_of(classifier.heads))
    return _probe(wanted, classifier, wanted.block(classifier.depth), geometry, task)


def _probe(wanted: Probe, classifier: Classifier, layer: int, geometry: Geometry, task: Task) -> Loss:
    if wanted.loss == "disentanglement":
        return Disentanglement(classifier, layer)
    if wanted.loss == "identity":
        return Identity(classifier, layer)
    if task != "rmts":
        raise UserError(
            f"the loss 'judgement' is about a display pair, and {task} has none",
            where=WHERE,
            remedy="leave it to the task rmts",
        )
    return Judgement(classifier, layer, geometry.span**2)


def _check(loss: Loss, classifier: Classifier, frozen_blocks: int) -> None:
    name = loss.names[0].removesuffix("_loss")
    # A probe trains what comes before its block, the pipeline loss the block itself.
    trained = frozen_blocks if isinstance(loss, PipelineLoss) or not frozen_blocks else frozen_blocks + 1
    for layer in loss.layers:
        if layer >= classifier.depth:
            problem = f"the loss '{name}' is to read at layer {layer}, but the model has {classifier.depth} blocks"
            raise UserError(problem, where=WHERE, remedy=f"choose layers from 0 to {classifier.depth - 1}")
        if layer < trained:
            problem = f"the loss '{name}' reads at layer {layer}, but what comes before is frozen"
            remedy = f"choose layers from {trained} on, or freeze fewer than the first {frozen_blocks} blocks"
            raise UserError(problem, where=WHERE, remedy=remedy)
    if isinstance(loss, PipelineLoss) and max(loss.heads) >= classifier.heads:
        problem = f"the loss '{name}' lists head {max(loss.heads)}, but a layer of the model has {classifier.heads}"
        raise UserError(problem, where=WHERE, remedy=f"choose heads from 0 to {classifier.heads - 1}")
