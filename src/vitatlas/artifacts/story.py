"""What the cells of the tutorial call: tables by the artifact that they belong to, and figures that fit a page."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from vitatlas.artifacts.notebook import ROOT
from vitatlas.artifacts.panels import read_tables
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.artifacts.tutorial_spec import TutorialSpec
from vitatlas.errors import UserError
from vitatlas.jobs import FINGERPRINT_KEYS

RESOLUTION = 100  # dots per inch


class Story:
    """The figures and tables of one tier that the tutorial shows.

    Args:
        results: The tier's folder, from the working directory or from the project's folder.

    Raises:
        UserError: There is no record of what the tutorial of this folder is made from.
    """

    def __init__(self, results: str):
        name = Path(results) / "tutorial.json"
        found = [folder for folder in (Path(), ROOT) if (folder / name).is_file()]
        if not found:
            raise UserError("there are no tables to tell the story with", where=name, remedy="snakemake tutorial")
        self._base = found[0]
        given = json.loads((self._base / name).read_text(encoding="utf-8"))["spec"]
        self.spec = TutorialSpec.model_validate({key: given[key] for key in given if key not in FINGERPRINT_KEYS})

    def artifact(self, name: str) -> ArtifactSpec:
        """The figure or table of this name, with the tier's models in it."""
        return self.spec.artifacts[name]

    def table(self, name: str) -> pd.DataFrame:
        """The rows that the figure or table is made from."""
        return read_tables(self._base / path for path in self.spec.tables[name])

    def models(self) -> pd.DataFrame:
        """What is known of each model that the story shows, by title."""
        panels = [panel for artifact in self.spec.artifacts.values() for panel in artifact.panels]
        rows = {panel.title: {"pretraining images": panel.pretraining_scale} for panel in panels}
        return pd.DataFrame.from_dict(rows, orient="index")

    def remarks(self) -> list[str]:
        """What must stand beside the numbers, each sentence once."""
        return list(dict.fromkeys(text for artifact in self.spec.artifacts.values() for text in artifact.remarks))


def show(figure: Figure) -> None:
    """Put the figure on the page, as a PNG."""
    from IPython.display import Image, display

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=RESOLUTION)
    display(Image(buffer.getvalue()))


def best_layers(values: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of the values that a figure of interventions draws, each group's row with the greatest success."""
    rows = values[(values["part"] == "success") & values["value"].notna()]
    return rows.loc[rows.groupby(keys, sort=False)["value"].idxmax()]
