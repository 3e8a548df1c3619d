"""Statements that must hold of a paper's finished tables, whatever the models have learned. Imports no torch."""
