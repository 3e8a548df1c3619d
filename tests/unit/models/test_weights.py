from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch
from families import FAMILIES, IMAGE, family
from model_kinds import network, small_model
from safetensors import safe_open
from torch import nn

from vitatlas.errors import UserError
from vitatlas.models.build import build_backbone
from vitatlas.models.weights import load_backbone, load_exactly, read_weights, save_safetensors

timm = pytest.importorskip("timm")  # after vitatlas.models.build, which makes it importable beside a CPU-only torch


def fresh(image: int = IMAGE) -> nn.Module:
    return build_backbone(network("plain"), image, seed=9)


def saved(path: Path, kind: str = "plain", **extra: torch.Tensor) -> dict[str, torch.Tensor]:
    """A backbone's weights on disk, and in memory."""
    state = {**small_model(kind).float().backbone.state_dict(), **extra}
    save_safetensors(path, state)
    return state


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def test_a_saved_file_holds_tensors_and_metadata_and_nothing_else_appears(tmp_path: Path) -> None:
    save_safetensors(tmp_path / "m.safetensors", {"x": torch.arange(6.0).view(2, 3).T}, {"model": "plain"})
    with safe_open(tmp_path / "m.safetensors", "pt") as file:
        assert file.metadata() == {"model": "plain"}
        assert torch.equal(file.get_tensor("x"), torch.arange(6.0).view(2, 3).T)
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_a_backbone_is_loaded_without_the_files_head(tmp_path: Path) -> None:
    state = saved(tmp_path / "w.safetensors", **{"head.weight": torch.ones(1000, 24), "head.bias": torch.ones(1000)})
    backbone = fresh()
    load_backbone(backbone, tmp_path / "w.safetensors")
    assert same(backbone.state_dict(), {k: v for k, v in state.items() if not k.startswith("head.")})


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("classes", [0, 10])
def test_weights_of_any_family_are_loaded_with_or_without_a_head(tmp_path: Path, name: str, classes: int) -> None:
    """As timm saves them, and as a pretraining here does."""
    entry, size = family(name), {}
    if name.startswith(("vit", "swin", "maxvit")):
        size = {"img_size": IMAGE}
    published = timm.create_model(entry.timm, num_classes=classes, **size, **entry.architecture)
    save_safetensors(tmp_path / "w.safetensors", published.state_dict())
    backbone = build_backbone(entry, IMAGE, seed=9)
    load_backbone(backbone, tmp_path / "w.safetensors")
    state = published.state_dict()
    assert all(torch.equal(value, state[key]) for key, value in backbone.state_dict().items())


def test_a_file_of_the_same_module_is_loaded_exactly(tmp_path: Path) -> None:
    state = saved(tmp_path / "w.safetensors")
    backbone = fresh()
    load_exactly(backbone, tmp_path / "w.safetensors")
    assert same(backbone.state_dict(), state)
    save_safetensors(tmp_path / "w.safetensors", {**state, "head.bias": torch.ones(2)})
    with pytest.raises(UserError, match=r"unknown head\.bias"):
        load_exactly(backbone, tmp_path / "w.safetensors")


@pytest.mark.parametrize("level", [None, "model", "state_dict"])
def test_pickles_of_weights_are_read_at_the_usual_levels(tmp_path: Path, level: str | None) -> None:
    state = small_model("plain").float().backbone.state_dict()
    torch.save({level: dict(state), "epoch": 3} if level else dict(state), tmp_path / "w.pth")
    backbone = fresh()
    load_backbone(backbone, tmp_path / "w.pth")
    assert same(backbone.state_dict(), state)


def test_a_mae_release_is_loaded_without_its_decoder(tmp_path: Path) -> None:
    state = saved(tmp_path / "w.safetensors", mask_token=torch.ones(1, 1, 24), decoder_pred=torch.ones(3))
    backbone = fresh()
    load_backbone(backbone, tmp_path / "w.safetensors")
    assert torch.equal(backbone.get_parameter("norm.weight"), state["norm.weight"])


def test_the_position_embedding_is_resampled_to_the_models_grid(tmp_path: Path) -> None:
    """As DINOv2, published at 518 px with 14 px patches, used at 224: here from 4 × 4 to 2 × 2 patches, of a plane."""
    state = saved(tmp_path / "w.safetensors")
    rows = torch.arange(16.0).view(16, 1) // 4
    state["pos_embed"] = torch.cat([torch.full((1, 1, 24), 7.0), rows.expand(1, 16, 24)], dim=1)
    save_safetensors(tmp_path / "w.safetensors", state)
    backbone = fresh(image=16)
    load_backbone(backbone, tmp_path / "w.safetensors")
    positions = backbone.get_parameter("pos_embed")[0, :, 0].tolist()
    assert positions[0] == 7
    assert positions[1] == pytest.approx(positions[2])  # the plane rises by rows
    assert positions[3] == pytest.approx(positions[4])
    assert positions[1] == pytest.approx(3 - positions[3], abs=1e-5)  # and is symmetric about its middle
    assert 0.25 < positions[1] < 0.75
    assert torch.equal(backbone.get_parameter("blocks.2.mlp.fc2.weight"), state["blocks.2.mlp.fc2.weight"])


def _without_key(state: dict[str, torch.Tensor]) -> None:
    del state["blocks.1.mlp.fc1.bias"]


def _with_key(state: dict[str, torch.Tensor]) -> None:
    state["blocks.3.norm1.weight"] = torch.ones(24)


def _other_shape(state: dict[str, torch.Tensor]) -> None:
    state["norm.weight"] = torch.ones(25)


def _other_patch(state: dict[str, torch.Tensor]) -> None:
    state["patch_embed.proj.weight"] = torch.ones(24, 3, 16, 16)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_without_key, "missing blocks.1.mlp.fc1.bias"),
        (_with_key, "unknown blocks.3.norm1.weight"),
        (_other_shape, "norm.weight is 25, the model's 24"),
        (_other_patch, "patch_embed.proj.weight is 24×3×16×16, the model's 24×3×8×8"),
    ],
)
def test_weights_that_do_not_fit_name_the_key_and_change_nothing(tmp_path: Path, spoil, words: str) -> None:
    state = saved(tmp_path / "w.safetensors")
    spoil(state)
    save_safetensors(tmp_path / "w.safetensors", state)
    backbone = fresh()
    before = {key: value.clone() for key, value in backbone.state_dict().items()}
    with pytest.raises(UserError) as error:
        load_backbone(backbone, tmp_path / "w.safetensors")
    assert words in str(error.value)
    assert "w.safetensors" in str(error.value)
    assert same(backbone.state_dict(), before)


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth"])
@pytest.mark.parametrize("keep", [0, 5, 0.5, -1])
def test_a_truncated_file_is_one_clear_error(tmp_path: Path, name: str, keep: float) -> None:
    state = small_model("plain").float().backbone.state_dict()
    path = tmp_path / name
    save_safetensors(path, state) if path.suffix == ".safetensors" else torch.save(state, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) if isinstance(keep, float) else keep])
    with pytest.raises(UserError, match="damaged") as error:
        read_weights(path)
    assert str(path) in str(error.value)


def test_a_pickle_with_code_is_refused_and_not_executed(tmp_path: Path) -> None:
    marker = tmp_path / "executed"

    class Payload:
        def __reduce__(self) -> tuple:
            return (Path.touch, (marker,))

    torch.save({"model": Payload()}, tmp_path / "w.pth")
    with pytest.raises(UserError, match="not executed"):
        read_weights(tmp_path / "w.pth")
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Payload()))
    with pytest.raises(UserError):
        read_weights(tmp_path / "plain.pth")
    assert not marker.exists()


@pytest.mark.parametrize("content", [[1, 2], {"epoch": 3}, torch.ones(3)])
def test_a_file_without_weights_by_name_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(UserError, match="no weights by name"):
        read_weights(tmp_path / "w.pth")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for name in ("none.safetensors", "none.pth"):
        with pytest.raises(UserError, match="no such weights file") as error:
            read_weights(tmp_path / name)
        assert name in str(error.value)
