"""Numerics of the decomposition: how exact it is, what a policy for biases changes, and what it costs."""
