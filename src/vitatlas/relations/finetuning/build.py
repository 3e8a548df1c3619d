"""The networks that are fine-tuned: plain vision transformers that answer "different" or "same"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from torch import nn

from vitatlas.errors import UserError
from vitatlas.models.build import Classifier, draw_backbone, seeded
from vitatlas.models.plain import is_plain, obstacles
from vitatlas.models.weights import load_exactly
from vitatlas.relations.config.models import Geometry, Network

CLASSES = 2
"""Different (index 0) and same (index 1), on every task (Lepori et al. 2024, appendix A)."""


def build(network: Network, geometry: Geometry, *, seed: int) -> Classifier:
    """A classifier with random weights that depend on `seed` and on nothing else; the global generator is left alone.

    The image size is the geometry's canvas. No file is read, nothing is downloaded.

    Raises:
        UserError: As `draw_backbone`; or the architecture is no plain ViT with a class token, or its patches are not
            the geometry's.
    """
    with seeded(seed):
        backbone = draw_backbone(network, geometry.canvas)
        if not is_plain(backbone):
            raise _refusal(network, backbone)
        _check_patches(network, backbone.patch_embed, geometry)
        return Classifier(
            backbone,
            network.preprocessing,
            classes=CLASSES,
            readout=network.readout,
            head_bias=network.head_bias,
        )


def load_classifier(network: Network, geometry: Geometry, path: str | Path) -> Classifier:
    """A fine-tuned classifier, in eval mode: every weight from the file, which must fit exactly.

    Raises:
        UserError: As `build` and `load_exactly`.
    """
    classifier = build(network, geometry, seed=0)
    load_exactly(classifier, path)
    return classifier.eval()


def _refusal(network: Network, backbone: nn.Module) -> UserError:
    """Says all that keeps the network from being used, and what in `architecture` would change it."""
    found = obstacles(backbone)
    problems = ", ".join(obstacle.problem for obstacle in found)
    remedy = "choose another architecture (most that `timm.list_models('vit_*')` names are plain)"
    if all(obstacle.remedy for obstacle in found):
        settings = ", ".join(f"{name}: {json.dumps(value)}" for it in found for name, value in it.remedy.items())
        remedy = f"set {settings} in `architecture`, which the weights must fit; or {remedy}"
    return UserError(
        f"the paper 'relations' cannot use the architecture '{network.timm}': {problems}",
        where=f"timm architecture '{network.timm}'",
        remedy=remedy,
    )


def _check_patches(network: Network, embedding: Any, geometry: Geometry) -> None:
    """Raise a UserError unless the square images and patches are the geometry's."""
    image, patch = embedding.img_size[0], embedding.patch_size[0]
    if (image, patch) != (geometry.canvas, geometry.patch):
        raise UserError(
            f"it takes {image} px images in {patch} px patches, but its geometry has a canvas of "
            f"{geometry.canvas} px and patches of {geometry.patch} px",
            where=f"timm architecture '{network.timm}'",
            remedy="choose the geometry that fits, or set `architecture`",
        )
