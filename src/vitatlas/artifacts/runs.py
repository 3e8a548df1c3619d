"""How many runs the numbers of a figure or table are means of, in a sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vitatlas.artifacts.spec import ArtifactSpec


def runs_sentence(values: pd.DataFrame, spec: ArtifactSpec[Any]) -> str | None:
    """One count where all models have the same, else each model's; None where nothing is a mean over runs.

    Args:
        values: As families return them; those of results of models have the columns `model` and `runs`.
    """
    if not {"model", "runs"} <= set(values.columns):
        return None
    numbers = values[values["runs"].fillna(0) > 0]
    titles = {panel.model: panel.title for panel in spec.panels}
    counts = {
        titles[model]: _span(group["runs"]) for model, group in numbers.groupby("model", sort=False) if model in titles
    }
    if len(set(counts.values())) > 1:
        return f"Runs: {', '.join(f'{title} {count}' for title, count in counts.items())}."
    if not counts:
        return None
    (count,) = set(counts.values())
    if count != "1":
        return f"Means over {count} runs."
    return "One run of each model." if len(counts) > 1 else "One run."


def _span(counts: pd.Series) -> str:
    least, most = int(counts.min()), int(counts.max())
    return str(least) if least == most else f"{least} to {most}"
