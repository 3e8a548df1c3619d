"""Prompts, lists of words, and heads made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from vitatlas.errors import UserError
from vitatlas.models.text.prompts import IMAGENET_NAMES, IMAGENET_TEMPLATES, PLAIN, prompt, read_words
from vitatlas.models.text.zero_shot import zero_shot_classifier, zero_shot_head

# isort: split
from open_clip import build_zero_shot_classifier

TEMPLATES = ("a photo of a {}.", "{}", lambda name: f"my {name}")
NAMES = [f"name {number}" for number in range(40)]


class Letters(nn.Module):
    """A text tower that counts letters."""

    def __init__(self) -> None:
        super().__init__()
        self.logit_scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, texts: Sequence[str]) -> Tensor:
        counts = torch.tensor([[text.count(letter) + 0.1 for letter in "aemno0123456789."] for text in texts])
        return nn.functional.normalize(counts, dim=-1)

    def encode_text(self, tokens: Tensor, normalize: bool) -> Tensor:
        """As open_clip asks for it; tokens are letters."""
        return self(["".join(chr(int(letter)) for letter in row if letter) for row in tokens])


def letters(texts: list[str]) -> Tensor:
    return nn.utils.rnn.pad_sequence([torch.tensor([ord(letter) for letter in text]) for text in texts], True)


def test_class_embeddings_are_those_of_open_clip() -> None:
    tower: Any = Letters()
    ours = zero_shot_head(tower, NAMES, IMAGENET_TEMPLATES)
    theirs = build_zero_shot_classifier(tower, letters, NAMES, IMAGENET_TEMPLATES)
    assert torch.allclose(ours, theirs.T, atol=1e-6)
    assert ours.shape == (40, 16)


def test_logits_are_scaled_cosines_of_a_frozen_head() -> None:
    tower: Any = Letters()
    head = zero_shot_classifier(tower, NAMES, TEMPLATES)
    z = nn.functional.normalize(torch.randn(3, 16, generator=torch.Generator().manual_seed(0)), dim=-1)
    cosines = nn.functional.cosine_similarity(z[:, None], zero_shot_head(tower, NAMES, TEMPLATES)[None], dim=-1)
    assert torch.allclose(head(z), torch.exp(torch.tensor(2.0)) * cosines, atol=1e-5)
    assert not any(parameter.requires_grad for parameter in head.parameters())


@pytest.mark.parametrize(("names", "templates"), [([], PLAIN), (["a"], [])])
def test_a_head_of_nothing_is_refused(names: list[str], templates: Sequence[str]) -> None:
    tower: Any = Letters()
    with pytest.raises(UserError, match="needs"):
        zero_shot_head(tower, names, templates)


def test_imagenets_prompts_are_clips() -> None:
    assert (len(IMAGENET_TEMPLATES), len(IMAGENET_NAMES)) == (80, 1000)
    assert IMAGENET_NAMES[0] == "tench"
    assert prompt(IMAGENET_TEMPLATES[0], "tench") == "a bad photo of a tench."


@pytest.mark.parametrize(("template", "places"), [("a photo", 0), ("{} and {}", 2)])
def test_a_template_has_one_place(template: str, places: int) -> None:
    with pytest.raises(UserError, match=f"has {places} places"):
        prompt(template, "cat")


def test_braces_in_names_are_letters() -> None:
    assert prompt("a {}!", "{x}") == "a {x}!"


def test_a_list_of_words_is_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# places\nsea\n\n desert : a sandy desert # dry\nÎle: on an island\n", "utf-8")
    assert list(read_words(tmp_path / "words.txt").items()) == [
        *(("sea", "sea"), ("desert", "a sandy desert"), ("Île", "on an island"))
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no words"),
        (b"# only a remark\n", "holds no words"),
        (b"sea\nsea: the ocean\n", r"'sea' stands there twice[\s\S]*line 2"),
        (b"sea: water\nlake: water\n", r"'water' stands there twice[\s\S]*line 2"),
        (b"sea:\n", r"missing in 'sea:'[\s\S]*line 1"),
        (b": the sea\n", r"missing in ': the sea'[\s\S]*line 1"),
        (b"\xff\xfesea", "no UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_one_error(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "words.txt").write_bytes(content)
    with pytest.raises(UserError, match=said) as error:
        read_words(tmp_path / "words.txt")
    assert "words.txt" in str(error.value)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    for place in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(UserError, match="cannot be read") as error:
            read_words(place)
        assert str(place) in str(error.value)
