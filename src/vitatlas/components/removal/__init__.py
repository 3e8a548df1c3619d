"""Removal of a spurious cue: components that follow it more than the classes, set to their means (section 6.5)."""
