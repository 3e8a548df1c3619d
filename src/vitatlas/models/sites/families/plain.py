"""timm's VisionTransformer: ViT, DeiT (distilled too), CLIP's image towers, DINO, DINOv2."""

from __future__ import annotations

from typing import Any

from vitatlas.errors import UserError
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.layers.attention import Attention
from timm.models.vision_transformer import Block

from vitatlas.models.plain import OpenBlock
from vitatlas.models.sites.layouts import Grid, Heads, Tokens
from vitatlas.models.sites.patterns import Pattern
from vitatlas.models.sites.taps import Output
from vitatlas.models.sites.transformer import feed_forward, fused_projection, head_out, norm, prenorm
from vitatlas.models.sites.unit import Site, Sites, Unit


def units(vit: Any, image: Grid | None) -> list[Unit]:
    """The network as a whole, and its blocks."""
    grid, prefix = _grid(vit.patch_embed, image), vit.num_prefix_tokens

    def whole() -> Sites:
        return {"embed": Site(Output(vit.norm_pre), Tokens()), **norm("norm", vit.norm, Tokens())}

    numbered = enumerate(vit.blocks)
    blocks = [transformer_unit(f"block.{number}", block, grid, prefix, number) for number, block in numbered]
    return [Unit("", whole, grid, prefix), *blocks]


def _grid(embedding: Any, image: Grid | None) -> Grid | None:
    """Embeddings by another network (hybrids) may not know theirs."""
    if image is not None and hasattr(embedding, "dynamic_feat_size"):
        rows, columns = embedding.dynamic_feat_size(image)
        return rows, columns
    return getattr(embedding, "grid_size", None)


def transformer_unit(name: str, block: Any, grid: Grid | None, prefix: int, number: int, stage: int = 0) -> Unit:
    """One block.

    Raises:
        UserError: It is not timm's `Block` with its plain attention.
    """
    if not isinstance(block, (Block, OpenBlock)) or type(block.attn) is not Attention:
        found = f"{type(block).__name__} with {type(getattr(block, 'attn', None)).__name__}"
        raise UserError(
            f"{name} is timm's {found}, for which sites are not defined",
            remedy="take an architecture of pre-norm blocks with plain attention",
        )
    gated = {} if feed_forward(block.mlp, Tokens()) else _gated(block.mlp)
    feature = None if gated else "mlp.act"
    return Unit(name, lambda: _sites(block), grid, prefix, stage, number, feature, undefined=gated)


def _sites(block: Any) -> Sites:
    attention, opened = block.attn, isinstance(block, OpenBlock)
    inside = {
        **fused_projection(attention, Heads()),
        "attn.q": Site(Output(attention.q_norm), Heads()),
        "attn.k": Site(Output(attention.k_norm), Heads()),
        # Opened blocks run unfused also to be read: analyses of plain ViTs read weights in all blocks, and pay once.
        "attn.pattern": Site(Pattern(attention, replay=not opened), None),
        **head_out(attention, Heads(), into=attention.norm),
    }
    found = prenorm(block, inside, Tokens())
    if opened:
        found["resid_mid"] = Site(Output(block.mid), Tokens())
    return found


def _gated(mlp: Any) -> dict[str, str]:
    reason = f"the feed-forward layer is timm's {type(mlp).__name__}, whose hidden units are not of one non-linearity"
    return dict.fromkeys(("mlp.pre", "mlp.act"), reason)
