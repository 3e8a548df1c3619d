"""Laws of the last layer's counts."""

from __future__ import annotations

import pandas as pd
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.features.last_layer.classes import chance
from vitatlas.features.last_layer.measure import Found, Key
from vitatlas.features.last_layer.right import measures_of, right
from vitatlas.features.last_layer.rows import accuracies, by_picture
from vitatlas.features.last_layer.tally import Tally

MEASURES = ("top1", "top5")


@given(seed=st.integers(0, 2**16), classes=st.integers(2, 12), pictures=st.integers(1, 8))
@settings(deadline=None)
def test_right_is_what_topk_says_of_unequal_logits(seed: int, classes: int, pictures: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.stack([torch.randperm(classes, generator=generator) for _ in range(pictures)]).double()
    true = torch.randint(classes, (pictures,), generator=generator)
    for place, count in enumerate(measures_of(classes).values()):
        expected = (logits.topk(count).indices == true[:, None]).any(1)
        assert torch.equal(right(logits, true)[:, place].bool(), expected)


@given(seed=st.integers(0, 2**16), sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4), patches=st.integers(1, 6))
@settings(deadline=None, max_examples=40)
def test_counts_do_not_depend_on_batches_and_obey_their_order(seed: int, sizes: list[int], patches: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    total = sum(sizes)
    first = torch.randint(2, (total, patches, 1), generator=generator)
    each = torch.cat([first, (first + torch.randint(2, first.shape, generator=generator)).clamp(max=1)], dim=2)
    inside = torch.randint(2, (total, patches), generator=generator)
    classes = torch.randint(6, (total,), generator=generator)
    whole, parts = Tally(total), Tally(total)
    whole.add(_found(each, inside))
    start = 0
    for size in sizes:
        parts.restore(parts.state())
        parts.add(_found(each[start : start + size], inside[start : start + size]))
        start += size
    names = [f"p{number}" for number in range(total)]
    table = accuracies(whole, classes, MEASURES)
    pd.testing.assert_frame_equal(table, accuracies(parts, classes, MEASURES))
    pd.testing.assert_frame_equal(by_picture(whole, names, MEASURES), by_picture(parts, names, MEASURES))
    value = table[table["among"] == "all"].groupby(["measure", "quantity"])["value"].max()
    for measure in MEASURES:
        assert value[measure, "patch_average"] <= value[measure, "patch_maximum"] + 1e-12
    for quantity in ("patch_average", "patch_maximum"):
        assert value["top1", quantity] <= value["top5", quantity]


@given(classes=st.lists(st.integers(0, 8), min_size=1, max_size=30))
def test_no_fixed_answer_is_better_than_chance(classes: list[int]) -> None:
    found = torch.tensor(classes)
    best = max(float((found == guess).double().mean()) for guess in range(9))
    assert chance(found, 1) == best
    assert chance(found, 9) == 1.0
    assert chance(found, 1) <= chance(found, 5) <= 1.0


def _found(each: torch.Tensor, inside: torch.Tensor) -> Found:
    counts = {
        Key("patch", 2): each.sum(1),
        Key("patch", 2, "object"): (each * inside[..., None]).sum(1),
    }
    return Found(counts, {2: each.sum(0)}, inside.sum(1), (1, each.shape[1]))
