"""The job that shows on one page which components carry a user's words, with heat-maps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from vitatlas.components.figures.token_map_scale import scaled
from vitatlas.components.own.colours import bar, opened, overlaid
from vitatlas.components.own.page_spec import OwnPageSpec
from vitatlas.components.own.told import parts_of, warnings_of, words_of
from vitatlas.components.words import WORDS
from vitatlas.jobs.embedded import html_element, read_provenance
from vitatlas.jobs.files import write_text
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.report.images import uri_of
from vitatlas.report.page import NONE, render

MAIN = "own.html"


def own_page(job: Job[OwnPageSpec]) -> None:
    """Write the page: one HTML file that loads nothing else. Inputs and output as of `OwnPageSpec`.

    Raises:
        UserError: A table is not one of `own_components`, or a template is missing.
    """
    table, maps = (pd.read_parquet(path) for path in (job.input.table, job.input.heatmaps))
    about = read_provenance(job.input.table)["about"]
    words, components, record = words_of(table, about), parts_of(table), record_of(job, job.output.html)
    drawn, scale = on_one_scale(maps)
    text = render(
        job.input.all("templates"),
        MAIN,
        spec=job.spec,
        about=about,
        warnings=warnings_of(words, len(components), about),
        words=words,
        components=components,
        pictures=[_picture(rows, drawn) for _, rows in maps.groupby("picture", sort=False)],
        bar={"ends": f"{scale:.2g}", "colors": bar()} if scale else None,
        plain=WORDS,
        hundredths=hundredths,
        record=record,
        provenance=Markup(html_element(record)),
    )
    write_text(job.output.html, text)


def hundredths(value: float) -> str:
    """A number with two decimals; a dash for none."""
    return NONE if math.isnan(value) else f"{value:.2f}".replace("-", "−")


def on_one_scale(maps: pd.DataFrame) -> tuple[dict[int, np.ndarray], float]:
    """The maps in [-1, 1], [rows, columns], by the number of their row, and what all were divided by; 0 for no maps."""
    there = maps[maps["component"] >= 0]
    if there.empty:
        return {}, 0.0
    cells, scale = scaled(np.concatenate(there["map"].to_list()))
    parts = np.split(cells, np.cumsum(there["map"].str.len())[:-1])
    sizes = zip(there.index, parts, there["rows"], there["columns"], strict=True)
    return {int(number): part.reshape(rows, columns) for number, part, rows, columns in sizes}, scale


def _picture(rows: pd.DataFrame, drawn: dict[int, np.ndarray]) -> dict[str, Any]:
    picture = opened(rows["png"].iloc[0])
    maps = [
        {**told, "uri": uri_of(overlaid(picture, drawn[number])) if number in drawn else None}
        for number, told in zip(rows.index, rows[["word", "cosine", "name", "score"]].to_dict("records"), strict=True)
    ]
    return {"name": rows["picture"].iloc[0], "uri": uri_of(picture), "maps": maps}
