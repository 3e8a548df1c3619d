"""Shallow cues: how far two numbers about pixels, and a threshold, tell same pairs from different ones.

A set of images asks for the comparison of objects only as far as such cues do not give the answer.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vitatlas.images.photoreal.images import Rendered

Floats = NDArray[np.float64]


def difference(rendered: Rendered, measure: Callable[[NDArray[np.uint8], NDArray[np.bool_]], Floats]) -> Floats:
    """How far a measure of the two objects differs in each image, [N].

    Args:
        measure: From an image [H, W, 3] and the mask of an object in it [H, W] to numbers about the object, [K].
    """
    found = [
        np.linalg.norm(measure(image, mask == 1) - measure(image, mask == 2))
        for image, mask in zip(rendered.image, rendered.mask, strict=True)
    ]
    return np.array(found)


def color(image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Floats:
    """The mean color, sRGB."""
    return image[mask].mean(axis=0)


def brightness(image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Floats:
    """The mean over pixels and channels."""
    return image[mask].mean(keepdims=True)


def size(_image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Floats:
    """The logarithm of the number of pixels, so that differences are those of shares."""
    return np.log(mask.sum(keepdims=True))


def height(_image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Floats:
    """The mean row."""
    return np.argwhere(mask)[:, :1].mean(axis=0)


CUES = (color, brightness, size, height)


def told(values: Floats, label: NDArray[np.int64]) -> float:
    """The share of labels that the best threshold on values [N] gives, with as much weight on either label.

    The threshold, and which side of it is same, are chosen on every second image and judged on the others, then the
    other way round; the mean of both. Both halves must have both labels.
    """
    half = np.arange(len(values)) % 2 == 0
    shares = []
    for chosen, judged in ((half, ~half), (~half, half)):
        thresholds = np.unique(values[chosen])
        right = np.array([_right(values[chosen] <= threshold, label[chosen]) for threshold in thresholds])
        best = np.abs(right - 0.5).argmax()
        share = _right(values[judged] <= thresholds[best], label[judged])
        shares.append(share if right[best] >= 0.5 else 1 - share)
    return float(np.mean(shares))


def _right(below: NDArray[np.bool_], label: NDArray[np.int64]) -> float:
    """The share of labels that are right if those below are same, with as much weight on either label."""
    return float(below[label == 1].mean() + (~below[label == 0]).mean()) / 2
