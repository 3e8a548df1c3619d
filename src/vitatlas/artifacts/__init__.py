"""Figures and tables: the registry, the style, drawing and writing. Imports no torch and reads no model."""
