"""The one way from bytes to pixels: every mode, and every file that is refused."""

import struct
import zlib

import numpy as np
import pytest
from brought_pictures import photo, saved
from PIL import Image

from vitatlas.errors import UserError
from vitatlas.images.brought.decode import decode, size_of

EXIF_ORIENTATION = 0x0112
SIDEWAYS = 6


def first_pixel(data: bytes) -> list[int]:
    return decode(data, "x")[:, 0, 0].tolist()


def png_of_16_bits(colour: tuple[int, int, int]) -> bytes:
    """A PNG of 2 × 2 pixels with 16 bits per channel, which Pillow reads but does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + struct.pack(">3H", *colour) * 2
    header = struct.pack(">2I5B", 2, 2, 16, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 2)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_pixels_are_rgb_with_channels_first():
    picture = photo(0, (5, 3))
    pixels = decode(saved(picture, "PNG"), "x")
    assert pixels.dtype == np.uint8 and pixels.flags["C_CONTIGUOUS"]
    assert np.array_equal(pixels, np.asarray(picture).transpose(2, 0, 1))


def transparent_palette() -> bytes:
    picture = Image.new("P", (2, 2), 1)
    picture.putpalette([0, 0, 0, 9, 8, 7])
    return saved(picture, "PNG", transparency=1)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (saved(Image.new("L", (2, 2), 7), "PNG"), [7, 7, 7]),
        (saved(Image.new("1", (2, 2), 1), "PNG"), [255, 255, 255]),
        (saved(Image.new("RGB", (2, 2), (9, 8, 7)).quantize(2), "PNG"), [9, 8, 7]),
        (saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "TIFF"), [255, 0, 0]),
        (saved(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "JPEG"), [255, 255, 255]),
        (saved(Image.fromarray(np.full((2, 2), 0xC8F0, np.uint16)), "PNG"), [0xC8] * 3),
        (saved(Image.fromarray(np.full((2, 2), 0xC8F0, np.uint16)), "TIFF"), [0xC8] * 3),
        (png_of_16_bits((0xC8F0, 0x0A00, 0xFFFF)), [0xC8, 0x0A, 0xFF]),
        (saved(Image.new("RGBA", (2, 2), (0, 0, 0, 0)), "PNG"), [255, 255, 255]),
        (saved(Image.new("RGBA", (2, 2), (9, 8, 7, 255)), "PNG"), [9, 8, 7]),
        (saved(Image.new("LA", (2, 2), (0, 51)), "PNG"), [204, 204, 204]),
        (transparent_palette(), [255, 255, 255]),
    ],
    ids=[
        *("grey", "two levels", "palette", "CMYK", "CMYK JPEG", "16-bit grey", "16-bit TIFF", "16-bit colour"),
        *("transparent", "opaque", "grey with alpha", "transparent palette"),
    ],
)
def test_every_mode_becomes_rgb(data, expected):
    assert first_pixel(data) == expected


def test_exif_turns_the_picture_unless_stored_pixels_are_wanted():
    picture, exif = photo(0, (16, 8)), Image.Exif()
    exif[EXIF_ORIENTATION] = SIDEWAYS
    data = saved(picture, "PNG", exif=exif)
    stored = np.asarray(picture).transpose(2, 0, 1)
    assert np.array_equal(decode(data, "x"), np.rot90(stored, -1, axes=(1, 2)))
    assert np.array_equal(decode(data, "x", upright=False), stored)
    assert size_of(data, "x") == (8, 16) and size_of(data, "x", upright=False) == (16, 8)


def test_the_size_is_in_the_header():
    data = saved(photo(0, (300, 200)), "JPEG", quality=95)
    assert size_of(data[:700], "x") == (300, 200)


def test_of_a_phones_picture_the_first_one_is_taken():
    shot = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = saved(shot[0], "MPO", save_all=True, append_images=shot[1:])
    assert first_pixel(data) == first_pixel(saved(shot[0], "JPEG"))


def animation(form: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    return saved(frames[0], form, save_all=True, append_images=frames[1:])


PICTURE = photo(0, (64, 64))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no picture"),
        (b"some text, called .jpg", "no picture"),
        (saved(PICTURE, "JPEG", quality=95)[:1500], "damaged or cut off"),
        (saved(PICTURE, "PNG")[:-40], "damaged or cut off"),
        (saved(PICTURE, "JPEG")[:100], "damaged or cut off"),
        (saved(Image.new("RGB", (1, 1)), "PNG"), "1 × 1 pixels"),
        (saved(Image.new("RGB", (30, 1)), "PNG"), "30 × 1 pixels"),
        (animation("GIF"), r"animation(.|\n)*GIF"),
        (animation("PNG"), "animation"),
        (animation("WEBP"), "animation"),
        (animation("TIFF"), "several pages"),
        (saved(Image.fromarray(np.zeros((4, 4), np.float32)), "TIFF"), "mode F"),
        (saved(Image.new("LAB", (4, 4)), "TIFF"), "mode LAB"),
    ],
    ids=[
        *("empty", "text", "cut JPEG", "cut PNG", "cut header", "one pixel", "one row", "GIF", "APNG", "WebP", "pages"),
        *("floats", "LAB"),
    ],
)
def test_what_is_no_still_picture_is_refused_with_place_and_remedy(data, problem):
    with pytest.raises(UserError, match=problem) as caught:
        decode(data, "holiday/a.jpg")
    assert caught.value.where == "holiday/a.jpg" and caught.value.remedy


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(UserError, match="too many pixels"):
        decode(saved(photo(0, (20, 20)), "PNG"), "x")
