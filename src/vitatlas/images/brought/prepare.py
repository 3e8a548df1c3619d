"""The job that makes the index of a data set: one table, from which alone everything else reads pictures.

1. A reader lists the pictures of the layout, with the class that the layout gives each.
2. Ids are made of classes and names, labels of class ids. Ids must differ.
3. Each picture is examined: checksum, width, height.
4. The table is sorted by id, so that it does not depend on the layout; but for the columns that say where bytes are.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pandas as pd

from vitatlas.config.site import expanded
from vitatlas.errors import UserError
from vitatlas.images.brought.classes import as_wnid, in_order, labels
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.examine import Seen, examine
from vitatlas.images.brought.index import PLACES, TYPES
from vitatlas.images.brought.missing import missing
from vitatlas.images.brought.readers.found import Contents, Found, shown
from vitatlas.images.brought.readers.names import composed, picture_id
from vitatlas.images.brought.readers.read import READERS
from vitatlas.images.brought.spec import PrepareSpec
from vitatlas.images.brought.store import Store
from vitatlas.images.brought.wnids import WNIDS
from vitatlas.jobs.job import Job
from vitatlas.jobs.tables import write_table


def prepare(job: Job[PrepareSpec]) -> None:
    """Write the index: one row per picture, sorted by id.

    Raises:
        UserError: The data set is not there, is not laid out as its kind says, or has pictures that cannot be used.
    """
    name, data_set = job.spec.name, job.spec.data_set
    if said := missing(name, data_set):
        raise UserError(said)
    place = expanded(data_set.place)
    contents = READERS[data_set.kind](data_set, place)
    pictures = [_named(picture, data_set, place) for picture in contents.pictures]
    _check_different(pictures, place)
    for note in contents.notes:
        print(f"note: {note}", file=sys.stderr)
    column = data_set.image_column if data_set.kind == "parquet" else ""
    with Store(place, column) as store:
        seen = examine(pictures, store, f"pictures of {name}", thorough=data_set.thorough, upright=data_set.upright)
    classes = _classes(contents, data_set, pictures)
    about = {"place": data_set.place, "column": column, "upright": data_set.upright, "notes": contents.notes}
    write_table(job, job.output.index, _table(pictures, seen, classes), data=name, classes=classes, **about)


def _named(picture: Found, data_set: DataSet, place: Path) -> Found:
    """The picture with its id as its name."""
    where = place / picture.place.file
    composed(picture.place.file, where)
    class_id = None if picture.class_id is None else composed(picture.class_id, where)
    if class_id is not None and data_set.classes == "imagenet":
        class_id = as_wnid(class_id, where)
    return picture._replace(name=picture_id(composed(picture.name, where), class_id), class_id=class_id)


def _check_different(pictures: list[Found], place: Path) -> None:
    """Check that no two pictures have one id.

    Raises:
        UserError: Two have.
    """
    counts = Counter(picture.name for picture in pictures)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        where = " and ".join(str(picture.place) for picture in pictures if picture.name == twice[0])
        raise UserError(
            f"{len(twice)} ids are those of several pictures, the first is '{shown(twice[0])}' ({where})",
            where=place,
            remedy="rename one of the pictures, or take it out",
        )


def _classes(contents: Contents, data_set: DataSet, pictures: list[Found]) -> list[str]:
    """The ids of all classes, in the order of their labels."""
    if data_set.classes == "imagenet":
        return list(WNIDS)
    if contents.classes is not None:
        return [composed(name, data_set.place) for name in contents.classes]
    return in_order(picture.class_id for picture in pictures if picture.class_id is not None)


def _table(pictures: list[Found], seen: list[Seen], classes: list[str]) -> pd.DataFrame:
    class_ids = [picture.class_id for picture in pictures]
    more = list(dict.fromkeys(key for picture in pictures for key in picture.more))
    columns = {
        "id": [picture.name for picture in pictures],
        "class_id": class_ids,
        "label": labels(class_ids, classes),
        **{key: [getattr(looked, key) for looked in seen] for key in ("checksum", "width", "height")},
        **{key: [picture.more.get(key) for picture in pictures] for key in more},
        **{key: [getattr(picture.place, key) for picture in pictures] for key in PLACES},
    }
    table = pd.DataFrame(columns | {"size": [looked.size for looked in seen]})
    return table.astype({name: kind for name, kind in TYPES.items() if name in table}).sort_values("id")
