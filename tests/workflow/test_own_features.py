"""docs/how-to/own-features.md, followed to the letter: a user's checkpoint and pictures, in one command."""

import re
import shlex

import pandas as pd
import pytest
import torch
import yaml
from checkout import BIN, Project, copy_of
from PIL import Image

from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
import timm

COUNT = 12
PAGE = "results/demo/own/features/holiday-my-vit"
SMALL = ("LAYERS=2", "UNITS=2", "STEPS=2")


@pytest.fixture(scope="module")
def guide(root) -> str:
    return (root / "docs/how-to/own-features.md").read_text()


@pytest.fixture(scope="module")
def place(root, tmp_path_factory) -> Project:
    """A checkout with what the guide begins with: pictures and a checkpoint."""
    project = copy_of(root, tmp_path_factory.mktemp("own"))
    for number, picture in enumerate(Renderer(64)(draw(WorldSettings(), "test", COUNT, 0))):
        path = project.path / f"holiday/{'odd' if number % 2 else 'even'}/{number:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(path)
    torch.manual_seed(0)
    (project.path / "checkpoints").mkdir()
    network = timm.create_model("vit_tiny_patch16_224", num_classes=5)
    torch.save(network.state_dict(), project.path / "checkpoints/my-vit.pth")
    return project


@pytest.fixture(scope="module")
def said(place, guide) -> str:
    """What the guide's command prints, for few units."""
    (line,) = re.findall(r"^    make (features .*)$", guide, re.MULTILINE)
    # The environment is there: it is not made anew.
    command = ["make", f"BIN={BIN}", "-o", "environment", "CORES=2", *SMALL, *shlex.split(line)]
    return place.run(*command).stdout


def test_the_command_makes_a_page_that_can_be_searched(place, said):
    page = (place.path / f"{PAGE}.html").read_text()
    assert f"page: {PAGE}.html" in said
    for text in ("There are 12 pictures, which are few", "even/00.png", "layer 11, unit 1", 'type="search"'):
        assert text in page
    assert page.count('<article class="unit"') == 4 and not re.findall(r'src="(?!data:)', page)


def test_top_pictures_are_of_all_units_of_all_layers(place, said):
    top = pd.read_parquet(place.path / PAGE / "top.parquet")
    assert len(top) == 12 * 768 * 2 * 5 and top["layer"].nunique() == 12
    assert len(pd.read_parquet(place.path / PAGE / "visualised.parquet")) == 4


def test_nothing_else_stays(place, said, guide):
    folder = place.path / PAGE
    named = set(re.findall(r"`(\w+\.\w+)`", guide.partition("| file | what |")[2].partition("```")[0]))
    others = {"visualised.parquet", "locality.parquet", "thumbnails.parquet"}
    assert {path.name for path in folder.iterdir()} == named | others
    assert {path.suffix for path in folder.parent.iterdir()} == {"", ".html", ".yaml"}


def test_the_model_is_in_the_users_zoo_which_git_ignores(place, said):
    own = yaml.safe_load((place.path / "config/models.own.yaml").read_text())["models"]
    assert own["my-vit"]["file"] == "checkpoints/my-vit.pth"
    assert "models.own" not in place.run("git", "status", "--short").stdout


def test_a_unit_that_is_named_is_made_besides_without_scoring_again(place, said, guide):
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "shown:" in text)
    written = yaml.safe_load((place.path / f"{PAGE}.yaml").read_text())
    more = yaml.safe_load(text)["features"]["own"]["holiday-my-vit"]
    before = written["features"]["own"]["holiday-my-vit"]
    assert {name: before[name] for name in ("data", "model")} == {name: more[name] for name in ("data", "model")}
    written["features"]["own"]["holiday-my-vit"] = before | more
    (place.path / "more.yaml").write_text(yaml.safe_dump(written))
    planned = place.run("snakemake", "--dry-run", "--cores", "1", "--configfile", "more.yaml", "--", f"{PAGE}.html")
    assert set(re.findall(r"^(?:local)?rule (\w+):", planned.stdout, re.MULTILINE)) == {
        *("own_visualise", "own_maps", "own_features"),
    }


def test_the_configuration_of_four_lines_plans_the_same(place, said, guide):
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "holiday-vit" in text)
    assert len(text.splitlines()) == 4
    (place.path / "mine.yaml").write_text(text)
    planned = place.run("snakemake", "--dry-run", "--cores", "1", "--configfile", "mine.yaml", "--", "features_own")
    jobs = set(re.findall(r"^(?:local)?rule (\w+):", planned.stdout, re.MULTILINE))
    assert jobs >= {"own_scores", "own_visualise", "own_maps", "own_features"}
