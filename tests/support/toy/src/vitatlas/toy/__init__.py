"""A paper to learn from: how strongly the layers of a model respond to simple patterns. Nobody has written it."""
