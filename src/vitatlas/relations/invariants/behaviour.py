"""Invariants of what models answer."""

from __future__ import annotations

from collections.abc import Iterator

from vitatlas.invariants.invariant import invariant
from vitatlas.relations.invariants.finished import DIVIDED, RUN, Finished, beyond_shares

KINDS = ("behaviour", "auxiliary", "photoreal_behaviour")
COUNTED = 1e-3
"""The bound for numbers of answers after the division by n and back."""


@invariant(
    "accuracies are shares",
    "Accuracy and AUC are between 0 and 1.",
    source="shares of answers",
    tables=KINDS,
)
def _shares(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows(*KINDS):
        found = table.loc[table["metric"].isin(("accuracy", "auc")), "value"]
        yield from beyond_shares(found)


@invariant(
    "accuracies are counts",
    "Accuracy times the number of images is a whole number: it was divided by the images that there were.",
    source="the authors' code divides by a constant",
    tables=KINDS,
    bound=COUNTED,
)
def _whole(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows(*KINDS):
        rows = table[table["metric"] == "accuracy"]
        right = rows["value"] * rows["n"]
        yield from (right - right.round()).abs()


@invariant(
    "test images",
    "No accuracy is of more images than its split has.",
    source="the configuration",
    tables=("behaviour", "auxiliary"),
)
def _images(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows("behaviour", "auxiliary"):
        yield from (table["n"] - table["split"].map(finished.expected.scenes)).clip(lower=0)


@invariant(
    "photorealistic images",
    "Every model is shown as many photorealistic images as the configuration says.",
    source="the configuration",
    tables=("photoreal_behaviour",),
)
def _photoreal(finished: Finished) -> Iterator[float]:
    for _, table in finished.rows("photoreal_behaviour"):
        yield from (table["n"] - finished.expected.photoreal_images).abs()


@invariant(
    "departures",
    "The comparison of protocols has the accuracies of the tables.",
    source="the same model on the same images",
    tables=("departures", "behaviour"),
    bound=DIVIDED,
)
def _departures(finished: Finished) -> Iterator[float]:
    if not {"departures", "behaviour"} <= finished.analyses.keys():
        return
    compared = finished.analyses["departures"]
    told = compared[(compared["departure"] == "seen_accuracy") & (compared["protocol"] == "corrected")]
    found = told.join(finished.accuracies("test_iid").rename("there"), on=RUN, how="inner")
    yield from (found["value"] - found["there"]).abs()


INVARIANTS = (_shares, _whole, _images, _photoreal, _departures)
