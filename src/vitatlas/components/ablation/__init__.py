"""Components at their means: layer after layer, in the order of depth (section 5, figure 2)."""
