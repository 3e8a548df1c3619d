"""The part of a spec that every check of invariants has."""

from __future__ import annotations

from vitatlas.config.strict import Strict


class CheckSpec(Strict):
    """One paper in one tier. Papers add what their invariants expect of tables."""

    paper: str
    tier: str
