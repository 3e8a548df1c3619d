"""Vectors that no image gave (Lepori et al., section 4)."""
