"""Reading and patching activations by name.

    with read(model, ["block.3.resid_post"]) as cache:
        model(images)
    cache["block.3.resid_post"]                     # [B, T, D]

    with patch(model, {"block.3.resid_post": swap_tokens}):
        model(images)

    with observe(model, {"block.3.attn.pattern": add_to_statistics}):
        model(images)

    activation = until(model, images, "stage.2.block.1.mlp.act")    # nothing behind the site runs
    features = patches(model, "stage.2.block.1.mlp.act", activation)    # [B, rows, columns, M]

`sites(model)` lists all names, `layers(model)` the feed-forward calls in forward order.

| site | plain shape | what |
|---|---|---|
| `embed` | [B, T, D] | what enters the first block: position added, CLIP's extra norm applied |
| `….resid_pre` | [B, T, D] | residual stream entering the block |
| `….norm1.mean`, `.scale` | [B, T, 1] | statistics of the norm before attention |
| `….attn.in` | [B, T, D] | what attention reads: the stream after that norm |
| `….attn.q`, `.k`, `.v` | [B, H, T, d] | queries (before the scale), keys, values as attention uses them |
| `….attn.pattern` | [B, H, T, T] | attention weights; row = querying token, rows sum to 1 |
| `….attn.head_out` | [B, H, T, d] | pattern · v per head, before the output projection |
| `….attn.out` | [B, T, D] | what attention adds to the residual stream (after LayerScale) |
| `….resid_mid` | [B, T, D] | residual stream between attention and MLP |
| `….norm2.mean`, `.scale` | [B, T, 1] | statistics of the norm before the MLP |
| `….mlp.pre` | [B, T, M] | hidden units before the activation function |
| `….mlp.act` | [B, T, M] | hidden units after the activation function |
| `….mlp.out` | [B, T, D] | what the MLP adds to the residual stream (after LayerScale) |
| `….resid_post` | [B, T, D] | residual stream leaving the block |
| `….conv.out` | [B, C, h, w] | convolutional blocks: channels after the last non-linearity |
| `….conv.write` | [B, C, h, w] | what the convolutions add to the shortcut, or append (DenseNet) |
| `norm.mean`, `.scale` | [B, T, 1] | statistics of the last norm |

B images, T tokens (prefix tokens first), D width, H heads, d = D/H, M hidden units, C channels. A norm's output is
(x - mean) · scale · weight + bias; statistics can be read and not replaced. Those of a BatchNorm are [1, C, 1, 1].

| family | blocks | other sites and shapes |
|---|---|---|
| ViT, CLIP, DeiT, DINO, DINOv2 | `block.{l}` | – |
| ConViT | `block.{l}` | – |
| PiT | `stage.{s}.block.{b}` | the last norm reads prefix tokens alone |
| CoaT-Lite | `stage.{s}.block.{b}` | `….pos.out` (1), `stage.{s}.norm` (2); no `attn.pattern` (3) |
| CoaT | and `parallel.{b}.stage.{s}` | (4); `norm.{s}`, the last norm of each stage |
| Swin | `stage.{s}.block.{b}` | windows (5), maps (6), `stage.{s}.norm` (2) |
| Twins | `stage.{s}.block.{b}` | windows (5) or fewer keys, `….pos.out` (1), `stage.{s}.norm` (2) |
| MaxViT | `stage.{s}.block.{b}` | its convolutions: conv, resid_pre and resid_post, `conv.norm` |
| | and its `.window`, `.grid` | attention and MLP; windows (5), maps (6) |
| ResNet | `stage.{s}.block.{b}` | conv, `norm1` to `norm3`, `shortcut.norm`; conv.out is resid_post |
| DenseNet | `stage.{s}.block.{b}` | conv of a dense layer, `norm1`, `norm2`, `stage.{s}.norm` (2) |
| MobileNetV2, EfficientNet | `stage.{s}.block.{b}` | conv, `norm1` to `norm3`, resid_pre and resid_post |

1. The stream behind a convolution of positions: in CoaT within the block, before attention, which is added to it; in
   Twins behind block 0 of each stage.
2. Statistics of the norm with which the stage begins (patch merging, embedding or transition).
3. CoaT's attention multiplies keys by values first.
4. One feed-forward module is called for s = 1, 2, 3; attn.out is what is added after the exchange between stages.
5. q, k, v, pattern: [B·W, H, n, d] and [B·W, H, n, n], of W windows of n tokens. So is head_out in Swin and MaxViT.
6. resid_pre, attn.in, attn.out, resid_post: [B, h, w, D]; in MaxViT all but (5).

Where the stream is a variable that no module of timm returns (resid_mid of all but opened plain blocks), a patch is
the change added to what the block returns: equal up to rounding. Prefix tokens: the model states how many, else T less
the largest square.

`read`, `patch` and `observe` are context managers; leaving them, also by an exception, removes every hook. They nest:
at one site, hooks act in the order in which their contexts were entered, so a `read` inside a `patch` sees the patched
value. Attention stays fused, unless its pattern is patched, or read in an opened plain block; elsewhere a pattern that
is read is recomputed from the attention module's input. The model must run uncompiled: a compiled graph ignores hooks.
"""

from __future__ import annotations

from vitatlas.models.sites.contexts import CompiledError, observe, patch, read
from vitatlas.models.sites.stop import until
from vitatlas.models.sites.tables import Layer, check_sites, layers, patches, sites
from vitatlas.models.sites.views import Function

BLOCK_SITES = (
    *("resid_pre", "attn.in", "attn.q", "attn.k", "attn.v", "attn.pattern", "attn.head_out", "attn.out", "resid_mid"),
    *("mlp.pre", "mlp.act", "mlp.out", "resid_post"),
)
"""The sites of a transformer block that can be patched."""

__all__ = [
    "BLOCK_SITES",
    "CompiledError",
    "Function",
    "Layer",
    "check_sites",
    "layers",
    "observe",
    "patch",
    "patches",
    "read",
    "sites",
    "until",
]
