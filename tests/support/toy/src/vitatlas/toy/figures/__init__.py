"""The families of this paper's figures: one module each, with `values` and `draw`."""
