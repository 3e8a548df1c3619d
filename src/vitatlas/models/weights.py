"""Files of weights: reading them safely, loading them into a network, writing them.

safetensors files, or pickles read by torch's weights-only unpickler, which runs no code from the file.
"""

from __future__ import annotations

import argparse
import inspect
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from vitatlas.config.models import Backbone
from vitatlas.errors import UserError, explained
from vitatlas.jobs.files import atomic
from vitatlas.models.activation import check_activation
from vitatlas.models.checkpoint import weights_of
from vitatlas.models.position_table import translated_with_table, with_batch_axis
from vitatlas.models.values import SHOWN, check_finite, check_kinds

# What published files hold beside the backbone: heads, a decoder, the token that masks patches.
BESIDE_BACKBONE = ("head.", "head_", "fc_norm.", "decoder", "mask_token")


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file or a pickle, by key; of a training checkpoint, those of its model.

    Raises:
        UserError: No such file, or it cannot be read; truncated or of another format; a pickle that holds more than
            tensors and containers (and the options of the program that wrote it); no weights in it
            (`vitatlas.models.checkpoint`).
    """
    path = Path(path)
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        with torch.serialization.safe_globals([argparse.Namespace]):  # options; it runs nothing
            content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise UserError("no such weights file", where=path) from error
    except (PermissionError, IsADirectoryError, NotADirectoryError) as error:
        raise explained(error) or error from error
    except pickle.UnpicklingError as error:
        raise UserError(
            "the pickle holds more than weights, or is damaged; it was not executed",
            where=path,
            remedy="use a safetensors file, or a state dict saved by torch.save",
        ) from error
    except (SafetensorError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UserError(
            f"the weights file is truncated or damaged: {error}", where=path, remedy="delete it and fetch it again"
        ) from error
    return weights_of(content, path)


def save_safetensors(path: str | Path, state: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> None:
    """Write tensors by key, and text metadata, atomically; the tensors may live on any device.

    Tensors that share memory (CoaT's) are written once per key, so that the file has every key of the network.
    """
    written: dict[int, str] = {}
    contiguous = {key: value.detach().cpu().contiguous() for key, value in state.items()}
    for key, value in contiguous.items():
        if written.setdefault(value.data_ptr(), key) != key:
            contiguous[key] = value.clone()
    with atomic(path) as part:
        save_file(contiguous, part, dict(metadata or {}))


def load_backbone(backbone: nn.Module, path: str | Path, entry: Backbone | None = None) -> None:
    """Load pretrained weights into a backbone that timm built.

    Args:
        backbone: As timm built it.
        path: The file.
        entry: What it was built from, where that is known: its repository may tell the activation function.

    Accepted layouts: timm's, and those that timm translates for the backbone's family; for vision transformers
    open_clip's and OpenAI's (`visual.*`), and DINO's, DINOv2's and MAE's own releases. Heads and decoders are dropped.
    Where a vision transformer's file has another patch grid, the position embedding is resampled (bicubic), as for
    DINOv2, published at 518 px.

    Raises:
        UserError: As `read_weights`; keys missing, unknown, or of another shape; values that are no floating-point
            numbers, or not finite; another activation function.
    """
    state = read_weights(path)
    check_finite(state, path)
    check_activation(backbone, state, path, entry)
    check_patch(state, backbone, path)
    load_state(backbone, without_heads(translated(state, backbone, path), backbone), path)


def load_exactly(module: nn.Module, path: str | Path) -> None:
    """Load every weight of a module from a file that was written from the same module.

    Raises:
        UserError: As `read_weights`; or keys missing, unknown, or of another shape.
    """
    load_state(module, read_weights(path), path)


def translated(state: Mapping[str, Tensor], backbone: nn.Module, path: str | Path) -> dict[str, Tensor]:
    """The weights with timm's own keys and shapes, by what timm does for the backbone's family.

    Raises:
        UserError: As `with_batch_axis` and `translated_with_table`.
    """
    translate = getattr(inspect.getmodule(type(backbone)), "checkpoint_filter_fn", None)  # not every family has one
    state = with_batch_axis(state, backbone, path)
    if translate is None:
        return state
    return translated_with_table(lambda weights: translate(weights, backbone), state, backbone, path)


def check_patch(state: Mapping[str, Tensor], backbone: nn.Module, path: str | Path) -> None:
    """Raise a UserError if the patch embedding is of another patch size.

    timm would resample it without a word; here it means the wrong file.
    """
    wanted = backbone.state_dict().get("patch_embed.proj.weight")
    for key in ("patch_embed.proj.weight", "visual.conv1.weight"):
        if wanted is not None and key in state and state[key].shape != wanted.shape:
            raise _mismatch([f"{key} is {_shape(state[key].shape)}, the model's {_shape(wanted.shape)}"], path)


def without_heads(state: Mapping[str, Tensor], backbone: nn.Module) -> dict[str, Tensor]:
    """The weights without what belongs to no backbone; what the backbone itself has under such names stays."""
    heads = getattr(backbone, "pretrained_cfg", {}).get("classifier") or ()
    beside = (*BESIDE_BACKBONE, *(f"{head}." for head in ([heads] if isinstance(heads, str) else heads)))
    own = backbone.state_dict()
    return {key: value for key, value in state.items() if key in own or not key.startswith(beside)}


def load_state(module: nn.Module, state: Mapping[str, Tensor], path: str | Path) -> None:
    """Load weights into a module that has these and no others.

    Raises:
        UserError: Keys missing, unknown, or of another shape, or no floating-point numbers; names the first ones.
            Nothing is changed then.
    """
    own = module.state_dict()
    state = _with_shared(state, own)
    problems = [f"missing {key}" for key in own if key not in state]
    problems += [f"unknown {key}" for key in state if key not in own]
    problems += [
        f"{key} is {_shape(value.shape)}, the model's {_shape(own[key].shape)}"
        for key, value in state.items()
        if key in own and value.shape != own[key].shape
    ]
    if problems:
        raise _mismatch(problems, path)
    check_kinds(state, own, path)
    module.load_state_dict(state)


def _with_shared(state: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights with those keys that files may leave out, because the module has the same tensor under another."""
    where = {own[key].data_ptr(): value for key, value in state.items() if key in own}
    shared = {key: where[tensor.data_ptr()] for key, tensor in own.items() if tensor.data_ptr() in where}
    return {**shared, **state}


def _mismatch(problems: list[str], path: str | Path) -> UserError:
    more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    return UserError(
        f"the weights do not fit the model: {'; '.join(problems[:SHOWN])}{more}",
        where=path,
        remedy="compare the model's entry in config/models.yaml with the file",
    )


def _shape(shape: torch.Size) -> str:
    return "×".join(map(str, shape))
