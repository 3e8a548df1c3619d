"""Values that no run could use are refused where they stand, in one short message."""

from pathlib import Path

import pytest

from vitatlas.config.architecture import ACTIVATIONS, NORMS
from vitatlas.config.read import validate
from vitatlas.errors import UserError
from vitatlas.project.load import full_config_type, full_zoo_type, load_config, load_zoo

CONFIG = Path(__file__).resolve().parents[3] / "config"
ZOO = load_zoo(CONFIG / "models.yaml", own=False)


def numbers(schema, place=""):
    """Every number of a JSON schema, by place."""
    if isinstance(schema, list):
        for item in schema:
            yield from numbers(item, place)
    elif isinstance(schema, dict):
        if schema.get("type") in ("integer", "number"):
            yield place, schema
        for key, value in schema.items():
            yield from numbers(value, f"{place}.{key}")


@pytest.mark.parametrize("schema", [full_config_type(), full_zoo_type()])
def test_every_number_has_a_lowest_value(schema):
    lacking = [
        place
        for place, number in numbers(schema.model_json_schema())
        if not {"minimum", "exclusiveMinimum"} & number.keys()
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("relations.finetuning.default.betas", [1.0, 0.9]),
        ("relations.pretraining.mini-mae.betas", [-0.1, 0.9]),
        ("relations.finetuning.default.learning_rate", float("inf")),
        ("relations.finetuning.default.batch", 100_000),
        ("relations.stimuli.sizes.val", 10**8),
        ("relations.das.sizes.test", 10**11),
        ("relations.das.draws", 10**10),
        ("relations.probe.layers", [6]),
        ("relations.das.in_setting.32.layers", [0, 17]),
        ("relations.attention.walkthrough_heads.mini-mae", [[0, 4]]),
        ("relations.auxiliary.variants.both", [{"loss": "identity", "layer": 6}]),
        ("relations.auxiliary.variants.pipeline", [{"loss": "pipeline", "heads": [0, 9]}]),
        ("relations.photoreal.distance", [-1, 2]),
        ("pictures.encoders.scenes.test", 10**9),
        ("components.birds.test.birds", 10**12),
        ("components.pictures.test.scenes", -1),
        ("features.visualisations.gallery.first.mini-vit.features", [{"layer": 0, "units": [-1]}]),
        ("features.maps.units", 10**15),
        ("gpu_memory_mb.default", 10**12),
        ("seed", 2**70),
        ("papers", ["relations", "pictures", "pictures"]),
    ],
)
def test_a_value_out_of_range_is_named_with_its_key(key, value):
    overrides = value
    for part in reversed(key.split(".")):
        overrides = {part: overrides}
    with pytest.raises(UserError) as refused:
        load_config(CONFIG, {"tier": "demo", **overrides}, ZOO)
    said = str(refused.value)
    assert key.split(".")[-1] in said and len(said) < 400, said


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("num_heads", 0, "architecture.num_heads: 0 is no whole number"),
        ("depth", -2, "architecture.depth"),
        ("depths", [2, 0, 2], "architecture.depths: 0"),
        ("embed_dim", 10**9, "architecture.embed_dim"),
        ("embed_dim", 64.5, "architecture.embed_dim"),
        ("num_heads", 5, "5 heads cannot share embed_dim 64"),
        ("mlp_ratio", 0, "architecture.mlp_ratio: 0 is no number above 0"),
        ("drop_path_rate", 1, "architecture.drop_path_rate: 1 is no share"),
        ("norm_layer", "layer_nrom", "timm has no norm 'layer_nrom'"),
        ("norm_layer", "laynorm", "timm has no norm 'laynorm'"),
        ("act_layer", "gulu", "timm has no activation function 'gulu'"),
        ("init_values", "1e-5", "'1e-5' is a text"),
    ],
)
def test_an_architecture_that_no_network_has_is_refused_before_anything_is_built(key, value, words):
    zoo = ZOO.model_dump(exclude_none=True)
    zoo["models"]["mini-scratch"]["architecture"][key] = value
    with pytest.raises(UserError) as refused:
        validate(full_zoo_type(), zoo, "models.yaml")
    assert words in str(refused.value) and "models.mini-scratch" in str(refused.value)


@pytest.mark.parametrize("values", [{"mean": [123.7, 116.3, 103.5]}, {"std": [0, 0.2, 0.2]}, {"std": [58, 57, 57]}])
def test_normalisation_is_of_values_from_0_to_1(values):
    zoo = ZOO.model_dump(exclude_none=True)
    zoo["models"]["mini-scratch"]["preprocessing"] |= values
    with pytest.raises(UserError, match=r"models\.mini-scratch\.preprocessing\.(mean|std)\.0"):
        validate(full_zoo_type(), zoo, "models.yaml")


def test_the_names_of_norms_and_activations_are_timms():
    pytest.importorskip("vitatlas.models.torchvision_ops")
    from timm.layers.create_act import get_act_layer
    from timm.layers.create_norm import get_norm_layer

    assert all(get_norm_layer(name) for name in NORMS) and all(get_act_layer(name) for name in ACTIVATIONS)


@pytest.mark.parametrize(
    ("overrides", "key", "values"),
    [
        ({"das": {"sizes": {"train": 7}, "batch": 8}}, "relations.das", ["7 examples", "batch of 8"]),
        (
            {"pretraining": {"mini-objects": {"features_block": 4}}},
            "relations.pretraining.mini-objects",
            ["trained blocks"],
        ),
        ({"auxiliary": {"rows": {"rmts": ["both"]}}}, "relations.auxiliary", ["rows.rmts", "none"]),
        ({"probe": {"alphas": [1, 1]}}, "relations.probe", ["alphas"]),
        ({"runs": {"default": [3, 3]}}, "relations", ["runs.default", "twice"]),
    ],
)
def test_a_rule_across_keys_says_key_values_and_rule_and_no_section(overrides, key, values):
    with pytest.raises(UserError) as refused:
        load_config(CONFIG, {"tier": "demo", "relations": overrides}, ZOO)
    said = str(refused.value)
    assert said.startswith(f"key '{key}': ") and all(value in said for value in values), said
    assert len(said) < 300 and "{" not in said
