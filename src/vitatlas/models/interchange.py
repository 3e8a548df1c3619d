"""Interchange interventions: run a model on one image, with activations of its run on another image put in place.

    object_token = Interchange("block.3.resid_post", base=edited, source=given)
    logits = interchange(model, images, source_images, [object_token])

    two_heads = Interchange("block.5.attn.head_out", base=edited, source=given, heads=[1, 9])
    subspace = Interchange("block.3.resid_post", base=edited, source=given, blend=partial(blend, rotation=R, mask=w))

Every site of `vitatlas.models.sites` can be patched, but for statistics of norms. Its activations are vectors per
token: [B, T, d], per head too [B, H, T, d]; an attention pattern is the vector of a querying token's weights. The
model must run uncompiled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.sites import Function, patch, read

Blend = Callable[[Tensor, Tensor], Tensor]
"""From the vectors at the base's and at the source's tokens, [B, …, n, d] both, to what the base's tokens become."""


def exchange(_base: Tensor, source: Tensor) -> Tensor:
    """The full exchange: the source's vectors."""
    return source


@dataclass(frozen=True)
class Interchange:
    """One edit.

    Attributes:
        site: Where, as in `vitatlas.models.sites`.
        base: Tokens that are overwritten, int64 [B, n], counted with the class token.
        source: The source image's tokens that are read, int64 [B, n]; the k-th goes to the k-th of `base`.
        heads: Heads to patch, at a site that has heads; None: all.
        blend: What base tokens become.
    """

    site: str
    base: Tensor
    source: Tensor
    heads: Sequence[int] | None = None
    blend: Blend = exchange


def interchange(model: nn.Module, images: Tensor, source_images: Tensor, edits: Sequence[Interchange]) -> Tensor:
    """Logits [B, classes] of `images` with the edits made; differentiable in whatever the edits' `blend` learns.

    Args:
        model: A `Classifier`, on the device of everything else.
        images, source_images: uint8 [B, 3, H, W].
        edits: At most one per site.

    Raises:
        UserError: An unknown site, one named twice, heads where there are none, or a head or token out of range.
    """
    sites = [edit.site for edit in edits]
    if len(set(sites)) < len(sites):
        raise UserError("two edits at one site", where=", ".join(sites), remedy="join their tokens into one edit")
    with torch.no_grad(), read(model, sites) as found:
        model(source_images)
    with patch(model, {edit.site: _replacing(edit, found[edit.site]) for edit in edits}):
        return model(images)


def take(values: Tensor, tokens: Tensor) -> Tensor:
    """Vectors [B, …, n, d] of `values` [B, …, T, d] at `tokens` int64 [B, n]."""
    return values.gather(-2, _index(values, tokens))


def put(values: Tensor, tokens: Tensor, new: Tensor) -> Tensor:
    """A copy of `values` [B, …, T, d] with `new` [B, …, n, d] at `tokens` int64 [B, n]."""
    return values.scatter(-2, _index(values, tokens), new.to(values.dtype))


def _index(values: Tensor, tokens: Tensor) -> Tensor:
    """`tokens` in the form that gather and scatter want."""
    between = (1,) * (values.ndim - 3)
    return tokens.view(len(tokens), *between, -1, 1).expand(*values.shape[:-2], -1, values.shape[-1])


def _replacing(edit: Interchange, source: Tensor) -> Function:
    """The function that makes the edit in the base's run."""
    _check(edit, source)

    def function(values: Tensor) -> Tensor:
        new = edit.blend(take(values, edit.base), take(source, edit.source))
        replaced = put(values, edit.base, new)
        if edit.heads is None:
            return replaced
        chosen = torch.zeros(values.shape[1], dtype=torch.bool, device=values.device)
        chosen[list(edit.heads)] = True
        return torch.where(chosen.view(-1, 1, 1), replaced, values)

    return function


def _check(edit: Interchange, activation: Tensor) -> None:
    where = f"site '{edit.site}'"
    tokens = activation.shape[-2]
    for name, index in (("base", edit.base), ("source", edit.source)):
        if index.numel() and not 0 <= int(index.min()) <= int(index.max()) < tokens:
            problem = f"a token of `{name}` is out of range: the model has {tokens} tokens"
            raise UserError(problem, where=where, remedy="count from 0, with the class token first")
    if edit.heads is None:
        return
    if activation.ndim != 4:
        raise UserError("the site has no heads", where=where, remedy="leave out `heads`")
    if not set(edit.heads) <= set(range(activation.shape[1])):
        problem = f"heads {list(edit.heads)}: the model has heads 0 to {activation.shape[1] - 1}"
        raise UserError(problem, where=where)
