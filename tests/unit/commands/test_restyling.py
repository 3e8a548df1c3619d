"""Drawing finished figures again in other styles."""

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from artifact_specs import raw_spec, spec
from artifact_tables import attention_table, behavior_table
from figure_pixels import pixels
from PIL import Image
from records import record as made

from vitatlas.artifacts import style
from vitatlas.artifacts.latex import escape, figure_caption
from vitatlas.artifacts.runs import runs_sentence
from vitatlas.artifacts.write import write_figure
from vitatlas.commands.restyle import FORMATS, Look, find, restyle
from vitatlas.errors import UserError
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.seal import CONTENT
from vitatlas.relations.figures import attention

NAME = "figure_11"


@pytest.fixture(autouse=True)
def _back_to_paper():
    yield
    style.use("paper")


def drawn_values():
    made = [
        make("mini-captions", task) for task in ("discrimination", "rmts") for make in (attention_table, behavior_table)
    ]
    return attention.values(pd.concat(made, ignore_index=True), spec(NAME))


@pytest.fixture
def results(tmp_path):
    """A tier's folder with one figure, written as its notebook writes it."""
    values, folder = drawn_values(), tmp_path / "demo/figures/relations"
    output = {form: str(folder / f"{NAME}.{form}") for form in ("pdf", "png", "csv")}
    record = made(f"relations/{NAME}", raw_spec(NAME))
    write_figure(attention.draw(values, spec(NAME)), values, spec(NAME), output, record)
    return tmp_path / "demo"


def test_the_default_style_draws_the_same_pixels(results):
    (png,) = restyle(results, Look("paper"), ["png"])
    again, before = (np.asarray(Image.open(path)) for path in (png, results / f"figures/relations/{NAME}.png"))
    np.testing.assert_array_equal(again, before)


def test_files_say_their_style_and_where_they_come_from(results):
    written = restyle(results, Look("dark"), commit="abc")
    folder, csv = results / "restyled/dark/relations", results / f"figures/relations/{NAME}.csv"
    assert written == [folder / f"{NAME}.{form}" for form in FORMATS] and sorted(folder.iterdir()) == written
    for path in written:
        record = read_provenance(path)
        assert record["style"] == "dark" and record["drawn_by"] == "abc" and list(record["drawn_from"]) == [str(csv)]
        assert record | read_provenance(csv) | {CONTENT: record[CONTENT]} == record


@pytest.mark.parametrize("name", [NAME, f"relations_{NAME}"])
def test_a_figure_is_named_short_or_in_full(results, name):
    (png,) = restyle(results, Look("dark"), ["png"], [name])
    assert png == results / f"restyled/dark/relations/{NAME}.png"


def test_figures_of_two_papers_are_not_mixed(results):
    other = results / f"figures/features/{NAME}.csv"
    other.parent.mkdir()
    other.write_text((results / f"figures/relations/{NAME}.csv").read_text())
    with pytest.raises(UserError, match=f"'{NAME}' is an artifact of several papers") as caught:
        restyle(results, Look("dark"), ["png"], [NAME])
    assert caught.value.remedy == f"name one in full: features_{NAME}, relations_{NAME}"
    assert find(results / "figures", [f"relations_{NAME}"]) == [results / f"figures/relations/{NAME}.csv"]
    assert len(find(results / "figures", [])) == 2


def test_the_caption_stands_in_a_file_beside_the_figure(results):
    (tex,) = restyle(results, Look("paper"), ["tex"])
    first, _, text = tex.read_text().partition("\n")
    assert first.startswith("% vitatlas: ") and text == figure_caption(drawn_values(), spec(NAME))
    assert all(escape(remark) in text for remark in spec(NAME).remarks) and spec(NAME).tier_note
    assert runs_sentence(drawn_values(), spec(NAME)) in text


def test_a_narrow_figure_has_large_letters_and_says_so(results):
    pdf, _ = restyle(results, Look("paper", width=3.5), ["pdf", "png"])
    assert pdf.parent == results / "restyled/paper-3.5in/relations"
    assert read_provenance(pdf)["width"] == 3.5 and "note" not in read_provenance(pdf)
    width = float(re.search(rb"/MediaBox \[ 0 0 ([\d.]+)", pdf.read_bytes())[1]) / 72
    assert width == pytest.approx(3.5)


def test_the_note_is_left_to_the_caption_where_that_is_asked(results):
    beside, inside = (restyle(results, Look("paper", note=note), ["png"])[0] for note in (False, True))
    assert beside.parent.parent.name == "paper-no-note" and read_provenance(beside)["note"] == "caption"
    assert beside.read_bytes() != inside.read_bytes()


def test_a_width_without_room_for_panels_is_one_clear_error(results):
    with pytest.raises(UserError, match=r"no figure of 0\.6 inches has room"):
        restyle(results, Look("paper", width=0.6), ["png"])


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
def test_a_width_that_is_none_is_one_clear_error(width):
    with pytest.raises(UserError, match="are no width"):
        Look("paper", width=width)


def test_styles_differ_and_leave_nothing_behind():
    values, pictures = drawn_values(), {}
    for name in style.STYLES:
        style.use(name)
        pictures[name] = pixels(attention.draw(values, spec(NAME)))
    assert len(set(pictures.values())) == len(style.STYLES)
    style.use("paper")
    assert pixels(attention.draw(values, spec(NAME))) == pictures["paper"]


def test_on_slides_letters_are_larger_and_lines_shorter():
    plain = attention.draw(drawn_values(), spec(NAME))
    assert style.wrapped("one two three", 10) == "one two\nthree" and style.fitted(5) == 5
    style.use("slide")
    slide = attention.draw(drawn_values(), spec(NAME))
    assert style.wrapped("one two three", 8) == "one\ntwo\nthree" and style.fitted(5) < 4
    assert (slide.get_size_inches() < plain.get_size_inches()).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"look": Look("sepia")}, "unknown style 'sepia'; there are: colour-blind, dark, paper, slide"),
        ({"look": Look("dark"), "formats": ["gif"]}, "unknown format 'gif'; there are: pdf, png, tex"),
        (
            {"look": Look("dark"), "targets": ["figure_99"]},
            "unknown artifact 'figure_99'; there are: relations_figure_11(.|\n)*the figures in .*/demo/figures",
        ),
    ],
)
def test_what_is_asked_for_must_be_there(results, arguments, message):
    with pytest.raises(UserError, match=message):
        restyle(results, **arguments)
    assert not (results / "restyled").exists()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("# vitatlas: ", "# ", "no provenance"),
        ('"family": "attention"', '"family": "sculpture"', "family 'sculpture' any more"),
        ('"paper": "relations"', '"paper": "other"', "no program draws figures of family 'attention' any more"),
        ('"section"', '"chapter"', "another version described this figure: key"),
        ("setting,part,quantity", "setting,part,amount", "the CSV has no 'quantity'"),
    ],
)
def test_a_csv_that_cannot_be_drawn_is_one_clear_error(results, before, after, message):
    csv = results / f"figures/relations/{NAME}.csv"
    assert before in csv.read_text()
    csv.write_text(csv.read_text().replace(before, after))
    with pytest.raises(UserError, match=message) as caught:
        restyle(results, Look("dark"), ["png"])
    assert str(csv) in str(caught.value)
    assert not list(results.glob("restyled/*/*/*"))


def test_without_figures_the_remedy_is_named(tmp_path):
    with pytest.raises(UserError, match="make demo"):
        restyle(tmp_path, Look("dark"))


def test_neither_torch_nor_notebooks_are_loaded(root):
    program = "import sys, vitatlas.commands.restyle; print([m for m in ('torch', 'papermill') if m in sys.modules])"
    environment = {"PYTHONPATH": str(root / "src"), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
