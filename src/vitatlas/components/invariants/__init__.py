"""Statements that must hold of this paper's tables, whatever the models have learned."""
