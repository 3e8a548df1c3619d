"""Published, pretrained or own weights into an encoder, and what is checked before it encodes anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from vitatlas.config.models import EncoderEntry
from vitatlas.errors import UserError
from vitatlas.models.activation import check_activation
from vitatlas.models.checkpoint import of_backbone
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.position_table import with_batch_axis
from vitatlas.models.torchvision_weights import from_torchvision
from vitatlas.models.values import check_finite
from vitatlas.models.weights import check_patch, load_state, read_weights, translated, without_heads

GRIDS = (("pos_embed", "pos_embed"), ("visual.positional_embedding", "pos_embed"))
"""Position embeddings in files, and where they go in timm's vision transformers."""

WRONG_FILE = "compare the model's entry in config/models.yaml with the file"


def loaded_encoder(entry: EncoderEntry, paths: Iterable[str | Path], *, seed: int = 0) -> Encoder:
    """An encoder with the weights of a file; without one, with random weights that depend on `seed`.

    Raises:
        UserError: As `build_encoder` and `load_encoder`.
    """
    encoder = build_encoder(entry, seed=seed)
    for path in paths:
        load_encoder(encoder, path)
    return encoder


def load_encoder(encoder: Encoder, path: str | Path) -> None:
    """Load weights into an encoder, its published head included, and check that it then encodes pictures.

    Accepted: what `load_backbone` accepts; checkpoints of training programs (`vitatlas.models.checkpoint`); the file
    of a CLIP model with both towers. Position embeddings are resampled only where the entry allows it.

    Raises:
        UserError: As `read_weights`; keys missing, unknown, or of another shape; another patch size, image size,
            number of classes or activation function; values that are no floating-point numbers, or not finite; or the
            loaded encoder gives every picture the same representation, or none.
    """
    entry, backbone = encoder.entry, encoder.backbone
    state = from_torchvision(of_backbone(read_weights(path)), backbone)
    check_finite(state, path)
    check_activation(backbone, state, path, entry)
    check_patch(state, backbone, path)
    state = with_batch_axis(state, backbone, path)
    if not entry.encoder.resample:
        _check_grid(state, backbone, path)
    state = translated(state, backbone, path)
    if entry.encoder.classes or entry.encoder.projection:
        _check_head(state, backbone, entry, path)
    load_state(backbone, without_heads(state, backbone), path)
    _check_pictures(encoder, path)


def _check_grid(state: Mapping[str, Tensor], backbone: nn.Module, path: str | Path) -> None:
    """timm would resample position embeddings of another image size without a word."""
    own = backbone.state_dict()
    biases = [(key, key) for key in own if key.endswith("relative_position_bias_table")]
    for key, ours in (*GRIDS, *biases):
        if key in state and ours in own and _has_other_rows(state[key], own[ours]):
            positions = [tuple(tensor.shape) for tensor in (state[key], own[ours])]
            raise UserError(
                f"the weights are of another image size: {key} is {positions[0]}, the model's {positions[1]}",
                where=path,
                remedy="set `encoder.image` to the size that they were trained at, or `encoder.resample: true`",
            )


def _has_other_rows(table: Tensor, own: Tensor) -> bool:
    return table.shape[-1:] == own.shape[-1:] and table.shape[-2:-1] != own.shape[-2:-1]


def _check_head(state: Mapping[str, Tensor], backbone: nn.Module, entry: EncoderEntry, path: str | Path) -> None:
    wanted = entry.encoder.classes or entry.encoder.projection
    key = "classes" if entry.encoder.classes else "projection"
    for name in heads_of(backbone):
        head = state.get(f"{name}.weight")
        if head is None:
            raise UserError(
                f"the file has no head: {name}.weight is missing, and the entry says `{key}: {wanted}`",
                where=path,
                remedy=f"set `encoder.{key}` to 0, or take a file with the head",
            )
        if len(head) != wanted:
            raise UserError(
                f"the file's head ({name}.weight) has {len(head)} outputs, the entry says `{key}: {wanted}`",
                where=path,
                remedy=f"set `encoder.{key}: {len(head)}`, or take another file",
            )
        bias = state.get(f"{name}.bias")
        if entry.encoder.projection and bias is not None and bool(bias.any()):
            raise UserError(
                f"the projection has a bias that is not zero ({name}.bias); CLIP's has none",
                where=path,
                remedy="take the weights of a CLIP model, or give them as a classifier: `encoder.classes`",
            )


def heads_of(backbone: nn.Module) -> Iterator[str]:
    """The names of a network's heads: one, or two where it is distilled."""
    names = backbone.pretrained_cfg["classifier"]  # type: ignore[index]
    yield from ([names] if isinstance(names, str) else names)


@torch.no_grad()
def _check_pictures(encoder: Encoder, path: str | Path) -> None:
    """A flat and a random picture must have two representations, without what is not a number."""
    side, device = encoder.side, next(encoder.parameters()).device
    random = torch.randint(256, (3, side, side), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    pictures = torch.stack([torch.full_like(random, 128), random]).to(device)
    training = encoder.training
    try:
        flat, noisy = encoder.eval()(pictures)
    finally:
        encoder.train(training)
    if not bool(torch.isfinite(flat).all() and torch.isfinite(noisy).all()):
        problem = "with these weights, representations are not finite"
    elif torch.equal(flat, noisy):
        problem = "with these weights, a flat and a random picture have the same representation"
    else:
        return
    raise UserError(problem, where=path, remedy=WRONG_FILE)
