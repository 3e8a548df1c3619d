"""Silhouettes: drawings of each category, and their rasters at every size and tilt."""
