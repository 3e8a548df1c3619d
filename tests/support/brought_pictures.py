"""Pictures as users have them, in every layout, and their index."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from vitatlas.images.brought.data_set import DataSet
from vitatlas.images.brought.index import Index, load_index
from vitatlas.images.brought.prepare import prepare
from vitatlas.images.brought.spec import PrepareSpec
from vitatlas.jobs.job import parse

Pictures = Mapping[tuple[str, str], bytes]
"""The content of files, by class and name."""


def saved(picture: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    """The content of a file."""
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def photo(seed: int, size: tuple[int, int] = (20, 14)) -> Image.Image:
    """A smooth random picture."""
    small = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def some_pictures(count: int = 100) -> Pictures:
    """Small pictures of four classes, with names as people give them; names repeat in other classes."""
    classes = ("birds", "Käfer", "old cars", "a\nb")
    forms = (("JPEG", "jpg"), ("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "webp"))
    return {
        (classes[number % 4], f"é {number // 4:03d}.{forms[number % 4][1]}"): saved(
            photo(number, (18 + number % 5, 16)), forms[number % 4][0]
        )
        for number in range(count)
    }


def as_folders(pictures: Pictures, place: Path) -> dict[str, Any]:
    """A folder per class."""
    for (class_id, name), data in pictures.items():
        file = place / class_id / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return {"kind": "folders", "place": str(place)}


def as_tars(pictures: Pictures, place: Path) -> dict[str, Any]:
    """Two tar files with folders."""
    half = len(pictures) // 2
    items = [(f"./{class_id}/{name}", data) for (class_id, name), data in pictures.items()]
    write_tar(place / "b.tar", items[:half])
    write_tar(place / "a.tar", items[half:])
    return {"kind": "tars", "place": str(place)}


def as_parquet(pictures: Pictures, place: Path) -> dict[str, Any]:
    """Two shards as `datasets` writes them, in no order."""
    names = sorted({class_id for class_id, _ in pictures})
    items = [
        {"image": {"bytes": data, "path": name}, "label": names.index(class_id)}
        for (class_id, name), data in reversed(pictures.items())
    ]
    for shard in range(2):
        write_shard(place / f"train-{shard:05d}-of-00002.parquet", items[shard::2], names)
    return {"kind": "parquet", "place": str(place)}


def as_webdataset(pictures: Pictures, place: Path) -> dict[str, Any]:
    """One tar file of samples, whose keys have folders, since names repeat."""
    members = []
    for (class_id, name), data in pictures.items():
        stem = name.partition(".")[0]
        members += [(f"{class_id}/{name}", data), (f"{class_id}/{stem}.cls", class_id.encode())]
    write_tar(place / "000.tar", members)
    return {"kind": "webdataset", "place": str(place)}


def as_table(pictures: Pictures, place: Path) -> dict[str, Any]:
    """Files with a table."""
    as_folders(pictures, place)
    with (place / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "class"])
        writer.writerows([f"{class_id}/{name}", class_id] for class_id, name in reversed(pictures))
    return {"kind": "table", "place": str(place), "table": "labels.csv"}


LAYOUTS: dict[str, Callable[[Pictures, Path], dict[str, Any]]] = {
    "folders": as_folders,
    "tars": as_tars,
    "parquet": as_parquet,
    "webdataset": as_webdataset,
    "table": as_table,
}


def write_tar(path: Path, members: list[tuple[str, bytes]]) -> None:
    """A tar file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def write_shard(path: Path, rows: list[dict[str, Any]], names: list[str] | None, **how: Any) -> None:
    """A shard, with the names of classes where the library keeps them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows)
    features = {"label": {"names": names, "_type": "ClassLabel"}} if names else {}
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(table.replace_schema_metadata(metadata), path, **{"row_group_size": 7} | how)


def index_of(data_set: dict[str, Any], path: Path, name: str = "mine") -> Index:
    """The index that the job makes."""
    spec = PrepareSpec(name=name, data_set=DataSet.model_validate(data_set))
    prepare(parse(PrepareSpec, ["--output", "index", str(path), "--spec", spec.model_dump_json()]))
    return load_index(path)
