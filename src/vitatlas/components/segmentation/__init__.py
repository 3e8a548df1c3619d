"""Segmentation without training, by several methods, held against the masks of objects (table 5)."""
