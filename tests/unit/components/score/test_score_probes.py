"""Decodability and ablation: planted attributes, images without one, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from vitatlas.components.score.ablation import ablation_effects
from vitatlas.components.score.decodability import component_decodability, output_decodability
from vitatlas.components.score.labelled import NONE, Labelled
from vitatlas.encoders.quality.probe import fit_probe
from vitatlas.encoders.quality.splits import CHOSEN, FITTED, MEASURED, SPLITS
from vitatlas.errors import UserError

COMPONENTS, WIDTH = 4, 6
DIRECTIONS = torch.linalg.qr(torch.randn(WIDTH, WIDTH, generator=torch.Generator().manual_seed(0))).Q
COLOR, ANIMAL = DIRECTIONS[:3], DIRECTIONS[3:5]


def part(images: int, seed: int) -> Labelled:
    """Component 1 alone carries the colour; 2 and 3 both carry the animal, which every third image has none of."""
    generator = torch.Generator().manual_seed(seed)
    color = torch.randint(3, (images,), generator=generator)
    animal = torch.randint(2, (images,), generator=generator)
    contributions = 0.3 * torch.randn(images, COMPONENTS, WIDTH, generator=generator) + 1
    contributions[:, 1] += 2 * COLOR[color]
    contributions[:, 2:] += 2 * ANIMAL[animal, None]
    animal[::3] = NONE
    return Labelled(contributions, contributions.sum(1), {"color": color, "animal": animal})


PARTS = {split: part(images, seed) for seed, (split, images) in enumerate(zip(SPLITS, (400, 200, 300), strict=True))}


def wide(table: pd.DataFrame, quantity: str, feature: str) -> list[float]:
    return table[table["feature"] == feature].sort_values("component")[quantity].tolist()


def test_an_attribute_is_read_from_the_components_that_carry_it() -> None:
    found = component_decodability(PARTS, ["color", "animal"])
    color, animal = wide(found, "above", "color"), wide(found, "above", "animal")
    assert color[1] > 0.55 and max(color[0], color[2], color[3]) < 0.12
    assert min(animal[2:]) > 0.35 and max(animal[:2]) < 0.12


@pytest.mark.parametrize("component", range(COMPONENTS))
def test_accuracies_and_chance_are_of_the_measured_images_that_have_the_attribute(component: int) -> None:
    found = component_decodability(PARTS, ["animal"]).set_index("component").loc[component]
    has = {split: PARTS[split].values["animal"] != NONE for split in SPLITS}
    x = {split: PARTS[split].contributions[has[split], component] for split in SPLITS}
    y = {split: PARTS[split].values["animal"][has[split]] for split in SPLITS}
    probe = fit_probe(x[FITTED], y[FITTED], (x[CHOSEN], y[CHOSEN]), 2)
    assert found["accuracy"] == pytest.approx(float((probe(x[MEASURED]) == y[MEASURED]).double().mean()))
    assert found["n"] == 200 and found["chance"] == pytest.approx(float(y[MEASURED].bincount().max() / 200))
    assert found["above"] == pytest.approx(found["accuracy"] - found["chance"])


def test_the_output_is_probed_likewise() -> None:
    found = output_decodability(PARTS, ["color", "animal"])
    alone = {
        split: replace(given, contributions=given.z[:, None]) for split, given in PARTS.items()
    }  # as if z were a component
    pd.testing.assert_frame_equal(found, component_decodability(alone, ["color", "animal"]).drop(columns="component"))
    assert (found["above"] > 0.4).all()


def test_what_is_learned_by_heart_is_not_read() -> None:
    """Eight images have their values by lot; a probe of six dimensions can name nearly all of them."""
    lots = {split: torch.arange(len(given.z)) * 7919 % 13 % 2 for split, given in PARTS.items()}
    lots[FITTED][8:] = NONE
    parts = {split: replace(given, values={"lot": lots[split]}) for split, given in PARTS.items()}
    assert component_decodability(parts, ["lot"])["above"].abs().max() < 0.12


def test_only_the_loss_of_the_one_component_that_carries_it_hurts() -> None:
    found = ablation_effects(PARTS, ["color", "animal"])
    color, animal = wide(found, "lost", "color"), wide(found, "lost", "animal")
    assert color[1] > 0.5 and max(abs(color[i]) for i in (0, 2, 3)) < 0.05
    assert max(map(abs, animal)) < 0.25  # each of two carriers can do without the other


def test_effects_are_those_of_putting_the_mean_in_the_place_of_the_component() -> None:
    found = ablation_effects(PARTS, ["color"]).set_index("component")
    y = {split: PARTS[split].values["color"] for split in SPLITS}
    probe = fit_probe(PARTS[FITTED].z, y[FITTED], (PARTS[CHOSEN].z, y[CHOSEN]), 3)
    right = float((probe(PARTS[MEASURED].z) == y[MEASURED]).double().mean())
    for i in range(COMPONENTS):
        changed = PARTS[MEASURED].contributions.clone()
        changed[:, i] = PARTS[FITTED].contributions[:, i].mean(0)
        after = float((probe(changed.sum(1)) == y[MEASURED]).double().mean())
        assert found.loc[i, ["before", "after", "lost"]].tolist() == pytest.approx([right, after, right - after])


def test_contributions_may_be_mapped_from_a_file(tmp_path: Path) -> None:
    mapped = {}
    for split, given in PARTS.items():
        np.save(tmp_path / f"{split}.npy", given.contributions.numpy())
        mapped[split] = replace(given, contributions=np.load(tmp_path / f"{split}.npy", mmap_mode="r"))
    for measure in (component_decodability, ablation_effects):
        pd.testing.assert_frame_equal(measure(mapped, ["color"]), measure(PARTS, ["color"]))


@pytest.mark.parametrize("split", SPLITS)
def test_parts_without_images_that_have_the_attribute_are_refused(split: str) -> None:
    values = {"color": torch.full((len(PARTS[split].z),), NONE)}
    with pytest.raises(UserError, match=f"no image of part '{split}' has the attribute 'color'"):
        output_decodability(PARTS | {split: replace(PARTS[split], values=values)}, ["color"])


def test_a_single_value_to_fit_on_is_refused() -> None:
    same = replace(PARTS[FITTED], values={"color": torch.ones(400, dtype=torch.int64)})
    with pytest.raises(UserError, match="the same value of 'color'"):
        output_decodability(PARTS | {FITTED: same}, ["color"])
