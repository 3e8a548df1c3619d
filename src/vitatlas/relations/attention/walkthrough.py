"""One image on its way through a model: where a few heads look in it (figures 21 and 22)."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.device import Device
from vitatlas.errors import UserError
from vitatlas.images import png
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table
from vitatlas.models.build import Classifier
from vitatlas.relations.attention.heads import choose_heads
from vitatlas.relations.attention.masses import row_attention
from vitatlas.relations.attention.reader import attention_by_layer
from vitatlas.relations.attention.roles import ROLES
from vitatlas.relations.attention.sample import load_test_scenes, scene_objects
from vitatlas.relations.attention.spec import WalkthroughSpec
from vitatlas.relations.finetuning.build import load_classifier
from vitatlas.relations.scenes.render import Renderer
from vitatlas.relations.scenes.scenes import Scenes

CLASS_TOKEN = -1
"""The class token's index where patches count from 0; further prefix tokens are -2, -3, …"""

OBJECTS = {2: ("object 1", "object 2"), 4: ("sample 1", "sample 2", "display 1", "display 2")}


def walkthrough(job: Job[WalkthroughSpec]) -> None:
    """Write the attention of the chosen heads in one image, row by row of the attention matrix.

    Columns: model, task, setting, run, scene (row of the test table), label, role (one of `ROLES`), layer, head,
    query_set, query_token (every object token and the class token), key_set, key_token (every token), value
    (probability; sums to 1 over the keys of a query), png (the image, the same bytes in every row, stored once).
    Sets are "object 1" and "object 2" (in RMTS "sample 1", …, "display 2"), "background", "class token", "register".
    Tokens are patches in row-major order from 0; the class token is `CLASS_TOKEN`.

    Raises:
        UserError: Unfit scenes or weights, a scene or head that does not exist, a model without a class token.
    """
    spec = job.spec
    scenes = load_test_scenes(job)
    row = _row(scenes, spec.label, spec.scene)
    device = Device(spec.compute).torch
    renderer = Renderer(spec.geometry, spec.noise_std, device)
    classifier = load_classifier(spec.model, spec.geometry, job.input.model).to(device)
    heads = spec.heads or choose_heads(classifier, scenes[row], renderer, spec.first_layer)
    table = attention_rows(classifier, scenes[row], renderer, heads)
    image = renderer(scenes[row])[0].permute(1, 2, 0).cpu().numpy()
    cell = pd.DataFrame({"model": spec.name, "task": spec.task, "setting": spec.setting}, index=table.index)
    cell = cell.assign(run=spec.run, scene=row, label=spec.label)
    table = pd.concat([cell, table.assign(png=pd.Categorical([png.encode(image)] * len(table)))], axis=1)
    write_table(job, job.output.table, table)


def attention_rows(
    classifier: Classifier, scene: Scenes, renderer: Renderer, heads: list[tuple[int, int]]
) -> pd.DataFrame:
    """Attention of the class token and of every object token to all tokens, for one head per role.

    Args:
        classifier: In evaluation mode, on the renderer's device.
        scene: A table of one scene.
        renderer: Draws it.
        heads: (layer, head) for each of `ROLES`.

    Returns:
        Columns role, layer, head, query_set, query_token, key_set, key_token, value.

    Raises:
        UserError: A layer or head is out of range.
    """
    _check_heads(classifier, heads)
    objects = scene_objects(scene, renderer.geometry, classifier.prefix)
    owner = _owners(objects[0], classifier.prefix)
    queries = torch.cat([torch.zeros(1, dtype=torch.int64), objects[0].any(0).nonzero().flatten()])
    layers = sorted({layer for layer, _ in heads})
    reduce = partial(row_attention, index=queries[None].to(renderer.device))
    found = dict(zip(layers, attention_by_layer(classifier, renderer(scene), reduce, layers), strict=True))
    token = _token_numbers(len(owner), classifier.prefix)
    query, key = np.repeat(queries.numpy(), len(owner)), np.tile(np.arange(len(owner)), len(queries))
    tables = [
        pd.DataFrame(
            {
                "role": role,
                "layer": layer,
                "head": head,
                "query_set": owner[query],
                "query_token": token[query],
                "key_set": owner[key],
                "key_token": token[key],
                "value": found[layer][0, head].flatten().cpu().numpy(),
            }
        )
        for role, (layer, head) in zip(ROLES, heads, strict=True)
    ]
    return pd.concat(tables, ignore_index=True)


def _row(scenes: Scenes, label: int, number: int) -> int:
    rows = np.flatnonzero(scenes.label == label)
    if number >= len(rows):
        raise UserError(
            f"there is no scene {number} of class {label}, only {len(rows)} (from 0)",
            where="scene",
            remedy="choose a smaller number, or make more test scenes",
        )
    return int(rows[number])


def _check_heads(classifier: Classifier, heads: list[tuple[int, int]]) -> None:
    for layer, head in heads:
        if not (0 <= layer < classifier.depth and 0 <= head < classifier.heads):
            raise UserError(
                f"there is no head ({layer}, {head})",
                where="heads",
                remedy=f"layers are 0..{classifier.depth - 1}, heads 0..{classifier.heads - 1}",
            )


def _owners(objects: Tensor, prefix: int) -> np.ndarray:
    """The set that each token belongs to, by name, from masks [K, T] of one image's objects."""
    owner = np.full(objects.shape[1], "background", dtype=object)
    owner[:prefix] = "register"
    owner[0] = "class token"
    for name, mask in zip(OBJECTS[len(objects)], objects.numpy(), strict=True):
        owner[mask] = name
    return owner


def _token_numbers(length: int, prefix: int) -> np.ndarray:
    """Patches count from 0; the class token is -1, further prefix tokens -2, -3, …"""
    return np.concatenate([CLASS_TOKEN - np.arange(prefix), np.arange(length - prefix)])
