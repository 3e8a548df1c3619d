"""Maps from a user's components into the space of the words, and how far they lead."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from vitatlas.components.align.config import Alignment
from vitatlas.components.align.fit import align
from vitatlas.components.align.maps import Maps, identity
from vitatlas.components.align.pairs import Pairs
from vitatlas.components.align.train import distances
from vitatlas.components.own.pictures import HELD_OUT, LEARNED
from vitatlas.components.own.spec import OwnSpec
from vitatlas.components.store.read import Contributions, Representations
from vitatlas.jobs.checkpoint import Checkpoint

STEPS = 500
"""Steps that maps are learned for at least: few pictures are passed over more often. The best pass is kept."""


@dataclass(frozen=True)
class Mapped:
    """Maps, and what is known of them.

    Attributes:
        maps: The maps.
        distance: Mean of 1 - cos between what components sum to and CLIP's vectors, on held-out pictures, after the
            pass that was best on them; None where nothing was learned.
        constant: The same of one vector for all pictures, the mean of those that maps were learned from.
        passes: Over the pictures, until then.
    """

    maps: Maps
    distance: float | None
    constant: float | None
    passes: int


def unmapped(of: Contributions) -> Mapped:
    """Those of a model in whose own space the words are."""
    components, width = of.mapped.shape[1:]
    return Mapped(identity(components, width), None, None, 0)


def learned(spec: OwnSpec, of: Contributions, targets: Representations, device: torch.device, to: Checkpoint) -> Mapped:
    """Maps that are learned from the pictures.

    Args:
        spec: With a method.
        of: Contributions of all pictures.
        targets: CLIP's vectors of the same pictures.
        device: Where to learn.
        to: From which a training that was stopped goes on; the caller removes it.

    Raises:
        UserError: As `align`: too few pictures for the method, values that are not finite, divergence.
        SystemExit: Stopped by a signal, with a checkpoint.
    """
    if spec.method is None:
        raise ValueError("no method to learn by")
    train, held_out = (_pairs(of, targets, part) for part in (LEARNED, HELD_OUT))
    title = f"maps of {spec.encoder.name} by {spec.method}"
    settings = fitted(spec.settings, len(train))
    found = align(spec.method, settings, train, held_out, title=title, device=device, seed=spec.seed, checkpoint=to)
    return Mapped(found.maps, found.held_out, constant_distance(train.targets, held_out.targets), found.epoch)


def fitted(settings: Alignment, pictures: int) -> Alignment:
    """The settings for so many pictures: no batch is larger than their number, and there are `STEPS` or more."""
    batch = min(settings.batch, pictures)
    passes = max(settings.epochs, math.ceil(STEPS / (pictures // batch)))
    return settings.model_copy(update={"batch": batch, "epochs": passes})


def constant_distance(train: np.ndarray, held_out: np.ndarray) -> float:
    """The mean of 1 - cos between vectors [N, d'] and the mean of others [M, d']: of maps that know no picture."""
    mean, targets = torch.from_numpy(np.array(train)).mean(0), torch.from_numpy(np.array(held_out))
    return float(distances(mean.expand_as(targets), targets).mean())


def _pairs(of: Contributions, targets: Representations, part: str) -> Pairs:
    own, theirs = of.part(part), targets.part(part)
    return Pairs(own.mapped, theirs.z, own.where)
