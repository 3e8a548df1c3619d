"""A user's JPEGs and a user's checkpoint, through `prepare`, an encoder and its sites, by configuration alone."""

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from brought_pictures import photo, saved
from checkout import Project, copy_of

from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
import timm

ENTRY = """
  my-vit:
    title: My ViT
    timm: vit_tiny_patch16_224
    architecture: {patch_size: 8, embed_dim: 24, depth: 2, num_heads: 2}
    origin: file
    file: resources/checkpoints/my-vit.pth
    preprocessing: {mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
    encoder: {image: 64, resize: 72, classes: 5}
"""
SITE = "block.1.mlp.act"
COUNT = 100


@pytest.fixture(scope="module")
def place(root, tmp_path_factory) -> Project:
    """A checkout with 100 JPEGs, a checkpoint, an entry of the zoo, and a configuration that names them."""
    project = copy_of(root, tmp_path_factory.mktemp("own"))
    pictures, checkpoints = project.path / "holiday", project.path / "resources/checkpoints"
    pictures.mkdir()
    checkpoints.mkdir(parents=True)
    for number in range(COUNT):
        (pictures / f"{number:03d}.jpg").write_bytes(saved(photo(number, (90 + number, 80))))
    sizes = {"img_size": 64, "patch_size": 8, "embed_dim": 24, "depth": 2, "num_heads": 2, "num_classes": 5}
    network = torch.nn.DataParallel(timm.create_model("vit_tiny_patch16_224", **sizes))
    torch.save(network.state_dict(), checkpoints / "my-vit.pth")
    with (project.path / "config/models.yaml").open("a") as zoo:
        zoo.write(ENTRY)
    data = {name: {"kind": "flat", "place": f"./{name}"} for name in ("holiday", "gone")}
    readings = {name: {"data": name, "model": "my-vit", "sites": [SITE]} for name in data}
    (project.path / "mine.yaml").write_text(yaml.safe_dump({"data": data, "pictures": {"readings": readings}}))
    return project


def made(place: Project, name: str) -> pd.DataFrame:
    return pd.read_parquet(place.path / "results/smoke/readings/pictures" / name)


def test_they_go_through_by_configuration_alone_and_what_is_not_there_stops_nothing(place):
    said = place.snakemake("readings", "--configfile", "mine.yaml")
    assert "reading 'gone' is not attempted: the data set 'gone' is not there" in said
    table = made(place, "holiday.parquet")
    assert len(table) == COUNT and table["id"].is_unique
    assert np.stack(table[SITE]).shape == (COUNT, 96) and np.isfinite(np.stack(table[SITE])).all()
    assert np.stack(table["z"]).std(axis=0).min() > 0
    assert set(table["answer"]) <= set(range(5)) and table["probability"].between(0.2, 1).all()
    assert {SITE, "block.0.attn.pattern"} <= set(made(place, "holiday.sites.parquet")["site"])


def test_of_an_absent_one_that_is_asked_for_the_job_says_what_to_do(place):
    wanted = "results/smoke/readings/pictures/gone.parquet"
    said = place.snakemake(wanted, "--configfile", "mine.yaml", check=False)
    log = (place.path / "results/smoke/logs/prepare/gone.log").read_text()
    assert "the data set 'gone' is not there" in log and "Traceback" not in said + log


def test_a_reading_of_an_unknown_data_set_is_refused_with_its_key(place):
    readings = {"x": {"data": "nowhere", "model": "my-vit"}}
    (place.path / "wrong.yaml").write_text(yaml.safe_dump({"pictures": {"readings": readings}}))
    said = place.snakemake("readings", "--dry-run", "--configfile", "wrong.yaml", check=False)
    assert "pictures.readings.x.data" in said and "Traceback" not in said
