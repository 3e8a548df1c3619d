"""The spec of the tutorial: which figures and tables it tells its story with."""

from __future__ import annotations

from vitatlas.artifacts.schema import Tier
from vitatlas.artifacts.spec import ArtifactSpec
from vitatlas.jobs import Spec

PAPER = "relations"
SHOWN = (
    *("figure_01", "table_02", "table_03", "table_04", "table_05"),
    *("figure_02", "figure_03", "figure_04", "extra_information_flow", "figure_05"),
    *("table_01", "figure_09"),
)
"""Artifacts of the registry, with the models that the tier shows in them."""


class TutorialSpec(Spec):
    """What the tutorial's job is handed.

    Attributes:
        artifacts: The specs of the artifacts by name.
        tables: The tables that each is made from, relative to the project's folder.
    """

    tier: Tier
    artifacts: dict[str, ArtifactSpec]
    tables: dict[str, list[str]]
