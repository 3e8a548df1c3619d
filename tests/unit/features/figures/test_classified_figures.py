"""Figures of what networks answer, from made-up analyses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import classified_tables as made
import numpy as np
import pandas as pd
import pytest
from artifact_specs import CONFIG, ZOO
from figure_pixels import from_csv, pixels
from matplotlib.figure import Figure
from matplotlib.text import Text

from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.errors import UserError
from vitatlas.features.figures import low_pass, patch_head, reliance, token_sweeps

CURVES = {"natural": [0.9], "isolating_cls": [0.9, 0.8, 0.6, 0.05], "cls_only": [0.05, 0.3, 0.7, 0.9]}
PATCHES = {"patch": [0.1, 0.2, 0.5, 0.7]}
SHARES = {"full": 0.8, "foreground": 0.6, "background": 0.4, "scene": 0.3}
CNN = {"full": 0.78, "foreground": 0.7, "background": 0.3, "scene": 0.2}
GUESSES = dict.fromkeys(SHARES, 0.06)
NEUTRAL = {"background": 0.2, "scene": 0.2}


def of_layers() -> pd.DataFrame:
    parts = [
        made.last_layer("mini-vit", CURVES | PATCHES),
        made.last_layer("mini-swin", {"natural": [0.8], "patch": [0.4, 0.6]}),
        made.last_layer(
            "mini-vit-untrained", {name: [0.06] * len(curve) for name, curve in (CURVES | PATCHES).items()}
        ),
    ]
    return pd.concat(parts, ignore_index=True)


def of_masked() -> pd.DataFrame:
    tables: list[pd.DataFrame] = []
    for model, shares in (
        ("mini-vit", SHARES),
        ("mini-swin", SHARES | {"full": 0.9}),
        ("mini-cnn", CNN),
        ("mini-vit-untrained", GUESSES),
    ):
        tables += made.masked(model, {"habitat": shares, "neutral": shares | NEUTRAL})
    return pd.concat(tables, ignore_index=True)


def of_filtered() -> pd.DataFrame:
    tables: list[pd.DataFrame] = []
    for model, side, half in (("mini-vit", 128, 8), ("mini-swin", 64, 8), ("mini-cnn", 64, 16)):
        tables += made.low_pass(model, side=side, half=half)
    tables += made.low_pass("mini-vit-untrained", side=64, half=8, full=0.06)
    return pd.concat(tables, ignore_index=True)


FAMILIES: dict[str, tuple[ModuleType, Callable[[], pd.DataFrame]]] = {
    "figure_07": (patch_head, of_layers),
    "extra_last_layer": (token_sweeps, of_layers),
    "figure_16": (low_pass, of_filtered),
    "extra_reliance": (reliance, of_masked),
}


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[Any, pd.DataFrame, Figure]]:
    """Of each figure its spec, its values and the drawing."""
    made_of = {}
    for name, (family, table) in FAMILIES.items():
        spec = made.artifact(name, CONFIG, ZOO)
        values = family.values(table(), spec)
        made_of[name] = (spec, values, family.draw(values, spec))
    return made_of


@pytest.mark.parametrize("name", FAMILIES)
def test_the_csv_alone_redraws_the_same_figure(name: str, found: Any, tmp_path: Path) -> None:
    spec, values, figure = found[name]
    again = FAMILIES[name][0].draw(from_csv(values, tmp_path), spec)
    assert pixels(figure) == pixels(again)


@pytest.mark.parametrize("name", FAMILIES)
def test_letters_are_large_enough_and_lie_inside(name: str, found: Any) -> None:
    figure = found[name][2]
    assert figure.get_figwidth() <= COLUMN
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    inches = figure.get_tightbbox()
    assert inches.x0 >= 0 and inches.y0 >= 0
    assert inches.x1 <= figure.get_figwidth() and inches.y1 <= figure.get_figheight()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_network_without_rows_is_refused(name: str) -> None:
    family, table = FAMILIES[name]
    rows = table()
    with pytest.raises(UserError, match="mini-vit"):
        family.values(rows[rows["model"] != "mini-vit"], made.artifact(name, CONFIG, ZOO))


def test_the_map_has_every_patch_of_the_last_layer_in_its_place(found: Any) -> None:
    _, values, figure = found["figure_07"]
    grid = figure.axes[0].images[0].get_array()
    assert np.asarray(grid).tolist() == [[pytest.approx(0.7 + off) for off in made.OFF[at : at + 2]] for at in (0, 2)]
    level = values.set_index("quantity")["value"]
    assert level["natural"] == 0.9 and level["patch_average"] == 0.7 and level["chance"] == 0.07
    words = [text.get_text() for text in figure.findobj(Text)]
    assert {"class token 0.900", "best patch 0.760", "mean of patches 0.700", "chance 0.070"} <= set(words)


def test_sweeps_show_what_a_network_has(found: Any) -> None:
    _, values, figure = found["extra_last_layer"]
    curve = values[(values["model"] == "mini-vit") & (values["quantity"] == "isolating_cls")]
    assert curve["layer"].tolist() == [0, 1, 2, 3] and curve["value"].tolist() == CURVES["isolating_cls"]
    assert "patch" not in set(values["quantity"])
    swin = next(axes for axes in figure.axes if axes.get_title().endswith("mini-swin: class token"))
    assert [text.get_text() for text in swin.texts] == ["it has no class token"]


def test_areas_lie_between_cutoffs_that_all_networks_share(found: Any) -> None:
    _, values, figure = found["figure_16"]
    areas = values[values["measure"] == "area"].set_index(["model", "filter"])
    assert set(areas.index.get_level_values(0)) == {"mini-vit", "mini-swin", "mini-cnn"}
    assert areas["area_from"].unique().tolist() == [4.0]  # the lowest of 128 px
    assert areas["area_to"].unique() == pytest.approx([32 * 2**0.5])  # the highest of 64 px
    value = areas["value"]
    assert value["mini-cnn", "ideal"] < value["mini-swin", "ideal"] - 0.2
    assert value["mini-vit", "ideal"] == pytest.approx(value["mini-swin", "ideal"], abs=0.03)
    relative = values[(values["measure"] == "relative") & (values["model"] == "mini-cnn")]
    assert relative.groupby("filter")["value"].max().tolist() == pytest.approx([1, 1])
    assert not any("untrained" in line.get_label() for line in figure.axes[2].lines)


def test_gains_and_pairs_are_differences_of_normalised_accuracy(found: Any) -> None:
    values = found["extra_reliance"][1].set_index(["what", "title", "mask", "fill", "shown"]).sort_index()
    boxes = ("boxes", "black", "background")
    assert values.loc[("accuracy", "mini-vit", *boxes), "value"].item() == pytest.approx(50)
    assert values.loc[("accuracy", "mini-vit, untrained", *boxes), "value"].item() == pytest.approx(6)
    assert values.loc[("gain", "mini-vit", *boxes), "value"].item() == pytest.approx(25)
    pair = values.loc[("pair", "mini-vit", *boxes)].set_index("full")
    assert pair["other"].unique().tolist() == ["mini-cnn"]
    assert pair.loc["all pictures", "value"] == pytest.approx(50 - 100 * 0.3 / 0.78)
    # Both name the first .78 of the pictures
    assert pair.loc["pictures that both name", "value"] == pytest.approx(100 * (0.4 - 0.3) / 0.78)
    assert pair["n"].to_dict() == {"all pictures": made.PICTURES, "pictures that both name": 0.78 * made.PICTURES}


def test_no_gain_is_drawn_where_no_set_is_neutral() -> None:
    spec = made.artifact("extra_reliance", CONFIG, ZOO)
    rows = of_masked()
    values = reliance.values(rows[rows["part"] != "neutral"], spec)
    assert set(values["what"]) == {"accuracy", "pair"}
    assert len([axes for axes in reliance.draw(values, spec).axes if axes.get_title()]) == 2
