"""Analyses of Lepori et al. (NeurIPS 2024), "Beyond the Doors of Perception"."""
