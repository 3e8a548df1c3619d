"""A folder of pictures, and a table that names the class of each."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pandas as pd
import pyarrow as pa

from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.found import Contents, Found, Place, shown
from vitatlas.images.brought.readers.names import check_some

KEPT = ("group", "split")
"""Further columns of a table that the index keeps."""


def read_table(data_set: DataSet, place: Path) -> Contents:
    """The pictures that the table names.

    Raises:
        UserError: The table cannot be read, lacks a column, or has no rows; a row lacks a file's name or a class, or
            names a file outside the folder.
    """
    path = place / str(data_set.table)
    table = load(path)
    for key, column in (("image", data_set.image_column), ("label", data_set.label_column)):
        if column not in table:
            raise UserError(
                f"the table has no column '{column}'; it has: {', '.join(map(str, table.columns))}",
                where=path,
                remedy=f"name the column by the key '{key}'",
            )
        if table[column].isna().any():
            row = int(table[column].isna().to_numpy().argmax())
            raise UserError(f"row {row} has no '{column}'", where=path, remedy="complete the row, or take it out")
    names, classes = list(table[data_set.image_column]), list(table[data_set.label_column])
    check_some(names, {}, path)
    columns = (data_set.image_column, data_set.label_column)
    kept = {name: list(table[name]) for name in KEPT if name in table and name not in columns}
    pictures = []
    for row, (name, class_id) in enumerate(zip(names, classes, strict=True)):
        file = _inside(name, path)
        pictures.append(Found(file, class_id, Place(file), {key: values[row] for key, values in kept.items()}))
    return Contents(pictures)


def load(path: Path) -> pd.DataFrame:
    """A table of text, from a `.csv`, `.tsv` or `.parquet` file; `007` stays `007`, and only nothing is nothing.

    Raises:
        UserError: It cannot be read.
    """
    try:
        if path.suffix.lower() == ".parquet":
            table = pd.read_parquet(path).astype("string")
        else:
            separator = "\t" if path.suffix.lower() == ".tsv" else ","
            table = pd.read_csv(
                path, sep=separator, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig"
            )
    except (OSError, ValueError, pa.ArrowException) as error:
        raise UserError(
            f"the table cannot be read: {error}", where=path, remedy="save it as CSV in UTF-8, or as Parquet"
        ) from error
    return table.astype(object).where(table.notna(), None)


def _inside(name: str, table: Path) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise UserError(
            f"the file '{shown(name)}' is not named relative to the folder of the data set",
            where=table,
            remedy="name files relative to the key 'place'",
        )
    return str(path)
