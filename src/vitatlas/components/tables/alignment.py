"""Methods of alignment (table 1): how far each is from CLIP, and how many texts of components it gets right."""

from __future__ import annotations

import pandas as pd

from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.labels.names import METHODS, TRUTH
from vitatlas.components.rows import rows_of
from vitatlas.errors import UserError

MARKS = {"exact": "", "near": "~", "none": "×"}


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The numbers of the table, one per row.

    Args:
        table: Rows of the analysis of labels.

    Returns:
        Columns model, title, method, quantity (match_rate, distance, label), component, rank, text, match, value,
        error, chance, runs, n: means over runs of value and of the standard error over components (match_rate) or
        pictures (distance); and the labels of the component that is shown, of the first run.

    Raises:
        UserError: The tables compare no methods.
    """
    parts = []
    for panel in spec.panels:
        own = rows_of(table, panel)
        if own["method"].nunique() < 2:
            raise UserError(
                f"no methods are compared on '{panel.model}'",
                where="key `components.alignment.compared`",
                remedy=f"name them: `compared: {{{panel.model}: [single, free, compalign]}}`",
            )
        measured = own[own["quantity"].isin(["match_rate", "distance"])]
        means = measured.groupby(["method", "quantity"], sort=False).agg(
            value=("value", "mean"),
            error=("error", "mean"),
            chance=("chance", "mean"),
            runs=("run", "nunique"),
            n=("n", "min"),
        )
        shown = own[(own["shown"] == True) & (own["run"] == own["run"].min())]  # noqa: E712  (missing elsewhere)
        labels = shown[["method", "quantity", "component", "rank", "text", "match"]]
        parts.append(pd.concat([means.reset_index(), labels]).assign(model=panel.model, title=panel.title))
    found = pd.concat(parts, ignore_index=True)
    first = ["model", "title", "method", "quantity"]
    return found[[*first, "component", "rank", "text", "match", "value", "error", "chance", "runs", "n"]]


def layout(values: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The table as readers see it: a row per method, the truth last."""
    several = values["model"].nunique() > 1
    rows = []
    for title, method in values[["title", "method"]].drop_duplicates().itertuples(index=False):
        cells = values[(values["title"] == title) & (values["method"] == method)]
        numbers = cells.set_index("quantity")
        row = ({"Model": str(title)} if several else {}) | {"Method": METHODS[str(method)]}
        row |= {"Match rate": _number(numbers, "match_rate"), "1 − cos": _number(numbers, "distance")}
        rows.append(row | {"Texts": _texts(cells)})
    rows.sort(key=lambda row: row["Method"] == METHODS[TRUTH])
    return pd.DataFrame(rows)


def notes(values: pd.DataFrame, spec: ArtifactSpec) -> list[str]:
    """The sentences below the table."""
    rates = values[values["quantity"] == "match_rate"]
    shown = values.loc[values["quantity"] == "label", "component"].iloc[0]
    return [
        *spec.remarks,
        f"Texts: of {shown}, which was drawn at random; × is none of the truth's, ~ a near one.",
        f"Guessing matches {rates['chance'].mean():.2f}. ± is the standard error, of match rates over "
        f"{int(rates['n'].min())} components, of distances over pictures.",
        "The maps are fitted to the sum of components alone, so that nothing holds the image of a single one in place.",
    ]


def _number(numbers: pd.DataFrame, quantity: str) -> str:
    if quantity not in numbers.index:
        return "–"
    cell = numbers.loc[quantity]
    return f"{cell['value']:.3f} ± {cell['error']:.3f}"


def _texts(cells: pd.DataFrame) -> str:
    labels = cells[cells["quantity"] == "label"].sort_values("rank")
    return ", ".join(f"{text}{MARKS[match]}" for text, match in zip(labels["text"], labels["match"], strict=True))
