"""A scene as Mitsuba is handed it, without the objects' surfaces: camera, lamp, surroundings, table, materials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vitatlas.errors import UserError
from vitatlas.images.photoreal import textures
from vitatlas.images.photoreal.materials import Material
from vitatlas.images.photoreal.scene import Background, Camera, Light, Scene, Table

TABLE_HALF, TABLE_THICKNESS = 3.0, 0.14
SKY_SIDE = 64  # pixels from zenith to nadir: surroundings are out of focus

Content = dict[str, Any]


def camera(mitsuba: Any, camera: Camera, side: int, film: str, sampler: Content) -> Content:
    """A camera for square images of `side` pixels.

    Args:
        film: How light is spread over pixels: "gaussian", or "box" for not at all.
    """
    target = np.array(camera.target)
    origin = target + camera.distance * _direction(camera.azimuth, camera.elevation)
    return {
        "type": "perspective",
        "fov": camera.field_of_view,
        "to_world": mitsuba.ScalarTransform4f().look_at(origin.tolist(), target.tolist(), [0, 0, 1]),
        "film": {"type": "hdrfilm", "pixel_format": "rgb", "width": side, "height": side, "rfilter": {"type": film}},
        "sampler": sampler,
    }


def lamp(mitsuba: Any, light: Light) -> Content:
    """A square that shines towards the middle of the table."""
    origin = light.distance * _direction(light.azimuth, light.elevation)
    place = mitsuba.ScalarTransform4f().look_at(origin.tolist(), [0, 0, 0], [0, 0, 1]).scale(light.side / 2)
    emitter = {"type": "area", "radiance": {"type": "rgb", "value": list(light.color)}}
    return {"type": "rectangle", "to_world": place, "emitter": emitter}


def surroundings(mitsuba: Any, sky: Background) -> Content:
    """Everything farther away than the table, as a picture that shines."""
    picture = textures.background(sky.kind, SKY_SIDE, sky.first, sky.second, np.random.default_rng(sky.seed))
    return {
        "type": "envmap",
        "bitmap": mitsuba.Bitmap(picture),
        "scale": sky.strength,
        "to_world": mitsuba.ScalarTransform4f().rotate([0, 0, 1], sky.turn).rotate([1, 0, 0], 90),
    }


def table(mitsuba: Any, table: Table, picture: NDArray[np.float32]) -> Content:
    """A square slab with a picture on top, its sides in the picture's mean color."""
    turned = mitsuba.ScalarTransform4f().rotate([0, 0, 1], table.turn)
    half = TABLE_THICKNESS / 2
    color = {"type": "bitmap", "bitmap": mitsuba.Bitmap(picture), "raw": True}
    sides = {"type": "rgb", "value": (0.6 * picture.mean(axis=(0, 1))).tolist()}
    return {
        "table": {
            "type": "rectangle",
            "to_world": turned.scale(TABLE_HALF),
            "bsdf": {"type": "principled", "base_color": color, "roughness": table.roughness, "specular": 0.4},
        },
        "slab": {
            "type": "cube",
            "to_world": turned.translate([0, 0, -half - 1e-3]).scale([TABLE_HALF, TABLE_HALF, half]),
            "bsdf": {"type": "diffuse", "reflectance": sides},
        },
    }


def table_top(scene: Scene, own: dict[str, Path]) -> NDArray[np.float32]:
    """The picture on the table, linear RGB [side, side, 3], about as fine as the image shows it.

    Args:
        own: The user's textures, by file name.

    Raises:
        UserError: The scene's texture is missing, or cannot be read.
    """
    table = scene.table
    side = int(np.clip(1 << int(np.log2(5 * scene.canvas)), 256, 1024))
    if scene.textures is None:
        return textures.TABLES[table.texture](side, table.first, table.second, np.random.default_rng(table.seed))
    if table.texture not in own:
        raise UserError(
            f"the texture '{table.texture}' of scene {scene.scene} is missing",
            where=scene.textures,
            remedy="put it back, or make the scenes again",
        )
    try:
        with Image.open(own[table.texture]) as picture:
            encoded = np.asarray(picture.convert("RGB").resize((side, side)), np.float32) / 255
    except OSError as error:
        raise UserError(
            f"the texture cannot be read: {error}", where=own[table.texture], remedy="save it as PNG or JPEG"
        ) from error
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def surface(material: Material) -> Content:
    """A material, the same on both sides of a surface: the user's meshes may face either way."""
    layers = {
        "type": "principled",
        "base_color": {"type": "rgb", "value": list(material.color)},
        "roughness": material.roughness,
        "metallic": material.metallic,
        "clearcoat": material.clearcoat,
        "clearcoat_gloss": 0.95,
    }
    return {"type": "twosided", "layers": layers}


def _direction(azimuth: float, elevation: float) -> NDArray[np.float64]:
    a, e = np.radians([azimuth, elevation])
    return np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])
