"""Miniature encoders: pretrained by the workflow on the picture world, and measured on it."""
