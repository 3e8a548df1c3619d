"""Scene tables and counterfactual sets as the workflow's jobs write them, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from records import job

from vitatlas.jobs.tables import write_table
from vitatlas.relations.config.models import Geometry
from vitatlas.relations.scenes.counterfactuals import Counterfactuals
from vitatlas.relations.scenes.scenes import Scenes


def write_scenes(path: Path, scenes: Scenes, geometry: Geometry, **about: Any) -> None:
    """Write a table of scenes that says of itself `about`: task, setting, split."""
    write_table(job({}), path, scenes.to_frame(), geometry=geometry.model_dump(), **about)


def write_counterfactuals(path: Path, found: Counterfactuals, geometry: Geometry, **about: Any) -> None:
    """The same for a set of counterfactuals; it names its property itself."""
    table = found.to_frame(geometry)
    write_table(job({}), path, table, **{"property": found.property, "geometry": geometry.model_dump(), **about})
