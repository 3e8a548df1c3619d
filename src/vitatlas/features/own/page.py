"""The job that shows what units respond to on one page that can be searched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from PIL import Image

from vitatlas.artifacts.pixels import pixels
from vitatlas.features.figures.map_image import overlay
from vitatlas.features.own.everywhere import as_json, everywhere
from vitatlas.features.own.page_spec import OwnPageSpec
from vitatlas.features.own.told import UNIT, Unit, chance_of, layers_of, warnings_of
from vitatlas.jobs.embedded import html_element
from vitatlas.jobs.files import write_text
from vitatlas.jobs.job import Job
from vitatlas.jobs.provenance import record_of
from vitatlas.report.images import uri_of
from vitatlas.report.page import NONE, render

MAIN = "features.html"
SIDE = 224
"""Pixels of a visualisation on the page, at most."""

LEAST_SIDE = 96
"""Smaller pictures are enlarged by whole numbers, so that their pixels stay sharp."""


def own_features(job: Job[OwnPageSpec]) -> None:
    """Write the page: one HTML file that loads nothing else. Inputs and output as of `OwnPageSpec`.

    Raises:
        UserError: A template is missing.
    """
    names = ("visualised", "top", "moments", "pictures", "maps", "thumbnails")
    tables = {name: pd.read_parquet(getattr(job.input, name)) for name in names}
    pictures, record = tables["pictures"], record_of(job, job.output.html)
    layers = layers_of(tables["visualised"], tables["top"], tables["moments"], pictures)
    units = [unit for layer in layers for unit in layer.units]
    text = render(
        job.input.all("templates"),
        MAIN,
        spec=job.spec,
        about=tables["visualised"].iloc[0].to_dict(),
        pictures=len(pictures),
        warnings=warnings_of(units, pictures, untrained=job.spec.untrained),
        chance=chance_of(units, pictures),
        layers=layers,
        everywhere=as_json(everywhere(tables["top"], tables["moments"], pictures)),
        made=_made(job, units),
        shown=_shown(units, tables["maps"], tables["thumbnails"]),
        units=units,
        names=sorted({label.name for unit in units for label in unit.labels}),
        columns=max((len(unit.top) for unit in units), default=1) or 1,
        tenths=tenths,
        percent=percent,
        record=record,
        provenance=Markup(html_element(record)),
    )
    write_text(job.output.html, text)


def tenths(value: float) -> str:
    """A number with one decimal; a dash for none."""
    return NONE if math.isnan(value) else f"{value:.1f}".replace("-", "−")


def percent(value: float) -> str:
    """A percentage without decimals; 0 and 100 are said of these alone; a dash for none."""
    if math.isnan(value):
        return NONE
    return f"{value:.0f} %" if value in (0, 100) else f"{min(max(round(value), 1), 99)} %"


def sized(image: np.ndarray) -> Image.Image:
    """A picture, uint8 [height, width, 3], not too large and not too small for the page."""
    picture = Image.fromarray(image)
    if picture.width > SIDE:
        return picture.resize((SIDE, round(SIDE * picture.height / picture.width)), Image.Resampling.LANCZOS)
    times = -(-LEAST_SIDE // max(picture.size))
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)


def _made(job: Job[OwnPageSpec], units: list[Unit]) -> dict[str, str]:
    """The visualisation of each unit, by its key."""
    images = np.load(job.input.images, mmap_mode="r", allow_pickle=False)
    return {unit.key: uri_of(sized(np.asarray(images[unit.number]))) for unit in units}


def _shown(units: list[Unit], maps: pd.DataFrame, thumbnails: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The top pictures of each active unit with their maps, by its key."""
    small = dict(zip(thumbnails["picture"], thumbnails["thumbnail"], strict=True))
    groups = dict(list(maps.groupby(UNIT)))
    found = {}
    for unit in units:
        if unit.active:
            rows = groups[unit.layer, unit.site, unit.unit].sort_values("rank")
            found[unit.key] = [_top(small[row["picture"]], row) for row in rows.to_dict("records")]
    return found


def _top(thumbnail: bytes, row: Mapping[Any, Any]) -> dict[str, Any]:
    named = {str(key): value for key, value in row.items()}
    return {
        "name": row["picture"],
        "score": row["score"],
        "uri": uri_of(sized(pixels(thumbnail))),
        "map": uri_of(sized(overlay(thumbnail, named, "corrected"))),
    }
