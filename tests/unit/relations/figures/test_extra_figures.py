import json
import re

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
from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.draw import draw_figure
from vitatlas.artifacts.registry import inputs, load_registry, outputs, with_stand_ins
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.papers import papers
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.figures import departures, information_flow


def extra(family):
    return spec("figure_24").model_copy(update={"family": family, "options": {}, "artifact": f"extra_{family}"})


def tables(figure, make, chance=()):
    """The tables of all panels; models on the tasks in `chance` are at chance."""
    cells = sorted({(panel.model, panel.task, panel.setting) for panel in figure.panels})
    made = [made(*cell) for cell in cells for made in (attention_table, make)]
    return pd.concat([*made, *(behavior_table(*cell, chance=cell[1] in chance) for cell in cells)], ignore_index=True)


@pytest.mark.parametrize("chance", [(), ("rmts",)])
@pytest.mark.parametrize(("family", "make"), [(information_flow, flow_table), (departures, departures_table)])
def test_the_csv_alone_redraws_the_same_figure(family, make, chance, tmp_path):
    figure = extra(family.__name__.rpartition(".")[2])
    values = family.values(tables(figure, make, chance), figure)
    drawn = family.draw(values, figure)
    assert pixels(drawn) == pixels(family.draw(from_csv(values, tmp_path), figure))
    texts = {text.get_text().replace("\n", " ") for axes in drawn.axes for text in axes.texts}
    assert ("at chance (accuracy 0.49): nothing to see here" in texts) == bool(chance)


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
    table = tables(figure, departures_table)
    values = departures.values(table, figure)
    means = table.groupby(["task", "quantity", "protocol"])["value"].mean()
    for row in values.itertuples():
        assert row.value == pytest.approx(means[row.task, row.quantity, row.protocol]) and row.runs == 3
    errors = table["quantity"] == "errors without an intervention"
    lone = table[~((table["protocol"] == "reference") & (table["run"] == 1) & errors)]
    with pytest.raises(
        UserError, match=r"departure 'normalisation' missing, the first: quantity errors without .*, run 1, prot"
    ):
        departures.values(lone, figure)


def test_every_quantity_has_an_axis_of_its_own_below_the_name_of_its_switch_in_plain_words():
    figure = extra("departures")
    drawn = departures.draw(departures.values(tables(figure, departures_table), figure), figure)
    first = drawn.axes[:: len(figure.panels)]
    names = [axes.texts[0].get_text() if axes.texts else axes.get_ylabel().replace("\n", " ") for axes in first]
    assert names == [
        "Normalisation: the model's own | the code's",
        "wrong answers, no intervention",
        "success of interchange, near the best layer",
        "Novel vectors: per image | per batch",
        "± of that success, 95 % over draws",
    ]
    shown = [[label.get_text() for label in axes.get_yticklabels()] for axes in first if not axes.texts]
    assert shown == [[""], ["shape", "colour"], ["shape"]]
    assert [round(axes.get_xlim()[1], 2) for axes in first if not axes.texts] == [0.52, 1.04, 0.21]


def test_every_switch_and_quantity_that_jobs_write_has_plain_words(root):
    written = "".join((root / f"src/vitatlas/relations/departures/{name}.py").read_text() for name in ("run", "sites"))
    found = re.findall(r'compared\(\s*"(\w+)"', written)
    assert set(found) <= set(departures.SWITCHES) and len(found) >= 4


FAMILIES = {
    "das": ("figure_24", {}, das_table),
    "novel": ("figure_13", {}, novel_table),
    "probe": ("figure_05", {}, probe_table),
    "disentanglement": ("figure_06", {}, das_table),
    "information_flow": ("figure_24", {"options": {}, "artifact": "extra_information_flow"}, flow_table),
    "departures": ("figure_24", {"options": {}, "artifact": "extra_departures"}, departures_table),
}


BESIDE = {"novel": [attention_table, das_table], "disentanglement": [], "departures": []}
"""Made-up tables that a family reads beside its own and behaviour; else that of attention."""


@pytest.mark.parametrize("family", FAMILIES)
def test_every_notebook_draws_its_figure(family, tmp_path):
    name, changes, make = FAMILIES[family]
    raw = raw_spec(name) | {"family": family} | changes
    figure = ArtifactSpec.model_validate(raw)
    paths = []
    for index, panel in enumerate(figure.panels):
        for number, made in enumerate((make, *BESIDE.get(family, [attention_table]), behavior_table)):
            paths.append(tmp_path / f"{index}-{number}.parquet")
            made(panel.model, panel.task, panel.setting).to_parquet(paths[-1])
    (tmp_path / "spec.json").write_text(json.dumps(raw))
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


def test_where_every_model_is_at_chance_departures_are_only_lines(tmp_path):
    figure = spec("extra_departures")
    low = [behavior_table(panel.model, str(panel.task), panel.setting, chance=True) for panel in figure.panels]
    values = departures.values(pd.concat(low, ignore_index=True), figure)
    assert set(values["part"]) == {"at chance"}
    drawn = departures.draw(values, figure)
    assert sum("at chance" in text.get_text() for axes in drawn.axes for text in axes.texts) == len(figure.panels)
    assert pixels(drawn) == pixels(departures.draw(from_csv(values, tmp_path), figure))
