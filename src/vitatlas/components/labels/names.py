"""Names of methods of alignment, as tables and figures have them."""

from __future__ import annotations

TRUTH = "truth"
"""In the place of a method: the model's own space, where nothing is aligned."""

METHODS = {
    "single": "One map only",
    "free": "CompAlign, λ = 0",
    "compalign": "CompAlign",
    "orthogonal": "Exact isometries (ours)",
    "procrustes": "One rotation (ours)",
    "tied": "Rotation and small departures (ours)",
    TRUTH: "The model's own space",
}
