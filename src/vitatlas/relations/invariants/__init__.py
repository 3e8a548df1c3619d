"""Statements that must hold of this paper's finished tables, whatever the models have learned. Imports no torch."""
