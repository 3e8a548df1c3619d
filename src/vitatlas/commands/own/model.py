"""A model as a user names it on a command line: an entry of the zoo, the path of a checkpoint, or a name of timm's."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from vitatlas.commands.own.data import slug
from vitatlas.commands.own.side import side_of
from vitatlas.config.models import ModelZoo
from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)
from vitatlas.models.checkpoint import of_backbone
from vitatlas.models.download import FORMATS
from vitatlas.models.weights import read_weights

# isort: split
import timm
from timm.models import PretrainedCfg

OPENAI = "openai"
INTERPOLATIONS = ("bicubic", "bilinear")


def entry_of(given: str, architecture: str, zoo: ModelZoo) -> tuple[str, dict[str, Any] | None]:
    """The name of a model, and its entry where the zoo does not have it.

    Args:
        given: A model of the zoo, the path of a checkpoint, or timm's name of published weights
            (`vit_tiny_patch16_224.augreg_in21k`).
        architecture: timm's name of the checkpoint's architecture; empty where there is no checkpoint.
        zoo: With the user's own models.

    Raises:
        UserError: It is none of the three; a checkpoint without its architecture; an architecture that is unknown, or
            that cannot be an encoder; as `read_weights`.
    """
    if given in zoo.models:
        return given, None
    if Path(given).suffix in FORMATS or Path(given).exists():
        path = expanded(given)
        return slug(path.stem), _checkpoint(path, architecture)
    config = _config(given, [*zoo.models, *timm.list_models(), *timm.list_pretrained()], "MODEL")
    if not config.hf_hub_id:
        raise UserError(
            f"timm does not say where the weights of '{given}' lie",
            where="MODEL",
            remedy="fetch them, and name the file: MODEL=path ARCHITECTURE=name",
        )
    return slug(given), {**_described(config, given), "origin": "hub", "hub": config.hf_hub_id, **_head(config)}


def _checkpoint(path: Path, architecture: str) -> dict[str, Any]:
    """The entry of a file, without its head. The side is that of its position embeddings: a network may have been
    trained on other pictures than timm's weights of its architecture were."""
    if not path.is_file():
        raise UserError("there is no such checkpoint", where=path, remedy="correct MODEL")
    if not architecture:
        raise UserError(
            "a checkpoint does not say what network it is of",
            where=path,
            remedy="add its name in timm: ARCHITECTURE=vit_tiny_patch16_224",
        )
    config = _config(architecture, timm.list_models(), "ARCHITECTURE")
    encoder = _encoder(config, side_of(of_backbone(read_weights(path))))
    inside = path.resolve().is_relative_to(Path.cwd())
    place = path.resolve().relative_to(Path.cwd()) if inside else path.resolve()
    return {**_described(config, path.stem), "origin": "file", "file": str(place), "encoder": encoder}


def _config(name: str, known: list[str], where: str) -> PretrainedCfg:
    """timm's description of weights, or of an architecture's usual ones.

    Raises:
        UserError: timm has no such name; names near ones.
    """
    architecture, _, tag = name.partition(".")
    published = timm.list_pretrained(f"{architecture}.*") if timm.is_model(architecture) else []
    if not timm.is_model(architecture) or (tag and name not in published):
        near = published or difflib.get_close_matches(name, known, n=4)
        raise UserError(
            f"'{name}' is neither a model of the zoo, nor a file, nor a name that timm {timm.__version__} has",
            where=where,
            remedy=f"near names: {', '.join(near[:4]) or 'none'}",
        )
    config = timm.get_pretrained_cfg(name)
    if config is None:
        raise UserError(
            f"timm does not say how pictures go into '{name}'", where=where, remedy="write an entry of the zoo yourself"
        )
    _refuse_other_activation(config)
    return config


def _refuse_other_activation(config: PretrainedCfg) -> None:
    """OpenAI trained with quick-GELU, which the architecture's name must say; otherwise timm runs GELU."""
    other = str(config.architecture).replace("_clip_", "_clip_quickgelu_")
    if config.tag == OPENAI and other != config.architecture and timm.is_model(other):
        raise UserError(
            f"OpenAI's weights were trained with quick-GELU, and '{config.architecture}' has GELU",
            where="MODEL",
            remedy=f"take {other}.{OPENAI}",
        )


def _described(config: PretrainedCfg, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "timm": config.architecture,
        "preprocessing": {"mean": list(config.mean), "std": list(config.std)},
    }


def _head(config: PretrainedCfg) -> dict[str, Any]:
    """The licence, and how the network encodes, with the classes of its head; CLIP's projection is none."""
    projects = "_clip_" in str(config.architecture) and "_ft_" not in str(config.tag)
    classes = {} if projects or not config.num_classes else {"classes": config.num_classes}
    license = {"license": config.license} if config.license else {}
    return {**license, "encoder": {**_encoder(config), **classes}}


def _encoder(config: PretrainedCfg, side: int | None = None) -> dict[str, Any]:
    """How pictures go in: the crop of timm's evaluation; and what is read: of MaxViT the mean, in front of its head's
    own layer, of others what the family's head reads.

    Args:
        config: timm's description.
        side: Of the pictures; None: as described.
    """
    channels, height, width = config.input_size
    if (channels, height) != (3, width):
        raise UserError(
            f"'{config.architecture}' takes images of {channels} × {height} × {width}",
            where="MODEL",
            remedy="take a network for square RGB images",
        )
    if config.interpolation not in INTERPOLATIONS:
        raise UserError(
            f"pictures for '{config.architecture}' are resized by '{config.interpolation}'",
            where="MODEL",
            remedy=f"write an entry of the zoo yourself, with one of: {', '.join(INTERPOLATIONS)}",
        )
    image = side or height
    found = {"image": image, "resize": int(image / config.crop_pct), "interpolation": config.interpolation}
    return found | ({"readout": "mean"} if str(config.architecture).startswith("maxvit") else {})
