"""Tables 1, 7 and 8, and the figure of attention with and without auxiliary losses."""

import numpy as np
import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table, behavior_table
from figure_pixels import from_csv, pixels

from vitatlas.artifacts.latex import latex_table
from vitatlas.artifacts.write_table import markdown
from vitatlas.errors import UserError
from vitatlas.relations.figures import auxiliary_attention
from vitatlas.relations.tables import auxiliary

VARIANTS = ["none", "disentanglement", "pipeline", "both"]


def rows(artifact, made=behavior_table, variants=None, **sizes):
    """A table of the analysis: variants differ, run by run, from the one before by 0.01 and a little more."""
    parts = []
    for panel in artifact.panels:
        names = [row.variant for row in artifact.typed_options.variants] if variants is None else variants
        for place, name in enumerate(names):
            part = made(panel.model, panel.task, panel.setting, **sizes)
            part["value"] = 0.3 + 0.6 * part["value"] + 0.01 * place + 0.001 * place * part["run"]
            parts.append(part.assign(auxiliary=name))
    return pd.concat(parts, ignore_index=True)


def accuracies(figure, chance=()):
    """The analysis of accuracy of all variants; those in `chance` are at chance."""
    cells = [(panel.model, panel.task, panel.setting) for panel in figure.panels]
    return pd.concat(
        [behavior_table(*cell, chance=name in chance).assign(auxiliary=name) for cell in cells for name in VARIANTS]
    )


def made(name, **changes):
    artifact = spec(name)
    values = auxiliary.values(rows(artifact, **changes), artifact)
    return values, auxiliary.layout(values, artifact)


def test_changes_are_against_the_same_run_without_losses():
    values, layout = made("table_07")
    cell = values.query("auxiliary == 'both' and column == 'Compositional'").iloc[0]
    assert cell["change"] == pytest.approx(100 * (0.03 + 0.003)) and cell["change_sd"] == pytest.approx(0.3)
    assert cell["runs"] == 3 and cell["split"] == "test"
    data = rows(spec("table_07")).query(
        "auxiliary == 'both' and split == 'test' and metric == 'accuracy' and checkpoint == 'best'"
    )["value"]
    assert cell["accuracy"] == pytest.approx(100 * data.mean()) and cell["sd"] == pytest.approx(100 * data.std())
    shown = layout.set_index("Auxiliary loss").loc["disentanglement and pipeline", "Compositional"]
    assert shown == f"{cell['accuracy']:.1f} ± {cell['sd']:.1f} (+3.3 ± 0.3)"


def test_the_row_without_losses_has_no_change():
    values, layout = made("table_01")
    assert values.query("auxiliary == 'none'")["change"].isna().all()
    assert not layout[layout["Auxiliary loss"] == "none"]["Test"].str.contains(r"\(").any()


def test_rows_and_columns_of_the_papers_tables():
    layout = made("table_01")[1]
    assert list(layout) == ["Model", "Task", "Auxiliary loss", "Train", "Test", "Compositional"]
    assert list(layout["Task"]) == ["discrimination"] * 4 + ["RMTS"] * 4
    assert [len(made(name)[1]) for name in ("table_07", "table_08")] == [5, 6]


def test_one_run_shows_no_spread():
    layout = made("table_01", runs=1)[1]
    assert not layout.apply(lambda column: column.str.contains("±")).any().any()
    assert layout["Test"].iloc[1].endswith("(+1.0)")


def test_a_variant_that_the_tier_does_not_train_has_no_row():
    assert list(made("table_08", variants=["none", "judgement"])[1]["Auxiliary loss"]) == [
        *("none", "intermediate judgement")
    ]


@pytest.mark.parametrize("gone", ["auxiliary == 'both' and run == 1", "auxiliary == 'none'"])
def test_a_missing_run_is_an_error_that_names_the_variant(gone):
    table = spec("table_07")
    data = rows(table)
    with pytest.raises(UserError, match=r"accuracies of 'mini-scratch' with '(both|none)' on split 'train'"):
        auxiliary.values(data.drop(data.query(f"split == 'train' and {gone}").index), table)


def test_the_table_is_written_as_text():
    table = spec("table_01")
    values, layout = made("table_01")
    notes = auxiliary.notes(values, table)
    text = latex_table(layout, notes, table)
    assert text.count("{") == text.count("}") and r"$\pm$" in text
    assert "Demo tier" in markdown(layout, notes, table)


def test_a_variant_at_chance_is_marked_and_the_mark_explained():
    table = spec("table_01")
    data = rows(table)
    low = (data["auxiliary"] == "none") & (data["task"] == "rmts")
    data.loc[low, "value"] = 0.5
    values = auxiliary.values(data, table)
    layout = auxiliary.layout(values, table)
    assert [name for name in layout["Auxiliary loss"] if "†" in name] == ["none †"]
    assert layout.loc[layout["Task"] == "RMTS", "Auxiliary loss"].iloc[0] == "none †"
    assert auxiliary.notes(values, table)[-1].startswith("†: at chance, below 60 %")
    plain, _ = made("table_07")
    assert not any("†" in note for note in auxiliary.notes(plain.assign(at_chance=False), table))


def test_the_figure_shows_each_variants_own_attention_and_can_be_redrawn(tmp_path):
    figure = spec("extra_auxiliary_attention")
    data = pd.concat([rows(figure, attention_table, runs=2), accuracies(figure, chance=["none"])], ignore_index=True)
    values = auxiliary_attention.values(data, figure)
    low = values[values["part"] == "at chance"]
    assert set(low["auxiliary"]) == {"none"} and len(low) == len(figure.panels)
    assert "none" not in set(values.loc[values["part"] == "star", "auxiliary"])
    assert list(dict.fromkeys(values["auxiliary"])) == VARIANTS
    wanted = data.query("auxiliary == 'both' and task == 'rmts' and quantity == 'BP' and pairs == 'all'")
    wanted = wanted.groupby(["run", "layer"])["value"].max().groupby("layer").mean()
    line = values.query("auxiliary == 'both' and task == 'rmts' and quantity == 'BP' and part == 'line'")
    np.testing.assert_allclose(line["value"].astype(float), wanted)
    drawn = auxiliary_attention.draw(values, figure)
    assert pixels(drawn) == pixels(auxiliary_attention.draw(from_csv(values, tmp_path), figure))


def test_a_variant_that_was_not_trained_leaves_its_place_empty():
    figure = spec("extra_auxiliary_attention")
    data = [rows(figure, attention_table, ["none", "both"], runs=1), accuracies(figure)]
    values = auxiliary_attention.values(pd.concat(data, ignore_index=True), figure)
    drawn = auxiliary_attention.draw(values, figure)
    lines = [len(axes.lines) for axes in drawn.axes[5:9]]
    assert lines[0] > 0 and lines[1:3] == [0, 0] and lines[3] > 0
