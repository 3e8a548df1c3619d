import json

import numpy as np
import pandas as pd
import pytest
from artifact_specs import raw_spec, relations, spec
from artifact_tables import behavior_table

from vitatlas.artifacts.latex import escape, latex_table
from vitatlas.artifacts.table import making
from vitatlas.artifacts.write_table import markdown
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.tables import behaviour

make_table = making(behaviour)


def rows(table, **changes):
    parts = [behavior_table(panel.model, panel.task, panel.setting, **changes) for panel in table.panels]
    return pd.concat(parts, ignore_index=True)


def made(name, **changes):
    table = spec(name)
    values = behaviour.values(rows(table, **changes), table)
    return values, behaviour.layout(values, table), behaviour.notes(values, table)


def test_a_cell_is_mean_and_standard_deviation_over_runs_in_per_cent():
    table = spec("table_03")
    data = rows(table)
    values, layout, _ = made("table_03")
    of_cell = data.query(
        "model == 'mini-scratch' and split == 'test' and metric == 'accuracy' and checkpoint == 'best'"
    )["value"]
    cell = values.query("model == 'mini-scratch' and split == 'test'").iloc[0]
    assert cell["accuracy"] == pytest.approx(100 * of_cell.mean())
    assert cell["sd"] == pytest.approx(100 * np.std(of_cell, ddof=1))
    assert layout["Compositional"].iloc[-1] == f"{cell['accuracy']:.1f} ± {cell['sd']:.1f}"


def test_one_run_shows_no_spread():
    _, layout, _ = made("table_02", runs=1)
    assert not layout.apply(lambda column: column.str.contains("±")).any().any()


def test_columns_of_the_papers_tables():
    assert list(made("table_02")[1]) == [
        "Model", "Pretraining images", "Train", "Test", "OOD shape", "OOD colour", "OOD both", "Realistic"
    ]  # fmt: skip
    assert "Compositional" in made("table_05")[1]
    assert list(made("table_06")[1])[:4] == ["Model", "Pretraining images", "Task", "Combinations"]


def test_a_pending_column_is_empty_and_says_why():
    table = spec("table_03")
    table = table.model_copy(update={"options": table.options | {"pending": {"Rotated": "they are not built yet"}}})
    values = behaviour.values(rows(table), table)
    layout = behaviour.layout(values, table)
    assert set(layout["Rotated"]) == {"–"}
    assert "Rotated (–): they are not built yet." in behaviour.notes(values, table)


def test_the_photorealistic_column_is_of_its_own_table():
    table = spec("table_02")
    data = rows(table)
    values = behaviour.values(data, table).query("column == 'Realistic'")
    for cell in values.itertuples():
        own = data.query("split == 'photoreal' and metric == 'accuracy' and checkpoint == 'best'")
        assert cell.accuracy == pytest.approx(100 * own.loc[own["model"] == cell.model, "value"].mean())
    assert len(values) == len(table.panels)
    with pytest.raises(UserError, match="no accuracy of 'mini-objects' on split 'photoreal'"):
        behaviour.values(data[data["split"] != "photoreal"], table)


def test_no_compositional_accuracy_where_all_combinations_were_trained_on():
    values, layout, notes = made("table_06")
    assert values.query("setting == '256' and column == 'Compositional'").empty
    assert list(layout["Compositional"] == "–") == [True, False, True, False]
    assert any(note.startswith("Compositional (–)") for note in notes)


def test_demo_values_are_labelled_and_the_rmts_note_is_printed():
    _, layout, notes = made("table_04")
    text = markdown(layout, notes, spec("table_04"))
    assert "Demo tier: miniature models" in text
    assert "pretraining supervises same and different per object" in text
    assert escape("pretraining supervises same and different per object") in latex_table(
        layout, notes, spec("table_04")
    )


def test_a_model_at_chance_is_marked_and_the_mark_explained():
    table = spec("table_04")
    data = rows(table)
    data.loc[data["model"] == "mini-mae", "value"] = 0.5
    values = behaviour.values(data, table)
    layout, notes = behaviour.layout(values, table), behaviour.notes(values, table)
    assert [name for name in layout["Model"] if "†" in name] == ["mini-mae †"]
    assert notes[-1].startswith("†: at chance, below 60 % on the combinations that it was trained on")
    assert r"$\dagger$" in latex_table(layout, notes, table)
    assert not any("†" in note for note in made("table_04")[2])


def test_latex_is_balanced_and_escaped():
    _, layout, notes = made("table_06")
    text = latex_table(layout, notes, spec("table_06"))
    assert text.count("{") == text.count("}")
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {line.count("&") for line in rows} == {layout.shape[1] - 1} and len(rows) == len(layout) + 1
    assert escape("50 % & a_b") == r"50 \% \& a\_b"


def test_markdown_has_a_cell_per_column():
    _, layout, notes = made("table_06")
    lines = [line for line in markdown(layout, notes, spec("table_06")).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {layout.shape[1] + 1} and len(lines) == len(layout) + 2


def test_a_missing_split_is_an_error_that_names_it():
    table = spec("table_03")
    data = rows(table)
    with pytest.raises(UserError, match="no accuracy of 'mini-mae' on split 'test'"):
        behaviour.values(data[~((data["model"] == "mini-mae") & (data["split"] == "test"))], table)


def test_the_job_writes_all_formats(tmp_path):
    table = spec("table_02")
    rows(table).to_parquet(tmp_path / "behaviour.parquet")
    arguments = ["--input", "tables", str(tmp_path / "behaviour.parquet"), "--spec", f"@{tmp_path / 'spec.json'}"]
    (tmp_path / "spec.json").write_text(json.dumps(raw_spec("table_02")))
    for form in ("csv", "md", "tex"):
        arguments += ["--output", form, str(tmp_path / f"table.{form}")]
    make_table(parse(ArtifactSpec, arguments))
    written = pd.read_csv(tmp_path / "table.csv", comment="#", dtype={"setting": str})
    pd.testing.assert_frame_equal(written, made("table_02")[0], check_dtype=False)
    text = (tmp_path / "table.md").read_text()
    assert "**Table 2. Discrimination, 256 combinations.**" in text and "\nMeans over 3 runs.\n" in text
    assert r"\label{relations:table_02}" in (tmp_path / "table.tex").read_text()


def test_every_family_of_tables_has_a_program_that_makes_it(root):
    families = {artifact.family_name for artifact in relations().artifacts.values() if artifact.kind == "table"}
    assert families == {"behaviour", "auxiliary"}
    for family in families:
        program = (root / f"workflow/scripts/relations/table_{family}.py").read_text()
        assert f"run(making({family}), ArtifactSpec)" in program


def test_a_broken_table_is_an_error_that_names_the_file(tmp_path):
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nothing")
    (tmp_path / "spec.json").write_text(spec("table_02").model_dump_json())
    arguments = ["--input", "tables", str(tmp_path / "broken.parquet"), "--spec", f"@{tmp_path / 'spec.json'}"]
    with pytest.raises(UserError, match="no readable Parquet table") as caught:
        make_table(parse(ArtifactSpec, arguments))
    assert caught.value.where == tmp_path / "broken.parquet"
