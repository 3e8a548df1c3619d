"""Data sets that are known by name: what to fetch, from where, under which terms. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from vitatlas.images.brought.data_set import DataSet

IMAGENET_TERMS = "registration; for non-commercial research only, not to be passed on"
IMAGENET_SITE = "https://image-net.org/download.php"


@dataclass(frozen=True)
class Known:
    """One data set as it is published.

    Attributes:
        title: Its name.
        files: The files to fetch, with their size.
        source: Where they can be had.
        terms: Under which they can be had.
        layout: Where they go below `place`.
    """

    title: str
    files: str
    source: str
    terms: str
    layout: str


KNOWN = {
    "imagenet_val": Known(
        title="ImageNet-1k, validation pictures (ILSVRC 2012)",
        files="ILSVRC2012_img_val.tar (6.3 GB, 50,000 pictures; MD5 29b22e2961454d5413ddabcf34fc5622)",
        source=IMAGENET_SITE,
        terms=IMAGENET_TERMS,
        layout="val/<id of the class>/*.JPEG, 1,000 folders of 50; or val/*.JPEG, and the key 'ground_truth'",
    ),
    "imagenet_train": Known(
        title="ImageNet-1k, training pictures (ILSVRC 2012)",
        files="ILSVRC2012_img_train.tar (138 GB, 1,281,167 pictures; MD5 1d675b47d978889d74fa0da5fadfb00e)",
        source=IMAGENET_SITE,
        terms=IMAGENET_TERMS,
        layout="train/<id of the class>/*.JPEG, 1,000 folders",
    ),
    "imagenet_boxes": Known(
        title="ImageNet-1k, bounding boxes (ILSVRC 2012)",
        files="the archive of boxes of the training or validation pictures (XML files)",
        source=IMAGENET_SITE,
        terms=IMAGENET_TERMS,
        layout="the folder that the key 'boxes' names: <id of the class>/<picture>.xml, or <picture>.xml",
    ),
    "imagenet_s": Known(
        title="ImageNet-S, validation pictures and masks",
        files="the masks (1.8 GB with the 12,419 pictures of 919 classes, which are ImageNet's)",
        source="https://github.com/LUSSeg/ImageNet-S (datapreparation/data_preparation.sh)",
        terms=f"of masks, see there before use; of pictures, those of ImageNet ({IMAGENET_TERMS})",
        layout="validation/<id of the class>/*.JPEG and validation-segmentation/<id of the class>/*.png",
    ),
    "waterbirds": Known(
        title="Waterbirds",
        files="the archive of the original, or the two archives of the cleaned pictures; less than 1 GB each",
        source="https://github.com/kohpangwei/group_DRO (the original), "
        "https://github.com/SriramB-98/vit-decompose, folder dataset_archives (cleaned)",
        terms="made of CUB-200-2011 (non-commercial research only) and Places; the cleaned pictures have no licence",
        layout="metadata.csv and the folders of pictures (the original), or {corr-0.9,uncorr}/{landbird,waterbird}/ "
        "(cleaned)",
    ),
}


def published(data_set: DataSet) -> Known | None:
    """The published data set that an entry of the configuration stands for; None for a user's own pictures."""
    name = f"imagenet_{data_set.split or 'val'}" if data_set.kind == "imagenet" else data_set.kind
    return KNOWN.get(name)
