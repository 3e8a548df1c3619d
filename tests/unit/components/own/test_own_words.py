"""Words as vectors of a CLIP model's space."""

import pytest
import torch

from vitatlas.components.own.words import close_pairs, sentences, word_vectors
from vitatlas.errors import UserError
from vitatlas.images.world.tokenizer import encode
from vitatlas.models.text.prompts import IMAGENET_TEMPLATES


def test_a_word_goes_into_templates_and_a_phrase_stands_as_it_is():
    assert len(sentences("cat", "cat", small=False)) == len(IMAGENET_TEMPLATES)
    assert sentences("cat", "a tabby", small=False) == ["a tabby"] == sentences("cat", "a tabby", small=True)


def test_a_miniature_knows_the_prompts_of_its_world_alone():
    found = sentences("red", "red", small=True)
    assert len(found) > 1 and all("red" in text for text in found)
    assert encode(found).shape[0] == len(found)
    assert sentences("animal", "animal", small=True) == ["animal"]


class Tower:
    """Texts → one direction per length of text."""

    def __call__(self, texts):
        encode(texts)
        return torch.nn.functional.one_hot(torch.tensor([len(text.split()) for text in texts]), 16).float()


def test_vectors_come_in_the_order_of_the_words_at_unit_length():
    found = word_vectors(Tower(), {"x": "bird", "y": "a bird", "z": "red"}, small=True)
    assert found.shape == (3, 16) and torch.allclose(found.norm(dim=1), torch.ones(3))
    assert found[0, 1] == 1 and found[1, 2] == 1


def test_a_word_that_a_miniature_does_not_know_is_named():
    with pytest.raises(UserError, match="'zebra'"):
        word_vectors(Tower(), {"bird": "bird", "zebra": "zebra"}, small=True)


def test_words_whose_vectors_are_nearly_the_same_are_named():
    vectors = torch.nn.functional.normalize(torch.tensor([[1, 0.0], [1, 0.1], [0, 1]]), dim=1)
    ((one, other, cosine),) = close_pairs(["a", "b", "c"], vectors)
    assert (one, other) == ("a", "b") and cosine == pytest.approx(0.995, abs=1e-3)
