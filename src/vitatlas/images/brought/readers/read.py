"""The reader of each kind of data set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vitatlas.images.brought.data_set import DataSet, Kind
from vitatlas.images.brought.readers.folders import read_flat, read_folders
from vitatlas.images.brought.readers.found import Contents
from vitatlas.images.brought.readers.imagenet import read_imagenet
from vitatlas.images.brought.readers.imagenet_s import read_imagenet_s
from vitatlas.images.brought.readers.parquet import read_parquet
from vitatlas.images.brought.readers.table import read_table
from vitatlas.images.brought.readers.tars import read_tars
from vitatlas.images.brought.readers.waterbirds import read_waterbirds
from vitatlas.images.brought.readers.webdataset import read_webdataset

READERS: dict[Kind, Callable[[DataSet, Path], Contents]] = {
    "folders": read_folders,
    "flat": read_flat,
    "tars": read_tars,
    "parquet": read_parquet,
    "webdataset": read_webdataset,
    "table": read_table,
    "imagenet": read_imagenet,
    "imagenet_s": read_imagenet_s,
    "waterbirds": read_waterbirds,
}
