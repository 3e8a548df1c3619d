"""The switches of the section `protocol`: which jobs each concerns, and what it does there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import torch
from artifact_specs import CONFIG, STAND_INS, ZOO, raw_spec, relations, spec
from artifact_tables import behavior_table
from das_jobs import SEARCH, cell, sweep_arguments, write_inputs
from intervention_tables import das_table
from model_kinds import GEOMETRIES, images, network

from vitatlas.artifacts.coverage import rows
from vitatlas.artifacts.described import artifact_spec
from vitatlas.artifacts.registry import with_stand_ins, withhold_uncomparable
from vitatlas.config.compute import Compute
from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.jobs.spec import effective
from vitatlas.models.build import Classifier, Normalise
from vitatlas.project.atlas import Atlas, load_atlas
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.config.models import Network, geometry_of
from vitatlas.relations.config.protocol import Protocol
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.job import das
from vitatlas.relations.das.spec import DasSpec
from vitatlas.relations.figures import disentanglement
from vitatlas.relations.finetuning.build import build
from vitatlas.relations.tables import behaviour

ANALYSES = ("attention", "walkthrough", "das", "novel", "information_flow", "probe")
GATHERED = ("behaviour", "das_table", "auxiliary")
RULES = ("scenes", "pretrain", "finetune", "counterfactuals", *GATHERED, *ANALYSES)
SWITCHES = list(Protocol.model_fields)


def atlas(**protocol: str) -> Atlas:
    return load_atlas(CONFIG.parent, {"tier": "demo"} | ({"relations": {"protocol": protocol}} if protocol else {}))


def specs(model: str, **protocol: str) -> dict[str, Any]:
    built = atlas(**protocol).relations.specs
    wildcards = SimpleNamespace(model=model, geometry="mini", task="rmts", setting="32", run="0")
    rules = [rule for rule in RULES if rule != "pretrain" or ZOO.models[model].origin == "pretrain"]
    return {rule: effective(getattr(built, rule)(wildcards)) for rule in rules}


def test_the_corrected_protocol_is_in_no_spec() -> None:
    plain = specs("mini-mae")
    assert specs("mini-mae", **dict.fromkeys(SWITCHES, "corrected")) == plain
    assert not set(SWITCHES) & {key for spec in plain.values() for key in spec}


@pytest.mark.parametrize(
    ("switch", "model", "affected"),
    [
        ("normalisation", "mini-mae", set(ANALYSES)),
        ("normalisation", "mini-objects", set()),
        ("normalisation", "clip_b16", set()),
        ("mode", "mini-mae", {"das"}),
        ("novel_draws", "mini-mae", {"novel"}),
        ("sites", "mini-mae", {"probe"}),
        ("seen_accuracy", "mini-mae", set()),
    ],
)
def test_a_switch_concerns_the_jobs_that_it_acts_in(switch: str, model: str, affected: set[str]) -> None:
    before, after = specs(model), specs(model, **{switch: "reference"})
    assert {rule for rule in before if before[rule] != after[rule]} == affected


def test_an_unknown_position_of_a_switch_is_named() -> None:
    with pytest.raises(UserError, match=r"protocol\.mode"):
        atlas(mode="training")


def test_the_references_normalisation_is_the_models_with_other_statistics() -> None:
    entry = ZOO.models["mini-mae"]
    own, other = entry.preprocessing, entry.relations.reference_preprocessing
    found = Network.model_validate(specs("mini-mae", normalisation="reference")["das"]["model"])
    assert other is not None and other != own and found.preprocessing == other
    as_trained = Network.model_validate(specs("mini-mae")["das"]["model"])
    geometry = geometry_of(ZOO, "mini-mae")
    pixels = torch.randint(0, 256, (2, 3, 48, 48), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    replaced, switched = build(as_trained, geometry, seed=1).eval(), build(found, geometry, seed=1).eval()
    assert not torch.allclose(replaced(pixels), switched(pixels))
    replaced.normalise = Normalise(other)
    assert torch.equal(replaced(pixels), switched(pixels))


def classifier(**architecture: float) -> Classifier:
    plain = network("plain")
    plain = plain.model_copy(update={"architecture": plain.architecture | architecture})
    return build(plain, GEOMETRIES["plain"], seed=0).double()


@torch.no_grad()
def answers(training: bool, **architecture: float) -> list[torch.Tensor]:
    model = CutModel(classifier(**architecture), Device(Compute(device="cpu")), training=training)
    assert not any(parameter.requires_grad for parameter in model.classifier.parameters())
    torch.manual_seed(0)
    return [model.above(tokens, layer) for layer, tokens in model.below(images("plain"), [0, 2]).items()]


def test_training_mode_changes_nothing_but_dropout() -> None:
    for one, other in zip(answers(False), answers(True), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
    dropped, again = answers(True, proj_drop_rate=0.5), answers(True, proj_drop_rate=0.5)
    for one, other, same in zip(answers(False, proj_drop_rate=0.5), dropped, again, strict=True):
        assert not torch.allclose(one, other) and torch.equal(other, same)


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_alignment_search_leaves_the_model_in_the_mode_asked_for(rate: float, tmp_path: Path) -> None:
    write_inputs(tmp_path)
    model = cell()["model"]
    model["architecture"] = model["architecture"] | {"proj_drop_rate": rate}
    search = SEARCH | {"controls": ["none"], "layers": [0], "epochs": 1}
    found = []
    for mode in ("corrected", "reference", "reference"):
        das(parse(DasSpec, sweep_arguments(tmp_path, tmp_path, model=model, search=search, mode=mode)))
        found.append(pd.read_parquet(tmp_path / "das.parquet")["loss"])
    pd.testing.assert_series_equal(found[1], found[2])
    if rate:
        assert (found[0] - found[1]).abs().max() > 1e-3
    else:
        pd.testing.assert_series_equal(found[0], found[1], rtol=0, atol=1e-4)


def artifact(name: str, *departures: str) -> ArtifactSpec:
    made: ArtifactSpec = artifact_spec(with_stand_ins(relations().artifact(name), STAND_INS), ZOO, "demo", departures)
    return made


def test_seen_combinations_are_read_from_the_test_split_where_the_reference_did() -> None:
    table = artifact("table_03", "seen_accuracy")
    data = pd.concat([behavior_table(p.model, str(p.task), str(p.setting)) for p in table.panels], ignore_index=True)
    wrong = behaviour.values(data, table).set_index(["row", "column"])["accuracy"].unstack()
    assert (wrong["Test"] == wrong["Compositional"]).all()
    right = behaviour.values(data, spec("table_03")).set_index(["row", "column"])["accuracy"].unstack()
    assert (right["Test"] != right["Compositional"]).all() and (right["Compositional"] == wrong["Compositional"]).all()

    figure = artifact("figure_06", "seen_accuracy")
    cells = [(p.model, str(p.task), str(p.setting)) for p in figure.panels]
    data = pd.concat([made(*cell) for cell in cells for made in (das_table, behavior_table)], ignore_index=True)
    points = disentanglement.values(data, figure).query("part == 'point'")
    heights = points.set_index(["model", "task", "split"])["y"].unstack()
    assert (heights["test_iid"] == heights["test"]).all()


def test_what_was_made_with_departures_says_so() -> None:
    note = "Made with departures of the reference code (`protocol` in the paper's configuration): sites, mode."
    assert artifact("figure_03", "sites", "mode").remarks[1] == note
    assert note not in artifact("figure_07", "sites", "mode").remarks
    assert artifact("figure_03") == spec("figure_03") and "seen_split" not in raw_spec("figure_06")


def test_the_comparison_is_not_made_from_results_with_departures() -> None:
    registry = withhold_uncomparable(relations(), ["mode"])
    row = next(row for row in rows(registry, ZOO, "demo") if row.name == "extra_departures")
    assert row.state == "pending"
    assert "`relations.protocol` departs from it: mode" in registry.artifact("extra_departures").pending
    assert not registry.artifact("extra_departures").in_tier("demo") and registry.artifact("figure_03").in_tier("demo")
    assert withhold_uncomparable(relations(), []) == relations()
    made = [artifact.name for artifact in atlas(mode="reference").relations.artifacts]
    assert "extra_departures" not in made and "figure_03" in made
