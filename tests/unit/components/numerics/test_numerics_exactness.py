"""The measured error of decompositions."""

from __future__ import annotations

import pandas as pd
import pytest
import torch
from decomposed import encoder, images_of, shared

from vitatlas.components.decompose import Decomposer
from vitatlas.components.numerics.exactness import exactness, token_error
from vitatlas.components.numerics.heads import direction, split_heads

ERRORS = ["quantity", "policy", "layernorm", "precision"]


def measured(kind: str) -> pd.DataFrame:
    of = encoder(kind, dtype=torch.float32)
    return exactness(of, images_of(of, 6).split(4), None, seed=0)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return measured("vit")


@pytest.mark.parametrize(("precision", "bound"), [("float32", 5e-6), ("float64", 1e-12)])
def test_sums_and_tokens_are_exact_by_every_policy(table: pd.DataFrame, precision: str, bound: float) -> None:
    rows = table[(table["precision"] == precision) & (table["layernorm"] == "corrected")]
    assert set(zip(rows["quantity"], rows["policy"], strict=True)) == {
        *(("sum", policy) for policy in ("separate", "own", "uniform")),
        ("tokens", "separate"),
    }
    assert (rows["value"] > 0).all() and (rows["value"] < bound).all()


def test_the_authors_rule_for_norms_misses_z_in_both_precisions(table: pd.DataFrame) -> None:
    rows = table[table["layernorm"] == "reference"]
    assert len(rows) == 2 * 3 * 6
    assert (rows["value"] > 1e-4).all()
    by_precision = rows.pivot(index=["policy", "picture"], columns="precision", values="value")
    assert by_precision["float32"].to_numpy() == pytest.approx(by_precision["float64"].to_numpy(), rel=1e-3)


def test_it_misses_nothing_where_no_norm_is_on_the_path() -> None:
    rows = measured("maxvit")
    assert (rows.loc[rows["layernorm"] == "reference", "value"] < 5e-6).all()


def test_there_is_one_row_per_picture_and_kind_of_error(table: pd.DataFrame) -> None:
    assert table.groupby(ERRORS)["picture"].apply(list).tolist() == [list(range(6))] * (2 * (3 * 2 + 1))


def test_heads_that_cannot_be_split_have_no_error_of_tokens() -> None:
    assert set(measured("gated")["quantity"]) == {"sum"}


@torch.no_grad()
@pytest.mark.parametrize("kind", ["vit", "swin"])
def test_a_token_that_is_lost_is_an_error_as_large_as_it_is(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is that of what tokens sum to: half of each head's sum away is an error of a half."""
    from vitatlas.components.numerics import exactness as module

    whole = module.token_shares

    def halved(of: Decomposer, images: torch.Tensor, directions: dict[int, torch.Tensor]) -> dict[int, object]:
        found = whole(of, images, directions)
        return {number: type(share)(share.maps / 2, share.rest / 2) for number, share in found.items()}

    monkeypatch.setattr(module, "token_shares", halved)
    of = Decomposer(shared(kind))
    images = images_of(of.encoder)
    errors = token_error(of, images, split_heads(of), direction(of, 1))
    torch.testing.assert_close(errors, torch.full_like(errors, 0.5), rtol=1e-9, atol=0)


def test_directions_depend_on_the_seed_alone_and_have_the_encoders_precision() -> None:
    single, double = (Decomposer(shared("vit", dtype)) for dtype in (torch.float32, torch.float64))
    assert torch.equal(direction(single, 3), direction(double, 3).float())
    assert direction(double, 3).dtype == torch.float64
    assert not torch.equal(direction(double, 3), direction(double, 4))
