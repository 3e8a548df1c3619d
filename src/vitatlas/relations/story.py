"""The tables in this paper's tutorial, from the tables of its artifacts: means over runs with their spread."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from vitatlas.artifacts.story import Story
from vitatlas.facts.markdown import NOTHING, share
from vitatlas.relations.artifacts import ArtifactSpec
from vitatlas.relations.attention.scores import RUN, in_order, peaks, per_layer
from vitatlas.relations.das.reduce import SPLIT, together
from vitatlas.relations.facts.numbers import ALPHA, MADE_SAME
from vitatlas.relations.rows import rows_of


def told(record: str) -> Story[ArtifactSpec]:
    """The story of this paper; arguments and errors as of `Story`."""
    return Story(record, ArtifactSpec)


def models(story: Story[ArtifactSpec]) -> pd.DataFrame:
    """The models that the story shows, by title."""
    panels = [panel for artifact in story.artifacts.values() for panel in artifact.panels]
    rows = {panel.title: {"pretraining images": panel.pretraining_scale} for panel in panels}
    return pd.DataFrame.from_dict(rows, orient="index")


def with_spread(values: pd.DataFrame) -> pd.Series:
    """Accuracies in per cent as text, "99.6 ± 0.1 (3)": mean, standard deviation and number of runs."""
    spread = values["sd"].map(lambda sd: "" if pd.isna(sd) else f" ± {sd:.1f}")
    return values["accuracy"].map("{:.1f}".format) + spread + values["runs"].map(" ({})".format)


def peaks_by_run(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """Whether the curves of each run peak one after the other, of every panel: as `in_order`."""
    found = [in_order(peaks(per_layer(rows_of(table, panel)), panel.first_layer_for_peaks)) for panel in spec.panels]
    return pd.concat(found, ignore_index=True).drop(columns="setting")


def exchanges(table: pd.DataFrame) -> pd.DataFrame:
    """Pairs made the same, by what was exchanged, in models in which a subspace was searched for: per layer.

    Args:
        table: Holds rows of interventions among others.
    """
    rows = table[(table["steps"] > 0) & (table["split"] == SPLIT) & (table["direction"] == MADE_SAME)]
    keys = ["task", "property", "control"]
    return by_layer(together(rows, [*RUN, *keys[1:], "layer"]), keys, "accuracy")


def novel_vectors(table: pd.DataFrame) -> pd.DataFrame:
    """Pairs made the same by each kind of vectors: per layer.

    Args:
        table: Holds rows of novel representations among others.
    """
    return by_layer(table[table["method"].notna()], ["property", "method"], "made_same")


def judgements(table: pd.DataFrame) -> pd.DataFrame:
    """Pairs that probes judge rightly, and answers that their directions turn: per layer.

    Args:
        table: Holds rows of probes among others.
    """
    at_scale = table["alpha"].fillna(ALPHA) == ALPHA
    rows = table[(table["pair"] == "mean") & (table["split"] == SPLIT) & at_scale]
    return by_layer(rows, ["quantity"], "value")


def by_layer(rows: pd.DataFrame, keys: Sequence[str], column: str) -> pd.DataFrame:
    """Means over runs and their standard deviation as text: a row per value of the keys, a column per layer.

    Args:
        rows: One per run, layer and value of the keys.
        column: Of the values, shares.
    """
    by_key = rows.groupby([*keys, "layer"])
    text = by_key[column].agg(lambda values: share(values.mean(), values.std()))
    found = text.unstack("layer").fillna(NOTHING)
    found.columns = [f"block {int(layer)}" for layer in found.columns]
    return found.assign(runs=by_key["run"].nunique().groupby(list(keys)).max())
