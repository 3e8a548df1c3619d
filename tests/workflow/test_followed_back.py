"""Every way back from a finished file: the record in it, the command that makes it again, and its bundle."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

FIGURE = "results/smoke/figures/relations/figure_03"


def pixels(path: Path) -> tuple[tuple[int, int], bytes]:
    with Image.open(path) as image:
        return image.size, image.convert("RGBA").tobytes()


def identified(smoke, file: str) -> list[str]:
    """The lines that are printed about a file of the smoke tier."""
    return smoke.run("python", "workflow/commands/identify.py", "--", file).stdout.splitlines()


def test_the_command_that_a_figure_names_makes_the_same_figure(smoke):
    picture = smoke.path / f"{FIGURE}.png"
    before, lines = picture.read_bytes(), identified(smoke, f"{FIGURE}.png")
    text = "\n".join(lines)
    assert "Figure 3 of relations" in text and "this checkout is at it" in text
    assert "the same program, settings and versions" in text
    assert "missing" not in text and "changed " not in text.replace("unchanged ", "")
    picture.unlink()
    smoke.run("bash", "-c", lines[-1].replace(".venv/bin/", ""))
    assert picture.read_bytes() == before


def test_a_model_names_its_command_and_its_scenes(smoke):
    model = next((smoke.path / "results/smoke/models").rglob("das.safetensors")).relative_to(smoke.path)
    lines = identified(smoke, str(model))
    text = "\n".join(lines)
    assert "weights: model mini-" in text and "the same program, settings and versions" in text
    assert "unchanged results/smoke/counterfactuals/relations/" in text
    assert lines[-1] == f"  .venv/bin/snakemake --cores all --force {model} --config tier=smoke"


def test_a_bundle_draws_its_figure_elsewhere(smoke, tmp_path):
    smoke.run("python", "workflow/commands/bundle.py", "relations_figure_03", "--tier", "smoke")
    bundles = smoke.path / "results/smoke/bundles"
    folder = Path(shutil.move(bundles / "relations_figure_03", tmp_path))
    shutil.rmtree(bundles)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "redraw.py"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert pixels(folder / "redrawn/figure_03.png") == pixels(smoke.path / f"{FIGURE}.png")
    assert list((folder / "results/smoke/scenes").rglob("*.parquet"))
    assert list((folder / "results/smoke/counterfactuals").rglob("*.parquet"))


def test_a_finished_tier_is_sound_and_an_edited_table_is_found(smoke):
    """Every file of the tier, also those that no artifact shows, carries a record that holds."""
    command = ("python", "workflow/commands/verify.py", "--tier", "smoke")
    said = smoke.run(*command).stdout
    files, sound = (int(number) for number in re.findall(r"(\d+) files, of which (\d+) are sound", said)[0])
    assert files == sound > 200 and "older version" not in said
    table = next((smoke.path / "results/smoke/analysis").rglob("*.parquet"))
    before = table.read_bytes()
    try:
        table.write_bytes(before[:-20] + bytes([before[-20] ^ 1]) + before[-19:])
        done = smoke.run(*command, check=False)
        assert done.returncode == 1 and ("1 edited" in done.stdout or "1 foreign" in done.stdout)
        assert str(table.relative_to(smoke.path)) in done.stdout
    finally:
        table.write_bytes(before)
