"""Figures of what units of chosen places respond to: what they show, and that it can be read."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from figure_pixels import from_csv, pixels
from matplotlib.figure import Figure
from matplotlib.text import Text
from place_figures import figure
from place_tables import (
    MODEL,
    SITES,
    mapped_row,
    png,
    quality_rows,
    quality_sites,
    selective_row,
    thumbnails,
    visualised_row,
    visualised_sites,
)

from vitatlas.artifacts.ledger import Effects
from vitatlas.artifacts.style import COLUMN, SMALLEST
from vitatlas.errors import UserError
from vitatlas.features.config.visualise import VisualiseProtocol
from vitatlas.features.figures import (
    background,
    concepts,
    departures,
    feed_forward,
    feed_forward_scheme,
    key_query_value,
    parametrisations,
    sites,
    sweep,
)


def preference(unit: int, chosen: str, value: float, control: str = "", layer: int = 1) -> dict[str, object]:
    """One row of the analysis `locality`."""
    about = {"model": MODEL, "run": 0, "site": "mlp.act", "layer": layer, "unit": unit, "of_place": True}
    return about | {"chosen": chosen, "control": control, "quantity": "auc_off", "value": value, "n": 5}


def background_table(*, masked: bool = True, made: bool = True) -> pd.DataFrame:
    fits = [preference(unit, "random", value) for unit, value in ((0, 0.9), (1, 0.6))]
    fits += [preference(unit, "mean", value) for unit, value in ((0, 0.7), (1, 0.95))]
    fits += [preference(unit, "mean", 0.5, "shuffled") for unit in (0, 1)]
    fits += [preference(5, "random", 0.99), preference(0, "random", 0.99, layer=5)]
    maps = [mapped_row(unit, rank) for unit in (0, 1) for rank in range(5)] + [mapped_row(0, 0, layer=5)]
    known = [selective_row(unit, "location", 0.9) for unit in (0, 1)]
    ways = [
        ("full", "", ""),
        *((way, "boxes", fill) for way in ("foreground", "background") for fill in ("mean", "black")),
    ]
    shown = [
        {"model": MODEL, "run": 0, "picture": picture, "shown": way, "mask": mask, "fill": fill, "thumbnail": png(n)}
        for picture in ("q0", "q1")
        for n, (way, mask, fill) in enumerate(ways)
    ]
    parts = [pd.DataFrame(fits), pd.DataFrame(maps), pd.DataFrame(known), thumbnails(5)]
    parts += [pd.DataFrame(shown)] if masked else []
    parts += [pd.DataFrame([visualised_row(0)])] if made else []
    return pd.concat(parts, ignore_index=True)


def concepts_table() -> pd.DataFrame:
    made = [visualised_row(unit, unit=unit) for unit in range(2)]
    maps = [mapped_row(unit, rank) for unit in range(2) for rank in range(5)]
    known = [selective_row(0, "category", 0.77), selective_row(1, "color", 0.8)]
    return pd.concat([pd.DataFrame(made), pd.DataFrame(maps), thumbnails(5), pd.DataFrame(known)], ignore_index=True)


def sweep_table() -> pd.DataFrame:
    cells = [
        {"layer": layer, "unit": unit, "learning_rate": rate, "weight": weight, "set": f"rate {rate}"}
        for rate in (0.3, 0.03, 0.1)
        for layer in (1, 4)
        for unit in (0, 1)
        for weight in (0.06, 0.002, 0.006, 0.018)
    ]
    return pd.DataFrame([visualised_row(seed, **cell) for seed, cell in enumerate(cells)])


def parametrisations_table() -> pd.DataFrame:
    ways = [{"set": way, "parametrisation": way} for way in ("maco", "pixel", "fourier")]
    cells = [way | {"unit": unit, "layer": 4} for way in ways for unit in range(6)]
    made = [visualised_row(seed, **cell) for seed, cell in enumerate(cells)]
    return pd.concat([pd.DataFrame(made), quality_rows(ways, parametrisations.QUANTITIES)], ignore_index=True)


def departures_table(*left_out: str) -> pd.DataFrame:
    ways = [{"set": way} for way in departures.WAYS if way not in left_out]
    return quality_rows(ways, departures.QUANTITIES)


def sites_table() -> pd.DataFrame:
    return pd.concat([visualised_sites(), quality_sites()], ignore_index=True)


CASES: dict[str, tuple[ModuleType, pd.DataFrame]] = {
    "figure_04": (key_query_value, visualised_sites()),
    "figure_05": (feed_forward, quality_sites()),
    "figure_09": (background, background_table()),
    "figure_11": (concepts, concepts_table()),
    "extra_sites": (sites, sites_table()),
    "extra_departures": (departures, departures_table()),
    "extra_sweeps": (sweep, sweep_table()),
    "extra_parametrisations": (parametrisations, parametrisations_table()),
}


def drawn(name: str, tier: str = "demo") -> Figure:
    family, table = CASES[name]
    made: Figure = family.draw(family.values(table, figure(name)), figure(name, tier))
    return made


def texts_of(made: Figure) -> list[Text]:
    return [text for text in made.findobj(Text) if text.get_text().strip() and text.get_visible()]


@pytest.mark.parametrize("tier", ["demo", "paper"])
@pytest.mark.parametrize("name", CASES)
def test_letters_are_large_enough_lie_inside_and_overlap_no_others(name: str, tier: str) -> None:
    made = drawn(name, tier)
    assert made.get_figwidth() <= COLUMN
    made.draw_without_rendering()
    texts = texts_of(made)
    assert min(text.get_fontsize() for text in texts) >= SMALLEST
    boxes = [text.get_window_extent() for text in texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= made.bbox.x1 and box.y1 <= made.bbox.y1, texts[number]
        assert not [texts[other] for other in range(number) if box.overlaps(boxes[other])], texts[number]


@pytest.mark.parametrize("name", CASES)
def test_the_csv_alone_redraws_the_same(name: str, tmp_path: Path) -> None:
    family, table = CASES[name]
    values = family.values(table, figure(name))
    again = from_csv(values, tmp_path)
    assert pixels(family.draw(values, figure(name))) == pixels(family.draw(again, figure(name)))


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("figure_05", "extra_departures")])
def test_every_picture_of_the_values_is_drawn(name: str) -> None:
    family, table = CASES[name]
    values = family.values(table, figure(name))
    shown = sum(len(axes.images) for axes in drawn(name).axes)
    assert shown == values["png"].notna().sum() > 0


def test_keys_queries_and_values_at_the_papers_weight() -> None:
    values = key_query_value.values(visualised_sites(units=7), figure("figure_04"))
    assert set(values["weight_units"]) == {"activation"}
    assert values.groupby(["site", "layer"]).size().to_dict() == {
        (site, layer): 5 for site in ("attn.k", "attn.q", "attn.v") for layer in (1, 4)
    }
    text = [words.get_text() for words in texts_of(drawn("figure_04"))]
    assert text.count("keys") == 2 and "early: layer 1" in text and "deep: layer 4" in text


def test_the_drawing_is_four_times_as_wide_behind_the_first_linear_layer() -> None:
    assert feed_forward_scheme.WIDE == 4 * feed_forward_scheme.NARROW
    heights = [feed_forward_scheme.INPUT, *feed_forward_scheme.PLACES.values(), feed_forward_scheme.SUM]
    assert heights == sorted(heights)


def test_the_feed_forward_layer_names_what_was_measured_at_each_place() -> None:
    table = quality_sites()
    rows = table[(table["weight_units"] == "sd") & (table["quantity"] == "high_frequency")].set_index(["site", "layer"])
    text = [words.get_text() for words in texts_of(drawn("figure_05"))]
    for site in ("mlp.pre", "mlp.act", "mlp.out", "resid_post"):
        assert f"{rows.loc[(site, 4), 'value']:.2f}" in text
    assert f"{rows.loc[('attn.k', 4), 'value']:.2f}" not in text


def test_places_that_were_not_visualised_have_no_numbers() -> None:
    table = quality_sites()
    table = table[table["site"].isin(["mlp.act", "attn.k"])]
    made = feed_forward.draw(feed_forward.values(table, figure("figure_05")), figure("figure_05"))
    text = [words.get_text() for words in texts_of(made)]
    assert "features (what is shown)" in text and "output of the layer" not in text


def test_the_background_unit_is_chosen_on_random_pictures_and_measured_on_its_own() -> None:
    values = background.values(background_table(), figure("figure_09"))
    of_unit = values[values["part"] != background.SHOWN]
    assert set(of_unit["unit"]) == {0} and set(of_unit["layer"]) == {1}
    assert set(of_unit["off"]) == {0.7} and set(of_unit["shuffled"]) == {0.5}
    assert of_unit["part"].value_counts().to_dict() == {"top picture": 5, "map": 5, "visualisation": 1}


def test_a_masked_picture_is_shown_with_boxes_and_black() -> None:
    values = background.values(background_table(), figure("figure_09"))
    shown = values[values["part"] == background.SHOWN].sort_values("rank")
    assert set(shown["picture"]) == {"q0"}
    assert shown["png"].tolist() == [png(0), png(2), png(4)]


@pytest.mark.parametrize("there", [{"masked": False}, {"made": False}])
def test_what_is_not_there_is_left_out_of_the_background_figure(there: dict[str, bool]) -> None:
    spec = figure("figure_09")
    values = background.values(background_table(**there), spec)
    assert (background.SHOWN in set(values["part"])) == there.get("masked", True)
    assert (background.MADE in set(values["part"])) == there.get("made", True)
    assert sum(len(axes.images) for axes in background.draw(values, spec).axes) == len(values)


def test_no_background_unit_is_an_error() -> None:
    table = background_table()
    with pytest.raises(UserError, match="respond to places"):
        background.values(table[table["quantity"] != "auc_off"], figure("figure_09"))


def test_all_seven_places_are_compared_in_both_units() -> None:
    values = sites.values(sites_table(), figure("extra_sites"))
    made, found = (values[values["part"] == part] for part in (sites.MADE, sites.MEASURED))
    assert set(made["weight_units"]) == {"sd"} and set(made["site"]) == set(SITES)
    assert made.groupby(["site", "layer"]).size().eq(2).all()
    assert found.groupby("quantity").size().to_dict() == {"agreement": 28, "high_frequency": 28, "told_apart": 14}


def test_each_switch_stands_beside_our_way_in_the_table_of_effects(tmp_path: Path) -> None:
    values = departures.values(departures_table("jitter"), figure("extra_departures"))
    path = tmp_path / "effects.csv"
    path.write_text('# vitatlas: {"spec": {"tier": "demo"}, "commit": "a"}\n' + values.to_csv(index=False))
    effects = Effects(path, ())
    assert (
        set(effects.table["departure"]) == {"objective", "colour_shift", "noise"} <= set(VisualiseProtocol.model_fields)
    )
    for effect in effects.of("noise"):
        rows = values[values["quantity"] == effect.quantity].drop_duplicates("way").set_index("way")["value"]
        assert effect.corrected.value == pytest.approx(rows["corrected"])
        assert effect.reference.value == pytest.approx(rows["noise"])


def test_every_switch_of_visualisations_is_a_departure() -> None:
    assert set(departures.SWITCHES) == set(VisualiseProtocol.model_fields)


def test_the_sweep_has_a_picture_for_each_pair() -> None:
    values = sweep.values(sweep_table(), figure("extra_sweeps"))
    assert len(values) == 48 and values["reached"].eq(2.0).all()
    first = values.iloc[:12]
    assert first["learning_rate"].tolist() == [0.03] * 4 + [0.1] * 4 + [0.3] * 4
    assert first["weight"].tolist() == [0.002, 0.006, 0.018, 0.06] * 3


def test_ways_to_write_a_picture_stand_in_one_order() -> None:
    values = parametrisations.values(parametrisations_table(), figure("extra_parametrisations"))
    made = values[values["part"] == parametrisations.MADE]
    assert made["parametrisation"].drop_duplicates().tolist() == ["pixel", "fourier", "maco"]
    assert made.groupby("parametrisation")["unit"].apply(list).tolist() == [list(range(6))] * 3
