"""Data sets that are not there: what is missing, what to fetch, where it goes, under which terms. Imports no torch.

What needs a data set that is not there is not attempted; nothing else stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from vitatlas.config.read import require_known
from vitatlas.config.site import expanded
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.known import KNOWN, Known, published


def missing(name: str, data_set: DataSet) -> str | None:
    """The first place of a data set that is not there, in words; None if all are.

    Args:
        name: What the configuration calls it.
        data_set: Its entry.
    """
    for key, path, known in _places(data_set):
        if not path.exists():
            what = f"the data set '{name}' is not there: {path} does not exist (key 'data.{name}.{key}')"
            return f"{what}. {_fetch(known)}" if known else f"{what}. Put the files there, or correct the key"
    return None


def lacking(known: str, data: Mapping[str, DataSet]) -> str | None:
    """The steps to a published data set that is not there, in words; None if one of the configuration is it.

    Args:
        known: Its key in `KNOWN`.
        data: The section of the configuration.

    Raises:
        UserError: No published data set is known by that name.
    """
    require_known(known, KNOWN, "published data set", "a registry's key 'data'")
    entries = {name: entry for name, entry in data.items() if published(entry) == KNOWN[known]}
    said = [missing(name, entry) for name, entry in entries.items()]
    if not said:
        return f"no data set is {KNOWN[known].title}. {_fetch(KNOWN[known])}; then name it below the key 'data'"
    return None if None in said else said[0]


def without(data: Mapping[str, DataSet]) -> dict[str, str]:
    """The same for each data set that is not there, by its name."""
    found = {name: missing(name, data_set) for name, data_set in data.items()}
    return {name: said for name, said in found.items() if said is not None}


def _places(data_set: DataSet) -> Iterator[tuple[str, Path, Known | None]]:
    """Each key that names a file or folder, with that and with the published data set that it is of."""
    known, place = published(data_set), expanded(data_set.place)
    yield "place", place, known
    if data_set.table:
        yield "table", place / data_set.table, None
    if data_set.ground_truth:
        yield "ground_truth", expanded(data_set.ground_truth), None
    if data_set.boxes:
        yield "boxes", expanded(data_set.boxes), KNOWN["imagenet_boxes"]


def _fetch(known: Known) -> str:
    return (
        f"{known.title}: fetch {known.files} from {known.source}; terms: {known.terms}; below the folder that the key "
        f"'place' names: {known.layout}"
    )
