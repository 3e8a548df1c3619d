"""From the ids of classes to labels: by their names, never by the position of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from vitatlas.errors import UserError
from vitatlas.images.brought.wnids import LABELS, WNIDS

UNLABELLED = -1


def in_order(class_ids: Iterable[str]) -> list[str]:
    """Different ids in the order of their labels: as numbers if all are whole numbers, else as text."""
    different = set(class_ids)
    if all(name.isascii() and name.isdigit() for name in different):
        return sorted(different, key=lambda name: (int(name), name))
    return sorted(different)


def labels(class_ids: Sequence[str | None], classes: Sequence[str]) -> list[int]:
    """The position of each id among the classes; -1 for no class.

    Raises:
        KeyError: An id is none of the classes.
    """
    numbers = {name: label for label, name in enumerate(classes)}
    return [UNLABELLED if name is None else numbers[name] for name in class_ids]


def as_wnid(class_id: str, where: Path) -> str:
    """The id of a class of ImageNet-1k, from itself or from its number.

    Raises:
        UserError: It is neither.
    """
    if class_id in LABELS:
        return class_id
    if class_id.isascii() and class_id.isdigit() and int(class_id) < len(WNIDS):
        return WNIDS[int(class_id)]
    raise UserError(
        f"'{class_id}' is no class of ImageNet-1k, neither an id as n01440764 nor a number from 0 to {len(WNIDS) - 1}",
        where=where,
        remedy="take the class out, or leave out the key 'classes'",
    )
