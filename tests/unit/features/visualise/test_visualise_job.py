"""The jobs: what they write, stops and kills, and what is refused before anything runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from ascents import DEVICE
from encoder_kinds import encoder_entry
from safetensors.numpy import load_file, save_file
from sources import ROOT
from visualise_jobs import CPU, FEATURES, PICTURES, SETTINGS, arguments, encoder, made, scored, words

from vitatlas.encoders.seen.pictures import pictures_of
from vitatlas.errors import UserError
from vitatlas.features.visualise.ascent import Ascent
from vitatlas.features.visualise.job import COLUMNS
from vitatlas.features.visualise.place import place_of
from vitatlas.features.visualise.spec import SpectrumSpec
from vitatlas.features.visualise.spectrum import spectrum
from vitatlas.features.visualise.tv import total_variation
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED
from vitatlas.models.encoder_weights import loaded_encoder

TIMED = ["seconds"]


def close(images: np.ndarray, others: np.ndarray) -> bool:
    """Whether they are the same up to rounding."""
    return bool(np.abs(images.astype(int) - others.astype(int)).max() <= 1)


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scored(tmp_path_factory.mktemp("scores"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, pd.DataFrame]:
    return made(tmp_path_factory.mktemp("whole"))


def test_there_is_a_picture_and_a_row_for_each_feature(whole: tuple[np.ndarray, pd.DataFrame]) -> None:
    images, table = whole
    assert images.shape == (7, 32, 32, 3) and images.dtype == np.uint8 and list(table) == COLUMNS
    assert table["unit"].tolist() == [5, 5, 0, 0, 9, 9, 3] and table["layer"].tolist() == [1] * 6 + [0]
    assert table["replicate"].tolist() == [0, 1, 0, 1, 0, 1, 0] and set(table["site"]) == {"mlp.act", "attn.k"}
    about = table[["model", "run", "weight", "weight_units", "preset", "parametrisation", "steps", "copies"]]
    assert about.drop_duplicates().to_numpy().tolist() == [["small", 2, 0.02, "activation", "corrected", "pixel", 6, 3]]
    assert table[["sd", "percentile"]].isna().all(axis=None) and (table["seconds"] > 0).all()


def test_sets_of_one_job_are_as_each_alone(whole: tuple[np.ndarray, pd.DataFrame], tmp_path: Path) -> None:
    first = {"features": FEATURES, "weights": [0.02], "weight_units": "activation", "settings": SETTINGS}
    other = first | {"settings": SETTINGS | {"steps": 3, "augmented": False}, "features": FEATURES[1:]}
    images, table = made(tmp_path / "both", sets={"first": first, "other": other})
    alone, row = made(tmp_path / "alone", sets={"other": other})
    assert np.array_equal(images, np.concatenate([whole[0], alone]))
    assert table["set"].tolist() == ["first"] * 7 + ["other"] and table["steps"].tolist() == [6] * 7 + [3]
    assert table["preset"].tolist() == ["corrected"] * 7 + ["none"]
    pd.testing.assert_frame_equal(table.iloc[7:].drop(columns=TIMED).reset_index(drop=True), row.drop(columns=TIMED))


def test_measures_are_of_the_stored_pictures(whole: tuple[np.ndarray, pd.DataFrame]) -> None:
    images, table = whole
    network = loaded_encoder(encoder_entry("vit"), [], seed=3).eval()
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    assert total_variation(pixels).numpy() == pytest.approx(table["total_variation"], rel=1e-6)
    assert table["saturated"].to_numpy() == pytest.approx(np.isin(images, (0, 255)).mean(axis=(1, 2, 3)))
    with torch.no_grad():
        for (site, layer), rows in table.groupby(["site", "layer"]):
            place = place_of(network, layer, site, DEVICE)
            found = place.means(pixels[rows.index.tolist()], torch.tensor(rows["unit"].tolist()), DEVICE)
            assert found.numpy() == pytest.approx(rows["activation"], rel=1e-4, abs=1e-6)
    assert (table["activation"] != table["activation_augmented"]).all()
    assert table["high_frequency"].between(0, 1).all()


def test_the_same_job_writes_the_same_files_but_for_time(
    whole: tuple[np.ndarray, pd.DataFrame], tmp_path: Path
) -> None:
    torch.manual_seed(1)
    images, table = made(tmp_path)
    assert np.array_equal(images, whole[0])
    pd.testing.assert_frame_equal(table.drop(columns=TIMED), whole[1].drop(columns=TIMED), check_exact=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images.npy", "table.parquet"]
    about = read_provenance(tmp_path / "table.parquet")["about"]
    assert {key: about[key] for key in ("model", "precision", "together")} == {
        **{"model": "small", "precision": "fp32", "together": 2}
    }


def test_companions_and_the_size_of_chunks_change_no_picture(
    whole: tuple[np.ndarray, pd.DataFrame], tmp_path: Path
) -> None:
    images, table = made(tmp_path, together=9, features=[{"layer": 1, "units": [9, 5], "replicates": 2}])
    order = [4, 5, 0, 1]
    assert close(images, whole[0][order])
    columns = ["activation", "activation_augmented", "total_variation"]
    assert table[columns].to_numpy() == pytest.approx(whole[1].loc[order, columns].to_numpy(), rel=1e-2)


def test_weights_and_presets_start_from_one_picture(tmp_path: Path) -> None:
    one_step = {"steps": 1, "copies": 1, "learning_rate": 1e-6}
    some = [{"layer": 1, "units": [5]}]
    images, table = made(tmp_path / "weights", features=some, weights=[0.0, 0.5], settings=one_step)
    assert close(images[0], images[1]) and table["weight"].tolist() == [0.0, 0.5]
    protocol = {"noise": "paper", "jitter": "reference"}
    other, table = made(tmp_path / "preset", features=some, protocol=protocol, settings=one_step)
    assert close(images[:1], other) and table["preset"].tolist() == ["noise=paper,jitter=reference"]
    _, table = made(tmp_path / "quiet", features=some, settings=SETTINGS | {"augmented": False})
    assert table[["preset", "copies"]].to_numpy().tolist() == [["none", 1]]


def test_a_stop_is_followed_between_steps_and_the_rest_is_made_later(
    whole: tuple[np.ndarray, pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    advance, done = Ascent.advance, []

    def counted(self: Ascent) -> None:
        advance(self)
        done.append(self.step)
        if len(done) == 9:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Ascent, "advance", counted)
    with pytest.raises(SystemExit) as stop:
        made(tmp_path)
    assert stop.value.code == STOPPED and not (tmp_path / "images.npy").exists()
    assert "stopped in step 3; run again to continue" in capsys.readouterr().err
    images, table = made(tmp_path)
    assert len(done) == 4 * 6 and np.array_equal(images, whole[0])
    pd.testing.assert_frame_equal(table.drop(columns=TIMED), whole[1].drop(columns=TIMED), check_exact=True)


def test_what_a_kill_left_is_continued_to_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"settings": {"steps": 40, "copies": 2}, "compute": CPU | {"checkpoint_every_s": 1e-9}}
    wanted, _ = made(tmp_path / "whole", **changes)
    killed = tmp_path / "killed"
    killed.mkdir()
    lines = (
        "from vitatlas.features.visualise.job import visualise",
        "from vitatlas.features.visualise.spec import VisualiseSpec",
        "from vitatlas.jobs.job import run",
        "run(visualise, VisualiseSpec)",
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", "\n".join(lines), *arguments(killed, **changes)]
    process = subprocess.Popen(command, env=environment)
    deadline = time.monotonic() + 90
    while not (killed / ".images.npy.00002.checkpoint").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL and not (killed / "images.npy").exists()
    advance, steps = Ascent.advance, []
    monkeypatch.setattr(Ascent, "advance", lambda self: (steps.append(self.step), advance(self)))
    images, _ = made(killed, **changes)
    assert len(steps) < 80 and np.array_equal(images, wanted)
    assert sorted(path.name for path in killed.iterdir()) == ["images.npy", "table.parquet"]


def test_weights_count_per_standard_deviation_of_natural_scores(moments: Path, tmp_path: Path) -> None:
    features = [{"layer": 1, "units": [5, 0]}]
    _, table = made(tmp_path / "sd", {"moments": moments}, features=features, weight_units="sd", weights=[0.05])
    known = pd.read_parquet(moments).query("layer == 1 and by == 'mean'").set_index("unit")
    assert table["sd"].tolist() == known.loc[[5, 0], "sd"].tolist() and set(table["weight_units"]) == {"sd"}
    for row in table.itertuples():
        least, greatest = known.loc[row.unit, ["least", "greatest"]]
        assert 0 <= row.percentile <= 100
        assert (row.percentile == 100) == (row.activation >= greatest)
        assert (row.percentile == 0) == (row.activation <= least)
    quiet = {"augmented": False, "steps": 25}
    _, strong = made(tmp_path / "no", {"moments": moments}, features=features, weights=[0.0], settings=quiet)
    assert (strong["percentile"] == 100).all() and set(strong["weight_units"]) == {"activation"}


def test_a_spectrum_is_the_mean_over_all_pictures_and_is_what_maco_reads(tmp_path: Path) -> None:
    file, spec = tmp_path / "spectrum.safetensors", {"encoder": encoder(), "pictures": PICTURES, "compute": CPU}
    spectrum(parse(SpectrumSpec, [*words("output", spectrum=file), "--spec", json.dumps(spec)]))
    source = SpectrumSpec.model_validate(spec).pictures.parts["test"]
    network = loaded_encoder(encoder_entry("vit"), [], seed=3).eval()
    pictures = torch.cat(list(pictures_of("test", source, network, 5, []).batches(30))).double() / 255
    assert load_file(file)["magnitudes"] == pytest.approx(np.abs(np.fft.rfft2(pictures.numpy())).mean(0), rel=1e-5)
    images, table = made(tmp_path / "out", {"spectrum": file}, settings=SETTINGS | {"parametrisation": "maco"})
    assert set(table["parametrisation"]) == {"maco"} and images.std() > 10
    save_file({"magnitudes": load_file(file)["magnitudes"][:, :-1].copy()}, file)
    with pytest.raises(UserError, match="no spectrum of pictures of 32 pixels"):
        made(tmp_path / "bad", {"spectrum": file}, settings=SETTINGS | {"parametrisation": "maco"})


def test_a_spectrum_is_of_one_part(tmp_path: Path) -> None:
    parts = {"one": {"split": "test", "scenes": 3}, "two": {"split": "test", "scenes": 3}}
    spec = {"encoder": encoder(), "pictures": PICTURES | {"parts": parts}, "compute": CPU}
    with pytest.raises(UserError, match="a spectrum is of one part"):
        parse(SpectrumSpec, [*words("output", spectrum=tmp_path / "s.npy"), "--spec", json.dumps(spec)])
