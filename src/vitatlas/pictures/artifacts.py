"""Figures of this room: what their panels are. Imports no torch."""

from __future__ import annotations

from vitatlas.artifacts import schema, spec


class Panel(schema.Panel):
    """One encoder, or the pictures that it sees."""


class PanelSpec(spec.PanelSpec):
    """One panel, as the job that draws it gets it.

    Attributes:
        side: Of the pictures that the encoder takes, in pixels.
        taught: What it was taught, in words.
    """

    side: int
    taught: str


class ArtifactSpec(spec.ArtifactSpec[PanelSpec]):
    """One figure of this room."""
