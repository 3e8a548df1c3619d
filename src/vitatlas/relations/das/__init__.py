"""Distributed alignment search: which subspace of a token carries an object's shape, and which its colour."""
