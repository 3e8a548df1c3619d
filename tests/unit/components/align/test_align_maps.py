"""Maps applied to contributions, and maps in files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from align_pairs import SHAPES

from vitatlas.components.align.files import load_maps, save_maps
from vitatlas.components.align.maps import Maps, identity
from vitatlas.errors import UserError
from vitatlas.jobs.provenance import KEY
from vitatlas.models.weights import save_safetensors

NAMES = ["init", "layer:01, attn_head:00", "layer:00, mlp"]


def made(width: int = 4, text_width: int = 5, shared: bool = False, components: int = 3) -> Maps:
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(1 if shared else components, width, text_width, generator=generator)
    return Maps("single" if shared else "free", weights, torch.randn(text_width, generator=generator), components)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(("width", "text_width"), SHAPES)
def test_maps_are_the_formula(width: int, text_width: int, shared: bool) -> None:
    maps = made(width, text_width, shared)
    c = np.random.default_rng(1).normal(size=(7, 3, width)).astype(np.float32)
    weights, bias = maps.weights.numpy(), maps.bias.numpy()
    one_by_one = np.stack([c[:, i] @ weights[0 if shared else i] for i in range(3)], axis=1)
    given = torch.from_numpy(c)
    np.testing.assert_allclose(maps.aligned(given), one_by_one, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(maps.total(given), one_by_one.sum(1) + bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shared", [True, False])
def test_a_direction_is_the_text_seen_from_the_model(shared: bool) -> None:
    maps, texts = made(shared=shared), torch.randn(2, 6, 5, generator=torch.Generator().manual_seed(2))
    own = maps.direction(2, texts)
    assert own.shape == (2, 6, 4)
    expected = maps.weights[0 if shared else 2].numpy() @ texts[1, 3].numpy()
    np.testing.assert_allclose(own[1, 3], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(maps.direction(2, texts[1, 3]), expected, rtol=1e-5, atol=1e-6)


def test_the_identity_changes_nothing() -> None:
    maps, c = identity(3, 4), torch.randn(7, 3, 4, generator=torch.Generator().manual_seed(0))
    assert torch.equal(maps.aligned(c), c)
    assert torch.equal(maps.total(c), c.sum(1))
    assert torch.equal(maps.direction(1, c), c)
    assert (maps.method, maps.components, maps.width) == ("identity", 3, 4)


@pytest.mark.parametrize("maps", [made(), made(shared=True), identity(3, 4)], ids=lambda maps: maps.method)
def test_maps_come_back_from_their_file(maps: Maps, tmp_path: Path) -> None:
    path = tmp_path / "maps.safetensors"
    save_maps(path, maps, NAMES, {KEY: json.dumps({"project": "vit-atlas", "about": {"model": "deit"}})})
    found = load_maps(path, NAMES, 4)
    assert torch.equal(found.weights, maps.weights) and torch.equal(found.bias, maps.bias)
    assert (found.method, found.components) == (maps.method, 3)
    again = tmp_path / "again.safetensors"
    save_maps(again, maps, NAMES, {KEY: json.dumps({"project": "vit-atlas", "about": {"model": "deit"}})})
    assert again.read_bytes() == path.read_bytes()


def test_the_provenance_stays_in_the_file(tmp_path: Path) -> None:
    from vitatlas.jobs.embedded import read_provenance

    path = tmp_path / "maps.safetensors"
    save_maps(path, made(), NAMES, {KEY: json.dumps({"project": "vit-atlas", "about": {"model": "deit"}})})
    about = {"model": "deit", "method": "free", "components": NAMES}
    assert read_provenance(path) == {"project": "vit-atlas", "about": about}


@pytest.mark.parametrize(
    ("names", "width", "problem"),
    [
        (NAMES[:2], 4, "of 3 components, the contributions of 2"),
        (NAMES, 6, "of width 4, the contributions of width 6"),
        ([NAMES[0], NAMES[2], NAMES[1]], 4, "'layer:01, attn_head:00' where the contributions have 'layer:00, mlp'"),
    ],
)
def test_maps_of_another_decomposition_are_refused(names: list[str], width: int, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "maps.safetensors"
    save_maps(path, made(), NAMES, {})
    with pytest.raises(UserError, match=rf"{problem}[\s\S]*maps\.safetensors"):
        load_maps(path, names, width)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such weights file"):
        load_maps(tmp_path / "absent.safetensors", NAMES, 4)
    save_safetensors(tmp_path / "other.safetensors", {"weights": torch.zeros(3, 4, 5), "bias": torch.zeros(5)})
    with pytest.raises(UserError, match="no file of maps"):
        load_maps(tmp_path / "other.safetensors", NAMES, 4)


def test_names_of_other_components_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 names for 3 components"):
        save_maps(tmp_path / "maps.safetensors", made(), NAMES[:2], {})
    assert not list(tmp_path.iterdir())
