"""A finished figure or table as a folder that can be drawn again elsewhere."""
