import json

import numpy as np
import pandas as pd
import pytest
from artifact_specs import raw_spec, spec
from artifact_tables import attention_table, behavior_table
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image
from records import record as made

from vitatlas.artifacts.write import PNG_LIMIT, read_values, write_figure
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import (
    html_element,
    line,
    pdf_metadata,
    read_provenance,
    svg_metadata,
)
from vitatlas.jobs.files import sha256
from vitatlas.relations.figures import attention

FORMATS = ("pdf", "png", "csv")
CELLS = (("mini-captions", "discrimination"), ("mini-captions", "rmts"))


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A figure's files, and the provenance that they were given."""
    monkeypatch.setenv("VITATLAS_COMMIT", "abc123-dirty")
    figure = spec("figure_11")
    table = [pd.concat([make(*cell) for make in (attention_table, behavior_table)]) for cell in CELLS]
    for number, part in enumerate(table):
        part.to_parquet(tmp_path / f"{number}.parquet")
    inputs = [tmp_path / "0.parquet", tmp_path / "1.parquet"]
    record = made("relations/figure_11", raw_spec("figure_11"), inputs)
    values = attention.values(pd.concat(table, ignore_index=True), figure)
    output = {form: str(tmp_path / f"figure.{form}") for form in FORMATS}
    write_figure(attention.draw(values, figure), values, figure, output, record)
    return output, record, values


@pytest.mark.parametrize("form", FORMATS)
def test_provenance_reads_back_from_every_format(written, form):
    output, record, _ = written
    found = read_provenance(output[form])
    assert found == record | {"content_sha256": found["content_sha256"]}
    assert found["commit"] == "abc123-dirty" and found["spec"]["artifact"] == "figure_11"
    assert found["tier"] == "demo"
    assert found["inputs"] == {path: sha256(path) for path in record["inputs"]} and len(found["inputs"]) == 2


def test_title_and_caption_are_in_the_metadata_and_the_csv_holds_the_values(written):
    output, _, values = written
    with Image.open(output["png"]) as image:
        assert image.info["Title"].startswith("Figure 11: Attention within and between objects")
        assert "Demo tier" in image.info["Description"] and "Means over 3 runs." in image.info["Description"]
    assert len(read_values(output["csv"], {})) == len(values)


def test_equal_jobs_write_equal_files(written, tmp_path):
    output, record, values = written
    again = {form: str(tmp_path / f"again.{form}") for form in FORMATS}
    write_figure(attention.draw(values, spec("figure_11")), values, spec("figure_11"), again, record)
    assert {form: sha256(path) for form, path in output.items()} == {form: sha256(path) for form, path in again.items()}


def test_a_png_that_would_be_too_large_is_written_smaller(tmp_path):
    figure = Figure(figsize=(3, 3))
    figure.subplots().imshow(np.random.default_rng(0).random((900, 900)), interpolation="none")
    output = {form: str(tmp_path / f"noise.{form}") for form in FORMATS}
    write_figure(figure, pd.DataFrame({"a": [1]}), spec("figure_11"), output, {"target": "noise"})
    assert (tmp_path / "noise.png").stat().st_size <= PNG_LIMIT
    assert read_provenance(tmp_path / "noise.png") == {"target": "noise"}


def test_a_small_thing_keeps_its_colour_in_a_png_that_is_written_smaller(tmp_path):
    """Pictures of few pixels have names such as `purple`: the colours of all others must not swallow theirs."""
    greens = np.random.default_rng(0).integers((0, 60, 0), (160, 255, 160), (400, 400, 3))
    greens[:8, :8] = purple = (134, 46, 178)
    figure = Figure(figsize=(3, 3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(greens.astype(np.uint8), interpolation="none")
    axes.set_axis_off()
    write_figure(figure, pd.DataFrame({"a": [1]}), spec("figure_11"), {"png": str(tmp_path / "small.png")}, {})
    with Image.open(tmp_path / "small.png") as image:
        assert image.mode == "P"
        found = np.abs(np.asarray(image.convert("RGB")).astype(int) - purple).max(-1)
    assert found[2:4, 2:4].max() < 20


@settings(deadline=None)  # the first PDF loads fonts
@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(), st.integers(), st.none()), max_size=4))
def test_any_record_survives_text_pages_and_pdf(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("records")
    record = made("any", values)
    for suffix in (".csv", ".md", ".tex"):
        (folder / f"file{suffix}").write_text(line(record, suffix) + "rest\n", encoding="utf-8")
    Figure(figsize=(1, 1)).savefig(folder / "file.pdf", metadata=pdf_metadata(record, "title", "caption"))
    (folder / "file.svg").write_text(f"<svg>{svg_metadata(record)}<text>&amp;</text></svg>\n", encoding="utf-8")
    (folder / "file.html").write_text(f"<!doctype html>\n<title>t</title>{html_element(record)}<p>", encoding="utf-8")
    for suffix in (".csv", ".md", ".tex", ".pdf", ".svg", ".html"):
        assert read_provenance(folder / f"file{suffix}") == json.loads(json.dumps(record))


def test_a_page_cannot_be_ended_by_what_a_record_says():
    assert "</script>" not in html_element({"note": "</script><script>alert()"}).removesuffix("</script>")
    assert "<b>" not in svg_metadata({"note": "<b>"})


@pytest.mark.parametrize(
    ("target", "tier"),
    [
        ("results/smoke/models/relations/m/rmts/32/run0/best.safetensors", "smoke"),
        ("resources/weights/m.safetensors", None),
        ("results", None),
    ],
)
def test_the_tier_of_a_file_is_that_of_its_folder(target, tier):
    assert made(target, {"environment": "e"})["tier"] == tier


def test_what_results_do_not_depend_on_is_no_part_of_it():
    spec = {"compute": {"device": "cpu", "checkpoint_every_s": 3}, "environment": "e"}
    record = made("any", spec)
    assert record["spec"] == {"compute": {"device": "cpu"}, "environment": "e"} and record["environment"] == "e"


@pytest.mark.parametrize("name", ["none.csv", "folder.csv"])
def test_a_file_that_cannot_be_read_is_one_error(tmp_path, name):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UserError):
        read_provenance(tmp_path / name)


@pytest.mark.parametrize("form", ["csv", "html", "md", "parquet", "pdf", "png", "safetensors", "svg", "tex", "txt"])
def test_a_file_without_provenance_is_an_error(tmp_path, form):
    name = f"plain.{form}"
    (tmp_path / name).write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="no provenance inside"):
        read_provenance(tmp_path / name)
