"""Which layers and heads the auxiliary losses take, which runs there are, and what their rules depend on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vitatlas.errors import UserError
from vitatlas.jobs.fingerprint import without_fingerprint
from vitatlas.jobs.spec import effective
from vitatlas.project.atlas import load_atlas
from vitatlas.project.rooms import Room
from vitatlas.relations.attention.spec import AttentionSpec
from vitatlas.relations.auxiliary.spec import FinetuneAuxiliarySpec
from vitatlas.relations.config.auxiliary import Pipeline, Probe

ROOT = Path(__file__).resolve().parents[4]
CELL = SimpleNamespace(model="mini-scratch", task="rmts", setting="32", run="2", auxiliary="both")


def room(tier: str = "demo", **auxiliary: Any) -> Room:
    return load_atlas(ROOT, {"tier": tier} | ({"relations": {"auxiliary": auxiliary}} if auxiliary else {})).relations


@pytest.mark.parametrize(
    ("depth", "sets"),
    [
        (12, ([3, 4, 5], [6, 7], [8, 9])),
        (6, ([2], [3], [4])),
        (24, ([*range(6, 12)], [*range(12, 16)], [*range(16, 20)])),
    ],
)
def test_layers_follow_the_depth_of_the_model(depth: int, sets: tuple[list[int], ...]) -> None:
    pipeline = Pipeline(loss="pipeline")
    assert tuple(pipeline.layers(depth, "rmts").values()) == sets
    assert tuple(pipeline.layers(depth, "discrimination").values()) == sets[:2]


def test_heads_are_the_first_third_and_probes_stand_where_the_stages_begin() -> None:
    assert [Pipeline(loss="pipeline").heads_of(heads) for heads in (12, 4, 3)] == [[0, 1, 2, 3], [0, 1], [0]]
    blocks = {loss: [Probe(loss=loss).block(depth) for depth in (12, 6)] for loss in ("disentanglement", "judgement")}
    assert blocks == {"disentanglement": [3, 2], "judgement": [8, 4]}
    assert Probe(loss="identity", layer=0).block(12) == 0


def test_a_layer_of_several_sets_belongs_to_the_first() -> None:
    pipeline = Pipeline(loss="pipeline", within_object=[1, 2], within_pair=[2, 3], between_pair=[1, 3, 4])
    assert pipeline.layers(6, "rmts") == {"within_object": [1, 2], "within_pair": [3], "between_pair": [4]}


@pytest.mark.parametrize("tier", ["smoke", "demo", "paper"])
def test_specs_are_what_the_jobs_take(tier: str) -> None:
    for rule, kind in (("finetune_auxiliary", FinetuneAuxiliarySpec), ("attention_auxiliary", AttentionSpec)):
        kind.model_validate(without_fingerprint(getattr(room(tier).specs, rule)(CELL)))


def test_runs_without_losses_are_the_ordinary_ones_where_those_are_the_same() -> None:
    wildcards = SimpleNamespace(model="scratch_b16", task="rmts", setting="32")
    runs = room("paper").paths.auxiliary_runs_of("metrics.parquet")(wildcards)
    ordinary = "results/paper/models/relations/scratch_b16/rmts/32"
    auxiliary = "results/paper/auxiliary/relations/scratch_b16/rmts/32"
    assert runs[:3] == [f"{ordinary}/run{run}/metrics.parquet" for run in (0, 1, 2)]
    assert runs[3] == f"{auxiliary}/disentanglement/run0/metrics.parquet"
    own = {"default": {"learning_rate": 1e-3, "batch": 64, "epochs": 3}}
    runs = room("paper", finetuning=own).paths.auxiliary_runs_of("metrics.parquet")(wildcards)
    assert runs[0] == f"{auxiliary}/none/run0/metrics.parquet"
    other = room("paper", runs=[0, 7]).paths.auxiliary_runs_of("metrics.parquet")(wildcards)
    assert other[:2] == [f"{ordinary}/run0/metrics.parquet", f"{auxiliary}/none/run7/metrics.parquet"]


def test_a_tasks_own_training_goes_before_the_common_one_and_that_before_the_models() -> None:
    training = {"learning_rate": 1e-3, "batch": 64}
    asked = {"default": training | {"epochs": 3}, "rmts": training | {"epochs": 5}}
    own = room("paper", finetuning=asked).settings.own
    assert [own.auxiliary_finetuning_of("scratch_b16", task).epochs for task in ("discrimination", "rmts")] == [3, 5]
    assert room("paper").settings.own.auxiliary_finetuning_of("scratch_b16", "rmts").epochs == 200


@pytest.mark.parametrize("variant", ["none", "both"])
def test_a_loss_concerns_the_variants_that_have_it(variant: str) -> None:
    wildcards = SimpleNamespace(**{**vars(CELL), "auxiliary": variant})
    changed = room(variants={"both": [{"loss": "disentanglement"}, {"loss": "pipeline", "heads": [3]}]})
    before, after = (effective(a.specs.finetune_auxiliary(wildcards)) for a in (room(), changed))
    assert (before == after) == (variant == "none")


@pytest.mark.parametrize(
    ("auxiliary", "message"),
    [
        ({"rows": {"discrimination": ["none", "judgement"]}}, "variant 'judgement' judges a display pair"),
        ({"rows": {"rmts": ["none", "bth"]}}, "rows.rmts: unknown variant 'bth'; there are: none, disentanglement"),
        ({"rows": {"rmts": ["both"]}}, "rows.rmts: the first must be 'none'"),
        ({"variants": {"none": [{"loss": "identity"}]}}, "variants.none: there must be one, without losses"),
        ({"variants": {"x": [{"loss": "identity"}, {"loss": "identity"}]}}, "variants.x: a loss is named twice"),
        ({"variants": {"x": [{"loss": "identity", "layer": -1}]}}, r"auxiliary.variants.x.0.*greater than or equal"),
        ({"variants": {"x": [{"loss": "entity"}]}}, r"auxiliary.variants.x.0.*'disentanglement'"),
        ({"variants": {"x": [{"loss": "pipeline", "heads": []}]}}, "at least 1"),
        ({"runs": [1, 1]}, "runs: a run is named twice"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(auxiliary: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        room(**auxiliary)


def test_an_unknown_variant_in_a_target_is_named() -> None:
    wildcards = SimpleNamespace(**{**vars(CELL), "auxiliary": "bth"})
    with pytest.raises(UserError, match="unknown variant of auxiliary losses 'bth'"):
        room().specs.finetune_auxiliary(wildcards)
