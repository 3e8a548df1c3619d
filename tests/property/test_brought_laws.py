"""Laws of pictures that users bring: how encoders see them, and ids, labels, masks and boxes."""

import io
from math import floor
from pathlib import PurePosixPath

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from vitatlas.images.brought import checksum
from vitatlas.images.brought.boxes import Boxes, pixel_boxes
from vitatlas.images.brought.classes import in_order, labels
from vitatlas.images.brought.masks import segments
from vitatlas.images.brought.readers.names import picture_id, without_wrapper
from vitatlas.images.brought.readers.webdataset import key_of
from vitatlas.images.brought.view import View
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.data import create_transform

SIDES = st.integers(2, 90)
NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=6).filter(
    lambda name: name not in (".", "..")
)


@settings(max_examples=60, deadline=None)
@given(
    width=SIDES,
    height=SIDES,
    image=st.integers(4, 48),
    share=st.sampled_from([1.0, 0.95, 0.9, 0.875]),
    interpolation=st.sampled_from(["bicubic", "bilinear"]),
    seed=st.integers(0, 99),
)
def test_a_view_is_timms_transform(width, height, image, share, interpolation, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (3, height, width), np.uint8)
    transform = create_transform(image, interpolation=interpolation, crop_pct=share, normalize=False)
    expected = transform(Image.fromarray(pixels.transpose(1, 2, 0))).numpy()
    assert np.array_equal(View(image, floor(image / share), interpolation).of_picture(pixels), expected)


@given(width=SIDES, height=SIDES, image=st.integers(2, 32), more=st.integers(0, 20), seed=st.integers(0, 99))
def test_a_mask_is_seen_with_its_own_values_in_the_frame_of_its_picture(width, height, image, more, seed):
    mask = np.random.default_rng(seed).integers(0, 1001, (height, width))
    view = View(image, image + more, "nearest")
    seen = view.of_mask(mask)
    assert seen.shape == (image, image) and set(seen.ravel()) <= set(mask.ravel())
    low = view.of_picture((mask % 256).astype(np.uint8)[None].repeat(3, 0))[0]
    assert np.array_equal(seen % 256, low)


@given(st.integers(0, 999), st.integers(1, 8), st.integers(1, 8))
def test_ids_of_masks_come_back_from_their_colours(number, width, height):
    out = io.BytesIO()
    Image.new("RGB", (width, height), (number % 256, number // 256, 0)).save(out, "PNG")
    found = segments(out.getvalue(), "x")
    assert found.shape == (height, width) and (found == number).all()


@given(st.lists(NAMES, min_size=1, unique=True), st.randoms())
def test_labels_do_not_depend_on_the_order_in_which_classes_are_found(classes, chance):
    mixed = chance.sample(classes, len(classes))
    assert in_order(mixed) == in_order(classes)
    numbers = labels(mixed, in_order(mixed))
    assert [in_order(classes)[number] for number in numbers] == mixed


@given(st.sets(st.integers(0, 2000), min_size=1))
def test_whole_numbers_are_ordered_as_numbers(numbers):
    assert in_order(map(str, numbers)) == [str(number) for number in sorted(numbers)]


@given(st.lists(st.lists(NAMES, min_size=2, max_size=4).map("/".join), min_size=1), NAMES)
def test_a_folder_around_all_classes_changes_no_class(names, around):
    start, _ = without_wrapper(names)
    wrapped = [f"{around}/{name}" for name in names]
    longer, folders = without_wrapper(wrapped)
    assert [name[longer:] for name in wrapped] == [name[start:] for name in names]
    assert all(name.startswith(folders) for name in wrapped)
    assert all("/" in name[start:] for name in names)


@given(NAMES, NAMES, NAMES)
def test_the_class_stands_once_in_an_id(class_id, other, name):
    assert picture_id(name, class_id) == picture_id(f"{class_id}/{name}", class_id) == f"{class_id}/{name}"
    assert (picture_id(name, class_id) == picture_id(name, other)) == (class_id == other)


@given(st.lists(NAMES, max_size=2), NAMES.filter(lambda name: "." not in name), st.sampled_from(["jpg", "seg.PNG"]))
def test_a_key_and_what_follows_make_the_name(folders, stem, ending):
    name = "/".join([*folders, f"{stem}.{ending}"])
    key, rest = key_of(name)
    assert PurePosixPath(key).name == PurePosixPath(stem).name and f"{key}.{rest}".lower() == name.lower()


CORNERS = st.lists(st.integers(-30, 90), min_size=4, max_size=4)


@given(st.lists(CORNERS, max_size=5), SIDES, SIDES, SIDES, SIDES)
def test_boxes_lie_in_the_picture_and_hold_something(found, width, height, annotated_width, annotated_height):
    for x0, y0, x1, y1 in pixel_boxes(Boxes(found, annotated_width, annotated_height), width, height):
        assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height


@given(SIDES, SIDES, SIDES, SIDES)
def test_a_box_around_all_is_all(width, height, annotated_width, annotated_height):
    boxes = Boxes([[1, 1, annotated_width, annotated_height]], annotated_width, annotated_height)
    assert pixel_boxes(boxes, width, height) == [(0, 0, width, height)]


@example(bytes(5000), 4500, 1)
@given(st.binary(min_size=1, max_size=9000), st.integers(0, 8999), st.integers(1, 255))
def test_another_byte_is_another_picture(data, place, change):
    place %= len(data)
    other = bytes([*data[:place], data[place] ^ change, *data[place + 1 :]])
    assert checksum.fits(checksum.of_whole(data), data) and not checksum.fits(checksum.of_whole(data), other)
    start = checksum.of_start(data[: checksum.FIRST], len(data))
    assert checksum.fits(start, data) and not checksum.fits(start, data + b"\0")
    assert checksum.fits(start, other) == (place >= checksum.FIRST)
