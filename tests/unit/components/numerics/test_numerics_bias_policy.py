"""The change of components by the policy for biases."""

from __future__ import annotations

import pandas as pd
import pytest
import torch
from decomposed import images_of, shared

from vitatlas.components.decompose import Decomposer
from vitatlas.components.numerics.bias_policy import bias_policy

COUNT = 5


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    of = shared("vit")
    return bias_policy(of, images_of(of, COUNT).split(2), "block.1")


def values(table: pd.DataFrame, quantity: str, policy: str) -> torch.Tensor:
    rows = table[(table["quantity"] == quantity) & (table["policy"] == policy)]
    assert rows["component"].tolist() == list(range(len(rows)))
    return torch.tensor(rows["value"].to_numpy())


def vectors(policy: str) -> torch.Tensor:
    found: torch.Tensor = Decomposer(shared("vit"), "block.1", policy)(images_of(shared("vit"), COUNT))[1]  # type: ignore[arg-type]
    return found[:, : 1 + 2 * 4]


@pytest.mark.parametrize("policy", ["own", "uniform"])
def test_differences_are_shares_of_the_components_with_biases_apart(table: pd.DataFrame, policy: str) -> None:
    """Lengths over all pictures at once, in whichever batches they came."""
    whole = vectors("separate")
    wanted = (vectors(policy) - whole).norm(dim=(0, 2)) / whole.norm(dim=(0, 2))
    torch.testing.assert_close(values(table, "difference", policy), wanted)


def test_lengths_are_shares_of_zs(table: pd.DataFrame) -> None:
    z = shared("vit")(images_of(shared("vit"), COUNT)).detach()
    for policy in ("separate", "own", "uniform"):
        torch.testing.assert_close(values(table, "length", policy), vectors(policy).norm(dim=(0, 2)) / z.norm())


def test_with_output_biases_at_their_heads_only_heads_change(table: pd.DataFrame) -> None:
    rows = table[(table["quantity"] == "difference") & (table["policy"] == "own")]
    assert (rows.loc[rows["kind"] == "head", "value"] > 1e-3).all()
    assert (rows.loc[rows["kind"] != "head", "value"] == 0).all()


def test_heads_change_when_they_are_split_under_uniform(table: pd.DataFrame) -> None:
    assert (values(table, "refined", "uniform") > 1e-4).all()


def test_no_row_is_of_the_bias_and_all_say_of_how_many_pictures(table: pd.DataFrame) -> None:
    assert "bias" not in set(table["kind"])
    assert set(table["n"]) == {COUNT}
    assert len(table) == 9 * (3 + 2 + 1)
