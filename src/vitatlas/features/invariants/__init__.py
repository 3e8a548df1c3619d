"""Statements that must hold of finished tables, by theme."""
