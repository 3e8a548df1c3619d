"""LaTeX of tables and captions: no TeX is needed here, but for one test."""

import re
import shutil
import subprocess

import pandas as pd
import pytest
from artifact_specs import relations, spec
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font

from vitatlas.artifacts.latex import (
    LINE,
    MOST,
    PACKAGES,
    SHORT,
    broken,
    caption_lines,
    escape,
    in_two_lines,
    latex_table,
    with_minus,
)

COLUMN = 5.5 * 72
LETTERS = 8  # points, of \footnotesize in a document of 10 points
GAP = 8  # points between two columns: twice \tabcolsep
LEAST = 7
WIDE = pd.DataFrame(
    {
        "Model": ["From scratch ViT-B/16", "mini-scratch"],
        "Task": ["discrimination", "RMTS"],
        "Auxiliary loss": ["disentanglement and pipeline", "none"],
        "Train": ["69.3 ± 12.5 (+19.3 ± 12.5)", "50.0 ± 0.0"],
        "Test": ["68.8 ± 11.9 (−18.8 ± 11.9)", "–"],
        "Compositional": ["67.3 ± 9.6 (+17.3 ± 9.6)", "50.0 ± 0.0"],
        "OOD both": ["58.3 ± 4.1 (+8.3 ± 4.1)", "50.0 ± 0.0"],
    }
)
SPLITS = ("Train", "Test", "OOD shape", "OOD colour", "OOD both", "Realistic")
MANY = pd.DataFrame(
    {"Model": ["DINOv2 ViT-B/14"], "Pretraining images": ["142 million"]} | {name: ["99.8 ± 10.4"] for name in SPLITS}
)
MORE = MANY.drop(columns="Pretraining images").assign(
    **{"Task": "discrimination", "Combinations": "256", "Compositional": "–"}
)


def width(layout: pd.DataFrame) -> float:
    """Points that the table takes in Computer Modern, before anything is made smaller."""
    font = FT2Font(f"{get_data_path()}/fonts/ttf/cmr10.ttf")
    font.set_size(LETTERS, 72)

    def points(line: str) -> float:
        font.set_text(line.replace("−", "-").replace("±", "+").replace("–", "-"))
        return font.get_width_height()[0] / 64

    columns = [max(points(line) for cell in column for line in cell) for column in zip(*broken(layout), strict=True)]
    return sum(columns) + GAP * (len(columns) - 1)


@pytest.mark.parametrize("layout", [WIDE, MANY, MORE], ids=["wide", "many columns", "more columns"])
def test_a_table_fits_a_column_with_letters_that_can_be_read(layout):
    assert LETTERS * min(1, COLUMN / width(layout)) >= LEAST
    assert r"\begin{adjustbox}{max width=\linewidth}" in latex_table(layout, [], spec("table_07"))


def test_only_where_there_is_no_room_spreads_stand_below_means():
    assert broken(MANY)[1][2] == ["99.8 ± 10.4"] and broken(MORE)[1][2] == ["99.8", "± 10.4"]
    assert in_two_lines("9.1 ± 3.3 (+4.5 ± 3.3)", SHORT) == ["9.1 ± 3.3", "(+4.5 ± 3.3)"]


@given(st.integers(10, 200))
def test_one_letter_more_than_fits_breaks_numbers(letters):
    layout = pd.DataFrame({"a": ["5 ± 1"], "b" * (letters - 5 - 4): ["x"]})
    assert (broken(layout)[1][0] == ["5", "± 1"]) == (letters > MOST)


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("91.5 ± 3.3 (+41.5 ± 3.3)", ["91.5 ± 3.3", "(+41.5 ± 3.3)"]),
        ("mini-scratch", ["mini-scratch"]),
        ("control: object identity", ["control:", "object identity"]),
        ("discrimination (all)", ["discrimination", "(all)"]),
        ("Disentanglements", ["Disentanglements"]),
        ("", [""]),
    ],
)
def test_long_cells_have_two_lines(cell, lines):
    assert in_two_lines(cell) == lines


@given(st.lists(st.text("abc", min_size=1, max_size=9), max_size=8))
def test_no_word_is_lost_or_broken_and_two_lines_are_enough(words):
    lines = in_two_lines(" ".join(words))
    assert " ".join(lines).split() == words
    assert len(lines) == (2 if len(words) > 1 and len(" ".join(words)) > LINE else 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("49.8 (-0.2 ± 0.3)", "49.8 (−0.2 ± 0.3)"),
        ("-1", "−1"),
        ("ViT-16 and 4-5", "ViT-16 and 4-5"),
        ("mini-scratch", "mini-scratch"),
    ],
)
def test_numbers_below_zero_have_minus_signs(text, shown):
    assert with_minus(text) == shown


def test_signs_are_written_as_latex_knows_them():
    assert escape("−0.2 ± 1 → 5 ≥ 4 %") == r"$-$0.2 $\pm$ 1 $\rightarrow$ 5 $\geq$ 4 \%"
    text = latex_table(WIDE, ["50 % & more."], spec("table_07"))
    assert r"\makecell[tr]{68.8 $\pm$ 11.9\\($-$18.8 $\pm$ 11.9)}" in text
    assert r"\makecell[tl]{disentanglement\\and pipeline}" in text
    assert r"\par\smallskip 50 \% \& more." in text and r"\begin{tabular}{@{}lllrrrr@{}}" in text
    assert text.startswith("% needs \\usepackage{" + ",".join(PACKAGES))


@pytest.mark.parametrize("tier", ["demo", "paper"])
def test_every_caption_of_the_paper_is_plain_ascii(tier):
    for name in relations().artifacts:
        told = spec(name, tier)
        assert "".join(caption_lines(told, *told.remarks)).isascii(), name


def test_a_caption_has_title_explanation_and_label():
    told = spec("figure_12")
    caption, label = caption_lines(told, "One more.")
    assert label == r"\label{relations:figure_12}"
    assert caption.startswith(r"\caption{\textbf{Interchange interventions on shape and colour: mini-captions.} ")
    assert caption.endswith("Our reading of the paper: " + escape(told.reading) + ". One more.}")
    assert caption.count("{") == caption.count("}")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX here")
def test_a_document_with_such_a_table_is_set_without_complaints(tmp_path):
    (tmp_path / "table.tex").write_text(latex_table(WIDE, ["A note."], spec("table_07")))
    packages = "".join(rf"\usepackage{{{name}}}" for name in PACKAGES)
    page = rf"\documentclass{{article}}{packages}\setlength{{\textwidth}}{{5.5in}}"
    (tmp_path / "page.tex").write_text(page + r"\begin{document}\input{table}\end{document}")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert not re.search(r"Overfull|Undefined|Missing character", done.stdout)
