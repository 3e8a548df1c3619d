"""The job that finds pictures by text (Figure 3; section 6.1 of the paper).

Components stand in columns by their score for a feature. A picture is as near to a text as the sum of what a column's
components write of it, in the space of the texts. The maps' common bias takes no part: it belongs to no component.

Rows by `quantity`:

- `score`: the mean score of a column's components.
- `precision`: of a column for a text; `column`, `third`: means over texts, by column and by third of the columns.
- `can`: the share of columns that reach half of what the first one has above chance.
- `read_by_probe`: what a linear probe reads of the feature in the whole representation.
- `picture`: the first pictures of a column for a text that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from vitatlas.components.align.files import load_maps
from vitatlas.components.align.maps import Maps
from vitatlas.components.align.space import require_texts_of
from vitatlas.components.retrieve.columns import over_texts, precisions, share_that_can, thirds
from vitatlas.components.retrieve.scored import read_by_probe, scores_of
from vitatlas.components.retrieve.spec import ByTextSpec
from vitatlas.components.retrieve.write import write_found
from vitatlas.components.score.labels import labels_of
from vitatlas.components.score.ranking import largest
from vitatlas.components.score.retrieval import column_values, columns
from vitatlas.components.score.rules import Similarity
from vitatlas.components.store.read import Contributions, load_contributions
from vitatlas.components.texts.table import load_texts, stacked
from vitatlas.jobs.job import Job

SEARCHED = "test"
"""The part of the pictures that is searched."""

SHOWN = 3  # pictures per column and text, as in the figure
BATCH = 250
COLUMNS = ["quantity", "feature", "text", "column", "place", "rank", "components", "picture", "right"]
COLUMNS += ["value", "error", "chance", "n", "png"]

Chosen = dict[str, list[np.ndarray]]
"""The numbers of the components of each column, by feature."""


def retrieval_by_text(job: Job[ByTextSpec]) -> None:
    """Write one row per number and per picture shown: model, run and `COLUMNS`.

    Raises:
        UserError: Files of other components; too few pictures; a picture that cannot be made again.
    """
    spec = job.spec
    of = load_contributions(*job.input.all("contributions"))
    part, maps = of.part(SEARCHED), load_maps(job.input.maps, of.names, of.vectors.shape[2])
    require_texts_of(job.input.maps, job.input.texts)
    scored, embedded = pd.read_parquet(job.input.scores), load_texts(job.input.texts)
    features = list(dict.fromkeys([*spec.labels, *spec.shown]))
    scores = scores_of(scored, of.names, features, job.input.scores)
    chosen = {name: columns(scores[name], spec.width) for name in features}
    vectors = {name: stacked(embedded, name) for name in features}
    similar = _similarities(part, maps, chosen, vectors, spec.similarity)
    parts = [read_by_probe(scored, features)]
    for name in features:
        parts.append(_column_scores(chosen[name], scores[name], of.names).assign(feature=name))
        texts, attribute = list(embedded[name]), spec.labels.get(name)
        labels = None if attribute is None else labels_of(part.pictures, attribute, texts)
        if labels is not None:
            parts += [table.assign(feature=name) for table in _measured(similar[name], labels, texts, spec)]
        if name in spec.shown:
            found = _pictures(part, similar[name], labels, texts, spec.shown[name])
            parts.append(found.assign(feature=name))
    write_found(job, parts, part, COLUMNS)


def _similarities(
    part: Contributions, maps: Maps, chosen: Chosen, texts: Mapping[str, Tensor], similarity: Similarity
) -> dict[str, Tensor]:
    """[N, columns, texts] by feature."""
    found: dict[str, list[Tensor]] = {name: [] for name in chosen}
    for start in range(0, len(part.mapped), BATCH):
        rows = np.array(part.mapped[start : start + BATCH], dtype=np.float32)
        aligned = maps.aligned(torch.from_numpy(rows))
        for name, of_columns in chosen.items():
            found[name].append(column_values(aligned, of_columns, texts[name], similarity))
    return {name: torch.cat(batches) for name, batches in found.items()}


def _column_scores(chosen: Sequence[np.ndarray], scores: pd.Series, names: Sequence[str]) -> pd.DataFrame:
    rows = [
        {"column": number, "value": scores.iloc[of].mean(), "components": ", ".join(names[i] for i in of), "n": len(of)}
        for number, of in enumerate(chosen)
    ]
    return pd.DataFrame(rows).assign(quantity="score")


def _measured(similar: Tensor, labels: Tensor, texts: Sequence[str], spec: ByTextSpec) -> list[pd.DataFrame]:
    found = precisions(similar, labels, texts, spec.top)
    means = over_texts(found)
    can = pd.DataFrame([{"value": share_that_can(means), "n": len(means)}])
    tables = {"precision": found, "column": means, "third": thirds(found), "can": can}
    return [table.assign(quantity=quantity) for quantity, table in tables.items()]


def _pictures(
    part: Contributions, similar: Tensor, labels: Tensor | None, texts: Sequence[str], wanted: Sequence[str]
) -> pd.DataFrame:
    rows = []
    for text in wanted:
        number = texts.index(text)
        for column in range(similar.shape[1]):
            values = similar[:, column, number]
            for rank, place in enumerate(largest(values, SHOWN)):
                right = None if labels is None else bool(labels[place] == number)
                row = {"text": text, "column": column, "rank": rank, "right": right, "value": float(values[place])}
                rows.append(row | {"picture": part.pictures["picture"].iloc[place]})
    return pd.DataFrame(rows).assign(quantity="picture")
