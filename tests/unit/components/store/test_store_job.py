"""The jobs that store contributions and representations: rows, tables, kills."""

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
from decomposed import entry
from sources import ROOT

from vitatlas.components.decompose import Decomposer
from vitatlas.components.store import job as module
from vitatlas.components.store.job import contributions, representations
from vitatlas.components.store.read import load_contributions, load_representations, require_same_pictures
from vitatlas.components.store.spec import ContributionsSpec, RepresentationsSpec
from vitatlas.encoders.seen.pictures import pictures_of
from vitatlas.encoders.seen.scenes_job import render_scenes
from vitatlas.encoders.seen.scenes_spec import ScenesSpec
from vitatlas.encoders.seen.spec import EncoderSpec
from vitatlas.errors import UserError
from vitatlas.images.world.render import Renderer
from vitatlas.jobs.embedded import read_provenance
from vitatlas.jobs.job import parse
from vitatlas.jobs.stopping import STOPPED
from vitatlas.models.encoder_weights import loaded_encoder

OUTPUTS = {"vectors": "p.npy", "pictures": "p.pictures.parquet", "components": "p.components.parquet"}
SCENES = {"scores": {"split": "probe", "scenes": 7}, "test": {"split": "test", "scenes": 6}}


def encoder_spec(kind: str = "vit") -> dict[str, Any]:
    return {"name": kind, "run": 1, "model": entry(kind).model_dump(mode="json", exclude_none=True), "weights_seed": 3}


def arguments(folder: Path, **changes: Any) -> list[str]:
    pictures = {"parts": SCENES, "seed": 5, "batch": 4} | changes.pop("pictures", {})
    spec = {"encoder": encoder_spec(), "pictures": pictures, "start": None, "policy": "separate", "compute": {}}
    outputs = [word for name, file in OUTPUTS.items() for word in ("--output", name, str(folder / file))]
    return [*outputs, "--spec", json.dumps(spec | {"stored": "float32"} | changes)]


def make(folder: Path, **changes: Any) -> None:
    folder.mkdir(exist_ok=True)
    contributions(parse(ContributionsSpec, arguments(folder, **changes)))


def files(folder: Path) -> list[Path]:
    return [folder / name for name in OUTPUTS.values()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make(folder)
    return folder


@torch.no_grad()
def test_rows_are_what_the_decomposition_gives_for_the_pictures_of_all_parts(made: Path) -> None:
    spec = ContributionsSpec.model_validate_json(arguments(made)[-1])
    encoder = loaded_encoder(spec.encoder.model, [], seed=3).eval()
    found, decomposer = load_contributions(*files(made)), Decomposer(encoder)
    for name, source in spec.pictures.parts.items():
        images = torch.cat(list(pictures_of(name, source, encoder, 5, []).batches(10)))
        assert found.part(name).vectors == pytest.approx(decomposer(images)[1].numpy(), rel=1e-4, abs=1e-6)
    assert found.names == [part.name for part in decomposer.components[:-1]]


def test_scenes_that_are_stored_give_the_same_bits_as_those_that_are_rendered(made: Path, tmp_path: Path) -> None:
    stored = [str(tmp_path / f"{part}{end}") for part in SCENES for end in (".npy", ".parquet")]
    for part, source in SCENES.items():
        outputs = ["--output", "pixels", str(tmp_path / f"{part}.npy")]
        outputs += ["--output", "table", str(tmp_path / f"{part}.parquet")]
        spec = {"part": part, "source": source, "seed": 5, "side": 32}
        render_scenes(parse(ScenesSpec, [*outputs, "--spec", json.dumps(spec)]))
    other = tmp_path / "other"
    other.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Renderer, "render", lambda *_: pytest.fail("a scene was rendered"))
        contributions(parse(ContributionsSpec, ["--input", "scenes", *stored, *arguments(other)]))
    first, second = (np.load(folder / OUTPUTS["vectors"]) for folder in (made, other))
    assert np.array_equal(first, second)
    one, same = (pd.read_parquet(folder / OUTPUTS["pictures"]) for folder in (made, other))
    assert one.equals(same)


def test_pictures_of_a_part_lie_side_by_side_with_what_is_known_of_them(made: Path) -> None:
    pictures = pd.read_parquet(made / OUTPUTS["pictures"])
    assert pictures["part"].tolist() == ["scores"] * 7 + ["test"] * 6
    assert pictures["picture"].is_unique
    assert {"category", "color", "location"} <= set(pictures)


def test_tables_say_of_which_encoder_and_how_exact_the_sum_is(made: Path) -> None:
    about = read_provenance(made / OUTPUTS["components"])["about"]
    assert {name: about[name] for name in ("model", "run", "policy", "start", "layernorm")} == {
        **{"model": "vit", "run": 1, "policy": "separate", "start": "block.0", "layernorm": "corrected"}
    }
    assert 0 < about["error"] < 1e-5


def test_the_reference_s_norms_are_stored_where_the_protocol_says_so(made: Path, tmp_path: Path) -> None:
    make(tmp_path, layernorm="reference")
    z, reference = load_contributions(*files(made)).z(), load_contributions(*files(tmp_path)).z()
    misses = np.linalg.norm(reference - z, axis=1) / np.linalg.norm(z, axis=1)
    assert (misses > 1e-4).all()
    about = read_provenance(tmp_path / OUTPUTS["components"])["about"]
    assert about["layernorm"] == "reference" and about["error"] < 1e-5


def test_representations_are_the_sums_of_contributions_to_the_same_pictures(made: Path, tmp_path: Path) -> None:
    spec = {"encoder": encoder_spec(), "pictures": {"parts": SCENES, "seed": 5, "batch": 3}, "compute": {}}
    outputs = ["--output", "z", str(tmp_path / "z.npy"), "--output", "pictures", str(tmp_path / "z.parquet")]
    representations(parse(RepresentationsSpec, [*outputs, "--spec", json.dumps(spec)]))
    found, whole = load_representations(tmp_path / "z.npy", tmp_path / "z.parquet"), load_contributions(*files(made))
    require_same_pictures(found, whole)
    assert found.z == pytest.approx(whole.z(), rel=1e-4, abs=1e-5)


def test_a_batch_of_another_size_stores_the_same(made: Path, tmp_path: Path) -> None:
    make(tmp_path, pictures={"batch": 13})
    one, other = (load_contributions(*files(folder)).vectors for folder in (made, tmp_path))
    assert one == pytest.approx(other, rel=1e-4, abs=1e-6)


def test_encoders_that_the_decomposition_misses_something_of_are_refused_before_a_row_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Decomposer) -> float:
        raise UserError("the components sum to the representation up to 1.0e-01")

    monkeypatch.setattr(module, "require_exact", refused)
    with pytest.raises(UserError, match="sum to the representation"):
        make(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_stop_is_followed_between_batches_and_the_rest_is_made_later(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(rows: module.Rows, values: np.ndarray) -> None:
        real(rows, values)
        if rows.done >= 7:
            os.kill(os.getpid(), signal.SIGTERM)

    real = module.Rows.add
    with monkeypatch.context() as patched:
        patched.setattr(module.Rows, "add", stopped)
        with pytest.raises(SystemExit) as stop:
            make(tmp_path)
    assert stop.value.code == STOPPED and not (tmp_path / OUTPUTS["vectors"]).exists()
    assert "stopped after 7 of 13; run again to continue" in capsys.readouterr().err
    make(tmp_path)
    assert (tmp_path / OUTPUTS["vectors"]).read_bytes() == (made / OUTPUTS["vectors"]).read_bytes()


def test_what_a_kill_left_is_continued_to_the_same_bits(tmp_path: Path) -> None:
    sizes = {"parts": {"one": {"split": "probe", "scenes": 60}, "two": {"split": "test", "scenes": 60}}, "batch": 3}
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    make(whole, pictures=sizes)
    killed.mkdir()
    command = [sys.executable, str(ROOT / "workflow/scripts/components/contributions.py")]
    command += arguments(killed, pictures=sizes)
    process = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})
    note, deadline = killed / f".{OUTPUTS['vectors']}.rows.json", time.monotonic() + 60
    while not note.exists() or json.loads(note.read_text())["rows"] < 15:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL and not (killed / OUTPUTS["vectors"]).exists()
    encoded: list[int] = []
    real = module.Rows.add
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module.Rows, "add", lambda rows, values: (encoded.append(len(values)), real(rows, values)))
        make(killed, pictures=sizes)
    assert sum(encoded) <= 120 - 15
    assert (killed / OUTPUTS["vectors"]).read_bytes() == (whole / OUTPUTS["vectors"]).read_bytes()
    assert sorted(path.name for path in killed.iterdir()) == sorted(OUTPUTS.values())


def test_the_spec_of_an_encoder_is_strict() -> None:
    with pytest.raises(ValueError, match="extra"):
        EncoderSpec.model_validate(encoder_spec() | {"weight_seed": 1})
