"""Writing a finished figure: PDF, PNG and a CSV of exactly the values drawn, each with its provenance inside."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from vitatlas.artifacts.runs import runs_sentence
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.jobs.embedded import line, pdf_metadata, png_metadata
from vitatlas.jobs.files import atomic, write_text

PNG_LIMIT = 300_000
CROWDED_LIMIT = 2 * PNG_LIMIT
SAMPLE = (
    4  # every so-many-th pixel of a row or column makes the palette: as near to the colours, in a tenth of the time
)
RESOLUTIONS = (220, 180, 150, 120, 96, 72)


def write_figure(
    figure: Figure,
    values: pd.DataFrame,
    spec: ArtifactSpec,
    output: Mapping[str, str],
    record: Mapping[str, Any],
    *,
    photographs: bool = False,
    crowded: bool = False,
) -> None:
    """Write the files `output` names, of pdf, png (at most 300 kB) and csv.

    Args:
        figure: As drawn from `values`.
        values: What `draw` was given; images as bytes become base64 text in the CSV.
        spec: Title and caption go into the files' metadata.
        output: Paths by format.
        record: The provenance.
        photographs: Whether the figure is made of pictures with more colors than a palette has.
        crowded: Whether it is a page of many pictures: its PNG has up to 600 kB.
    """
    sentences = [spec.explanation, *spec.remarks, runs_sentence(values, spec)]
    about = (dict(record), f"{spec.number}: {spec.title}", " ".join(filter(None, sentences)))
    # Also where no PDF is wanted: the layout of the next drawing starts from that of this one
    page = io.BytesIO()
    figure.savefig(page, format="pdf", metadata=pdf_metadata(*about))
    if "pdf" in output:
        with atomic(output["pdf"]) as part:
            part.write_bytes(page.getvalue())
    if "png" in output:
        with atomic(output["png"]) as part:
            part.write_bytes(_small_png(figure, png_metadata(*about), photographs, crowded))
    if "csv" in output:
        write_text(output["csv"], line(record, ".csv") + csv_text(values))


def csv_text(values: pd.DataFrame) -> str:
    """`values` as CSV."""
    if "png" in values:
        cells = [base64.b64encode(cell).decode() if isinstance(cell, bytes) else None for cell in values["png"]]
        values = values.assign(png=pd.Series(cells, index=values.index, dtype=object))
    return values.to_csv(index=False, lineterminator="\n")


def read_values(path: str | Path, types: Mapping[str, Any]) -> pd.DataFrame:
    """The values of a figure, back from its CSV.

    Args:
        types: Of columns for which pandas would choose another type, by name.
    """
    values = pd.read_csv(path, comment="#", dtype=dict(types))
    if "png" in values:
        values["png"] = [base64.b64decode(cell) if isinstance(cell, str) else None for cell in values["png"]]
    return values


def _small_png(figure: Figure, metadata: dict[str, str], photographs: bool, crowded: bool) -> bytes:
    """The PNG at the highest resolution that keeps within the limit, with a palette of 256 colors where that helps."""
    limit = CROWDED_LIMIT if crowded else PNG_LIMIT
    for resolution in RESOLUTIONS:
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=resolution, metadata=metadata)
        if buffer.tell() > limit and not photographs:
            buffer = _with_palette(buffer, metadata)
        if buffer.tell() <= limit:
            break
    return buffer.getvalue()


def _with_palette(picture: io.BytesIO, metadata: dict[str, str]) -> io.BytesIO:
    chunks = PngInfo()
    for key, text in metadata.items():
        chunks.add_itxt(key, text)
    buffer = io.BytesIO()
    with Image.open(picture) as image:
        # Colours far from all others first, however few pixels have them: a small object keeps its own
        colors = image.convert("RGB")
        some = colors.resize((colors.width // SAMPLE, colors.height // SAMPLE), Image.Resampling.NEAREST)
        palette = some.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1)
        few = colors.quantize(palette=palette, dither=Image.Dither.NONE)
        few.save(buffer, "png", pnginfo=chunks, dpi=image.info["dpi"], optimize=True)
    return buffer
