"""docs/how-to/own-components.md, followed to the letter: a user's checkpoint, pictures and words, in one command."""

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
import torch
import yaml
from checkout import BIN, Project, copy_of
from PIL import Image

from vitatlas.images.world.render import Renderer
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import WorldSettings
from vitatlas.images.world.tokenizer import CONTEXT, VOCABULARY
from vitatlas.models.text.miniature import mini_clip
from vitatlas.models.weights import save_safetensors
from vitatlas.project.load import load_config, load_zoo

# isort: split
import timm

COUNT = 36
PAGE = "results/smoke/own/components/holiday-my-vit"


@pytest.fixture(scope="module")
def guide(root) -> str:
    return (root / "docs/how-to/own-components.md").read_text()


@pytest.fixture(scope="module")
def place(root, guide, tmp_path_factory) -> Project:
    """A checkout with what the guide begins with: pictures, a checkpoint, the list of words; and a CLIP miniature."""
    project = copy_of(root, tmp_path_factory.mktemp("own"))
    (project.path / "holiday").mkdir()
    (project.path / "checkpoints").mkdir()
    for number, picture in enumerate(Renderer(64)(draw(WorldSettings(), "test", COUNT, 0))):
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(project.path / f"holiday/{number:02d}.png")
    torch.manual_seed(0)
    torch.save(
        timm.create_model("vit_tiny_patch16_224", num_classes=5).state_dict(), project.path / "checkpoints/my-vit.pth"
    )
    (project.path / "words.txt").write_text(re.search(r"```text\n(.*?)```", guide, re.DOTALL)[1])
    write_miniatures(project.path)
    return project


def write_miniatures(checkout: Path) -> None:
    """The weights of the text model, where its pretraining would put them, and of the model that it starts from."""
    zoo = load_zoo(checkout / "config/models.yaml")
    sizes = load_config(checkout / "config", {"tier": "smoke"}, zoo).section("pictures").encoders.pretraining
    clip = mini_clip(zoo.encoder("mini-clip"), sizes["mini-clip"].text.tower(VOCABULARY, CONTEXT), seed=0)
    for name in ("mini-vit", "mini-clip"):
        path = checkout / f"results/smoke/weights/{name}/run0.safetensors"
        path.parent.mkdir(parents=True)
        save_safetensors(path, clip.state_dict())


@pytest.fixture(scope="module")
def said(place, guide) -> str:
    """What the guide's command prints at the smoke tier."""
    (line,) = re.findall(r"^    make (components .*)$", guide, re.MULTILINE)
    # The environment is there: it is not made anew.
    command = ["make", f"BIN={BIN}", "-o", "environment", "TIER=smoke", "CORES=2", *shlex.split(line)]
    return place.run(*command).stdout


def test_the_command_makes_a_page_that_names_the_words(place, said):
    page = (place.path / f"{PAGE}.html").read_text()
    assert f"page: {PAGE}.html" in said
    for text in ("red", "blue", "forest", "sea", "“a bird on a meadow”", "There are 36 pictures, which are few"):
        assert text in page
    assert page.count("<img") > 6 and "http" not in page.partition("</style>")[2].replace("http-equiv", "")


def test_the_table_has_every_component_with_every_word(place, said):
    table = pd.read_parquet(place.path / f"{PAGE}.parquet")
    assert set(table["word"]) == {"red", "blue", "forest", "sea", "bird"} and set(table["n"]) == {COUNT}
    assert len(table) == 5 * table["component"].nunique() == 5 * (1 + 12 * (3 + 1))
    assert table["score"].notna().mean() > 0.9 and table["score"].abs().max() <= 1
    maps = pd.read_parquet(place.path / f"{PAGE}.heatmaps.parquet")
    assert maps["picture"].nunique() == 6 and set(maps.loc[maps["component"] >= 0, "map"].str.len()) == {14 * 14}


def test_nothing_else_stays(place, said):
    folder = (place.path / PAGE).parent
    assert {path.suffix for path in folder.iterdir()} == {".html", ".parquet", ".yaml"}
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_the_model_is_in_the_users_zoo_which_git_ignores(place, said):
    own = yaml.safe_load((place.path / "config/models.own.yaml").read_text())["models"]
    assert own["my-vit"]["file"] == "checkpoints/my-vit.pth"
    assert "models.own" not in place.run("git", "status", "--short").stdout


def test_the_configuration_of_four_lines_plans_the_same(place, said, guide):
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "holiday-vit" in text)
    assert len(text.splitlines()) == 4
    (place.path / "mine.yaml").write_text(text)
    assert place.pending("components_own", "--configfile", "mine.yaml") >= {"own_components", "own_page"}


def test_the_entry_of_the_guide_is_one_of_the_zoo(place, said, guide, tmp_path):
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "my-small-vit" in text)
    (tmp_path / "models.yaml").write_text((place.path / "config/models.yaml").read_text())
    (tmp_path / "models.own.yaml").write_text(text)
    assert load_zoo(tmp_path / "models.yaml").encoder("my-small-vit").architecture == {"embed_dim": 96, "depth": 6}
