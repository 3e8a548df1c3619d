"""Hugging Face's image shards: Parquet files with a column of pictures and a column of classes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vitatlas.errors import UserError
from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.readers.found import Contents, Found, Place
from vitatlas.images.brought.readers.walk import files_below


def read_parquet(data_set: DataSet, place: Path) -> Contents:
    """The pictures of all shards.

    A picture's name is the path that the shard gives for it; where these are missing or not unique, the shard's name
    and the number of the row. Labels are numbered as the names of classes in the schema's metadata, if there are any.

    Raises:
        UserError: No shards, or shards of several splits; one that cannot be read, lacks a column, names other classes
            than the first; a row without a class.
    """
    pictures: list[Found] = []
    classes: list[str] | None = None
    for number, name in enumerate(_shards(data_set, place)):
        path = place if place.is_file() else place / name
        with opened(path) as shard:
            _check(shard.schema_arrow, data_set, path)
            named = _class_names(shard.schema_arrow, data_set.label_column)
            if number and named != classes:
                raise UserError(
                    "this shard names other classes than the first one", where=path, remedy="make a data set of each"
                )
            classes = named
            pictures.extend(_rows(shard, name, data_set, classes, path))
    if not pictures:
        raise UserError("the shards have no rows", where=place, remedy="correct the key 'place' or 'split'")
    numbering = None if data_set.classes else classes
    if len({(picture.class_id, picture.name) for picture in pictures if picture.name}) == len(pictures):
        return Contents(pictures, numbering)
    note = "the shards do not name pictures, or some of one class alike: ids are made of shards and rows"
    return Contents([_by_row(picture) for picture in pictures], numbering, [note])


def opened(path: Path) -> pq.ParquetFile:
    """A Parquet file from which little is in memory at a time, whatever its row groups are.

    Raises:
        UserError: It cannot be read.
    """
    try:
        return pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    except (OSError, pa.ArrowException) as error:
        raise UserError(
            f"the Parquet file cannot be read: {error}", where=path, remedy="fetch or write it again"
        ) from error


def is_binary(kind: pa.DataType) -> bool:
    """Whether a column holds bytes."""
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _shards(data_set: DataSet, place: Path) -> list[str]:
    names = [place.name] if place.is_file() else list(files_below(place))
    shards = [name for name in names if name.lower().endswith(".parquet")]
    if data_set.split:
        shards = [name for name in shards if Path(name).name.startswith(f"{data_set.split}-")]
    splits = sorted({Path(name).name.partition("-")[0] for name in shards if "-of-" in name})
    if len(splits) > 1:
        raise UserError(
            f"the shards are of several splits: {', '.join(splits)}",
            where=place,
            remedy=f"choose one by the key 'split', as split: {splits[0]}",
        )
    if not shards:
        wanted = f" whose names begin with '{data_set.split}-'" if data_set.split else ""
        raise UserError(
            f"no Parquet files{wanted} were found", where=place, remedy="correct the key 'place', 'split' or 'kind'"
        )
    return shards


def _check(schema: pa.Schema, data_set: DataSet, path: Path) -> None:
    for key, column in (("image", data_set.image_column), ("label", data_set.label_column)):
        if column not in schema.names:
            raise UserError(
                f"the shard has no column '{column}'; it has: {', '.join(schema.names)}",
                where=path,
                remedy=f"name the column by the key '{key}'",
            )
    kind = schema.field(data_set.image_column).type
    if not (is_binary(kind) or (pa.types.is_struct(kind) and "bytes" in {field.name for field in kind})):
        raise UserError(
            f"the column '{data_set.image_column}' holds no pictures, but {kind}",
            where=path,
            remedy="name the column of pictures by the key 'image'; or save them with their bytes embedded",
        )


def _class_names(schema: pa.Schema, column: str) -> list[str] | None:
    """The names of classes that the `datasets` library keeps in the metadata; None where it keeps none."""
    said = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
    names: list[str] | None = said.get("info", {}).get("features", {}).get(column, {}).get("names")
    return names


def _rows(
    shard: pq.ParquetFile, name: str, data_set: DataSet, classes: list[str] | None, path: Path
) -> Iterator[Found]:
    image, label = data_set.image_column, data_set.label_column
    kind = shard.schema_arrow.field(image).type
    has_path = pa.types.is_struct(kind) and "path" in {field.name for field in kind}
    row = 0
    for batch in shard.iter_batches(columns=[*([f"{image}.path"] if has_path else []), label]):
        paths = batch.column(image).to_pylist() if has_path else [None] * len(batch)
        for said, value in zip(paths, batch.column(label).to_pylist(), strict=True):
            class_id = _class_of(value, None if data_set.classes else classes, f"{path}: row {row}")
            yield Found(((said or {}).get("path") or "").lstrip("/"), class_id, Place(name, row=row))
            row += 1


def _class_of(value: Any, classes: list[str] | None, where: str) -> str:
    if value is None or value == -1 or isinstance(value, float):
        raise UserError(
            f"the row has no class, but {value}", where=where, remedy="take a split with classes, or the key 'label'"
        )
    if classes is None:
        return str(value)
    if not 0 <= value < len(classes):
        raise UserError(
            f"the class {value} is none of the {len(classes)} that the shard names",
            where=where,
            remedy="fetch or write the shard again",
        )
    return classes[value]


def _by_row(picture: Found) -> Found:
    stem = picture.place.file.removesuffix(".parquet")
    return picture._replace(name=f"{stem}-{picture.place.row:06d}")
