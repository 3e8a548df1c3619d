"""The job that finds pictures by a picture (Figures 4 and 7 to 12; section 6.2 of the paper).

For each feature asked for, z_p is the sum of the few components whose score for it exceeds most what they score for the
other features asked for. Pictures are near to a probe by the cosine of z_p.

Rows by `quantity`:

- `gap`: the components of a feature, and the least of their gaps.
- `precision`: how often the `top` pictures nearest to a probe share its value of `feature`, near by the components of a
  feature (`by`, the same or another), by the whole representation, or by as many components drawn at random.
- `read_by_probe`: what a linear probe reads of the feature in the whole representation.
- `probe`, `picture`: probes that are shown, and the pictures nearest to them by each feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.retrieve.neighbours import RANDOM, WHOLE, Pool, chances, cosines, shared, summary
from vitatlas.components.retrieve.scored import read_by_probe, scores_of
from vitatlas.components.retrieve.spec import ByPictureSpec
from vitatlas.components.retrieve.write import write_found
from vitatlas.components.score.gap import gaps
from vitatlas.components.score.labelled import NONE
from vitatlas.components.score.labels import labels_of
from vitatlas.components.score.ranking import largest
from vitatlas.components.store.read import Contributions, load_contributions
from vitatlas.errors import UserError
from vitatlas.jobs.job import Job
from vitatlas.jobs.seeds import derive_seed

SEARCHED = "test"
"""The part of the pictures that is searched, and that probes are drawn from."""

SHOWN = 3  # pictures per probe and feature, as in the figures
DRAWS = 10  # of random components
COLUMNS = ["quantity", "feature", "by", "probe", "rank", "components", "text", "picture", "right"]
COLUMNS += ["value", "error", "chance", "n", "top", "png"]


@dataclass(frozen=True)
class Search:
    """The search.

    Attributes:
        pool: The pictures.
        chosen: The numbers of the components of each feature.
        labels: Of each picture, int64 [N], by feature that has some.
    """

    pool: Pool
    chosen: dict[str, np.ndarray]
    labels: dict[str, Tensor]


def retrieval_by_picture(job: Job[ByPictureSpec]) -> None:
    """Write one row per number and per picture shown: model, run and `COLUMNS`.

    Raises:
        UserError: Scores of other components; too few pictures or components; a picture that cannot be made again.
    """
    spec = job.spec
    of = load_contributions(*job.input.all("contributions"))
    part, scored = of.part(SEARCHED), pd.read_parquet(job.input.scores)
    gap = gaps(scores_of(scored, of.names, list(spec.components), job.input.scores), spec.gap)
    search = Search(
        Pool(part.mapped, _probes(len(part.pictures), spec)),
        {name: largest(gap[name], count) for name, count in spec.components.items()},
        {name: labels_of(part.pictures, spec.labels[name], spec.values[name]) for name in spec.labels},
    )
    candidates = np.flatnonzero(gap.notna().all(axis=1))
    parts = [read_by_probe(scored, list(search.labels)), _chosen(search, gap, of.names)]
    parts += _precisions(search, torch.from_numpy(part.z()), candidates, spec)
    parts += [_pictures(search, part, spec)]
    write_found(job, parts, part, COLUMNS)


def _probes(pictures: int, spec: ByPictureSpec) -> np.ndarray:
    if not spec.shown_probes <= spec.probes <= pictures:
        raise UserError(
            f"{spec.probes} probes are asked for, {spec.shown_probes} of them shown, of {pictures} pictures",
            where="key `retrieval`",
            remedy=f"ask for at most {pictures} probes, and show no more than that",
        )
    return np.random.default_rng(spec.seed).permutation(pictures)[: spec.probes]


def _chosen(search: Search, gap: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    rows = [
        {
            "feature": name,
            "components": ", ".join(names[i] for i in of),
            "value": gap[name].iloc[of].min(),
            "n": len(of),
        }
        for name, of in search.chosen.items()
    ]
    return pd.DataFrame(rows).assign(quantity="gap")


def _precisions(search: Search, z: Tensor, candidates: np.ndarray, spec: ByPictureSpec) -> list[pd.DataFrame]:
    """A table for each feature that has labels."""
    pool = search.pool
    near = {name: pool.near(pool.total(of), spec.top) for name, of in search.chosen.items()}
    near[WHOLE] = pool.near(z, spec.top)
    tables = []
    for name, labels in search.labels.items():
        shares = {by: shared(found, labels, pool.probes) for by, found in near.items()}
        drawn = [
            shared(pool.near(pool.total(of), spec.top), labels, pool.probes)
            for of in _draws(candidates, len(search.chosen[name]), derive_seed(spec.seed, name))
        ]
        shares[RANDOM] = torch.stack(drawn).mean(0)
        found = summary(shares, chances(labels, pool.probes))
        tables.append(found.assign(quantity="precision", feature=name, top=spec.top))
    return tables


def _draws(candidates: np.ndarray, count: int, seed: int) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    return [generator.choice(candidates, count, replace=False) for _ in range(DRAWS)]


def _pictures(search: Search, part: Contributions, spec: ByPictureSpec) -> pd.DataFrame:
    """Probes, and what is nearest to them by each feature."""
    pool, ids = search.pool, part.pictures["picture"].to_numpy()
    places = _shown(search.labels, pool.probes)[: spec.shown_probes]
    rows = [{"quantity": "probe", "probe": i, "picture": ids[pool.probes[at]]} for i, at in enumerate(places)]
    for name, of in search.chosen.items():
        total = pool.total(of)
        near = pool.near(total, SHOWN)
        for number, at in enumerate(places):
            probe = int(pool.probes[at])
            labels, values = search.labels.get(name), spec.values.get(name, [])
            value = NONE if labels is None else int(labels[probe])
            about = {"quantity": "picture", "feature": name, "by": name, "probe": number}
            about["text"] = None if value == NONE else values[value]
            for rank, (place, cosine) in enumerate(zip(near[at], cosines(total, probe, near[at]), strict=True)):
                right = None if labels is None or value == NONE else bool(labels[place] == value)
                row = {"rank": rank, "picture": ids[place], "right": right, "value": float(cosine)}
                rows.append(about | row)
    return pd.DataFrame(rows)


def _shown(labels: Mapping[str, Tensor], probes: np.ndarray) -> np.ndarray:
    """The places of probes in the order that they are shown in: as drawn, those of which most is known first."""
    unknown = sum(((of[torch.from_numpy(probes)] == NONE).int() for of in labels.values()), torch.zeros(len(probes)))
    return np.argsort(unknown.numpy(), kind="stable")
