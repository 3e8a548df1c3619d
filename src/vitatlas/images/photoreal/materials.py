"""Materials of objects."""

from __future__ import annotations

from dataclasses import dataclass

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """The behaviour of light at a surface (the "principled" model of Burley 2012).

    Attributes:
        color: Linear RGB, 0 to 1.
        roughness: From 0, a mirror's gloss, to 1, chalk.
        metallic: 1 for metals, 0 for everything else.
        clearcoat: Of a layer of lacquer or glaze, 0 to 1.
    """

    color: Color
    roughness: float
    metallic: float = 0.0
    clearcoat: float = 0.0


def plastic(red: float, green: float, blue: float) -> Material:
    """Smooth, with a soft gloss."""
    return Material((red, green, blue), roughness=0.3, clearcoat=0.3)


def glaze(red: float, green: float, blue: float) -> Material:
    """Glazed ceramic."""
    return Material((red, green, blue), roughness=0.35, clearcoat=1.0)


def metal(red: float, green: float, blue: float, roughness: float = 0.25) -> Material:
    """Bare metal, brushed more or less."""
    return Material((red, green, blue), roughness, metallic=1.0)


def matte(red: float, green: float, blue: float) -> Material:
    """Painted, or of rubber."""
    return Material((red, green, blue), roughness=0.75)


MATERIALS = (
    plastic(0.62, 0.03, 0.03),
    glaze(0.03, 0.09, 0.42),
    matte(0.05, 0.4, 0.42),
    metal(0.85, 0.55, 0.2),
    plastic(0.85, 0.25, 0.02),
    glaze(0.1, 0.35, 0.12),
    matte(0.8, 0.72, 0.55),
    metal(0.75, 0.76, 0.78),
)
"""Taken in turn by objects of the user's own, whose files say nothing of materials that is used here."""
