"""The tables that the jobs of the perceptual stage write are the tables that its figures read."""

from pathlib import Path

import pandas as pd
import pytest
from artifact_specs import spec
from artifact_tables import attention_table, behavior_table
from das_jobs import SWEEP, arguments, sweep_arguments, write_inputs
from figure_pixels import pixels

from vitatlas.jobs.job import parse
from vitatlas.relations.das.flow import information_flow as run_flow
from vitatlas.relations.das.job import das as run_das
from vitatlas.relations.das.spec import DasSpec, FlowSpec
from vitatlas.relations.figures import das, information_flow, novel
from vitatlas.relations.novel.job import novel as run_novel
from vitatlas.relations.novel.spec import NovelSpec


@pytest.fixture(scope="module", params=["discrimination", "rmts"])
def folder(request, tmp_path_factory) -> Path:
    """The tables of all jobs, for a tiny model of three layers."""
    made = tmp_path_factory.mktemp(request.param)
    write_inputs(made, request.param)
    run_das(parse(DasSpec, sweep_arguments(made, made, task=request.param)))
    several = {"weights": "models", "runs": [1], "task": request.param, "properties": ["shape", "color"], "batch": 16}
    run_flow(parse(FlowSpec, arguments(made, made, {"table": "information_flow.parquet"}, **several)))
    command = arguments(made, made, {"table": "novel.parquet"}, **several, draws=2, shared=16)
    run_novel(parse(NovelSpec, [*command, "--input", "operators", str(made / SWEEP["operators"])]))
    return made


@pytest.mark.parametrize("family", [das, novel, information_flow])
def test_a_figure_is_drawn_from_a_jobs_table(family, folder):
    name = family.__name__.rpartition(".")[2]
    table = pd.read_parquet(folder / f"{name}.parquet")
    task = table["task"].iloc[0]
    figure = spec("figure_35" if family is novel else "figure_24")
    panel = figure.panels[0].model_copy(update={"model": "tiny", "task": task})
    options = figure.options | {"details": ["demo"]} if family is das else {}
    figure = figure.model_copy(update={"panels": [panel], "family": name, "options": options})
    beside = [attention_table("tiny", task, layers=3), behavior_table("tiny", task)]
    beside += [pd.read_parquet(folder / "das.parquet")] if family is novel else []
    values = family.values(pd.concat([table, *beside], ignore_index=True), figure)
    assert set(values["layer"].dropna()) == {0, 1, 2}
    assert values.loc[values["part"] == "success", "value"].between(0, 1).all()
    assert pixels(family.draw(values, figure))
