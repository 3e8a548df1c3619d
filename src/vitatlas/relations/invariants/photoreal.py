"""Invariants of photorealistic images."""

from __future__ import annotations

from collections.abc import Iterator

from vitatlas.images.photoreal.cues import CUES, difference, told
from vitatlas.invariants.invariant import invariant
from vitatlas.relations.invariants.finished import AUTHORS, Finished

TOLD = 0.65
"""The largest share of labels that a shallow cue may give; 0.5 is chance."""

FEWEST = 100
"""Of fewer images, a share says too little: its standard error is more than 0.05."""


@invariant(
    "shallow cues",
    "In photorealistic images, neither mean color nor brightness, size or height of the two objects tells same pairs "
    "from different ones: the best threshold on their difference, chosen on one half of the images, gives at most 65 % "
    "of the labels of the other half.",
    source=f"what {AUTHORS}, figure 9, ask for is the comparison of objects",
    tables=("photoreal",),
    bound=TOLD,
)
def _cues(finished: Finished) -> Iterator[float]:
    for rendered in finished.photographs.values():
        if len(rendered.label) >= FEWEST:
            yield from (told(difference(rendered, measure), rendered.label) for measure in CUES)


INVARIANTS = (_cues,)
