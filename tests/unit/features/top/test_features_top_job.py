"""The job that scores units: files, batches of any size, stops and kills."""

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
from encoder_kinds import encoder_entry
from sources import ROOT

from vitatlas.encoders.seen.pictures import pictures_of
from vitatlas.errors import UserError
from vitatlas.features.config.top import SiteOfLayer
from vitatlas.features.top import job as module
from vitatlas.features.top.job import unit_scores
from vitatlas.features.top.read import load_scores
from vitatlas.features.top.scores import Scorer
from vitatlas.features.top.spec import QUANTILES, UnitScoresSpec
from vitatlas.features.top.watched import watched
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED
from vitatlas.models.encoder_weights import loaded_encoder
from vitatlas.models.sites import layers, patches, read

FILES = {name: f"s.{name}.parquet" for name in ("units", "pictures", "moments", "top")} | {"scores": "s.npy"}
TABLES = [name for name in FILES if name != "scores"]
SCENES = {"one": {"split": "probe", "scenes": 7}, "two": {"split": "test", "scenes": 6}}
START = "from vitatlas.features.top import job, spec; from vitatlas.jobs.job import run; "
START += "run(job.unit_scores, spec.UnitScoresSpec)"


def encoder_spec(kind: str = "vit") -> dict[str, Any]:
    model = encoder_entry(kind).model_dump(mode="json", exclude_none=True)
    return {"name": kind, "run": 1, "model": model, "weights_seed": 3}


def arguments(folder: Path, **changes: Any) -> list[str]:
    pictures = {"parts": SCENES, "seed": 5, "batch": 4} | changes.pop("pictures", {})
    spec = {"encoder": encoder_spec(), "pictures": pictures, "sites": [{}], "kept": 3, "compute": {"device": "cpu"}}
    outputs = [word for name, file in FILES.items() for word in ("--output", name, str(folder / file))]
    return [*outputs, "--spec", json.dumps(spec | changes)]


def make(folder: Path, **changes: Any) -> None:
    folder.mkdir(exist_ok=True)
    unit_scores(parse(UnitScoresSpec, arguments(folder, **changes)))


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / FILES[name])


def assert_same(one: Path, other: Path) -> None:
    assert (one / FILES["scores"]).read_bytes() == (other / FILES["scores"]).read_bytes()
    for name in TABLES:
        pd.testing.assert_frame_equal(table(one, name), table(other, name), check_exact=True)
    assert sorted(path.name for path in other.iterdir()) == sorted(FILES.values())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make(folder)
    return folder


def test_scores_are_those_of_the_pictures_of_all_parts(made: Path) -> None:
    spec = UnitScoresSpec.model_validate_json(arguments(made)[-1])
    encoder = loaded_encoder(spec.encoder.model, [], seed=3).eval()
    found = load_scores(made / FILES["scores"], made / FILES["units"], made / FILES["pictures"])
    scorer = Scorer(encoder, watched(encoder, [SiteOfLayer()]))
    for name, source in spec.pictures.parts.items():
        images = torch.cat(list(pictures_of(name, source, encoder, 5, []).batches(10)))
        assert found.part(name).scores == pytest.approx(scorer(images).numpy(), rel=1e-4, abs=1e-6)
    assert found.pictures["part"].tolist() == ["one"] * 7 + ["two"] * 6


def test_tables_say_what_the_scores_say(made: Path) -> None:
    found = load_scores(made / FILES["scores"], made / FILES["units"], made / FILES["pictures"])
    moments, top = table(made, "moments"), table(made, "top")
    keys = ["model", "run", "part", "site", "layer", "unit", "by"]
    assert moments.columns.tolist() == [*keys, "n", "mean", "sd", "least", "greatest", *QUANTILES, "scale"]
    assert top.columns.tolist() == [*keys, "rank", "picture", "score"]
    assert len(moments) == 2 * 2 * len(found.units) and len(top) == 3 * len(moments)
    for by in ("mean", "maximum"):
        part = found.part("two")
        scores = part.of("mlp.act", 1, by)
        of = moments.query("part == 'two' and layer == 1 and by == @by")
        assert of["mean"].to_numpy() == pytest.approx(scores.mean(0, dtype=np.float64), rel=1e-12, abs=1e-12)
        assert (of["n"] == 6).all()
        best = top.query("part == 'two' and layer == 1 and by == @by and rank == 0")
        assert best["picture"].tolist() == part.pictures["picture"].to_numpy()[scores.argmax(0)].tolist()
        assert best["score"].tolist() == scores.max(0).tolist()


def test_the_scale_is_of_the_patches_of_the_part(made: Path) -> None:
    spec = UnitScoresSpec.model_validate_json(arguments(made)[-1])
    encoder = loaded_encoder(spec.encoder.model, [], seed=3).eval()
    name = layers(encoder)[0].activation
    images = torch.cat(list(pictures_of("one", spec.pictures.parts["one"], encoder, 5, []).batches(10)))
    with torch.no_grad(), read(encoder, [name]) as cache:
        encoder(images)
    greatest = patches(encoder, name, cache[name]).flatten(0, 2).amax(0).numpy()
    found = table(made, "moments").query("part == 'one' and layer == 0 and by == 'mean'")["scale"].to_numpy()
    active = greatest > 0.0011  # of 112 patches, one in 1000 is none: nothing may exceed the scale
    assert active.sum() > 50
    assert (found[active] <= greatest[active]).all() and (found[active] >= greatest[active] * 15 / 16).all()


def test_tables_say_of_which_encoder(made: Path) -> None:
    about = read_provenance(made / FILES["top"])["about"]
    assert about == {"model": "vit", "run": 1, "kept": 3}


@pytest.mark.parametrize("batch", [1, 13])
def test_batches_of_another_size_give_the_same_tables(made: Path, tmp_path: Path, batch: int) -> None:
    """Up to what kernels round: of equal scores, tables are equal to the bit (see the laws, and the summaries)."""
    make(tmp_path, pictures={"batch": batch})
    one, other = (np.load(folder / FILES["scores"]) for folder in (made, tmp_path))
    assert one == pytest.approx(other, rel=1e-5, abs=1e-6)
    for name in ("units", "pictures"):
        pd.testing.assert_frame_equal(table(made, name), table(tmp_path, name))
    tops = [table(folder, "top") for folder in (made, tmp_path)]
    pd.testing.assert_frame_equal(*(top.drop(columns="picture") for top in tops), rtol=1e-5, atol=1e-6)
    assert (tops[0]["picture"] == tops[1]["picture"]).mean() > 0.99
    pd.testing.assert_frame_equal(*(table(folder, "moments") for folder in (made, tmp_path)), rtol=1e-3, atol=1e-4)


def test_all_kinds_of_sites_fit_one_job(tmp_path: Path) -> None:
    make(tmp_path, sites=[{}, {"site": "attn.k", "layers": [1]}, {"site": "resid_post"}])
    units = table(tmp_path, "units")
    counts = units.groupby(["site", "layer"], sort=False).size()
    assert counts.to_dict() == {
        **{("mlp.act", 0): 96, ("mlp.act", 1): 96, ("attn.k", 1): 24},
        **{("resid_post", 0): 24, ("resid_post", 1): 24},
    }
    assert table(tmp_path, "top").groupby(["site", "layer"], sort=False).size().tolist() == [
        count * 2 * 2 * 3 for count in counts
    ]


def test_more_top_pictures_than_there_are_are_refused_before_a_row_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"7 top pictures are to be kept, and part 'two' has 6\n.*`kept`"):
        make(tmp_path, kept=7)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UserError, match="kept"):
        make(tmp_path, kept=0)


def test_a_layer_that_is_not_there_is_refused_before_a_row_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no layer 2"):
        make(tmp_path, sites=[{"layers": [0, 2]}])
    assert list(tmp_path.iterdir()) == []


def test_scores_that_are_not_finite_are_refused_with_their_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = Scorer.__call__, [0]

    def broken(self: Scorer, *arguments: Any) -> torch.Tensor:
        scores = real(self, *arguments)
        calls[0] += 1
        if calls[0] == 3:  # the second part begins
            scores[2, 100, 1] = torch.nan
        return scores

    monkeypatch.setattr(Scorer, "__call__", broken)
    with pytest.raises(UserError, match=r"maximum of unit 4 of layer 1 is not finite, on picture 'test/2'"):
        make(tmp_path)


def stopped_after(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(self: module.Rows, values: np.ndarray) -> None:
        real(self, values)
        if self.done >= rows:
            os.kill(os.getpid(), signal.SIGTERM)

    real = module.Rows.add
    monkeypatch.setattr(module.Rows, "add", add)


def test_a_stop_is_followed_between_batches_and_the_rest_is_made_later(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:
        stopped_after(7, patched)
        with pytest.raises(SystemExit) as stop:
            make(tmp_path)
    assert stop.value.code == STOPPED and not (tmp_path / FILES["scores"]).exists()
    assert "stopped after 7 of 13; run again to continue" in capsys.readouterr().err
    seen: list[int] = []
    real = Scorer.__call__
    monkeypatch.setattr(Scorer, "__call__", lambda self, *given: (seen.append(len(given[0])), real(self, *given))[1])
    make(tmp_path)
    assert seen == [4, 2]
    assert_same(made, tmp_path)


@pytest.mark.parametrize("every", [60.0, 1e-6])
def test_an_error_between_rows_and_counts_loses_neither(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: float
) -> None:
    """As after a kill: rows are ahead of the checkpoint, by one batch or by all."""

    def killed(self: module.Rows, values: np.ndarray) -> None:
        real(self, values)
        if self.done == 11:
            raise KeyboardInterrupt

    real = module.Rows.add
    with monkeypatch.context() as patched:
        patched.setattr(module.Rows, "add", killed)
        with pytest.raises(KeyboardInterrupt):
            make(tmp_path, compute={"device": "cpu", "checkpoint_every_s": every})
    assert (tmp_path / f".{FILES['scores']}.checkpoint").exists() == (every < 1)
    make(tmp_path, compute={"device": "cpu", "checkpoint_every_s": every})
    assert_same(made, tmp_path)


def test_counts_without_their_rows_are_counted_anew(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        stopped_after(7, patched)
        with pytest.raises(SystemExit):
            make(tmp_path)
    (tmp_path / f".{FILES['scores']}.rows.json").unlink()
    make(tmp_path)
    assert_same(made, tmp_path)


def test_what_a_kill_left_is_continued_to_the_same_bits(tmp_path: Path) -> None:
    sizes = {"parts": {"one": {"split": "probe", "scenes": 60}, "two": {"split": "test", "scenes": 60}}, "batch": 3}
    changes = {"pictures": sizes, "compute": {"device": "cpu", "checkpoint_every_s": 0.02}}
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    make(whole, **changes)
    killed.mkdir()
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen([sys.executable, "-c", START, *arguments(killed, **changes)], env=environment)
    note, deadline = killed / f".{FILES['scores']}.rows.json", time.monotonic() + 60
    while not note.exists() or json.loads(note.read_text())["rows"] < 15:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL and not (killed / FILES["scores"]).exists()
    added: list[int] = []
    real = module.Rows.add
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module.Rows, "add", lambda rows, values: (added.append(len(values)), real(rows, values)))
        make(killed, **changes)
    assert sum(added) <= 120 - 15
    assert_same(whole, killed)
