"""Pictures found by texts: a column of the grid is a column of components in the order of their scores, and below it
stand their score and how often what they find is right."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from vitatlas.artifacts.style import COLUMN, new_figure
from vitatlas.components.artifacts import ArtifactSpec
from vitatlas.components.figures.grid_cells import cell, empty, is_marked, mark_legend, panel_rows, probe_words
from vitatlas.components.words import WORDS

COLUMNS = ["panel", "model", "title", "quantity", "feature", "text", "column", "rank", "components", "picture", "right"]
COLUMNS += ["value", "error", "chance", "n", "runs", "png"]
DRAWN = ("score", "precision", "column", "read_by_probe", "picture")
MARKERS = ("s", "^", "D", "v")
SIDE, PLOTS, AROUND = 0.5, 1.7, 1.0  # inches: of what stands left of pictures; of both plots; of title and legend


def values(table: pd.DataFrame, spec: ArtifactSpec) -> pd.DataFrame:
    """The pictures and numbers drawn.

    Args:
        table: Rows of the search by text.

    Returns:
        `COLUMNS`. Pictures are those of the first run, numbers means over runs. `error` is the standard error over the
        feature's texts.

    Raises:
        UserError: A panel has no rows.
    """
    feature, parts = spec.typed_options.feature, []
    of_feature = table[(table["feature"] == feature) & table["quantity"].isin(DRAWN)]
    for number, panel in enumerate(spec.panels):
        for rows in panel_rows(of_feature, panel, ["feature", "text", "column"]):
            parts.append(rows.assign(panel=number, model=panel.model, title=panel.title))
    found = pd.concat(parts, ignore_index=True)
    texts = found.loc[found["quantity"] == "picture", "text"].unique()
    kept = (found["quantity"] != "precision") | found["text"].isin(texts)
    return found[kept].reindex(columns=COLUMNS).reset_index(drop=True)


def draw(values: pd.DataFrame, spec: ArtifactSpec) -> Figure:
    """The figure, from what `values` returned (or its CSV)."""
    pictures = values[values["quantity"] == "picture"]
    across, down = _count(pictures, "column"), _count(pictures, "rank") * pictures["text"].nunique()
    grid = 1.06 * (COLUMN - SIDE) / across * down + 0.14 * pictures["text"].nunique()
    figure = new_figure(COLUMN, (grid + PLOTS + AROUND) * len(spec.panels), spec.tier_note)
    blocks = figure.subfigures(len(spec.panels), 1, squeeze=False)[:, 0]
    for number, block in enumerate(blocks):
        _panel(block, values[values["panel"] == number], (grid, PLOTS))
    return figure


def _panel(block: SubFigure, values: pd.DataFrame, heights: tuple[float, float]) -> None:
    pictures = values[values["quantity"] == "picture"]
    texts, across = list(dict.fromkeys(pictures["text"])), _count(pictures, "column")
    known = values["quantity"].eq("column").any()
    ratios = [heights[0] / len(texts)] * len(texts) + [
        heights[1] * share for share in ((0.35, 0.65) if known else (1,))
    ]
    grid = block.subplots(len(ratios), 1, height_ratios=ratios, squeeze=False)[:, 0]
    for axes, text in zip(grid, texts, strict=False):
        _pictures(axes, pictures[pictures["text"] == text], across)
        axes.set_ylabel(f"“{text}”")
    plots = grid[len(texts) :]
    for axes in plots:
        axes.set_xlim(-0.04, across + 0.04)
        axes.set_xticks([column + 0.5 for column in range(across)], labels=[""] * across)
    _scores(plots[0], values[values["quantity"] == "score"])
    if known:
        _precisions(plots[1], values, texts)
    plots[-1].set_xticklabels([str(column + 1) for column in range(across)])
    width = int(values.loc[values["quantity"] == "score", "n"].max())
    plots[-1].set_xlabel(f"column of {width} components, the highest scores first")
    block.suptitle(_title(values), fontsize=8)
    handles = mark_legend("shows what the text says", "does not") if is_marked(pictures) else []
    handles += [line for line in plots[-1].get_lines() if not line.get_label().startswith("_")]
    block.legend(handles=handles, loc="outside lower center", ncols=3, handlelength=1.6)


def _pictures(axes: Axes, pictures: pd.DataFrame, across: int) -> None:
    empty(axes, across, _count(pictures, "rank"))
    for row in pictures.to_dict("records"):
        cell(axes, row, row["column"], row["rank"], 30 / across + 1.2)


def _scores(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axhline(0, color="grey-60", lw=0.6)
    axes.plot(rows["column"] + 0.5, rows["value"], color="ink", marker=".", ms=4, lw=1)
    axes.set_yticks(sorted({0.0, round(float(rows["value"].max()), 2)}))
    axes.set_ylabel("score")


def _precisions(axes: Axes, values: pd.DataFrame, texts: list[str]) -> None:
    """Of the texts shown, and the mean over all texts of the feature."""
    means = values[values["quantity"] == "column"].sort_values("column")
    look: dict[str, Any] = {"color": "ink", "marker": "o", "ms": 3, "capsize": 1.5, "elinewidth": 0.8}
    axes.errorbar(means["column"] + 0.5, means["value"], means["error"], **look)
    axes.plot([], [], color="ink", marker="o", ms=3, label=f"all {int(means['n'].iloc[0])} texts")
    for text, marker in zip(texts, MARKERS, strict=False):
        rows = values[(values["quantity"] == "precision") & (values["text"] == text)].sort_values("column")
        axes.plot(
            rows["column"] + 0.5, rows["value"], color="grey-45", marker=marker, ms=3, lw=0.7, mfc="page", label=text
        )
    axes.plot([], [], color="ink", ls=":", lw=1, label="chance")
    axes.axhline(means["chance"].iloc[0], color="ink", ls=":", lw=1)
    axes.set(ylim=(-0.04, 1.04), yticks=[0, 0.5, 1])
    found = int(values.loc[values["quantity"] == "precision", "n"].iloc[0])
    axes.set_ylabel(f"precision at {found}")


def _title(values: pd.DataFrame) -> str:
    feature = str(values["feature"].iloc[0])
    words = f"{values['title'].iloc[0]}: columns by score of {WORDS.get(feature, feature)}"
    for read, held in probe_words(values).values():
        words += f" (a probe of z reads it: {read})" if held else f"; z does not hold it (a probe reads {read})"
    return words


def _count(rows: pd.DataFrame, column: str) -> int:
    return int(rows[column].max()) + 1
