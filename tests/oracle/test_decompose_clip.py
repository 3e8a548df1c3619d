"""The decomposition of CLIP's image tower against open_clip's own tower, on the same random weights.

The sum against its encoding; single heads and MLPs against what its modules give, block by block: attention is computed
here from the weights of torch's nn.MultiheadAttention, which hides its heads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from vitatlas.components.decompose import Decomposer, token_shares
from vitatlas.config.models import EncoderEntry
from vitatlas.models import torchvision_ops  # noqa: F401  (before open_clip)
from vitatlas.models.encoder import Encoder
from vitatlas.models.encoder_weights import loaded_encoder
from vitatlas.models.weights import save_safetensors

open_clip = pytest.importorskip("open_clip")

WIDTH, DEPTH, HEADS, SIDE, PATCH, JOINT = 128, 3, 2, 48, 16, 32
STATISTICS = {"mean": (0.5, 0.375, 0.25), "std": (0.25, 0.125, 0.5)}  # exact in every precision


@pytest.fixture(scope="module", params=["vit_base_patch16_clip_224", "vit_base_patch16_clip_quickgelu_224"])
def architecture(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def clip(architecture: str) -> Any:
    """open_clip's CLIP, every weight random, biases and norms included; exact in float32, as its file has them."""
    torch.manual_seed(0)
    model = open_clip.model.CLIP(
        embed_dim=JOINT,
        vision_cfg={"image_size": SIDE, "patch_size": PATCH, "width": WIDTH, "layers": DEPTH, "head_width": 64},
        text_cfg={"context_length": 8, "vocab_size": 50, "width": 64, "heads": 1, "layers": 1},
        quick_gelu="quickgelu" in architecture,
    )
    with torch.no_grad():
        for value in model.parameters():
            value.add_(0.1 * torch.randn_like(value))
    return model.double().eval()


@pytest.fixture(scope="module")
def tower(clip: Any, architecture: str, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The image tower as an encoder, with the weights of open_clip's file."""
    path: Path = tmp_path_factory.mktemp("clip") / "model.safetensors"
    save_safetensors(path, clip.state_dict())
    entry = EncoderEntry.model_validate(
        {
            "timm": architecture,
            "architecture": {"embed_dim": WIDTH, "depth": DEPTH, "num_heads": HEADS},
            "origin": "none",
            "preprocessing": STATISTICS,
            "encoder": {"image": SIDE, "projection": JOINT, "readout": "projected"},
        }
    )
    return loaded_encoder(entry, [path]).double().eval()


@pytest.fixture(scope="module")
def images() -> Tensor:
    return torch.randint(0, 256, (4, 3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(2))


@torch.no_grad()
@pytest.mark.parametrize("policy", ["separate", "own", "uniform"])
@pytest.mark.parametrize("start", ["block.0", "block.2"])
def test_components_sum_to_open_clips_normalised_encoding(
    clip: Any, tower: Encoder, images: Tensor, start: str, policy: Any
) -> None:
    z, vectors = Decomposer(tower, start, policy)(images)
    wanted = clip.encode_image(standardised(images), normalize=True)
    torch.testing.assert_close(vectors.sum(1), wanted, rtol=0, atol=1e-12)
    torch.testing.assert_close(z, wanted, rtol=0, atol=1e-12)


@torch.no_grad()
def test_heads_tokens_and_mlps_are_those_of_open_clips_modules(clip: Any, tower: Encoder, images: Tensor) -> None:
    decomposer = Decomposer(tower)
    _, vectors = decomposer(images)
    g = torch.randn(JOINT, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    taken = inputs(clip.visual, images)
    last = taken[clip.visual.ln_post][:, 0]
    length = clip.encode_image(standardised(images)).norm(dim=1, keepdim=True)

    def tail(write: Tensor) -> Tensor:
        """[…, B, D] at the class token → […, B, d]."""
        scale = (last.var(1, correction=0, keepdim=True) + clip.visual.ln_post.eps).rsqrt()
        centred = write - write.mean(-1, keepdim=True)
        return (centred * scale * clip.visual.ln_post.weight) @ clip.visual.proj / length

    names = [component.name for component in decomposer.components]
    for number, block in enumerate(clip.visual.transformer.resblocks):
        for head, by_token in enumerate(of_heads(block.attn, block.ln_1(taken[block]))):
            component = names.index(f"block.{number}.head.{head}")
            shares = tail(by_token)  # [T, B, d]
            torch.testing.assert_close(shares.sum(0), vectors[:, component], rtol=0, atol=1e-12)
            found = token_shares(decomposer, images, {component: g})[component]
            torch.testing.assert_close(found.maps.flatten(1), (shares[1:] @ g).T, rtol=0, atol=1e-12)
            torch.testing.assert_close(found.rest, shares[0] @ g, rtol=0, atol=1e-12)
        written = block.mlp(block.ln_2(taken[block.ln_2]))[:, 0]
        component = names.index(f"block.{number}.mlp")
        torch.testing.assert_close(tail(written), vectors[:, component], rtol=0, atol=1e-12)


def of_heads(attention: nn.MultiheadAttention, tokens: Tensor) -> Iterator[Tensor]:
    """What each head writes at the class token, by input token, without the output's bias: [T, B, D]."""
    q, k, v = (tokens @ attention.in_proj_weight.T + attention.in_proj_bias).chunk(3, dim=-1)
    width = WIDTH // HEADS
    for head in range(HEADS):
        part = slice(head * width, (head + 1) * width)
        weights = (q[:, :1, part] @ k[..., part].transpose(1, 2) / width**0.5).softmax(-1)[:, 0]  # [B, T]
        yield torch.einsum("bt,btc,dc->tbd", weights, v[..., part], attention.out_proj.weight[:, part])


def inputs(visual: nn.Module, images: Tensor) -> dict[nn.Module, Tensor]:
    """What each module of the tower takes."""
    taken: dict[nn.Module, Tensor] = {}

    def keep(module: nn.Module, args: tuple[Tensor, ...], _output: object) -> None:
        if args:
            taken[module] = args[0]

    handles = [module.register_forward_hook(keep) for module in visual.modules()]
    visual(standardised(images))
    for handle in handles:
        handle.remove()
    return taken


def standardised(images: Tensor) -> Tensor:
    mean, std = (torch.tensor(STATISTICS[key], dtype=torch.float64).view(1, 3, 1, 1) for key in ("mean", "std"))
    return (images.double() / 255 - mean) / std
