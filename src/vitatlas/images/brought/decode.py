"""The one way from the bytes of a picture to its pixels.

Everything becomes 8-bit RGB, by these rules. Grey is repeated over the channels; palettes are looked up; of 16 bits the
upper eight are kept; CMYK and YCbCr are converted by Pillow's formulas, without colour profiles; what is transparent is
laid on white; the EXIF entry for orientation is followed. Of a JPEG that brings further pictures of the same scene, as
phones write them (MPO), the first one is taken. Refused are animations and files of several pages, pictures of more
than 16 bits or of other colour spaces, and pictures that are one pixel wide or high.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from vitatlas.errors import UserError

EIGHT_BITS = frozenset(("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr"))
SIXTEEN_BITS = frozenset(("I;16", "I;16L", "I;16B", "I;16N"))
ORIENTATION, TURNED = 0x0112, frozenset((5, 6, 7, 8))
"""EXIF's entry for orientation, and the values by which width and height change places."""

Pixels = NDArray[np.uint8]


def decode(data: bytes, where: str, *, upright: bool = True) -> Pixels:
    """The pixels of a picture.

    Args:
        data: The file's content.
        where: The file, for messages.
        upright: Whether the EXIF entry for orientation is followed.

    Returns:
        uint8 [3, H, W].

    Raises:
        UserError: It is no picture, is damaged, or is refused.
    """
    with _understood(where), Image.open(io.BytesIO(data)) as file:
        _check(file, where)
        file.load()
        picture = _rgb(ImageOps.exif_transpose(file) if upright else file)
    return np.ascontiguousarray(np.asarray(picture).transpose(2, 0, 1))


def size_of(data: bytes, where: str, *, upright: bool = True) -> tuple[int, int]:
    """Width and height of a picture, from as much of its beginning as holds its header.

    Raises:
        UserError: As `decode`, as far as the header tells; also if it is not complete.
    """
    with _understood(where), Image.open(io.BytesIO(data)) as file:
        _check(file, where)
        width, height = file.size
        turned = upright and file.getexif().get(ORIENTATION) in TURNED
    return (height, width) if turned else (width, height)


@contextmanager
def _understood(where: str) -> Iterator[None]:
    """Within this context, Pillow's errors are told in a user's terms."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise UserError(
            "the file is no picture", where=where, remedy="put the picture there again, or take the file out"
        ) from error
    except Image.DecompressionBombError as error:
        raise UserError(
            "the picture has too many pixels", where=where, remedy="make it smaller, or take it out"
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UserError(
            f"the picture is damaged or cut off: {error}", where=where, remedy="fetch it again, or take it out"
        ) from error


def _check(file: Image.Image, where: str) -> None:
    if file.format != "MPO" and getattr(file, "n_frames", 1) > 1:
        raise UserError(
            f"the picture is an animation, or has several pages ({file.format})",
            where=where,
            remedy="save the one picture that is meant, or take it out",
        )
    if file.mode not in EIGHT_BITS | SIXTEEN_BITS:
        raise UserError(
            f"the picture is of mode {file.mode}, which has no one conversion to 8-bit RGB",
            where=where,
            remedy="save it as RGB with 8 bits per channel, or take it out",
        )
    if min(file.size) < 2:
        raise UserError(
            f"the picture is {file.size[0]} × {file.size[1]} pixels", where=where, remedy="replace it, or take it out"
        )


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in SIXTEEN_BITS:
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8)).convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    above = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", above.size, "white"), above).convert("RGB")
