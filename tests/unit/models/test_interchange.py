from __future__ import annotations

from functools import partial

import pytest
import torch
from model_kinds import KINDS, images, small_model

from vitatlas.errors import UserError
from vitatlas.models.interchange import Interchange, interchange, put, take
from vitatlas.models.sites import BLOCK_SITES, patch, read
from vitatlas.relations.das.operator import Subspace, blend

CLOSE = {"rtol": 0, "atol": 1e-11}  # float64
BASE, SOURCE = torch.tensor([[1, 4], [2, 3], [0, 1]]), torch.tensor([[2, 3], [4, 1], [3, 0]])


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def two_batches(kind: str) -> tuple[torch.Tensor, torch.Tensor]:
    both = images(kind, 6)
    return both[:3], both[3:]


@pytest.mark.parametrize("site", ["embed", *(f"block.1.{name}" for name in BLOCK_SITES)])
@torch.no_grad()
def test_every_site_can_be_patched_at_tokens(kind: str, site: str) -> None:
    model = small_model(kind)
    pixels, others = two_batches(kind)
    with read(model, [site]) as found:
        model(others)
    with patch(model, {site: lambda values: put(values, BASE, take(found[site], SOURCE))}):
        expected = model(pixels)
    got = interchange(model, pixels, others, [Interchange(site, BASE, SOURCE)])
    torch.testing.assert_close(got, expected, **CLOSE)
    assert (got - model(pixels)).abs().max() > 1e-6


@torch.no_grad()
def test_exchanging_every_token_gives_the_source_images_answer(kind: str) -> None:
    model = small_model(kind)
    pixels, others = two_batches(kind)
    everything = torch.arange(model.prefix + model.grid**2).expand(3, -1)
    got = interchange(model, pixels, others, [Interchange("block.0.resid_post", everything, everything)])
    torch.testing.assert_close(got, model(others), **CLOSE)


@torch.no_grad()
def test_heads_are_patched_one_by_one(kind: str) -> None:
    model = small_model(kind)
    pixels, others = two_batches(kind)
    site = "block.1.attn.head_out"
    with read(model, [site]) as cache:
        interchange(model, pixels, others, [Interchange(site, BASE, SOURCE, heads=[2])])
        model(pixels)
        before = cache[site]
        with patch(model, {site: lambda values: values}):
            pass
    seen: list[torch.Tensor] = []
    edit = Interchange(site, BASE, SOURCE, heads=[2], blend=lambda base, source: seen.append(base) or source)
    interchange(model, pixels, others, [edit])
    torch.testing.assert_close(seen[0], take(before, BASE), **CLOSE)
    one = interchange(model, pixels, others, [Interchange(site, BASE, SOURCE, heads=[2])])
    every = interchange(model, pixels, others, [Interchange(site, BASE, SOURCE, heads=[0, 1, 2])])
    none = interchange(model, pixels, others, [Interchange(site, BASE, SOURCE, heads=[])])
    torch.testing.assert_close(every, interchange(model, pixels, others, [Interchange(site, BASE, SOURCE)]), **CLOSE)
    torch.testing.assert_close(none, model(pixels), **CLOSE)
    assert (one - every).abs().max() > 1e-6 and (one - none).abs().max() > 1e-6


def test_a_subspace_can_be_learned_through_it(kind: str) -> None:
    model = small_model(kind).requires_grad_(False)
    pixels, others = two_batches(kind)
    subspace = Subspace(model.width, torch.Generator().manual_seed(0)).double()
    edit = partial(blend, rotation=subspace.rotation(), mask=subspace.mask(1.0))
    logits = interchange(model, pixels, others, [Interchange("block.0.resid_post", BASE, SOURCE, blend=edit)])
    logits[:, 1].sum().backward()
    for value in (subspace.skew, subspace.logits):
        assert value.grad is not None and value.grad.abs().max() > 0


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([Interchange("block.9.mlp.out", BASE, SOURCE)], "unknown site"),
        ([Interchange("embed", BASE, SOURCE)] * 2, "two edits at one site"),
        ([Interchange("embed", BASE, SOURCE, heads=[0])], "has no heads"),
        ([Interchange("block.0.attn.q", BASE, SOURCE, heads=[3])], "the model has heads 0 to 2"),
        ([Interchange("embed", BASE, SOURCE + 30)], "a token of `source` is out of range: the model has 17 tokens"),
    ],
)
def test_what_cannot_be_patched_is_said(edits: list[Interchange], message: str) -> None:
    with pytest.raises(UserError, match=message):
        interchange(small_model("plain"), *two_batches("plain"), edits)
