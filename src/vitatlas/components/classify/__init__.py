"""Heads on representations, for encoders that have none of their own: linear probes, and texts of classes."""
