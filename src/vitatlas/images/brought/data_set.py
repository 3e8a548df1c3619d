"""The section `data` of a tier's configuration: data sets that a user brings, by name. Imports no torch."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from vitatlas.config.names import Name
from vitatlas.config.strict import WithoutDefaults

Kind = Literal["folders", "flat", "tars", "parquet", "webdataset", "table", "imagenet", "imagenet_s", "waterbirds"]
Text = Annotated[str, Field(min_length=1)]

EVERYBODYS = {"kind", "place", "check"}
OWN: dict[Kind, set[str]] = {
    "folders": {"classes"},
    "flat": set(),
    "tars": {"classes"},
    "parquet": {"classes", "image", "label", "split"},
    "webdataset": {"classes", "label"},
    "table": {"classes", "table", "image", "label"},
    "imagenet": {"split", "subset", "ground_truth", "boxes"},
    "imagenet_s": set(),
    "waterbirds": set(),
}
"""The keys that a kind takes beyond those of every kind."""

COLUMNS = {"parquet": ("image", "label"), "table": ("file", "class"), "webdataset": ("", "cls")}
"""Where pictures and classes stand, by kind, unless the keys `image` and `label` say otherwise."""

LABEL_MEMBERS = r"cls|txt|json\.\w+"


class DataSet(WithoutDefaults):
    """One data set."""

    kind: Kind = Field(
        description="how it is laid out. folders: a folder per class; flat: a folder of pictures without classes; "
        "tars: tar files, a folder in them per class; parquet: Hugging Face's image shards; webdataset: tar files of "
        "key.jpg with key.cls; table: pictures and a table that names their classes; imagenet, imagenet_s, "
        "waterbirds: as published"
    )
    place: Text = Field(
        description="folder or file, relative to the folder of the workflow or absolute; may name variables, as $DATA"
    )
    check: Literal["every", "sample"] | None = Field(
        default=None,
        description="what is read to make the index. every: all bytes of each picture, which is decoded, too; sample: "
        "the size and first 4 KiB of each, and one picture of each class whole; null: sample for imagenet, else every",
    )
    classes: Literal["imagenet"] | None = Field(
        default=None,
        description="imagenet: classes are ids of ImageNet-1k (n01440764), or their numbers from 0 in the order of "
        "ids; null: labels count the names of classes in order",
    )
    table: Text | None = Field(
        default=None, description="kind table: the table, .csv, .tsv or .parquet, relative to `place`"
    )
    image: Text | None = Field(
        default=None, description="column of the pictures; null: `image` of kind parquet, `file` of kind table"
    )
    label: Text | None = Field(
        default=None,
        description="column of the classes; null: `label` of kind parquet, `class` of kind table. Of kind webdataset: "
        "cls (null), txt, or json.NAME for the entry NAME of key.json",
    )
    split: Text | None = Field(
        default=None,
        description="kind imagenet: val (null) or train; kind parquet: the shards whose names begin with it; null: all",
    )
    subset: bool = Field(
        default=False, description="kind imagenet: whether fewer pictures than all are meant to be there"
    )
    ground_truth: Text | None = Field(
        default=None,
        description="kind imagenet, of a validation folder without class folders: the development kit's "
        "ILSVRC2012_validation_ground_truth.txt, or Kaggle's LOC_val_solution.csv",
    )
    boxes: Text | None = Field(
        default=None, description="kind imagenet: folder of bounding boxes as XML files; null: none"
    )

    @property
    def places(self) -> list[str]:
        """The files and folders that it names, as the user wrote them."""
        return [place for place in (self.place, self.ground_truth, self.boxes) if place]

    @property
    def thorough(self) -> bool:
        """Whether all bytes of each picture are read to make the index."""
        return (self.check or ("sample" if self.kind == "imagenet" else "every")) == "every"

    @property
    def upright(self) -> bool:
        """Whether pictures are turned as their EXIF entry says.

        Not those of ImageNet: boxes and masks were drawn on the stored pixels, and published accuracies measured there.
        """
        return self.kind not in ("imagenet", "imagenet_s")

    @property
    def image_column(self) -> str:
        """The column of the pictures."""
        return self.image or COLUMNS[self.kind][0]

    @property
    def label_column(self) -> str:
        """The column, or of WebDataset the member, of the classes."""
        return self.label or COLUMNS[self.kind][1]

    @model_validator(mode="after")
    def _keys_of_the_kind(self) -> DataSet:
        given = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if strange := sorted(given - EVERYBODYS - OWN[self.kind]):
            own = ", ".join(sorted(EVERYBODYS | OWN[self.kind]))
            raise ValueError(f"a data set of kind '{self.kind}' has no key '{strange[0]}'; it may have: {own}")
        if self.kind == "table" and self.table is None:
            raise ValueError("a data set of kind 'table' needs the key 'table'; without classes, its kind is 'flat'")
        if self.kind == "imagenet" and self.split not in (None, "val", "train"):
            raise ValueError(f"split of a data set of kind 'imagenet': val or train, not '{self.split}'")
        if self.kind == "webdataset" and not re.fullmatch(LABEL_MEMBERS, self.label_column):
            raise ValueError(f"label of a data set of kind 'webdataset': cls, txt or json.NAME, not '{self.label}'")
        return self


DataSection = dict[Name, DataSet]
"""The section `data`."""
