"""The spec of a tutorial: the figures and tables that it tells a paper's story with."""

from __future__ import annotations

from typing import Any

from vitatlas.artifacts.schema import Tier
from vitatlas.config.strict import Strict


class TutorialSpec(Strict):
    """The tutorial of one paper. Input `tables`; outputs `notebook` and `record`.

    Attributes:
        artifacts: The specs of the artifacts by name.
        tables: The tables that each is made from, relative to the project's folder.
    """

    paper: str
    tier: Tier
    artifacts: dict[str, dict[str, Any]]
    tables: dict[str, list[str]]
