"""Figures of what units are selective for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.text import Text
from selectivity_tables import layers_table

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import load_registry, with_stand_ins
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.config.read import read_yaml
from vitatlas.errors import UserError
from vitatlas.features.artifacts import ArtifactSpec
from vitatlas.papers import papers

STAND_INS = read_yaml(CONFIG / "demo.yaml")["features"]["stand_ins"]
REGISTRY = load_registry(CONFIG / "artifacts/features.yaml", papers()["features"], ZOO)
NAMES = ("extra_progression", "extra_concepts")


def figure(name: str) -> ArtifactSpec:
    found: ArtifactSpec = artifact_spec(with_stand_ins(REGISTRY.artifact(name), STAND_INS), ZOO, "demo")
    return found


def family(name: str) -> ModuleType:
    return import_module(f"vitatlas.features.figures.{figure(name).family}")


def table(name: str, runs: int = 1) -> pd.DataFrame:
    return pd.concat(
        [
            layers_table(panel.model, site="conv.out" if panel.convolutional else "mlp.act", run=run)
            for panel in figure(name).panels
            for run in range(runs)
        ],
        ignore_index=True,
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_csv_alone_redraws_attributes(name: str, tmp_path: Path) -> None:
    spec, of = figure(name), family(name)
    found = of.values(table(name), spec)
    assert pixels(of.draw(found, spec)) == pixels(of.draw(from_csv(found, tmp_path), spec))


@pytest.mark.parametrize("name", NAMES)
def test_attributes_are_drawn_in_readable_letters_within_a_column(name: str) -> None:
    page = family(name).draw(family(name).values(table(name), figure(name)), figure(name))
    assert page.get_figwidth() <= COLUMN
    texts = [text for text in page.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST


@pytest.mark.parametrize("name", NAMES)
def test_values_are_means_over_runs_of_one_score_and_no_other_site(name: str) -> None:
    spec = figure(name)
    one = family(name).values(table(name), spec)
    loud = table(name).assign(value=0.9)
    others = pd.concat([table(name), loud.assign(site="attn.k"), table(name).assign(run=1)], ignore_index=True)
    others.loc[others["by"] != spec.typed_options.by, "value"] = 0.7
    two = family(name).values(others, spec)
    pd.testing.assert_frame_equal(one.drop(columns="runs"), two.drop(columns="runs"))
    assert set(two["runs"]) == {2}
    assert set(one["by"]) == {spec.typed_options.by}


def test_kinds_are_no_share_of_the_sum() -> None:
    found = family("extra_progression").values(table("extra_progression"), figure("extra_progression"))
    assert "kind" not in set(found["attribute"])
    shares = found[found["quantity"] == "share_of_eta2"]
    assert shares.groupby(["model", "layer"])["value"].sum().tolist() == pytest.approx([1.0] * 12)


def test_concepts_know_kinds_by_the_share_between_them_alone() -> None:
    found = family("extra_concepts").values(table("extra_concepts"), figure("extra_concepts"))
    assert set(found.loc[found["attribute"] == "kind", "quantity"]) == {"between_kinds"}


def test_a_network_without_rows_is_named() -> None:
    spec = figure("extra_concepts")
    some = table("extra_concepts")
    with pytest.raises(UserError, match=spec.panels[1].model):
        family("extra_concepts").values(some[some["model"] != spec.panels[1].model], spec)
