"""The registry of a tier: which artifacts show the same, because one model stands in for several."""

from artifact_specs import STAND_INS, ZOO, relations
from hypothesis import given
from hypothesis import strategies as st

from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.stand_ins import placed

REGISTRY = relations()


def shown(artifact):
    return artifact.family_name, artifact.options, artifact.panels


def test_artifacts_that_show_the_same_name_each_other_and_what_they_stand_for():
    found = placed(REGISTRY, STAND_INS, "demo")
    # In these stand-ins DINO and ImageNet are one miniature.
    first, second = (artifact_spec(found.artifact(name), ZOO, "demo") for name in ("figure_30", "figure_32"))
    assert first.in_picture[0] == "Stands for DINO ViT-B/16; same picture as figure 32."
    assert second.in_picture[0] == "Stands for ImageNet ViT-B/16; same picture as figure 30."
    assert first.in_picture[0] in first.remarks and second.notes[0] == second.in_picture[0]


def test_without_stand_ins_nothing_shows_the_same_by_chance():
    found = placed(REGISTRY, {}, "paper")
    assert not any(artifact.twins for artifact in found.artifacts.values())


def test_what_a_tier_does_not_make_is_nobodys_twin():
    made = {artifact.name for artifact in REGISTRY.in_tier("smoke")}
    found = placed(REGISTRY, STAND_INS, "smoke")
    twins = {twin for artifact in found.artifacts.values() for twin in artifact.twins}
    assert twins <= made and not found.artifact("figure_32").twins


@given(st.dictionaries(st.sampled_from(sorted(STAND_INS)), st.sampled_from(sorted(set(STAND_INS.values())))))
def test_twins_are_those_that_show_the_same(stand_ins):
    found = placed(REGISTRY, stand_ins, "demo")
    for name, artifact in found.artifacts.items():
        same = {other for other, of in found.artifacts.items() if shown(of) == shown(artifact)} - {name}
        assert set(artifact.twins) == {other for other in same if found.artifact(other).in_tier("demo")}
