"""The attention of objects' tokens (Lepori et al., section 3)."""
