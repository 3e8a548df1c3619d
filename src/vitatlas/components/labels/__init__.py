"""Texts of single components, by each method of alignment, against those that need no alignment (table 1)."""
