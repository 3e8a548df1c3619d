"""Text towers against open_clip's own models, in both layouts of its files; and open_clip's CLIP in small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from encoder_kinds import encoder_entry, pictures, stirred
from torch import Tensor

from vitatlas.config.encoders import SmallTextTower, TextTower
from vitatlas.errors import UserError
from vitatlas.models.encoder import build_encoder
from vitatlas.models.encoder_weights import load_encoder
from vitatlas.models.text import tower as module
from vitatlas.models.text.miniature import mini_clip, text_tower_of
from vitatlas.models.text.tower import build_text_tower, load_text_tower
from vitatlas.models.weights import read_weights, save_safetensors

# isort: split
import open_clip

SMALL = {
    "embed_dim": 12,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 2},
}
SIZES = SmallTextTower(width=16, layers=2, heads=2, vocabulary=20, context=6)
TEXTS = ["a photo of a cat.", "forest", "cat"]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> TextTower:
    """A published architecture, in small."""
    monkeypatch.setattr(module.open_clip, "get_model_config", lambda name: dict(SMALL))
    return TextTower(open_clip="ViT-B-16", hub="laion/small")


def clip(kind: Callable[..., torch.nn.Module]) -> Any:
    torch.manual_seed(0)
    model = stirred(kind(**SMALL, quick_gelu=False))
    with torch.no_grad():
        model.logit_scale.fill_(3.0)
    return model


def words(texts: list[str]) -> Tensor:
    """A tokenizer over letters; 19 ends a text."""
    tokens = torch.zeros(len(texts), SIZES.context, dtype=torch.int64)
    for row, text in enumerate(texts):
        ids = [ord(letter) % 18 + 1 for letter in text[:5]]
        tokens[row, : len(ids) + 1] = torch.tensor([*ids, 19])
    return tokens


@torch.no_grad()
@pytest.mark.parametrize("kind", [open_clip.CLIP, open_clip.CustomTextCLIP])
@pytest.mark.parametrize("prefix", ["", "module."])
@pytest.mark.parametrize("name", ["w.safetensors", "w.bin"])
def test_texts_are_embedded_as_by_open_clip_in_both_layouts(
    tmp_path: Path, settings: TextTower, kind: Callable[..., torch.nn.Module], prefix: str, name: str
) -> None:
    model = clip(kind)
    state = {prefix + key: value for key, value in model.state_dict().items()}
    save_safetensors(tmp_path / name, state) if name.endswith("safetensors") else torch.save(state, tmp_path / name)
    tower = build_text_tower(settings)
    load_text_tower(tower, tmp_path / name)
    theirs = model.encode_text(open_clip.get_tokenizer("ViT-B-16")(TEXTS), normalize=True)
    assert torch.allclose(tower(TEXTS), theirs, atol=1e-6)
    assert float((tower(TEXTS)[0] - tower(TEXTS)[1]).norm()) > 0.1
    assert tower.width == 12 == theirs.shape[1]
    assert float(tower.logit_scale) == 3.0


def _no_text(state: dict[str, Tensor]) -> None:
    for key in list(state):
        if key.startswith("text."):
            del state[key]


def _short_context(state: dict[str, Tensor]) -> None:
    state["text.positional_embedding"] = torch.ones(32, 16)


def _no_layer(state: dict[str, Tensor]) -> None:
    del state["text.ln_final.bias"]


def _not_finite(state: dict[str, Tensor]) -> None:
    state["text.token_embedding.weight"][5] = float("inf")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_text, "no text tower"),
        (_short_context, "positional_embedding is 32×16, the model's 77×16"),
        (_no_layer, r"missing ln_final\.bias"),
        (_not_finite, r"not finite: token_embedding\.weight"),
    ],
)
def test_a_wrong_file_is_one_error(
    tmp_path: Path, settings: TextTower, spoil: Callable[[dict[str, Tensor]], None], said: str
) -> None:
    state = {key: value.clone() for key, value in clip(open_clip.CustomTextCLIP).state_dict().items()}
    spoil(state)
    save_safetensors(tmp_path / "w.safetensors", state)
    with pytest.raises(UserError, match=said) as error:
        load_text_tower(build_text_tower(settings), tmp_path / "w.safetensors")
    assert error.value.where == tmp_path / "w.safetensors"


@pytest.mark.parametrize(
    ("name", "said"), [("ViT-B-17", r"no architecture 'ViT-B-17'[\s\S]*ViT-B-1"), ("ViT-B-16-SigLIP", "from a hub")]
)
def test_architectures_that_open_clip_lacks_or_cannot_build_alone_are_refused(name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        build_text_tower(TextTower(open_clip=name, hub="a/b"))


def small_clip(seed: int = 0) -> Any:
    return mini_clip(encoder_entry("clip"), SIZES, seed=seed).eval()


@torch.no_grad()
def test_both_towers_of_a_small_clip_are_loaded_from_its_file(tmp_path: Path) -> None:
    model = small_clip()
    save_safetensors(tmp_path / "w.safetensors", model.state_dict())
    encoder, tower = build_encoder(encoder_entry("clip"), seed=5).eval(), text_tower_of(small_clip(5), words)
    before = tower(TEXTS)
    load_encoder(encoder, tmp_path / "w.safetensors")
    load_text_tower(tower, tmp_path / "w.safetensors")
    assert torch.equal(encoder(pictures(32)), model.encode_image(pictures(32)))
    assert torch.equal(tower(TEXTS), text_tower_of(model, words)(TEXTS))
    assert not torch.equal(tower(TEXTS), before)
    assert any(key.startswith("visual.backbone.") for key in read_weights(tmp_path / "w.safetensors"))


@torch.no_grad()
def test_a_small_clip_compares_pictures_and_texts_as_open_clip_does() -> None:
    model = small_clip()
    by_image, by_text = model.get_logits(pictures(32), words(TEXTS))
    cosines = model.visual(pictures(32)) @ text_tower_of(model, words)(TEXTS).T
    assert torch.allclose(by_image, model.logit_scale.exp() * cosines, atol=1e-5)
    assert torch.equal(by_text, by_image.T)


def test_a_small_clip_depends_on_its_seed_alone_and_trains_both_towers() -> None:
    a, b, c = small_clip().state_dict(), small_clip().state_dict(), small_clip(1).state_dict()
    assert all(torch.equal(a[key], b[key]) for key in a)
    assert not torch.equal(a["text.token_embedding.weight"], c["text.token_embedding.weight"])
    assert not torch.equal(a["visual.backbone.patch_embed.proj.weight"], c["visual.backbone.patch_embed.proj.weight"])
    model = small_clip()
    loss = open_clip.ClipLoss()(*(features for features in model(pictures(32), words(TEXTS[:2]))))
    loss.backward()
    assert model.text.token_embedding.weight.grad.abs().sum() > 0
    assert model.visual.backbone.patch_embed.proj.weight.grad.abs().sum() > 0
