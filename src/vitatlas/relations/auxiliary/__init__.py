"""Losses beside the task's, on objects' tokens and on attention between objects (Lepori et al., section 7)."""
