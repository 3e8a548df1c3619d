"""The data sets of the relations paper: discrimination and relational match to sample (Lepori et al., appendix A).

Every set is a pure function of its arguments: the same seed gives the same table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vitatlas.errors import UserError
from vitatlas.jobs.seeds import derive_seed
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.pairs import choose_displays, combinations, different_pairs, ood_objects
from vitatlas.relations.scenes.scenes import Scenes
from vitatlas.relations.vocabulary import SPLITS, TASKS


def make_split(task: str, setting: str, split: str, n: int, geometry: Geometry, seed: int) -> Scenes:
    """The `n` scenes of one split.

    In setting "32", `test` holds the 224 combinations never trained on, and `test_iid` the 32 trained ones; in "256"
    both hold all. The out-of-distribution splits do not depend on the setting.

    Raises:
        UserError: An unknown task, setting or split; n below 1; or a geometry without room for the objects.
    """
    for value, known, name in ((task, TASKS, "task"), (split, SPLITS, "split")):
        if value not in known:
            raise UserError(f"unknown {name} '{value}'", remedy=f"use one of: {', '.join(known)}")
    if n < 1:
        raise UserError(f"a set of {n} scenes", where=f"size of split '{split}'", remedy="ask for at least 1")
    train, test = combinations(setting)
    ood = split.startswith("ood")
    objects = ood_objects(split) if ood else test if split == "test" else train
    rng = np.random.default_rng(derive_seed(seed, "scenes", task, "ood" if ood else setting, authors_name(split)))
    generate = discrimination if task == "discrimination" else rmts
    return generate(objects, n, geometry, rng)


def authors_name(split: str) -> str:
    """A split's name in the authors' code. Its random choices derive from this name, and stay the same."""
    return split.replace("_", "-") if split.startswith("ood") else split


def discrimination(objects: np.ndarray, n: int, geometry: Geometry, rng: np.random.Generator) -> Scenes:
    """`n` scenes of two objects: are they the same in shape and colour?

    Scenes alternate: a different one, then the same one paired with it, which shows one of the two objects, chosen at
    random, twice, in boxes at the same two places. An odd `n` ends with a different scene.

    Args:
        objects: The (shape, color) combinations to use, int [M, 2].
        n: Number of scenes.
        geometry: Where boxes may lie.
        rng: The source of randomness.
    """
    pairs = different_pairs(objects, (n + 1) // 2, rng)
    shown, kind = _samples(pairs.objects, pairs.kept, pairs.kind, n)
    place = np.repeat(random_places((n + 1) // 2, 2, geometry, rng), 2, axis=0)[:n]
    same = (kind == "same").astype(np.int8)
    return _scenes(shown, place, geometry, rng, label=same, kind=kind, sample_same=same, display_same=np.full(n, -1))


def rmts(objects: np.ndarray, n: int, geometry: Geometry, rng: np.random.Generator) -> Scenes:
    """`n` scenes of two pairs: is the relation within the sample pair that within the display pair?

    The sample pairs are those of a discrimination set, alternating likewise. Half of either class gets a same display
    pair and half a different one, so the four cases are equally frequent (their sizes differ by one at most). Display
    pairs are drawn from the set's own pairs, the sample pair itself excluded, and stand side by side in the top left
    corner; sample pairs are anywhere else.

    Args:
        objects: The (shape, color) combinations to use, int [M, 2].
        n: Number of scenes.
        geometry: Where boxes may lie.
        rng: The source of randomness.
    """
    count = (n + 1) // 2
    # A walk at least once around the objects, so that even a tiny set has a choice of display pairs.
    pairs = different_pairs(objects, max(count, len(objects)), rng)
    samples, kind = _samples(pairs.objects[:count], pairs.kept[:count], pairs.kind[:count], n)
    sample_same = (kind == "same").astype(np.int8)
    display_same = np.empty(n, dtype=np.int8)
    for same in (0, 1):
        members = np.flatnonzero(sample_same == same)
        display_same[rng.permutation(members)] = np.arange(len(members)) % 2
    displays = np.empty_like(samples)
    for same, pool in ((0, pairs.objects), (1, np.repeat(pairs.kept[:, None], 2, axis=1))):
        members = display_same == same
        displays[members] = choose_displays(samples[members], pool, rng)
    corner = ((0, 0), (0, geometry.span))
    sample_place = np.repeat(random_places(count, 2, geometry, rng, taken=corner), 2, axis=0)[:n]
    place = np.concatenate([sample_place, np.broadcast_to(corner, (n, 2, 2))], axis=1)
    shown = np.concatenate([samples, displays], axis=1)
    label = sample_same == display_same
    relations = {"sample_same": sample_same, "display_same": display_same}
    return _scenes(shown, place, geometry, rng, label=label, kind=kind, **relations)


def random_places(
    n: int, k: int, geometry: Geometry, rng: np.random.Generator, taken: Sequence[tuple[int, int]] = ()
) -> np.ndarray:
    """Draw `n` times `k` boxes that overlap neither each other nor those `taken`, uniformly among all such choices.

    Returns:
        int64 [n, k, 2]: row and column of the boxes' top left corners, in patches.

    Raises:
        UserError: The boxes do not fit the canvas (or so tightly that drawing at random does not find a way).
    """
    span, corners = geometry.span, geometry.grid - geometry.span + 1
    if k + len(taken) > (geometry.grid // span) ** 2 or any(max(corner) >= corners for corner in taken):
        raise _no_room(k + len(taken), geometry)
    places, found, misses = np.empty((n, k, 2), dtype=np.int64), 0, 0
    fixed = np.array(taken, dtype=np.int64).reshape(1, len(taken), 2)
    while found < n:
        drawn = rng.integers(corners, size=(max(n - found, 1024), k, 2))
        boxes = np.concatenate([drawn, np.repeat(fixed, len(drawn), axis=0)], axis=1)
        apart = (abs(boxes[:, :, None] - boxes[:, None]) >= span).any(-1) | np.eye(k + len(taken), dtype=bool)
        good = drawn[apart.all((1, 2))][: n - found]
        places[found : found + len(good)] = good
        found += len(good)
        misses = 0 if len(good) else misses + 1
        if misses == 1000:
            raise _no_room(k + len(taken), geometry)
    return places


def _samples(different: np.ndarray, kept: np.ndarray, kind: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Alternate different pairs and pairs of the kept object: int [n, 2, 2] and their kinds."""
    shown = np.stack([different, np.repeat(kept[:, None], 2, axis=1)], axis=1).reshape(-1, 2, 2)
    kinds = np.stack([kind, np.full_like(kind, "same")], axis=1).reshape(-1)
    return shown[:n], kinds[:n]


def _scenes(
    shown: np.ndarray, place: np.ndarray, geometry: Geometry, rng: np.random.Generator, **per_scene: np.ndarray
) -> Scenes:
    """Add what is drawn anew for every object of every scene: jitter and noise seed."""
    count = shown.shape[:2]
    jitter = rng.integers(geometry.jitter + 1, size=(*count, 2))
    return Scenes(
        shape=shown[..., 0].astype(np.int16),
        color=shown[..., 1].astype(np.int16),
        row=place[..., 0].astype(np.int16),
        col=place[..., 1].astype(np.int16),
        dy=jitter[..., 0].astype(np.int16),
        dx=jitter[..., 1].astype(np.int16),
        noise=rng.integers(2**63, size=count, dtype=np.uint64).astype(np.int64),
        label=per_scene["label"].astype(np.int8),
        kind=per_scene["kind"],
        sample_same=per_scene["sample_same"].astype(np.int8),
        display_same=per_scene["display_same"].astype(np.int8),
    )


def _no_room(boxes: int, geometry: Geometry) -> UserError:
    return UserError(
        f"no room for {boxes} separate objects of {geometry.object} px on a canvas of {geometry.canvas} px",
        where="geometry",
        remedy="use a larger canvas or smaller objects",
    )
