"""Weights of every layout into encoders of every family, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from encoder_kinds import KINDS, encoder_entry, pictures, stirred
from torch import Tensor

from vitatlas.config.models import EncoderEntry
from vitatlas.errors import UserError
from vitatlas.models.encoder import Encoder, build_encoder
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.weights import save_safetensors

State = dict[str, Tensor]


def encoder(kind: str, seed: int = 0) -> Encoder:
    model = stirred(build_encoder(encoder_entry(kind), seed=seed))
    if model.entry.encoder.projection:
        torch.nn.init.zeros_(model.backbone.head.bias)
    return model


@torch.no_grad()
def encodes_alike(a: Encoder, b: Encoder) -> bool:
    images = pictures(a.side)
    same_logits = not a.entry.encoder.classes or torch.equal(a.logits(images), b.logits(images))
    return torch.equal(a(images), b(images)) and same_logits


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth"])
@pytest.mark.parametrize("kind", KINDS)
def test_weights_of_every_family_are_loaded_with_their_head(tmp_path: Path, kind: str, name: str) -> None:
    given, found = encoder(kind), build_encoder(encoder_entry(kind), seed=5).eval()
    state = given.backbone.state_dict()
    save_safetensors(tmp_path / name, state) if name.endswith("safetensors") else torch.save(state, tmp_path / name)
    assert not encodes_alike(given, found)
    load_encoder(found, tmp_path / name)
    assert encodes_alike(given, found)
    assert not found.training


def test_a_whole_encoder_is_loaded_without_the_classifier_on_top(tmp_path: Path) -> None:
    given, found = encoder("swin"), build_encoder(encoder_entry("swin"), seed=5).eval()
    given.classifier = torch.nn.Linear(given.width, 2)
    save_safetensors(tmp_path / "w.safetensors", given.state_dict())
    load_encoder(found, tmp_path / "w.safetensors")
    given.classifier = None
    assert encodes_alike(given, found)


def test_a_head_is_left_out_where_the_entry_has_no_classes(tmp_path: Path) -> None:
    given = encoder("deit_distilled")
    save_safetensors(tmp_path / "w.safetensors", given.backbone.state_dict())
    found = build_encoder(encoder_entry("deit_distilled", classes=0), seed=5).eval()
    load_encoder(found, tmp_path / "w.safetensors")
    with torch.no_grad():
        assert torch.equal(given(pictures(32)), found(pictures(32)))


def test_shared_weights_may_be_written_once(tmp_path: Path) -> None:
    """As files of CoaT are that were written without what shares memory."""
    given, found = encoder("coat"), build_encoder(encoder_entry("coat"), seed=5).eval()
    state, seen = given.backbone.state_dict(), set()
    once = {
        key: value for key, value in state.items() if value.data_ptr() not in seen and not seen.add(value.data_ptr())
    }
    assert len(once) < len(state)
    save_safetensors(tmp_path / "w.safetensors", once)
    load_encoder(found, tmp_path / "w.safetensors")
    assert encodes_alike(given, found)


def test_training_mode_is_left_as_it_was(tmp_path: Path) -> None:
    given = encoder("resnet")
    save_safetensors(tmp_path / "w.safetensors", given.backbone.state_dict())
    found = build_encoder(encoder_entry("resnet"), seed=5)
    load_encoder(found, tmp_path / "w.safetensors")
    assert found.training
    assert encodes_alike(given, found.eval())  # the check changed no running statistics


def _other_classes(state: State) -> None:
    state["head.weight"], state["head.bias"] = torch.ones(9, 24), torch.ones(9)


def _no_head(state: State) -> None:
    del state["head.weight"], state["head.bias"]


def _not_finite(state: State) -> None:
    state["blocks.1.mlp.fc1.bias"][3] = float("nan")


def _other_patch(state: State) -> None:
    state["patch_embed.proj.weight"] = torch.ones(24, 3, 16, 16)


def _other_image(state: State) -> None:
    state["pos_embed"] = torch.ones(1, 65, 24)


def _other_shape(state: State) -> None:
    state["norm.weight"] = torch.ones(25)


def _missing(state: State) -> None:
    del state["blocks.1.mlp.fc1.bias"]


def _unknown(state: State) -> None:
    state["blocks.2.norm1.weight"] = torch.ones(24)


def _all_zero(state: State) -> None:
    for value in state.values():
        value.zero_()


def _overflowing(state: State) -> None:
    state["norm.weight"].fill_(3e38)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_other_classes, r"head \(head\.weight\) has 9 outputs[\s\S]*`classes: 7`[\s\S]*`encoder\.classes: 9`"),
        (_no_head, r"no head: head\.weight is missing[\s\S]*`encoder\.classes` to 0"),
        (_not_finite, r"not finite: blocks\.1\.mlp\.fc1\.bias"),
        (_other_patch, "24×3×16×16, the model's 24×3×8×8"),
        (_other_image, r"another image size: pos_embed is \(1, 65, 24\)[\s\S]*`encoder\.resample: true`"),
        (_other_shape, "norm.weight is 25, the model's 24"),
        (_missing, r"missing blocks\.1\.mlp\.fc1\.bias"),
        (_unknown, r"unknown blocks\.2\.norm1\.weight"),
        (_all_zero, "a flat and a random picture have the same representation"),
        (_overflowing, "representations are not finite"),
    ],
)
def test_a_wrong_file_is_one_error_with_the_file_and_a_remedy(
    tmp_path: Path, spoil: Callable[[State], None], words: str
) -> None:
    state = {key: value.clone() for key, value in encoder("vit").backbone.state_dict().items()}
    spoil(state)
    save_safetensors(tmp_path / "w.safetensors", state)
    with pytest.raises(UserError, match=words) as error:
        load_encoder(build_encoder(encoder_entry("vit"), seed=5), tmp_path / "w.safetensors")
    assert error.value.where == tmp_path / "w.safetensors"
    assert error.value.remedy


@pytest.mark.parametrize(("kind", "key"), [("swin", "relative_position_bias_table"), ("vit", "pos_embed")])
def test_position_embeddings_are_resampled_only_where_the_entry_allows_it(tmp_path: Path, kind: str, key: str) -> None:
    large = {**encoder_entry(kind).model_dump(), "encoder": {**encoder_entry(kind).encoder.model_dump(), "image": 64}}
    if kind == "swin":
        large["architecture"] = {**large["architecture"], "window_size": 8}
    given = stirred(build_encoder(EncoderEntry.model_validate(large), seed=0))
    save_safetensors(tmp_path / "w.safetensors", given.backbone.state_dict())
    with pytest.raises(UserError, match=rf"another image size: .*{key}"):
        load_encoder(build_encoder(encoder_entry(kind), seed=5), tmp_path / "w.safetensors")
    resampling = build_encoder(encoder_entry(kind, resample=True), seed=5)
    load_encoder(resampling, tmp_path / "w.safetensors")
    assert torch.equal(resampling.backbone.norm.weight, given.backbone.norm.weight)


def of_clip(kind: str, hub: str | None) -> Encoder:
    entry = encoder_entry(kind).model_copy(update={"hub": hub})
    return build_encoder(entry, seed=5)


@pytest.mark.parametrize(
    ("kind", "hub", "remedy"),
    [
        ("clip", "timm/vit_base_patch16_clip_224.openai", "vit_base_patch16_clip_quickgelu_224"),
        ("clip_quickgelu", "timm/vit_base_patch16_clip_224.laion2b", "vit_base_patch16_clip_224"),
    ],
)
def test_the_activation_function_must_be_that_of_the_weights(tmp_path: Path, kind: str, hub: str, remedy: str) -> None:
    save_safetensors(tmp_path / "w.safetensors", encoder(kind).backbone.state_dict())
    with pytest.raises(UserError, match=f"quick-GELU[\\s\\S]*'{remedy}'"):
        load_encoder(of_clip(kind, hub), tmp_path / "w.safetensors")
    for unknown in (None, "somebody/clip", "timm/vit_base_patch16_224.mae"):
        load_encoder(of_clip(kind, unknown), tmp_path / "w.safetensors")


def test_openais_own_files_are_for_quick_gelu(tmp_path: Path) -> None:
    state = {**encoder("clip").backbone.state_dict(), "input_resolution": torch.tensor(224)}
    save_safetensors(tmp_path / "w.safetensors", state)
    with pytest.raises(UserError, match="trained with quick-GELU"):
        load_encoder(of_clip("clip", None), tmp_path / "w.safetensors")


def test_a_projection_with_a_bias_is_none_of_clips(tmp_path: Path) -> None:
    state = encoder("clip").backbone.state_dict()
    save_safetensors(tmp_path / "w.safetensors", {**state, "head.bias": torch.ones(10)})
    with pytest.raises(UserError, match=r"bias that is not zero \(head\.bias\)"):
        load_encoder(of_clip("clip", None), tmp_path / "w.safetensors")
