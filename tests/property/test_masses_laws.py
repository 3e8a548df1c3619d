from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vitatlas.config.models import Preprocessing
from vitatlas.models.sites import read
from vitatlas.relations.attention.masses import masses, quantities, relation_sets
from vitatlas.relations.attention.reader import attention_by_layer
from vitatlas.relations.attention.sample import scene_objects
from vitatlas.relations.config.models import Geometry, Network
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.sets import make_split


@st.composite
def images(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, int]:
    """Queries, keys and disjoint, possibly unequal objects of a small batch."""
    batch, heads, width = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 5))
    count, prefix, patches = draw(st.sampled_from([2, 4])), draw(st.integers(0, 2)), draw(st.integers(6, 20))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**31)))
    scale = draw(st.sampled_from([0.1, 1.0, 20.0]))
    q, k = (scale * torch.randn(batch, heads, prefix + patches, width, generator=generator) for _ in range(2))
    objects = torch.zeros(batch, count, prefix + patches, dtype=torch.bool)
    for image in range(batch):
        # every object gets one patch; of the others each goes to some object, or (-1) to the background
        owners = list(range(count)) + draw(
            st.lists(st.integers(-1, count - 1), min_size=patches - count, max_size=patches - count)
        )
        for patch, owner in enumerate(draw(st.permutations(owners))):
            if owner >= 0:
                objects[image, owner, prefix + patch] = True
    return q, k, objects, prefix


def slow(attention: torch.Tensor, objects: torch.Tensor, prefix: int) -> dict[str, torch.Tensor]:
    """The definition, word by word, on the full attention [B, H, T, T]."""
    found: dict[str, torch.Tensor] = {}
    for image in range(attention.shape[0]):
        sets = [set(mask.nonzero().flatten().tolist()) for mask in objects[image]]
        background = set(range(prefix, attention.shape[2])).difference(*sets)
        for head in range(attention.shape[1]):
            a = attention[image, head]

            def m(source: set[int], target: set[int], a: torch.Tensor = a) -> float:
                part = sum(a[i, j].item() for i in source for j in target)
                return part / sum(a[i, j].item() for i in source for j in range(a.shape[1]))

            first, second = sets[:2]
            wp = max(m(first, second), m(second, first))
            bg = max(m(first, background), m(second, background))
            own = (m(first, first) + m(second, second)) / 2
            here = {"WP": wp, "BG": bg, "WO": 1 - wp - bg, "WO_direct": own, "global": wp + bg}
            if len(sets) == 4:
                pair, display = first | second, sets[2] | sets[3]
                here["BP"] = max(m(pair, display), m(display, pair))
            for name, value in here.items():
                found.setdefault(name, torch.zeros(attention.shape[:2], dtype=torch.float64))[image, head] = value
    return found


@settings(max_examples=40, deadline=None)
@given(images())
def test_rows_alone_give_what_the_full_attention_gives(case: tuple) -> None:
    q, k, objects, prefix = case
    got = quantities(masses(q, k, relation_sets(objects, prefix)))
    expected = slow((q.double() @ k.double().mT / math.sqrt(q.shape[-1])).softmax(-1), objects, prefix)
    assert set(got) == set(expected)
    for name, value in expected.items():
        torch.testing.assert_close(
            got[name].double(), value, atol=2e-5, rtol=0, msg=lambda text, name=name: f"{name}: {text}"
        )


@settings(max_examples=40, deadline=None)
@given(images())
def test_masses_are_shares(case: tuple) -> None:
    q, k, objects, prefix = case
    mass = masses(q, k, relation_sets(objects, prefix))
    assert (mass >= 0).all()
    assert (mass <= 1 + 1e-5).all()
    values = quantities(mass)
    torch.testing.assert_close(values["WP"] + values["BG"] + values["WO"], torch.ones_like(values["WP"]))


@settings(max_examples=25, deadline=None)
@given(images())
def test_an_image_does_not_depend_on_its_batch(case: tuple) -> None:
    q, k, objects, prefix = case
    together = masses(q, k, relation_sets(objects, prefix))
    for i in range(len(q)):
        alone = masses(q[i : i + 1], k[i : i + 1], relation_sets(objects[i : i + 1], prefix))
        torch.testing.assert_close(together[i], alone[0], atol=1e-6, rtol=1e-5)


@settings(max_examples=25, deadline=None)
@given(images())
def test_the_order_of_the_two_objects_does_not_matter(case: tuple) -> None:
    q, k, objects, prefix = case
    swapped = objects[:, [1, 0, 3, 2][: objects.shape[1]]]
    one, two = (quantities(masses(q, k, relation_sets(o, prefix))) for o in (objects, swapped))
    for name in one:
        torch.testing.assert_close(one[name], two[name], atol=1e-6, rtol=1e-5)


SMALL = {"embed_dim": 32, "depth": 3, "num_heads": 4}
VARIANTS = {
    "plain": ("vit_tiny_patch16_224", {}),
    "pre-norm and quick GELU, as CLIP": ("vit_base_patch16_clip_quickgelu_224", {}),
    "LayerScale, as DINOv2": ("vit_small_patch14_dinov2", {"init_values": 0.5}),
    "query and key norm": ("vit_tiny_patch16_224", {"qk_norm": True}),
    "registers": ("vit_small_patch14_reg4_dinov2", {}),
}


@pytest.mark.parametrize("task", ["discrimination", "rmts"])
@pytest.mark.parametrize("name", VARIANTS)
def test_a_running_model_gives_what_its_stored_attention_gives(name: str, task: str) -> None:
    geometry = Geometry(canvas=48, patch=8, object=16, sprite=14)
    timm_name, extra = VARIANTS[name]
    network = Network(
        timm=timm_name,
        architecture={"patch_size": 8, **SMALL, **extra},
        origin="none",
        preprocessing=Preprocessing(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
    )
    classifier = build(network, geometry, seed=3).eval()
    with torch.no_grad():
        for weight in classifier.parameters():
            weight.mul_(3)  # so that attention is far from uniform
    scenes = make_split(task, "256", "test", 4, geometry, seed=1)
    images = Renderer(geometry, 10)(scenes)
    objects = scene_objects(scenes, geometry, classifier.prefix)
    sets = relation_sets(objects, classifier.prefix)
    got = attention_by_layer(classifier, images, lambda q, k: masses(q, k, sets))
    sites = [f"block.{layer}.attn.pattern" for layer in range(3)]
    with torch.no_grad(), read(classifier, sites) as stored:
        classifier(images)
    for mass, site in zip(got, sites, strict=True):
        expected = slow(stored[site].double(), objects, classifier.prefix)
        found = quantities(mass)
        assert found["WP"].std() > 1e-3
        for quantity, value in expected.items():
            torch.testing.assert_close(found[quantity].double(), value, atol=2e-5, rtol=0)
