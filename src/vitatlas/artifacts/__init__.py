"""Figures and tables: the registry, the style, the families, provenance. Imports no torch and reads no model."""
