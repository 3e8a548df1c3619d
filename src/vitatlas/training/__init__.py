"""Training: the loop, which survives being stopped, and the optimiser."""
