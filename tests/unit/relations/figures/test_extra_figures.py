import json

import numpy as np
import pandas as pd
import pytest
import yaml
from artifact_specs import CONFIG, STAND_INS, ZOO, raw_spec, spec
from artifact_tables import attention_table, behavior_table
from figure_pixels import from_csv, pixels
from intervention_tables import (
    KINDS,
    das_table,
    departures_table,
    flow_table,
    novel_table,
    probe_table,
)

from vitatlas.artifacts.coverage import rows
from vitatlas.artifacts.draw import draw_figure
from vitatlas.artifacts.registry import artifact_spec, inputs, load_registry, outputs, with_stand_ins
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.papers import papers
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.figures import departures, information_flow


def extra(family):
    return spec("figure_24").model_copy(update={"family": family, "options": {}, "artifact": f"extra_{family}"})


def tables(figure, make):
    cells = sorted({(panel.model, panel.task, panel.setting) for panel in figure.panels})
    return pd.concat([made(*cell) for cell in cells for made in (attention_table, make)], ignore_index=True)


@pytest.mark.parametrize(("family", "make"), [(information_flow, flow_table), (departures, departures_table)])
def test_the_csv_alone_redraws_the_same_figure(family, make, tmp_path):
    figure = extra(family.__name__.rpartition(".")[2])
    table = tables(figure, make) if family is information_flow else tables(figure, make).dropna(subset="departure")
    values = family.values(table, figure)
    assert pixels(family.draw(values, figure)) == pixels(family.draw(from_csv(values, tmp_path), figure))


def test_flow_lines_are_means_over_directions_and_runs():
    figure = extra("information_flow")
    table = tables(figure, flow_table)
    values = information_flow.values(table, figure)
    rows = table[(table["tokens"] == "background") & (table["task"] == "rmts") & (table["property"] == "color")]
    wanted = rows.groupby("layer")["accuracy"].mean()
    line = values.query("panel == 1 and part == 'success' and tokens == 'background' and property == 'color'")
    np.testing.assert_allclose(line.sort_values("layer")["value"], wanted)
    drawn = [axes for axes in information_flow.draw(values, figure).axes if axes.containers]
    curve = drawn[3].containers[2].lines[0]
    np.testing.assert_array_equal(curve.get_ydata(), line["value"])


def test_flow_lacking_or_unknown_kinds_are_errors():
    figure = extra("information_flow")
    table = tables(figure, flow_table)
    gone = table[~((table["tokens"] == "class_token") & (table["layer"] == 2))]
    with pytest.raises(UserError, match="first: run 0, layer 2, property shape, tokens class_token"):
        information_flow.values(gone, figure)
    with pytest.raises(UserError, match="unknown kind of tokens 'corner'"):
        information_flow.values(table.replace({"tokens": {"background": "corner"}}), figure)
    assert set(KINDS) < set(information_flow.KINDS)


def test_departures_are_means_over_runs_under_either_protocol():
    figure = extra("departures")
    table = pd.concat([departures_table(panel.model, panel.task) for panel in figure.panels], ignore_index=True)
    values = departures.values(table, figure)
    means = table.groupby(["task", "quantity", "protocol"])["value"].mean()
    for row in values.itertuples():
        assert row.value == pytest.approx(means[row.task, row.quantity, row.protocol]) and row.runs == 3
    lone = table[~((table["protocol"] == "reference") & (table["run"] == 1) & (table["quantity"] == "base error"))]
    with pytest.raises(
        UserError, match="departure 'normalisation' missing, the first: quantity base error, run 1, prot"
    ):
        departures.values(lone, figure)


def test_every_departure_stands_above_its_quantities():
    figure = extra("departures")
    table = pd.concat([departures_table(panel.model, panel.task) for panel in figure.panels], ignore_index=True)
    axes = departures.draw(departures.values(table, figure), figure).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    wanted = ["normalisation", "interventions, shape, best layer", "base error"]
    assert labels == [*wanted, "one novel vector per batch", "added, shape, best layer"]
    heights = axes.get_yticks()
    assert list(heights) == sorted(heights)


FAMILIES = {
    "das": ("figure_24", {}, das_table),
    "novel": ("figure_13", {}, novel_table),
    "probe": ("figure_05", {}, probe_table),
    "disentanglement": ("figure_06", {}, das_table),
    "information_flow": ("figure_24", {"options": {}, "artifact": "extra_information_flow"}, flow_table),
    "departures": ("figure_24", {"options": {}, "artifact": "extra_departures"}, departures_table),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_notebook_draws_its_figure(family, tmp_path):
    name, changes, make = FAMILIES[family]
    raw = raw_spec(name) | {"family": family} | changes
    figure = ArtifactSpec.model_validate(raw)
    paths = []
    beside = {"disentanglement": behavior_table, "departures": departures_table}.get(family, attention_table)
    for index, panel in enumerate(figure.panels):
        for number, made in enumerate((make, beside)):
            paths.append(tmp_path / f"{index}-{number}.parquet")
            made(panel.model, panel.task, panel.setting).to_parquet(paths[-1])
    (tmp_path / "spec.json").write_text(json.dumps(raw))
    paths = paths[::2] if family == "departures" else paths
    arguments = ["--input", "tables", *map(str, paths), "--spec", f"@{tmp_path / 'spec.json'}"]
    for form in ("pdf", "png", "csv"):
        arguments += ["--output", form, str(tmp_path / f"f.{form}")]
    draw_figure(parse(AnyArtifactSpec, [*arguments, "--output", "notebook", str(tmp_path / "f.ipynb")]))
    assert (tmp_path / "f.png").stat().st_size <= 300_000
    executed = json.loads((tmp_path / "f.ipynb").read_text())
    shown = {cell["id"]: cell.get("outputs", []) for cell in executed["cells"]}
    assert shown["look"] and shown["draw"]


@pytest.fixture
def registry(tmp_path):
    """The registry with a figure of our own, and inputs that only drawings of the method need."""
    content = yaml.safe_load((CONFIG / "artifacts/relations.yaml").read_text())
    content["families"]["das"]["reads_with"] = {"scheme": ["counterfactual_examples"]}
    content["families"]["information_flow"] = {"kind": "figure", "reads": ["information_flow"]}
    panels = [{"model": "clip_b16", "task": task, "setting": "256"} for task in ("discrimination", "rmts")]
    entry = {"title": "Flow", "section": "not in the paper", "family": "information_flow", "panels": panels}
    content["extras"] = {"extra_information_flow": entry | {"caption": "{points}"}}
    (tmp_path / "relations.yaml").write_text(yaml.safe_dump(content))
    return load_registry(tmp_path / "relations.yaml", papers()["relations"], ZOO)


def test_figures_of_our_own_stand_after_the_papers(registry):
    names = list(registry.artifacts)
    assert names[38:41] == ["figure_39", "extra_information_flow", "table_01"]
    artifact = with_stand_ins(registry.artifact("extra_information_flow"), STAND_INS)
    assert outputs(artifact, "results/demo")["png"] == "results/demo/figures/relations/extra_information_flow.png"
    made = artifact_spec(artifact, ZOO, "demo")
    assert made.number == "Extra" and made.caption == "1 model on discrimination, 1 on RMTS"
    assert [row.number for row in rows(registry, ZOO, "demo")][38:41] == ["Figure 39", "Extra", "Table 1"]


def test_only_drawings_of_the_method_read_example_images(registry):
    tables = {
        name: inputs(with_stand_ins(registry.artifact(name), STAND_INS), "r", ZOO)
        for name in ("figure_03", "figure_12")
    }
    folder = "r/analysis/relations/counterfactual_examples/mini"
    examples = [f"{folder}/{task}/256.parquet" for task in ("discrimination", "rmts")]
    assert tables["figure_03"][-2:] == examples and not any("examples" in path for path in tables["figure_12"])


def test_letters_of_panels_leave_one_for_the_drawing():
    assert "(b) mini-objects on discrimination; (c) mini-objects on RMTS" in spec("figure_03").caption
    assert "(b) mini-objects on discrimination" in spec("figure_04").caption
    assert spec("figure_12").caption.startswith("(a) mini-captions on discrimination")
