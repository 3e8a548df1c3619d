"""Captions, prompts and tokens of the picture world."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.errors import UserError
from vitatlas.images.world import tokenizer
from vitatlas.images.world.attributes import CATEGORIES, COLORS, LOCATIONS, PATTERNS, ROWS, SIZES, VALUES, kind
from vitatlas.images.world.captions import captions
from vitatlas.images.world.language import PLURALS, WORDS, phrase
from vitatlas.images.world.prompts import ATTRIBUTES, prompts
from vitatlas.images.world.scenes import draw
from vitatlas.images.world.settings import CaptionSettings, WorldSettings
from vitatlas.models import torchvision_ops  # noqa: F401  (open_clip imports torchvision, which needs this first)

SCENES = draw(WorldSettings(), "train", 3000, 0)
FULL = CaptionSettings(size=1, color=1, pattern=1, location=1, place=1, kind=0)
BARE = CaptionSettings(size=0, color=0, pattern=0, location=0, place=0, kind=0)
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=tokenizer.CONTEXT - 2).map(" ".join), min_size=1, max_size=9)


def test_a_phrase_is_english() -> None:
    said = {"size": "small", "color": "red", "pattern": "striped", "location": "meadow", "row": "top", "column": "left"}
    assert phrase("bird", said) == "a small red striped bird on a meadow top left"
    assert phrase("umbrella", {"location": "night"}) == "an umbrella at night"
    assert phrase("fish", {"color": "orange"}) == "an orange fish"
    assert phrase("butterfly", {"color": "orange"}, many=True) == "three orange butterflies"


def test_captions_are_a_pure_function_and_the_seed_matters() -> None:
    first = captions(SCENES, CaptionSettings(), 5)
    assert first == captions(SCENES, CaptionSettings(), 5) != captions(SCENES, CaptionSettings(), 6)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_captions_are_true_of_their_scenes(seed: int) -> None:
    for caption, row in zip(captions(SCENES, CaptionSettings(), seed), SCENES.to_dict("records"), strict=True):
        words, many = set(caption.split()), row["count"] == "many"
        allowed = {row["color"], row["pattern"], row["location"]}
        nouns = {row["category"], kind(row["category"])}
        allowed |= {PLURALS[noun] for noun in nouns} if many else nouns | {row[n] for n in ("size", "row", "column")}
        assert words - {"a", "an", "the", "three", "in", "on", "at"} <= allowed
        assert ("three" in words) == many
        assert sum(word in allowed for word in caption.split() if word in {*PLURALS, *PLURALS.values()}) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [(COLORS, 0.85), (PATTERNS, 0.85), (LOCATIONS, 0.8), (("animal", "animals", "thing", "things"), 0.15)],
)
def test_captions_say_their_parts_as_often_as_set(values: tuple[str, ...], expected: float) -> None:
    share = np.mean([bool(set(text.split()) & set(values)) for text in captions(SCENES, CaptionSettings(), 0)])
    assert abs(share - expected) < 0.03


def test_captions_say_all_or_next_to_nothing_where_set_so() -> None:
    one = SCENES[SCENES["count"] == "one"]
    assert all(set(text.split()) & set(SIZES) and set(text.split()) & set(ROWS) for text in captions(one, FULL, 0))
    assert {len(text.split()) for text in captions(SCENES, BARE, 0)} == {2}


@given(texts)
@settings(max_examples=50, deadline=None)
def test_tokens_give_their_texts_back(words: list[str]) -> None:
    tokens = tokenizer.encode(words)
    assert tokens.shape == (len(words), tokenizer.CONTEXT) and tokens.dtype == np.int64
    assert tokenizer.decode(tokens) == words
    ends = tokens.argmax(1)
    assert (tokens[np.arange(len(words)), ends] == tokenizer.END).all()
    assert ends.tolist() == [len(text.split()) + 1 for text in words]
    assert tokens.max() < tokenizer.VOCABULARY


def test_every_caption_and_prompt_can_be_encoded() -> None:
    tokenizer.encode(captions(SCENES, FULL, 0))
    for attribute in ATTRIBUTES:
        for sentences in prompts(attribute).values():
            assert tokenizer.decode(tokenizer.encode(sentences)) == sentences
    assert len(set(WORDS)) == len(WORDS)


def test_every_word_is_used() -> None:
    said = [
        *captions(SCENES, FULL, 0),
        *(text for name in ATTRIBUTES for some in prompts(name).values() for text in some),
    ]
    assert {word for text in said for word in text.split()} == set(WORDS)


def test_open_clip_pools_at_the_end_and_ignores_the_padding() -> None:
    import open_clip
    from open_clip.transformer import text_global_pool

    text = open_clip.CLIPTextCfg(
        context_length=tokenizer.CONTEXT, vocab_size=tokenizer.VOCABULARY, width=16, heads=2, layers=1
    )
    vision = open_clip.CLIPVisionCfg(layers=1, width=16, head_width=8, patch_size=8, image_size=16)
    model = open_clip.CLIP(8, vision, text).eval()
    tokens = torch.from_numpy(tokenizer.encode(["a bird", "a bird on the sea"]))
    states = torch.arange(2 * tokenizer.CONTEXT, dtype=torch.float32).view(2, tokenizer.CONTEXT, 1)
    assert text_global_pool(states, tokens, text.pool_type).flatten().tolist() == [3, tokenizer.CONTEXT + 6]
    padded = tokens.clone()
    padded[padded == tokenizer.PAD] = 1
    with torch.no_grad():
        torch.testing.assert_close(model.encode_text(tokens), model.encode_text(padded))


def test_unknown_words_and_long_texts_are_named() -> None:
    with pytest.raises(UserError, match=r"'zebra'[\s\S]*a zebra"):
        tokenizer.encode(["a bird", "a zebra"])
    with pytest.raises(UserError, match="13 words"):
        tokenizer.encode(["a " * 13])


@pytest.mark.parametrize("attribute", VALUES)
def test_prompts_of_an_attribute_say_its_values_in_the_same_ways(attribute: str) -> None:
    found = prompts(attribute)
    assert tuple(found) == VALUES[attribute]
    assert len({len(sentences) for sentences in found.values()}) == 1
    sentences = [sentence for some in found.values() for sentence in some]
    assert len(set(sentences)) == len(sentences)
    for value, some in found.items():
        assert attribute == "count" or all({value, PLURALS.get(value)} & set(text.split()) for text in some)
        others = {
            word for name, values in VALUES.items() if name not in (attribute, "row", "column") for word in values
        }
        others -= set(CATEGORIES) if attribute == "count" else set()
        assert not any(others & set(text.split()) for text in some)


def test_prompts_of_count_are_singular_and_plural() -> None:
    assert "a fish" in prompts("count")["one"] and "three butterflies" in prompts("count")["many"]


def test_prompts_of_what_is_no_attribute_are_refused() -> None:
    with pytest.raises(UserError, match="no prompts for 'shape'"):
        prompts("shape")
