"""Wrong files of weights: never locked, and the right one put in their place is taken; changed sources are noticed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
import update_lock
import yaml
from small_vits import SIDE, backbone, entry, state

from vitatlas.config.models import ModelEntry, ModelZoo
from vitatlas.errors import UserError
from vitatlas.models.download import fetch
from vitatlas.models.fits import check_fits
from vitatlas.models.local import check_unchanged
from vitatlas.models.lock import read_lock
from vitatlas.models.spec import FetchWeightsSpec, weights_spec

WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "another width": (lambda: backbone(embed_dim=64).state_dict(), "do not fit"),
    "fewer blocks": (lambda: backbone(depth=1).state_dict(), "missing blocks.1"),
    "another patch": (lambda: backbone(patch_size=16).state_dict(), "do not fit"),
    "another family": (lambda: {"layers.0.blocks.0.attn.qkv.weight": torch.ones(96, 32)}, "missing cls_token"),
    "quantised": (lambda: state(**{"norm.weight": lambda value: value.to(torch.int8)}), "norm.weight is int8"),
    "diverged": (lambda: state(**{"norm.weight": lambda value: value / 0}), "not finite"),
    "no square": (lambda: state(pos_embed=lambda table: table[:, :31]), "no square grid"),
    "an optimizer": (lambda: {"state": {}, "param_groups": []}, "state of an optimizer"),
    "a list": (lambda: [torch.ones(3)], "no weights by name"),
}


class Project:
    """A zoo with one model of a local source, its lock, and where its weights go."""

    def __init__(self, folder: Path, origin: str, encodes: bool):
        self.file = folder / "the source" / "mine.pth"
        self.file.parent.mkdir()
        place = {"origin": "hub", "hub": "timm/mine"} if origin == "hub" else {"file": str(self.file)}
        encoder = {"encoder": {"image": SIDE, "resample": True}} if encodes else {}
        self.entry = ModelEntry.model_validate(entry().model_dump() | {"title": "mine"} | place | encoder)
        self.zoo = ModelZoo(models={"mine": self.entry})
        self.source = self.file.parent if origin == "hub" else None
        self.lock, self.taken = folder / "weights.lock", folder / "weights" / "mine.safetensors"
        self.zoo_file = folder / "models.yaml"
        entries = {"mine": self.entry.model_dump(mode="json", exclude_none=True)}
        self.zoo_file.write_text(yaml.safe_dump({"models": entries}))

    @property
    def spec(self) -> FetchWeightsSpec:
        return weights_spec(self.zoo, "mine", self.source and str(self.source))

    def put(self, content: object) -> None:
        torch.save(content, self.file)

    def fetch(self) -> None:
        fits, source = partial(check_fits, self.spec), self.source or self.file
        fetch("mine", self.spec.model, self.taken, source=source, lock=self.lock, fits=fits)

    def relock(self, *arguments: str) -> None:
        places = ["--zoo", str(self.zoo_file), "--lock", str(self.lock), "--weights", str(self.taken.parent)]
        update_lock.main(["mine", *arguments, *places])

    def check_unchanged(self) -> None:
        check_unchanged(self.spec, self.taken, self.lock)


@pytest.fixture(params=["hub", "file"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return Project(tmp_path, request.param, encodes=True)


@pytest.mark.parametrize("encodes", [True, False])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_not_locked_and_the_right_one_in_its_place_is_taken(
    wrong: str, encodes: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, (content, words) = Project(tmp_path, "file", encodes), WRONG[wrong]
    project.put(content())
    with pytest.raises(UserError, match=words):
        project.fetch()
    with pytest.raises(SystemExit):
        project.relock()
    assert words in capsys.readouterr().err
    assert read_lock(project.lock) == {} and not project.taken.exists()
    project.put(state())
    project.check_unchanged()
    project.fetch()
    assert set(read_lock(project.lock)) == {"mine"} and project.taken.exists()


@pytest.mark.parametrize("how", ["newer", "older", "of the same size and time"])
def test_a_source_that_changed_after_it_was_used_is_noticed_and_the_remedy_works_offline(
    project: Project, how: str
) -> None:
    project.put(state())
    project.fetch()
    project.check_unchanged()
    before = project.file.stat()
    project.put(state(**{"norm.bias": lambda value: value + 1}))
    assert project.file.stat().st_size == before.st_size
    age = {"newer": 10, "older": -1000, "of the same size and time": 0}[how]
    os.utime(project.file, (before.st_atime, before.st_mtime + age))
    with pytest.raises(UserError, match=r"not the locked ones[\s\S]*mine\.pth") as caught:
        project.check_unchanged()
    remedy = shlex.split(str(caught.value.remedy).partition("update_lock.py ")[2])
    project.relock(*remedy[1:])
    assert not project.taken.exists()
    project.check_unchanged()
    project.fetch()
    project.check_unchanged()


def test_a_source_that_was_only_touched_copied_or_taken_away_is_none_that_changed(project: Project) -> None:
    project.put(state())
    project.fetch()
    project.file.touch()
    project.check_unchanged()
    content = project.file.read_bytes()
    project.file.unlink()
    project.check_unchanged()
    project.file.write_bytes(content)
    project.check_unchanged()


def test_a_home_folder_is_found_by_its_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITATLAS_HOME", str(tmp_path))
    project = Project(tmp_path, "hub", encodes=True)
    project.put(state())
    project.relock("--source", "~/the source")
    assert set(read_lock(project.lock)) == {"mine"}
    project.fetch()
    project.source = Path("~/the source")
    project.put(state(**{"norm.bias": lambda value: value + 1}))
    with pytest.raises(UserError, match="not the locked ones"):
        project.check_unchanged()


def test_openai_s_weights_in_a_network_with_gelu_are_refused(tmp_path: Path) -> None:
    project = Project(tmp_path, "file", encodes=False)
    project.put({**state(), "input_resolution": torch.tensor(224)})
    with pytest.raises(UserError, match=r"trained with quick-GELU, and 'vit_tiny_patch16_224'"):
        project.fetch()
