"""Our search against pyvene's on a model and counterfactuals of a finished demo run: equal success, within seed noise.

Data, batches, learning rates, temperatures and the penalty are the same; pyvene brings its own forward pass, its own
parametrisation of the rotation (torch's matrix exponential) and its own initial rotation.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from model_kinds import ZOO
from pyvene_model import Intervened

from vitatlas.config.compute import Compute
from vitatlas.device import Device
from vitatlas.relations.config.das import Search
from vitatlas.relations.config.models import geometry_of, network_of
from vitatlas.relations.das.cut import CutModel
from vitatlas.relations.das.evaluate import evaluate
from vitatlas.relations.das.examples import Examples
from vitatlas.relations.das.fit import Fit, learning_rate
from vitatlas.relations.das.learned import Item, Learned
from vitatlas.relations.das.operator import temperature
from vitatlas.relations.das.streams import Kept
from vitatlas.relations.finetuning.build import load_classifier
from vitatlas.relations.scenes.counterfactuals import Counterfactuals
from vitatlas.relations.scenes.render import Renderer

pytest.importorskip("pyvene")

ROOT = Path(__file__).resolve().parents[2]
DEMO, MODEL, CELL = ROOT / "results/demo", "mini-objects", "rmts/256"
WEIGHTS, SETS = (
    DEMO / "models/relations" / MODEL / CELL / "run0/best.safetensors",
    DEMO / "counterfactuals/relations/mini" / CELL / "shape",
)
ITEM = Item("shape", "none", 0)
SEARCH = Search(epochs=4, batch=32, rotation_learning_rate=1e-2, mask_learning_rate=5e-2, cache_mb=400)
NOISE = 0.06  # between seeds, plus the sampling error of 300 examples


@pytest.mark.slow
def test_pyvenes_training_gives_the_same_success() -> None:
    if not WEIGHTS.is_file() or not SETS.is_dir():
        pytest.skip("the demo tier's model and counterfactuals were not made here (`make demo`)")
    geometry = geometry_of(ZOO, MODEL)
    classifier = load_classifier(network_of(ZOO, MODEL), geometry, WEIGHTS)
    model = CutModel(classifier, Device(Compute(device="cpu")))
    train, test = (examples(split, model, geometry) for split in ("train", "test_iid"))
    ours = [success(model, test, search(model, train, seed)) for seed in (0, 1)]
    theirs = success(model, test, search_with_pyvene(model, train))
    assert min(ours) > 0.75, ours
    assert abs(theirs - sum(ours) / 2) <= NOISE, f"pyvene {theirs}, ours {ours}"


def examples(split: str, model: CutModel, geometry: object) -> Examples:
    found = Counterfactuals.load(SETS / f"{split}.parquet", geometry, property="shape")  # type: ignore[arg-type]
    return Examples(found, Renderer(geometry, 10.0), model.classifier.prefix, seed=0)  # type: ignore[arg-type]


def search(model: CutModel, train: Examples, seed: int) -> Learned:
    fit = Fit(ITEM, model, train, Kept(model, train, [0], ["none"], 256), SEARCH, seed)
    fit.run()
    return fit.subspace.learned()


def search_with_pyvene(model: CutModel, train: Examples) -> Learned:
    torch.manual_seed(0)
    intervened = Intervened(model.classifier, layer=0, tokens=train.edited.shape[1])
    learned = intervened.learned
    learned.masks.data.zero_()
    rates = ((learned.rotate_layer.parameters(), 1e-2), ([learned.masks], 5e-2))
    adam = torch.optim.Adam([{"params": list(parameters)} for parameters, _ in rates])
    per_epoch = len(train) // SEARCH.batch
    steps = SEARCH.epochs * per_epoch
    for step in range(steps):
        if step % per_epoch == 0:
            learned.set_temperature(torch.tensor(temperature(step // per_epoch, SEARCH.epochs)))
            order = torch.randperm(len(train))
        rows = order[step % per_epoch * SEARCH.batch :][: SEARCH.batch]
        for group, (_, rate) in zip(adam.param_groups, rates, strict=True):
            group["lr"] = rate * learning_rate(step, steps, SEARCH.warmup)
        given = train.given["none"][rows][:, torch.randperm(train.edited.shape[1])]
        logits = intervened(*train.images(rows), train.edited[rows], given)
        mask = torch.sigmoid(learned.masks / learned.temperature.detach())
        loss = F.cross_entropy(logits, train.target[rows]) + SEARCH.penalty * mask.sum()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
    return learned.rotate_layer.weight.detach().clone(), learned.masks.detach().clone()


def success(model: CutModel, test: Examples, learned: Learned) -> float:
    rows = evaluate(model, test, {ITEM: learned}, 256)
    return sum(row["accuracy"] * row["n"] for row in rows) / len(test)
