"""Finished figures of a real run, drawn again by the command that users type."""

import numpy as np
from PIL import Image

from vitatlas.jobs.embedded import read_provenance

NAMES = ("relations_figure_03", "relations_figure_09", "relations_extra_published_das")
FILES = [name.removeprefix("relations_") for name in NAMES]


def restyle(smoke, style, check=True):
    script = "workflow/commands/restyle.py"
    command = ["python", script, *NAMES, "--tier", "smoke", "--style", style, "--formats", "png", "--cores", "2"]
    return smoke.run(*command, check=check)


def test_the_default_style_is_what_the_notebooks_drew(smoke):
    printed = restyle(smoke, "paper").stdout
    assert "3 files in the style 'paper', below results/smoke/restyled/paper" in printed
    for name in FILES:
        folders = (smoke.path / "results/smoke" / folder for folder in ("figures", "restyled/paper"))
        before, again = (np.asarray(Image.open(folder / f"relations/{name}.png")) for folder in folders)
        np.testing.assert_array_equal(before, again, err_msg=name)


def test_another_style_keeps_the_figures_origin(smoke):
    restyle(smoke, "dark")
    for name in FILES:
        csv = smoke.path / f"results/smoke/figures/relations/{name}.csv"
        record = read_provenance(smoke.path / f"results/smoke/restyled/dark/relations/{name}.png")
        origin = read_provenance(csv)
        assert origin.pop("content_sha256") != record["content_sha256"]  # each of its own file
        assert record["style"] == "dark" and record | origin == record
    assert smoke.run("git", "status", "--porcelain").stdout == ""


def test_an_unknown_style_is_one_clear_error(smoke):
    done = restyle(smoke, "sepia", check=False)
    assert done.returncode == 1 and "unknown style 'sepia'" in done.stdout and "Traceback" not in done.stdout
