"""Functions that cells of a tutorial call: tables by the artifact that they belong to, and figures that fit a page."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Generic, TypeVar

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image as pil

from vitatlas.artifacts.notebook import ROOT
from vitatlas.artifacts.panels import read_tables
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.artifacts.tutorial_spec import TutorialSpec
from vitatlas.errors import UserError
from vitatlas.jobs.spec import FINGERPRINT_KEYS

A = TypeVar("A", bound=ArtifactSpec[Any])
RESOLUTION = 100  # dots per inch


class Story(Generic[A]):
    """The figures and tables of one tier that a tutorial shows.

    Args:
        record: The file that says what the tutorial was made from, from the working directory or from the project's
            folder.
        artifact: The paper's type of artifacts' specs.

    Raises:
        UserError: There is no such file.
    """

    def __init__(self, record: str, artifact: type[A]):
        found = [folder for folder in (Path(), ROOT) if (folder / record).is_file()]
        if not found:
            # The file has the name of its paper.
            remedy = f"snakemake {Path(record).stem}_tutorial"
            raise UserError("there are no tables to tell the story with", where=record, remedy=remedy)
        self._base = found[0]
        given = json.loads((self._base / record).read_text(encoding="utf-8"))["spec"]
        self.spec = TutorialSpec.model_validate({key: given[key] for key in given if key not in FINGERPRINT_KEYS})
        self.artifacts = {name: artifact.model_validate(spec) for name, spec in self.spec.artifacts.items()}

    def artifact(self, name: str) -> A:
        """The figure or table of this name, with the tier's models in it."""
        return self.artifacts[name]

    def table(self, name: str) -> pd.DataFrame:
        """The rows that the figure or table is made from."""
        return read_tables(self._base / path for path in self.spec.tables[name])

    def remarks(self) -> list[str]:
        """The sentences beside the numbers, each once."""
        return list(dict.fromkeys(text for artifact in self.artifacts.values() for text in artifact.remarks))


def show(figure: Figure, colors: int | None = None) -> None:
    """Put the figure on the page, as a PNG.

    Args:
        colors: As many at most, so that pages with many pictures stay small; None: all.
    """
    from IPython.display import Image, display

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=RESOLUTION)
    display(Image(buffer.getvalue() if colors is None else with_few(buffer.getvalue(), colors)))


def with_few(png: bytes, colors: int) -> bytes:
    """A PNG with at most so many colours, chosen so that rare ones (marks, lines) are among them."""
    drawn = pil.open(io.BytesIO(png)).convert("RGB")
    # The default method gives rare colours away.
    few = drawn.quantize(colors, pil.Quantize.MAXCOVERAGE, kmeans=3, dither=pil.Dither.NONE)
    buffer = io.BytesIO()
    few.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
