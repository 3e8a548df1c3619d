"""Where ablation begins. Imports no torch."""

LAST, FIRST = STARTS = ("last", "first")
"""At the last layer, as in the paper, or at the first."""
