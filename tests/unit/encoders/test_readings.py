"""Pictures of a user's through an encoder and its sites."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from brought_pictures import as_folders, as_tars, index_of, photo, saved, some_pictures
from encoder_kinds import encoder_entry
from memory import linux, numbers_of

from vitatlas.encoders import readings
from vitatlas.encoders.readings import read_pictures
from vitatlas.encoders.spec import ReadPicturesSpec
from vitatlas.errors import UserError
from vitatlas.images.brought.pictures import batches
from vitatlas.images.brought.view import View
from vitatlas.jobs.job import Job, parse
from vitatlas.models.encoder import build_encoder
from vitatlas.models.sites import patches, read, sites

COUNT = 10
SITES = {"vit": ["block.0.mlp.act", "block.1.resid_post"], "swin": ["stage.1.block.0.attn.out"]}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("brought")
    return index_of(as_folders(some_pictures(COUNT), folder / "pictures"), folder / "index.parquet").path


def job_of(index: Path, folder: Path, kind: str = "vit", **changes: Any) -> Job[ReadPicturesSpec]:
    entry = encoder_entry(kind).model_dump(mode="json")
    spec = {"data": "mine", "name": kind, "run": 0, "model": entry, "sites": SITES[kind], "batch": 4, "weights_seed": 3}
    spec |= {"compute": {"device": "cpu", "precision": "fp32", "compile": False, "checkpoint_every_s": 60}} | changes
    outputs = ["--output", "table", str(folder / "table.parquet"), "--output", "sites", str(folder / "sites.parquet")]
    return parse(ReadPicturesSpec, ["--input", "index", str(index), *outputs, "--spec", json.dumps(spec)])


@pytest.mark.parametrize("kind", list(SITES))
def test_rows_are_what_the_encoder_makes_of_each_picture(index: Path, tmp_path: Path, kind: str) -> None:
    job = job_of(index, tmp_path, kind)
    read_pictures(job)
    table = pd.read_parquet(job.output.table)
    entry = job.spec.model
    view = View(entry.encoder.image, entry.encoder.shorter_side, entry.encoder.interpolation)
    [batch] = batches(readings.load_index(index), view, COUNT)
    assert table["id"].tolist() == batch.ids and table["label"].tolist() == batch.labels.tolist()
    encoder = build_encoder(entry, seed=3).eval()
    with torch.no_grad(), read(encoder, SITES[kind]) as cache:
        features = encoder.features(torch.from_numpy(batch.images))
    close = {"rtol": 1e-4, "atol": 1e-5}
    np.testing.assert_allclose(np.stack(table["z"]), encoder.read(features).detach().numpy(), **close)
    for site in SITES[kind]:
        wanted = patches(encoder, site, cache[site]).flatten(1, 2).mean(1)
        np.testing.assert_allclose(np.stack(table[site]), wanted.detach().numpy(), **close)
    if entry.encoder.classes:
        probabilities = encoder.classify(features).softmax(1).detach().numpy()
        np.testing.assert_allclose(table["probability"], probabilities.max(1), **close)
        assert table["answer"].tolist() == probabilities.argmax(1).tolist()


def test_every_site_of_the_encoder_is_listed_with_its_shape(index: Path, tmp_path: Path) -> None:
    job = job_of(index, tmp_path)
    read_pictures(job)
    found = pd.read_parquet(job.output.sites)
    encoder = build_encoder(job.spec.model, seed=3)
    assert sorted(found["site"]) == sorted(sites(encoder))
    widths = found.set_index("site")["shape"]
    assert widths["block.0.resid_pre"][-1] == encoder.width


def test_a_job_that_was_stopped_goes_on_and_ends_the_same(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = job_of(index, tmp_path / "whole"), job_of(index, tmp_path / "stopped")
    read_pictures(whole)
    seen: list[int] = []
    plain = readings._seen

    def then_stop(encoder: Any, images: torch.Tensor, *others: Any) -> dict[str, torch.Tensor]:
        seen.append(len(images))
        if len(seen) == 1:
            signal.raise_signal(signal.SIGTERM)
        return plain(encoder, images, *others)

    monkeypatch.setattr(readings, "_seen", then_stop)
    with pytest.raises(SystemExit, match="75"):
        read_pictures(stopped)
    assert seen == [4] and not stopped.output.table.exists()
    read_pictures(stopped)
    assert seen == [4, 4, 2]
    pd.testing.assert_frame_equal(pd.read_parquet(whole.output.table), pd.read_parquet(stopped.output.table))


def test_a_site_that_the_encoder_has_not_is_named_and_nothing_is_left(index: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"block\.9\.mlp\.act"):
        read_pictures(job_of(index, tmp_path, sites=["block.9.mlp.act"]))
    assert not list(tmp_path.iterdir())


def test_a_site_without_patches_is_refused(index: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"block\.0\.attn\.pattern.*does not lie on the grid"):
        read_pictures(job_of(index, tmp_path, sites=["block.0.attn.pattern"]))
    assert not (tmp_path / "table.parquet").exists()


MANY = """
from memory import peak
from vitatlas.encoders.readings import read_pictures
from vitatlas.encoders.spec import ReadPicturesSpec
from vitatlas.jobs.job import parse
from vitatlas.jobs.parts import Parts

peaks, add = [], Parts.add

def watched(parts, table):
    add(parts, table)
    peaks.append(peak())

Parts.add = watched
job = parse(ReadPicturesSpec)
read_pictures(job)
print(len(peaks), peak() - peaks[4])
"""


@linux
def test_memory_stays_flat_over_many_pictures(tmp_path: Path) -> None:
    """Their activations at the site would be 250 MB."""
    few = [saved(photo(number)) for number in range(50)]
    many = {("all", f"{number}.jpg"): few[number % 50] for number in range(5000)}
    index = index_of(as_tars(many, tmp_path / "mine"), tmp_path / "index.parquet").path
    spec = job_of(index, tmp_path, sites=["block.1.mlp.pre", "block.1.attn.q"], batch=100).spec
    inputs = ["--input", "index", str(index), "--spec", spec.model_dump_json()]
    outputs = [f"--output {name} {tmp_path / name}.parquet".split() for name in ("table", "sites")]
    batches_read, more = numbers_of(MANY, *inputs, *outputs[0], *outputs[1])
    assert batches_read == 50
    assert more < 30_000  # KiB
