"""The kinds of analysis table of this paper, each said once."""

from __future__ import annotations

from vitatlas.paper.descriptor import Analysis

MODEL = "{model}"
USES = ("uses",)

SCORES = Analysis("scores", MODEL, invariants=("scores",), readings=("agreement", "controls"))
LABELS = Analysis("labels", MODEL, invariants=("scores",), readings=("alignment",))
BY_TEXT = Analysis("by_text", MODEL, invariants=USES, readings=("by_text",))
BY_PICTURE = Analysis("by_picture", MODEL, invariants=USES, readings=("by_picture",))
HEATMAPS = Analysis("heatmaps", MODEL, invariants=USES, readings=("heatmaps",))
SEGMENTATION = Analysis("segmentation", MODEL, invariants=USES, readings=("segmentation",))
REMOVAL = Analysis("removal", MODEL, invariants=USES, readings=("removal",))
ABLATION = Analysis("ablation", MODEL, invariants=USES, readings=("ablation",))
EXACTNESS = Analysis("exactness", MODEL, invariants=USES)
BIAS_POLICY = Analysis("bias_policy", MODEL)
THROUGHPUT = Analysis("throughput", MODEL)
DEPARTURES = Analysis("departures", MODEL)

ANALYSES = (
    *(SCORES, LABELS),
    *(BY_TEXT, BY_PICTURE, HEATMAPS, SEGMENTATION, REMOVAL, ABLATION),
    *(EXACTNESS, BIAS_POLICY, THROUGHPUT, DEPARTURES),
)
GATHERED = tuple(analysis.kind for analysis in ANALYSES)
"""Kinds whose tables are those of single runs, one below the other."""
