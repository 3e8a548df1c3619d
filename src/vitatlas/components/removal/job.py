"""The job that removes a spurious cue (Balasubramanian et al., section 6.5; tables 3 and 6).

1. Heads are trained on representations of pictures whose background agrees with the class most of the time.
2. Components are scored for texts of the cue (the background) and of the core (the classes).
3. Those that follow the cue more than the core most are set to their mean, and the sums are classified again, on
   pictures whose background says nothing. Beside them stand other components, removed in the same way.

Components are chosen and averaged on held-out pictures of the training's kind; the authors' code takes those that are
scored (`protocol.removal_selection: reference`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from vitatlas.components.align.files import load_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.removal.answers import answers
from vitatlas.components.removal.choose import Ranking, cue_and_core, rankings
from vitatlas.components.removal.groups import Groups, classes_of, groups_of
from vitatlas.components.removal.head import trained_head, zero_shot_head
from vitatlas.components.removal.spec import RemovalSpec
from vitatlas.components.score.accumulate import Aligned
from vitatlas.components.store.read import Contributions, load_contributions
from vitatlas.components.texts.table import load_texts
from vitatlas.config.read import require_known
from vitatlas.jobs.job import Job
from vitatlas.jobs.seeds import derive_seed
from vitatlas.jobs.tables import write_table

BATCH = 250
NOTHING, BEFORE, AFTER = "none", "before", "after"
"""The control of rows in which nothing is removed; the moments."""


def removal(job: Job[RemovalSpec]) -> None:
    """Write one row per number: model, run, head, control, draw, k, moment, reported, group, value, n, chance.

    `group` is one of the groups, `worst` or `average`; `k` is the number of components at their means, at moment
    `before` none; `reported` says whether it is the number that tables show.

    Raises:
        UserError: Files of other pictures or components; texts that there are not, or that do not span a space; a
            group without pictures; fewer components than are to be removed.
    """
    spec = job.spec
    of = load_contributions(*job.input.all("contributions"))
    selection = of.part(spec.selection)
    texts = {text: vector for known in load_texts(job.input.texts).values() for text, vector in known.items()}
    ordered = _ordered(selection, load_maps(job.input.maps, of.names, of.vectors.shape[2]), texts, spec)
    means = torch.from_numpy(selection.mapped.mean(0, dtype=np.float64))
    names, heads = _heads(of.part(spec.train), texts, spec)
    found = _measured(of.part(spec.test), ordered, means, names, heads, spec)
    about: dict[str, Any] = {"model": spec.name, "run": spec.run}
    chosen = [of.names[number] for number in ordered[0].components]
    write_table(job, job.output.table, found.assign(chance=1 / len(names), **about), chosen=chosen, **about)


def _ordered(selection: Contributions, maps: Maps, texts: dict[str, Tensor], spec: RemovalSpec) -> list[Ranking]:
    """Rankings of components, the chosen ones first."""
    cue, core = (_stacked(texts, given, where) for given, where in ((spec.cue, "cue"), (spec.core, "core")))
    found = cue_and_core(_aligned(selection, maps), cue, core)
    return rankings(found, spec.most, spec.draws, derive_seed(spec.seed, "draws"))


def _stacked(texts: dict[str, Tensor], wanted: list[str], key: str) -> Tensor:
    for text in wanted:
        require_known(text, texts, "text", f"key `removal.{key}`")
    return torch.stack([texts[text] for text in wanted])


def _aligned(part: Contributions, maps: Maps) -> Iterator[Aligned]:
    for start in range(0, len(part.vectors), BATCH):
        vectors = torch.from_numpy(np.array(part.mapped[start : start + BATCH], dtype=np.float32))
        yield Aligned(maps.aligned(vectors), maps.total(vectors))


def _heads(train: Contributions, texts: dict[str, Tensor], spec: RemovalSpec) -> tuple[list[str], list[nn.Linear]]:
    """The names of the classes, and the heads, whose outputs are in this order."""
    names = sorted(classes_of(train.pictures, spec.train).unique())
    if spec.zero_shot:
        return names, [zero_shot_head(texts, names)]
    z, numbers = torch.from_numpy(train.z()).float(), _numbers(train, names, spec.train)
    seeds = [derive_seed(spec.seed, "head", head) for head in range(spec.heads)]
    return names, [trained_head(z, numbers, len(names), spec.training, seed) for seed in seeds]


def _numbers(part: Contributions, names: list[str], where: str) -> Tensor:
    """The number of each picture's class, int64 [N]; -1 for a class that no head was trained on."""
    return torch.from_numpy(pd.Index(names).get_indexer(pd.Index(classes_of(part.pictures, where))))


def _measured(
    test: Contributions,
    ordered: list[Ranking],
    means: Tensor,
    names: list[str],
    heads: list[nn.Linear],
    spec: RemovalSpec,
) -> pd.DataFrame:
    """Accuracies of groups: with nothing removed, then with one, two, … components of each ranking."""
    groups, wanted = groups_of(test.pictures, spec.test), _numbers(test, names, spec.test).numpy()
    parts: list[pd.DataFrame] = []
    for ranking in ordered:
        right = answers(test, ranking.components, means, heads).numpy() == wanted[:, None]
        rows = _rows(right, groups)
        if not parts:
            before = rows[rows["k"] == 0]
            parts.append(before.assign(control=NOTHING, draw=0, moment=BEFORE, reported=True))
        after = rows[rows["k"] > 0].assign(control=ranking.control, draw=ranking.draw, moment=AFTER)
        parts.append(after.assign(reported=after["k"] == spec.components))
    return pd.concat(parts, ignore_index=True)


def _rows(right: np.ndarray, groups: Groups) -> pd.DataFrame:
    """Accuracies of groups by head and number of components k.

    Args:
        right: Whether the class was found, [heads, N, numbers].
    """
    tables = [
        groups.accuracies(right[head, :, k]).assign(head=head, k=k)
        for head in range(right.shape[0])
        for k in range(right.shape[2])
    ]
    return pd.concat(tables, ignore_index=True)
