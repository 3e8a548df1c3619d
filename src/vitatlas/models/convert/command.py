"""The command that converts a user's checkpoint: reads it, makes timm's weights, tries them, writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from vitatlas.config.models import EncoderEntry
from vitatlas.errors import UserError
from vitatlas.jobs.files import sha256
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)
from vitatlas.models.convert.beside import check_config
from vitatlas.models.convert.contents import Contents, contents_of
from vitatlas.models.convert.fit import Fitted, fitted
from vitatlas.models.convert.onnx.weights import read_onnx
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.weights import read_weights, save_safetensors

# isort: split
import timm
from timm.models.vision_transformer import VisionTransformer

Say = Callable[[str], None]
METADATA = "converted"
"""Key of the output's metadata: what was done, as JSON."""


@dataclass(frozen=True)
class Request:
    """The words of a command line.

    Attributes:
        source: The checkpoint: .onnx, .safetensors, or a state dict of torch's.
        output: A safetensors file.
        timm: timm's name of the architecture.
        arguments: Arguments of `timm.create_model` that differ from the named architecture.
        image: Side of the images in pixels; None: the one that the position embeddings are for.
        leave_out: Beginnings of keys that are no part of the network.
        resample: Whether position embeddings of another size are resampled, or refused.
    """

    source: Path
    output: Path
    timm: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    image: int | None = None
    leave_out: Sequence[str] = ()
    resample: bool = False


@dataclass(frozen=True)
class Converted:
    """The file that was written.

    Attributes:
        entry: The network as the zoo describes it.
        left_out: Keys of the checkpoint that are not in the output.
        changes: What is not as it was in the checkpoint, in words.
    """

    entry: EncoderEntry
    left_out: list[str]
    changes: list[str]

    def in_zoo(self, name: str) -> str:
        """The entry of a model for `config/models.own.yaml`."""
        keys = self.entry.model_dump(mode="json", exclude_defaults=True)
        return yaml.safe_dump({"models": {name: {"title": name, **keys}}}, sort_keys=False, default_flow_style=None)


def convert(asked: Request, say: Say = print) -> Converted:
    """Convert a checkpoint into a file that the zoo takes, and load that once as the zoo will.

    Args:
        asked: The request.
        say: Gets lines that tell how far it is, and what should be known of the result.

    Raises:
        UserError: As `read_onnx`, `read_weights`, `contents_of`, `build_encoder`, `fitted`, `check_config` and
            `load_encoder`; or the architecture is of another family. Nothing is written then.
    """
    if asked.output.suffix != ".safetensors":
        raise UserError("the output must be a safetensors file", where=asked.output, remedy="name it ….safetensors")
    say(f"reading {asked.source}")
    state = read_onnx(asked.source) if asked.source.suffix == ".onnx" else read_weights(asked.source)
    contents = contents_of(state, asked.source, asked.leave_out)
    encoder = build_encoder(_entry(asked, contents), seed=0)
    if not isinstance(encoder.backbone, VisionTransformer):
        raise UserError(
            f"'{asked.timm}' is no vision transformer of timm's, and only those can be made from checkpoints of others",
            where=f"timm architecture '{asked.timm}'",
        )
    found = fitted(contents, encoder.backbone, asked.source, resample=asked.resample)
    for line in (*check_config(encoder.backbone, asked.source, asked.timm), *found.changes):
        say(line)
    say(f"{len(state)} tensors read, {len(found.state)} made, {len(contents.left_out)} left out")
    _write(asked, encoder, found, contents)
    return Converted(encoder.entry, contents.left_out, found.changes)


def _entry(asked: Request, contents: Contents) -> EncoderEntry:
    """The network that the checkpoint is for."""
    config = timm.get_pretrained_cfg(asked.timm) if timm.is_model(asked.timm) else None
    statistics = {"mean": config.mean, "std": config.std} if config else {"mean": [0.5] * 3, "std": [0.5] * 3}
    head = {"projection": contents.outputs, "readout": "projected"} if contents.clip else {"classes": contents.outputs}
    image = asked.image or (contents.side or 1) * contents.patch
    return EncoderEntry.model_validate(
        {
            "timm": asked.timm,
            "architecture": dict(asked.arguments),
            "origin": "file",
            "file": str(asked.output),
            "preprocessing": statistics,
            "encoder": {"image": image, **(head if contents.outputs else {})},
        }
    )


def _write(asked: Request, encoder: Encoder, found: Fitted, contents: Contents) -> None:
    """Write the weights; they appear when they have been loaded once."""
    about = {
        "source": asked.source.name,
        "sha256": sha256(asked.source),
        "timm": {"version": timm.__version__, "architecture": asked.timm, "arguments": dict(asked.arguments)},
        "image": encoder.side,
        "changes": found.changes,
        "left_out": contents.left_out,
    }
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=asked.output.parent, prefix=f".{asked.output.stem}.") as folder:
        part = Path(folder) / asked.output.name
        save_safetensors(part, found.state, {METADATA: json.dumps(about, sort_keys=True)})
        try:
            load_encoder(encoder, part)
        except UserError as error:
            raise UserError(error.problem, where=asked.source, remedy=error.remedy) from error
        part.replace(asked.output)
