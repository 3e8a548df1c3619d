"""The check before a model is decomposed: it passes, and what the decomposition misses is told with its size."""

from __future__ import annotations

import pytest
import torch
from decomposed import KINDS, encoder, half_of, images_of, shared, starts
from torch import Tensor, nn

from vitatlas.components.decompose import Decomposer, error_of, require_exact
from vitatlas.errors import UserError


@pytest.mark.parametrize("kind", KINDS)
def test_every_family_passes_in_float32(kind: str) -> None:
    of = shared(kind, torch.float32)
    assert require_exact(Decomposer(of, starts(of)[-1])) < 5e-6


@pytest.mark.parametrize(
    ("kind", "block"),
    [("vit", "block.1"), ("clip", "block.1"), ("swin", "stage.1.block.0"), ("maxvit-rw", "stage.1.block.0")],
)
def test_something_more_on_the_residual_path_is_told_with_what_it_amounts_to(kind: str, block: str) -> None:
    of = encoder(kind)
    half_of(of.backbone, block).register_forward_hook(lambda _module, _args, output: output * 1.01)
    decomposer = Decomposer(of)
    with pytest.raises(UserError) as error:
        require_exact(decomposer)
    told = float(error.value.problem.split("up to ")[1].split()[0])
    assert 1e-4 < told < 1e-1
    assert f"'{of.entry.timm}'" in str(error.value) and error.value.remedy
    decomposer = Decomposer(of, starts(of)[-1])  # behind it, nothing is missed
    assert require_exact(decomposer) < 1e-12


def test_the_error_told_is_the_largest_share_of_the_representations_length() -> None:
    of = encoder("vit")
    decomposer, images = Decomposer(of), images_of(of)
    more = torch.zeros(2, of.width, dtype=torch.float64)
    more[1, 3] = 2.5e-3

    def added(_module: nn.Module, _args: object, tokens: Tensor) -> Tensor:
        return torch.cat([tokens[:, :1] + more[:, None], tokens[:, 1:]], dim=1)

    length = (decomposer(images)[0] + more).norm(dim=1)
    of.backbone.norm.register_forward_hook(added)
    found = error_of(decomposer, images)
    torch.testing.assert_close(found, more.norm(dim=1) / length, rtol=1e-9, atol=1e-12)


def test_an_error_that_is_no_number_is_refused() -> None:
    of = encoder("vit")
    with torch.no_grad():
        of.backbone.norm.weight[0] = float("nan")
    with pytest.raises(UserError, match="up to nan of its length"):
        require_exact(Decomposer(of))
