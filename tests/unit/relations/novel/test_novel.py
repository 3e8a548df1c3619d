from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from das_jobs import SEARCH, arguments, sweep_arguments, write_inputs

from vitatlas.errors import UserError
from vitatlas.jobs.job import parse
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.job import Prepared, das
from vitatlas.relations.das.learned import Item
from vitatlas.relations.das.spec import DasSpec
from vitatlas.relations.novel import vectors as module
from vitatlas.relations.novel.job import COLUMNS, novel
from vitatlas.relations.novel.spec import NovelSpec
from vitatlas.relations.novel.vectors import METHODS, draw, implant, interval

SEEN = torch.randn(50, 4, 6, generator=torch.Generator().manual_seed(0)) * 3 + 5


def drawn(method: str, count: int = 4000, seed: int = 1) -> torch.Tensor:
    return draw(method, SEEN, count, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("method", "weight"), [("added", 1.0), ("interpolated", 0.5)])
def test_mixtures_are_of_two_examples_token_by_token(method: str, weight: float) -> None:
    sums = {tuple((weight * (a + b)).flatten().tolist()) for a in SEEN for b in SEEN}
    assert all(tuple(vector.flatten().tolist()) in sums for vector in drawn(method, 30))
    torch.testing.assert_close(drawn(method).mean(0), 2 * weight * SEEN.mean(0), atol=0.35, rtol=0)


def test_samples_have_the_moments_of_what_was_seen() -> None:
    sampled, every = drawn("sampled"), SEEN.flatten(0, 1)
    torch.testing.assert_close(sampled[:, 0].mean(0), every.mean(0), atol=0.3, rtol=0)
    torch.testing.assert_close(sampled[:, 0].std(0), every.std(0), atol=0.3, rtol=0)
    assert (sampled == sampled[:, :1]).all()


def test_random_vectors_know_nothing() -> None:
    random = drawn("random")
    assert random.mean().abs() < 0.05 and abs(float(random.std()) - 1) < 0.05
    assert (random == random[:, :1]).all()


@pytest.mark.parametrize("method", METHODS)
def test_draws_are_reproducible_and_differ(method: str) -> None:
    assert torch.equal(drawn(method, 5), drawn(method, 5)) and not torch.equal(drawn(method, 5), drawn(method, 5, 2))
    assert len({tuple(vector.flatten().tolist()) for vector in drawn(method, 5)}) == 5


def test_implanting_replaces_the_coordinates_and_nothing_else() -> None:
    basis = torch.linalg.qr(torch.randn(8, 8, generator=torch.Generator().manual_seed(0))).Q
    base, vectors = torch.randn(3, 4, 8), torch.randn(3, 4, 2)
    new = implant(base, vectors, basis[:, :2])
    torch.testing.assert_close(new @ basis[:, :2], vectors)
    torch.testing.assert_close(new @ basis[:, 2:], base @ basis[:, 2:])
    assert torch.equal(implant(base, vectors[..., :0], basis[:, :0]), base)


def test_the_interval_is_students() -> None:
    found = interval(np.array([0.5, 0.6, 0.7, 0.6, 0.6]))
    half = 2.776 * np.std([0.5, 0.6, 0.7, 0.6, 0.6], ddof=1) / np.sqrt(5)
    assert found["accuracy"] == pytest.approx(0.6)
    assert found["high"] - 0.6 == pytest.approx(half, rel=0.01)
    assert 0.6 - found["low"] == pytest.approx(half, rel=0.01)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, its counterfactual sets and its learned subspaces."""
    folder = tmp_path_factory.mktemp("searched")
    write_inputs(folder, "rmts")
    search = SEARCH | {"controls": ["none"], "mask_learning_rate": 0.1, "penalty": 0.0}
    das(parse(DasSpec, sweep_arguments(folder, folder, task="rmts", search=search)))
    return folder


def measure(folder: Path, **changes: Any) -> pd.DataFrame:
    spec = {"task": "rmts", "runs": [1], "properties": ["shape", "color"], "batch": 16, "draws": 2, "shared": 16}
    command = arguments(folder, folder, {"table": "novel.parquet"}, weights="models", **spec | changes)
    novel(parse(NovelSpec, [*command, "--input", "operators", str(folder / "operators.safetensors")]))
    return pd.read_parquet(folder / "novel.parquet")


def test_the_table_has_one_row_per_subspace_and_method(searched: Path) -> None:
    table = measure(searched)
    assert list(table.columns) == COLUMNS and len(table) == 2 * 3 * 4
    assert not table.duplicated(["layer", "property", "method"]).any()
    assert (table["low"] <= table["accuracy"]).all() and (table["accuracy"] <= table["high"]).all()
    assert (table["n"] == 24).all() and (table["draws"] == 2).all()
    last = table[table["layer"] == 2]
    np.testing.assert_allclose(last["accuracy"], last["base_error"])


def test_in_an_empty_subspace_nothing_changes_and_nothing_is_run(
    searched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = parse(DasSpec, sweep_arguments(searched, searched, task="rmts"))
    prepared, examples = Prepared(job, job.input.model, 1), iid_examples(searched)
    width = prepared.model.classifier.width
    empty = {Item("shape", "none", layer): (torch.eye(width), -torch.ones(width)) for layer in (0, 1)}
    monkeypatch.setattr(module, "implant", lambda *_: pytest.fail("an intervention with nothing"))
    rows = module.measure(
        prepared.model, examples, examples, empty, batch=16, draws=2, novel_draws="corrected", shared=16, seed=0
    )
    assert [(row["layer"], row["method"]) for row in rows] == list(itertools.product((0, 1), METHODS))
    assert all(row["low"] == row["accuracy"] == row["base_error"] and not row["subspace_size"] for row in rows)
    assert all("collapsed" in row["warning"] for row in rows)


def test_pairs_to_become_the_same_are_counted_alone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_inputs(tmp_path)
    job = parse(DasSpec, sweep_arguments(tmp_path, tmp_path))
    prepared = Prepared(job, job.input.model, 1)
    classifier, examples = prepared.model.classifier, prepared.examples("shape", "test_iid")
    with torch.no_grad():
        logits = classifier(examples.images(torch.arange(len(examples)))[0])
        margin = logits[:, 1] - logits[:, 0]
        classifier.head.bias[1] -= margin.quantile(0.3)
    right = ((margin > margin.quantile(0.3)).long() == examples.target).float()
    monkeypatch.setattr(module, "implant", lambda base, vectors, axes: base)
    whole = {Item("shape", "none", 0): (torch.eye(classifier.width), torch.ones(classifier.width))}
    rows = module.measure(
        prepared.model, examples, examples, whole, batch=10, draws=2, novel_draws="corrected", shared=16, seed=0
    )
    expected = right[examples.target == 1].mean().item()  # 1: "same"
    assert expected != pytest.approx(right.mean().item())
    for row in rows:
        assert row["made_same"] == pytest.approx(expected) and row["accuracy"] == pytest.approx(right.mean().item())


def test_both_objects_get_new_vectors_the_same_or_two_by_the_judgement(
    searched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[torch.Tensor] = []

    def spy(base: torch.Tensor, vectors: torch.Tensor, axes: torch.Tensor) -> torch.Tensor:
        given.append(vectors)
        return implant(base, vectors, axes)

    monkeypatch.setattr(module, "implant", spy)
    measure(searched, batch=24, properties=["shape"])
    examples = iid_examples(searched)
    for vectors in given:
        first, second = vectors.chunk(2, dim=1)
        same = (first == second).all((1, 2))
        two = examples.judgement == 1
        assert same[~two].all() and same[two].float().mean() < 0.2  # 16 examples to mix: chance gives a few twice


@pytest.mark.parametrize(("protocol", "distinct"), [("corrected", range(20, 25)), ("reference", [2])])
def test_the_reference_protocol_shares_a_draw_within_a_batch(
    searched: Path, monkeypatch: pytest.MonkeyPatch, protocol: str, distinct: list[int]
) -> None:
    given: list[torch.Tensor] = []
    monkeypatch.setattr(module, "implant", lambda base, vectors, axes: given.append(vectors) or base)
    measure(searched, novel_draws=protocol, batch=24, properties=["shape"])
    first = given[0][:, :4]
    assert len({tuple(vector.flatten().tolist()) for vector in first}) in distinct


def iid_examples(folder: Path) -> Examples:
    job = parse(DasSpec, sweep_arguments(folder, folder, task="rmts"))
    return Prepared(job, job.input.model, 1).examples("shape", "test_iid")


def test_subspaces_of_another_model_are_refused(searched: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"the subspaces are of .*run 1.*, wanted are those of .*run 2"):
        measure(searched, runs=[2])
    with pytest.raises(UserError, match="1 models for 2 runs"):
        measure(searched, runs=[1, 2])
