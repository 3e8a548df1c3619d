"""The uses of pictures in this paper."""

from __future__ import annotations

PARTS = ("alignment", "held_out", "scores", "test")
"""The uses of pictures: to learn maps into the text space, to choose the epoch and penalties by, to compute scores and
fit probes on, and to measure all else on."""

BIRD_PARTS = ("train", "selection", "test")
"""The uses of pictures with a spurious cue: to train a head on, to choose and average components on, to measure on."""
