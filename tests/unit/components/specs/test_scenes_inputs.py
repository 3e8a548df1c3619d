"""Scenes as inputs of the jobs that encode them: which, at which side, and from which spec."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from artifact_specs import CONFIG, ZOO

from vitatlas.components.config.pictures import BIRD_PARTS, PARTS
from vitatlas.components.paths import Paths
from vitatlas.components.settings import NAME, ComponentsSettings
from vitatlas.components.specs.store import component_scenes, contributions
from vitatlas.encoders.seen.sources import Brought
from vitatlas.errors import UserError
from vitatlas.project.load import load_config

PLACE = "results/demo/scenes/components"


def settings(tier: str = "demo") -> ComponentsSettings:
    return ComponentsSettings(load_config(CONFIG, {"tier": tier}, ZOO), ZOO, NAME)


def job(pictures: str, model: str = "mini-vit") -> SimpleNamespace:
    return SimpleNamespace(model=model, run="0", pictures=pictures)


def files(place: str, parts: tuple[str, ...]) -> list[str]:
    return [f"{place}/{part}{end}" for part in parts for end in (".npy", ".parquet")]


@pytest.mark.parametrize(("pictures", "parts"), [("pictures", PARTS), ("birds", BIRD_PARTS)])
def test_all_encoders_of_one_size_read_the_same_files(pictures: str, parts: tuple[str, ...]) -> None:
    paths = Paths(settings())
    for model in ("mini-vit", "mini-clip", "mini-swin"):
        assert paths.scenes_of_set(job(pictures, model)) == files(f"{PLACE}/{pictures}/64", parts)
    assert paths.scenes(SimpleNamespace(model="mini-clip", run="0")) == files(f"{PLACE}/pictures/64", PARTS)


def test_an_encoder_that_takes_larger_pictures_reads_larger_ones() -> None:
    assert Paths(settings()).scenes_of_set(job("birds", "deit_b16")) == files(f"{PLACE}/birds/224", BIRD_PARTS)


def test_parts_that_the_user_brings_are_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    of, scenes = settings(), settings().own.pictures
    monkeypatch.setattr(ComponentsSettings, "set_of", lambda *_: {**scenes, "alignment": Brought(data="mine")})
    assert Paths(of).scenes_of_set(job("pictures")) == files(f"{PLACE}/pictures/64", PARTS[1:])
    with pytest.raises(UserError, match="unknown part with scenes 'alignment'; there are: held_out, scores, test"):
        component_scenes.build(of, SimpleNamespace(pictures="pictures", side="64", part="alignment"))


@pytest.mark.parametrize("pictures", ["pictures", "birds"])
def test_where_the_user_brings_all_pictures_there_are_no_scenes(pictures: str) -> None:
    assert Paths(settings("paper")).scenes_of_set(job(pictures)) == []


def test_scenes_are_those_that_the_job_is_told_to_encode() -> None:
    of = settings()
    told = contributions.build(of, job("birds")).pictures
    for part, source in told.parts.items():
        spec = component_scenes.build(of, SimpleNamespace(pictures="birds", side="64", part=part))
        assert (spec.part, spec.source, spec.seed, spec.side) == (part, source, told.seed, 64)
