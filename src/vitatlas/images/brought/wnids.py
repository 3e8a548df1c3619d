"""The 1,000 classes of ImageNet-1k by their ids of WordNet, as n01440764.

A label is the position of the id among all sorted ids: that is the order of the outputs of published models. The
development kit of 2012 numbers classes from 1 in an order of its own.
"""

from __future__ import annotations

from pathlib import Path

BY_DEVKIT = tuple(Path(__file__).with_name("devkit_order.txt").read_text().split())
"""The ids in the order of the development kit: number 1 comes first."""

WNIDS = tuple(sorted(BY_DEVKIT))
"""The ids in the order of labels."""

LABELS = {wnid: label for label, wnid in enumerate(WNIDS)}
