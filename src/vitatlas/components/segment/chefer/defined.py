"""The networks that transformer attribution is defined for: plain vision transformers read at their class token."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from vitatlas.models.encoder import Encoder
from vitatlas.models.plain import obstacles


def obstacle(encoder: Encoder, start: int) -> str | None:
    """The reason why attribution from block `start` on is not defined for an encoder; None where it is."""
    return next(_obstacles(encoder, start), None)


def _obstacles(encoder: Encoder, start: int) -> Iterator[str]:
    yield from (found.problem for found in obstacles(encoder.backbone))
    blocks = list(encoder.backbone.blocks)
    if not all(_attends_plainly(block.attn) for block in blocks):
        yield "its attention has a gate, or norms of queries, keys or heads"
    if not _reads_class_token(encoder):
        yield "its classifier does not read the class token"
    if encoder.classifier is not None and not isinstance(encoder.classifier, nn.Linear):
        yield f"its classifier is a {type(encoder.classifier).__name__}, and not one linear layer"
    if not 0 <= start < len(blocks):
        yield f"it has blocks 0 to {len(blocks) - 1}, and attribution would start at block {start}"


def _attends_plainly(attention: nn.Module) -> bool:
    norms = (attention.q_norm, attention.k_norm, attention.norm)
    return attention.gate is None and all(isinstance(norm, nn.Identity) for norm in norms)


def _reads_class_token(encoder: Encoder) -> bool:
    readout = encoder.entry.encoder.readout
    if encoder.classifier is not None and readout in ("cls", "mean"):
        return readout == "cls"
    return bool(encoder.backbone.global_pool == "token")
