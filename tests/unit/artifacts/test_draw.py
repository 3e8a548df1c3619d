import json

import pytest
from artifact_specs import raw_spec
from artifact_tables import attention_table, behavior_table

from vitatlas.artifacts.draw import draw_figure
from vitatlas.artifacts.spec import AnyArtifactSpec
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse

MAKERS = (attention_table, behavior_table)
OUTPUTS = {"pdf": "f.pdf", "png": "f.png", "csv": "f.csv", "notebook": "f.ipynb"}


def job(folder, tables, **changes):
    (folder / "spec.json").write_text(json.dumps(raw_spec("figure_11") | changes))
    arguments = ["--input", "tables", *map(str, tables), "--spec", f"@{folder / 'spec.json'}"]
    for form, name in OUTPUTS.items():
        arguments += ["--output", form, str(folder / "out" / name)]
    return parse(AnyArtifactSpec, arguments)


def tables(folder, tasks):
    made = {f"{make.__name__}-{task}": make("mini-captions", task) for task in tasks for make in MAKERS}
    for name, table in made.items():
        table.to_parquet(folder / f"{name}.parquet")
    return [folder / f"{name}.parquet" for name in made]


def test_a_figure_is_drawn_through_its_notebook(tmp_path):
    inputs = tables(tmp_path, ["discrimination", "rmts"])
    draw_figure(job(tmp_path, inputs))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(OUTPUTS.values())
    executed = json.loads((tmp_path / "out/f.ipynb").read_text())
    shown = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert list(read_provenance(tmp_path / "out/f.png")["inputs"]) == sorted(map(str, inputs))


def test_a_failing_notebook_is_one_clear_error_and_leaves_only_itself(tmp_path):
    with pytest.raises(UserError, match="no row for model 'mini-captions', task 'rmts'") as caught:
        draw_figure(job(tmp_path, tables(tmp_path, ["discrimination"])))
    assert len(str(caught.value).splitlines()) <= 5
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["f.failed.ipynb"]
    assert "Traceback" in (tmp_path / "out/f.failed.ipynb").read_text()


def test_a_family_without_a_template_is_an_error(tmp_path):
    with pytest.raises(UserError, match="no template draws figures of family 'sculpture'"):
        draw_figure(job(tmp_path, tables(tmp_path, ["rmts"]), family="sculpture", options={}))
