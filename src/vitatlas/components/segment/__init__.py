"""Segmentation without training: maps of what a class's logit rests on, and how well they fit the masks of objects."""
